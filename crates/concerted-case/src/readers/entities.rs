//! Hashtags, mentions and addresses in a text, for sources that do not list them.
//!
//! **Invariant:** any script: a hashtag is letters, marks, digits, underscores and zero-width
//! non-joiners after `#` or `＃`, at least one of them no digit, and it is given as it was written.

use std::borrow::Cow;

const NON_JOINER: char = '\u{200c}';

/// Combining marks, which Rust's `is_alphanumeric` leaves out, in the scripts whose words need them.
const MARKS: &[(char, char)] = &[
    ('\u{300}', '\u{36f}'),
    ('\u{483}', '\u{489}'),
    ('\u{591}', '\u{5c7}'),
    ('\u{610}', '\u{61a}'),
    ('\u{64b}', '\u{65f}'),
    ('\u{6d6}', '\u{6ed}'),
    ('\u{900}', '\u{903}'),
    ('\u{93a}', '\u{94f}'),
    ('\u{962}', '\u{963}'),
    ('\u{981}', '\u{983}'),
    ('\u{9bc}', '\u{9cd}'),
    ('\u{a01}', '\u{a03}'),
    ('\u{a3c}', '\u{a51}'),
    ('\u{a70}', '\u{a71}'),
    ('\u{a81}', '\u{a83}'),
    ('\u{abc}', '\u{acd}'),
    ('\u{b01}', '\u{b03}'),
    ('\u{b3c}', '\u{b57}'),
    ('\u{b82}', '\u{bcd}'),
    ('\u{c00}', '\u{c04}'),
    ('\u{c3c}', '\u{c56}'),
    ('\u{c81}', '\u{c83}'),
    ('\u{cbc}', '\u{cd6}'),
    ('\u{d00}', '\u{d03}'),
    ('\u{d3b}', '\u{d57}'),
    ('\u{d81}', '\u{ddf}'),
    ('\u{e31}', '\u{e4e}'),
    ('\u{eb1}', '\u{ece}'),
    ('\u{102b}', '\u{103e}'),
    ('\u{17b4}', '\u{17d3}'),
    ('\u{3099}', '\u{309a}'),
    ('\u{fe00}', '\u{fe0f}'),
];

fn is_word(sign: char) -> bool {
    sign.is_ascii_alphanumeric()
        || sign == '_'
        || (!sign.is_ascii()
            && (sign.is_alphanumeric()
                || sign == NON_JOINER
                || MARKS.iter().any(|(from, to)| (*from..=*to).contains(&sign))))
}

/// The hashtags of a text, without their sign.
pub(crate) fn hashtags(text: &str) -> Vec<Cow<'_, str>> {
    after_sign(text, &['#', '＃'], is_word)
        .filter(|tag| tag.chars().any(|sign| !sign.is_numeric()))
        .map(Cow::Borrowed)
        .collect()
}

/// The names that a text mentions, without their sign.
pub(crate) fn mentions(text: &str) -> Vec<Cow<'_, str>> {
    let in_name = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.' | '-');
    after_sign(text, &['@', '＠'], in_name)
        .map(|name| match name.trim_end_matches(['.', '-']) {
            // A name with two dots is a host; with one it is a sentence that goes on without a space.
            host if host.matches('.').count() > 1 => host,
            name => &name[..name.find(['.', '-']).unwrap_or(name.len())],
        })
        .filter(|name| !name.is_empty())
        .map(Cow::Borrowed)
        .collect()
}

