//! Lists inside one cell or key, in the spellings that exports use.
//!
//! **Invariant:** an element is never split inside quotes, and an address with a comma in it stays
//! whole. Empty elements are dropped: an empty key is no object.

use std::borrow::Cow;

use super::json::{AtEnd, Json};

/// How a cell is a list, where it is not in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    /// One verbatim key, unless it is several addresses or several words with a sign.
    Opaque,
    /// Words between spaces.
    Spaced,
    /// Words between commas; an address may have a comma in it.
    Commas,
    /// One word.
    Bracketed,
}

/// The elements of a cell.
pub(crate) fn elements(cell: &str, lists: Lists) -> Vec<Cow<'_, str>> {
    if let Some(words) = bracketed(cell) {
        return words;
    }
    if super::post::is_nothing(cell) {
        return Vec::new();
    }
    match lists {
        Lists::Spaced => spaced(cell),
        Lists::Commas => filled(bare(cell)),
        Lists::Bracketed => vec![Cow::Borrowed(cell.trim())],
        Lists::Opaque => {
            let words = spaced(cell);
            let all = |starts: &[&str]| {
                words.iter().all(|word| starts.iter().any(|start| word.starts_with(start)))
            };
            if all(&["http"]) || all(&["#", "@"]) { words } else { vec![Cow::Borrowed(cell)] }
        }
    }
}

/// Words without the sign before them.
pub(crate) fn without_sign<'a>(words: Vec<Cow<'a, str>>, signs: &[char]) -> Vec<Cow<'a, str>> {
    let bare = |word: Cow<'a, str>| match word.strip_prefix(signs) {
        Some(rest) => Cow::Owned(rest.to_owned()),
        None => word,
    };
    words.into_iter().map(bare).collect()
}

/// `["a", "b"]` (JSON), `['a', 'b']` (Python), `[a, b]` (X archive), or nothing if it is in no brackets.
pub(crate) fn bracketed(cell: &str) -> Option<Vec<Cow<'_, str>>> {
    let cell = cell.trim();
    let inner = cell.strip_prefix('[')?.strip_suffix(']')?;
    // Only these begin what a list of JSON may hold here; words without quotes need no second look.
    let json = inner
        .trim_start()
        .starts_with(|sign: char| sign.is_ascii_digit() || matches!(sign, '"' | '-' | ']'));
    if json
        && let Ok((Json::List(items), end)) = Json::parse(cell, 0, AtEnd::Fault)
        && end == cell.len()
        && items.iter().all(|item| item.scalar().is_some())
    {
        return Some(filled(items.into_iter().filter_map(|item| match item {
            Json::Text(word) => Some(word),
            Json::Number(word) => Some(Cow::Borrowed(word)),
            _ => None,
        })));
    }
    if inner.trim_start().starts_with(['\'', '"']) {
        return Some(filled(quoted(inner).into_iter().map(Cow::Owned)));
    }
    Some(filled(bare(inner)))
}

/// Words between white space.
pub(crate) fn spaced(cell: &str) -> Vec<Cow<'_, str>> {
    cell.split_whitespace().map(Cow::Borrowed).collect()
}

fn filled<'a>(words: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<Cow<'a, str>> {
    words.into_iter().filter(|word| !word.trim().is_empty()).collect()
}

/// Splits at commas; in a list of addresses only at those that an address follows.
fn bare(inner: &str) -> Vec<Cow<'_, str>> {
    let is_address = |text: &str| text.trim_start().starts_with("http");
    let addresses = is_address(inner);
    let (mut words, mut from) = (Vec::new(), 0);
    for comma in memchr::memchr_iter(b',', inner.as_bytes()) {
        if !addresses || is_address(&inner[comma + 1..]) {
            words.push(Cow::Borrowed(inner[from..comma].trim()));
            from = comma + 1;
        }
    }
    words.push(Cow::Borrowed(inner[from..].trim()));
    words
}

fn quoted(inner: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut signs = inner.chars();
    while let Some(sign) = signs.next() {
        match (quote, sign) {
            (None, '\'' | '"') => quote = Some(sign),
            (None, _) => {}
            (Some(_), '\\') => word.extend(signs.next()),
            (Some(open), _) if sign == open => {
                words.push(std::mem::take(&mut word));
                quote = None;
            }
            (Some(_), _) => word.push(sign),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_no_address_is_one_opaque_key() {
        assert_eq!(elements("23678", Lists::Opaque), ["23678"]);
        assert_eq!(elements("two words", Lists::Opaque), ["two words"]);
        assert_eq!(elements("two words", Lists::Spaced), ["two", "words"]);
        assert_eq!(elements("https://a.example https://b.example", Lists::Opaque).len(), 2);
        assert!(elements("nan", Lists::Opaque).is_empty());
        assert!(elements("", Lists::Opaque).is_empty());
    }

    #[test]
    fn words_between_commas_keep_an_address_whole() {
        assert_eq!(elements("a,b, c", Lists::Commas), ["a", "b", "c"]);
        let two = "https://e.example/1,2,https://e.example/3";
        assert_eq!(elements(two, Lists::Commas), ["https://e.example/1,2", "https://e.example/3"]);
    }

    #[test]
    fn three_spellings_are_one_list() {
        for cell in ["[a, b]", "['a', 'b']", "[\"a\", \"b\"]", " [a,b] "] {
            assert_eq!(bracketed(cell).unwrap(), ["a", "b"], "{cell}");
        }
        assert_eq!(bracketed("[1500000000000000004]").unwrap(), ["1500000000000000004"]);
        assert!(bracketed("[]").unwrap().is_empty());
        assert!(bracketed("['', ' ']").unwrap().is_empty());
        assert!(bracketed("a, b").is_none());
    }

    #[test]
    fn an_address_with_a_comma_in_it_stays_whole() {
        assert_eq!(
            bracketed("[http://example.org/a,b, http://example.org/c]").unwrap(),
            ["http://example.org/a,b", "http://example.org/c"]
        );
        assert_eq!(bracketed("[http://example.org/a,b]").unwrap(), ["http://example.org/a,b"]);
        assert_eq!(bracketed(r"['it\'s']").unwrap(), ["it's"]);
    }
}
