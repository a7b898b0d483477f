//! Text inside XML 1.0.
//!
//! **Invariant:** what is written reads back as the same text, but for characters that XML 1.0 cannot
//! hold at all: those become U+FFFD, so that nothing disappears unseen.

use std::fmt;

/// Text to be put between tags or into an attribute in double quotes.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for sign in self.0.chars() {
            match sign {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                // A reader would turn these into spaces or line feeds of its own.
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(sign))?,
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}")?,
                _ => write!(f, "{sign}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_would_obey_is_escaped_and_what_it_cannot_hold_replaced() {
        assert_eq!(Escaped("<a b=\"c\">&'").to_string(), "&lt;a b=&quot;c&quot;&gt;&amp;&apos;");
        assert_eq!(Escaped("a\0b\u{ffff}").to_string(), "a\u{fffd}b\u{fffd}");
        assert_eq!(Escaped("a\nb\t").to_string(), "a&#10;b&#9;");
        assert_eq!(Escaped("باغ\u{200c}ها").to_string(), "باغ\u{200c}ها");
    }
}