/// Words behind one of `signs`, where no word stands right before the sign, nor an address around it.
fn after_sign<'t>(
    text: &'t str,
    signs: &'static [char],
    in_word: impl Fn(char) -> bool,
) -> impl Iterator<Item = &'t str> {
    let addresses: Vec<&str> =
        if text.contains(signs) { address_slices(text).collect() } else { Vec::new() };
    let start_of = |piece: &str| piece.as_ptr() as usize - text.as_ptr() as usize;
    let taken: Vec<(usize, usize)> =
        addresses.iter().map(|piece| (start_of(piece), start_of(piece) + piece.len())).collect();
    text.match_indices(signs).filter_map(move |(at, sign)| {
        if taken.iter().any(|(from, to)| (*from..*to).contains(&at)) {
            return None;
        }
        let before = text[..at].chars().next_back();
        if before.is_some_and(|before| is_word(before) || matches!(before, '&' | '/')) {
            return None;
        }
        let rest = &text[at + sign.len()..];
        let end = rest.find(|sign| !in_word(sign)).unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

/// The http and https addresses of a text, as written, without the punctuation around them.
pub(crate) fn urls(text: &str) -> Vec<Cow<'_, str>> {
    address_slices(text).map(Cow::Borrowed).collect()
}

fn address_slices(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let scheme = from + text[from..].find("://")?;
            from = scheme + 3;
            let Some(start) = scheme_start(text, scheme) else { continue };
            let length = text[start..].find(ends_address).unwrap_or(text.len() - start);
            let address = trim_address(&text[start..start + length]);
            from = from.max(start + address.len());
            if address.len() > scheme + 3 - start {
                return Some(address);
            }
        }
    })
}

fn scheme_start(text: &str, colon: usize) -> Option<usize> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        text.get(start..colon)?.eq_ignore_ascii_case(scheme).then_some(start)
    })
}

fn ends_address(sign: char) -> bool {
    sign.is_whitespace()
        || sign.is_control()
        || matches!(sign, '"' | '<' | '>' | '…' | '“' | '”' | '»' | '「' | '」')
}

/// Cuts the sentence's punctuation off the end, and a bracket that was opened before the address.
fn trim_address(address: &str) -> &str {
    let mut rest = address;
    loop {
        let trimmed = rest
            .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '。', '、', '，', '！', '？']);
        let open = |sign| trimmed.matches(sign).count();
        let unopened = [('(', ')'), ('[', ']'), ('{', '}')]
            .into_iter()
            .any(|(left, right)| trimmed.ends_with(right) && open(right) > open(left));
        let next = if unopened { &trimmed[..trimmed.len() - 1] } else { trimmed };
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashtags_are_found_in_any_script() {
        let text = "#Vote2024 in a#b ＃選挙 (#می‌خواهم) #हिन्दी #ação! ##x &#39; #2024 #_";
        assert_eq!(
            hashtags(text),
            ["Vote2024", "選挙", "می\u{200c}خواهم", "हिन्दी", "ação", "x", "_"]
        );
    }

    #[test]
    fn hashtags_end_where_a_reader_of_the_script_ends_them() {
        assert_eq!(hashtags("عاجل #الانتخابات_2024، و #سَلام."), ["الانتخابات_2024", "سَلام"]);
        assert_eq!(hashtags("#انتخابات‌آزاد؟ #رأی!"), ["انتخابات\u{200c}آزاد", "رأی"]);
        assert_eq!(hashtags("שלום #בחירות2024, #צה״ל"), ["בחירות2024", "צה"]);
        assert_eq!(hashtags("#选举#今天开始，＃大选。#選挙！"), ["选举", "大选", "選挙"]);
        assert_eq!(hashtags("#선거 #เลือกตั้ง62 ครับ"), ["선거", "เลือกตั้ง62"]);
    }

    #[test]
    fn a_fragment_of_an_address_is_no_hashtag_and_a_path_no_mention() {
        assert_eq!(hashtags("see https://example.org/#top, #real"), ["real"]);
        assert_eq!(mentions("https://medium.example/@who and @you"), ["you"]);
    }

    #[test]
    fn mentions_are_names_and_no_mail_addresses() {
        assert_eq!(
            mentions("RT @alpha_one: hi @Beta2, a@b.example .@c"),
            ["alpha_one", "Beta2", "c"]
        );
        assert_eq!(mentions("@some.one.example."), ["some.one.example"]);
    }

    #[test]
    fn addresses_lose_the_punctuation_around_them() {
        let text =
            "(https://example.org/a_(b)). HTTP://EXAMPLE.org/x, “https://t.co/Ab1”… http:// no";
        assert_eq!(
            urls(text),
            ["https://example.org/a_(b)", "HTTP://EXAMPLE.org/x", "https://t.co/Ab1"]
        );
    }
}
