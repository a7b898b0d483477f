//! Which identifier of its owner's accounts elsewhere does a page carry?
//!
//! Sites of one owner often share an advertising or analytics account, whatever they call themselves.
//! **Invariant:** only what the page's own code says, and of several kinds always the first in one
//! order, from what is paid out to one owner to what many have; a placeholder is none.

/// Kinds of identifiers in the order of what they tell: how each is told, what stands before it in the
/// page, and what it looks like.
const KINDS: [(&str, &str, Looks); 5] = [
    ("advertising ca-pub-", "ca-pub-", Looks::Digits(10, 20)),
    ("analytics UA-", "UA-", Looks::Account),
    ("analytics G-", "G-", Looks::Code(8, 12)),
    ("tag manager GTM-", "GTM-", Looks::Code(4, 9)),
    ("pixel ", "fbq('init', '", Looks::Digits(10, 20)),
];

#[derive(Clone, Copy)]
enum Looks {
    /// So many digits, from and to.
    Digits(usize, usize),
    /// So many digits and capitals, a digit among them.
    Code(usize, usize),
    /// An account's number and that of one of its sites, which does not count.
    Account,
}

impl Looks {
    /// How long the identifier is with which `rest` begins.
    fn length(self, rest: &str) -> Option<usize> {
        let while_ = |is: fn(&u8) -> bool| rest.bytes().take_while(is).count();
        let digits = while_(u8::is_ascii_digit);
        match self {
            Self::Digits(from, to) => (from..=to).contains(&digits).then_some(digits),
            Self::Account => {
                let site =
                    rest[digits..].strip_prefix('-')?.starts_with(|c: char| c.is_ascii_digit());
                (site && (4..=10).contains(&digits)).then_some(digits)
            }
            Self::Code(from, to) => {
                let all = while_(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
                let ends = !rest[all..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
                let number = rest[..all].bytes().any(|c| c.is_ascii_digit());
                (ends && number && (from..=to).contains(&all)).then_some(all)
            }
        }
    }
}

/// The identifier that tells most, with the word for its kind: `analytics UA-1234567`.
pub(crate) fn identifier(html: &str) -> Option<String> {
    KINDS.iter().find_map(|&(told, before, looks)| {
        html.match_indices(before).find_map(|(at, _)| {
            // What goes on from another word is no identifier.
            if html[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-') {
                return None;
            }
            let rest = &html[at + before.len()..];
            let own = &rest[..looks.length(rest)?];
            let first = own.chars().next()?;
            let placeholder = own.chars().all(|c| c == first);
            (!placeholder).then(|| format!("{told}{own}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn carries(html: &str, expected: Option<&str>) {
        assert_eq!(identifier(html).as_deref(), expected, "{html}");
    }

    #[test]
    fn what_tells_most_is_taken_wherever_it_stands() {
        carries("<script>ga('create', 'UA-1234567-3')</script>", Some("analytics UA-1234567"));
        carries("<script src=\"/js?id=G-AB12CD34EF\"></script>", Some("analytics G-AB12CD34EF"));
        carries("(window,'dataLayer','GTM-K2X9P')", Some("tag manager GTM-K2X9P"));
        carries("fbq('init', '123456789012345');", Some("pixel 123456789012345"));
        let both = "UA-1234567-3 <ins data-ad-client=\"ca-pub-1234567890123456\">";
        carries(both, Some("advertising ca-pub-1234567890123456"));
    }

    #[test]
    fn words_and_placeholders_are_no_identifiers() {
        for html in [
            "",
            "UA-XXXXX-Y",
            "UA-0000000-1",
            "UA-1234567",
            "ca-pub-0000000000000000",
            "ca-pub-123",
            "the AQUA-1234567-3 pump",
            "G-SHOCKWATCH is a watch",
            "G-AB12CD34EF-lower",
            "GTM-ab",
            "fbq('init', 'x')",
            "é GTM-é",
        ] {
            carries(html, None);
        }
    }
}
