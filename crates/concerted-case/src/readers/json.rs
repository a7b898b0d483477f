//! JSON as evidence: numbers digit for digit, a key twice is refused, depth is bounded.
//!
//! **Invariant:** a value that was read means the same to every other parser. So numbers stay text
//! (an id above 2⁵³ is kept), a record with a key twice is a fault (parsers disagree on which wins),
//! and so is a number that no machine number can hold. Half a surrogate pair becomes U+FFFD.
//!
//! What stands where is found by `json_parser.rs`. It is not `serde_json` because that keeps the last of two equal keys, refuses half pairs, and
//! keeps big numbers only by a feature that would change it for the whole workspace. A test holds
//! the two against each other.

use std::{borrow::Cow, ops::Range};

use super::json_parser::Parser;

/// The deepest nesting that is read.
pub(crate) const DEEPEST: usize = 128;

/// A value that borrows from its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// An object, and where it stands in its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object<'a> {
    pub(crate) fields: Vec<(Cow<'a, str>, Json<'a>)>,
    pub(crate) at: Range<usize>,
}

/// Why a text is no value, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) why: Why,
}

/// Why a text is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Unfinished,
    Malformed(&'static str),
    DuplicateKey(String),
    TooDeep,
    BadNumber,
}

/// What to do where the text ends inside a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtEnd {
    /// It is a fault.
    Fault,
    /// Give what there is; for a look at the beginning of a file.
    Close,
}

impl<'a> Json<'a> {
    /// Reads the value at `from`; also gives the place after it.
    pub(crate) fn parse(text: &'a str, from: usize, end: AtEnd) -> Result<(Self, usize), Fault> {
        let read = Self::parse_as(text, from, end, Escapes::Json)?;
        Ok((read.value, read.end))
    }

    /// Reads the value at `from`, which may be written with escapes that JSON does not have.
    pub(crate) fn parse_as(
        text: &'a str,
        from: usize,
        end: AtEnd,
        escapes: Escapes,
    ) -> Result<Parsed<'a>, Fault> {
        Parser::new(text, from, end, escapes).parsed()
    }

    /// The value of a key, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        match self {
            Self::Object(object) => object.get(key),
            _ => None,
        }
    }

    /// The value at the end of a path of keys.
    pub(crate) fn path(&self, keys: &[&str]) -> Option<&Json<'a>> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The value at the end of a path that is written with dots: `user.id_str`.
    pub(crate) fn at(&self, path: &str) -> Option<&Json<'a>> {
        let (mut value, mut rest) = (self, path);
        while let Some(dot) = rest.bytes().position(|byte| byte == b'.') {
            value = value.get(&rest[..dot])?;
            rest = &rest[dot + 1..];
        }
        value.get(rest)
    }

    /// The text or number at the end of a path that is written with dots.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.at(path)?.scalar()
    }

    /// The first of several paths that leads to a text or number that is not empty.
    pub(crate) fn any(&self, paths: &[&str]) -> Option<&str> {
        paths.iter().find_map(|path| self.text(path).filter(|text| !text.is_empty()))
    }

    /// The elements of the list at the end of a path.
    pub(crate) fn list(&self, path: &str) -> &[Json<'a>] {
        self.at(path).map_or(&[], Json::items)
    }

    /// The texts at a key of each element of a list: `texts("entities.urls", "expanded_url")`; with
    /// no key the elements themselves.
    pub(crate) fn texts(&self, list: &str, key: &str) -> impl Iterator<Item = &str> {
        let items = self.list(list).iter();
        items.filter_map(move |item| if key.is_empty() { item.scalar() } else { item.text(key) })
    }

    /// Whether a key is there and true.
    pub(crate) fn is_true(&self, path: &str) -> bool {
        self.at(path) == Some(&Json::Bool(true))
    }

    /// Whether this is an object with all of these keys.
    pub(crate) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.at(key).is_some())
    }

    /// A string, or a number digit for digit.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements of a list; nothing of anything else.
    pub(crate) fn items(&self) -> &[Json<'a>] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

impl<'a> Object<'a> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        self.fields.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// Which escapes a string may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// Those of JSON.
    Json,
    /// Also `\xNN`, which Telegram Desktop writes for control characters.
    Hexadecimal,
}

/// A value that was read.
pub(crate) struct Parsed<'a> {
    pub(crate) value: Json<'a>,
    /// The place after it.
    pub(crate) end: usize,
    /// Escapes in it that are not JSON.
    pub(crate) repaired: u64,
}

/// The place after the value at `from`, by its brackets alone; nothing if they do not close.
pub(crate) fn skip(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(from), Some(b'{' | b'[')) {
        let end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
        return bytes.get(from..)?.iter().position(end).map(|length| from + length);
    }
    let (mut depth, mut at, mut quoted) = (0_usize, from, false);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Json<'_>, Fault> {
        Json::parse(text, 0, AtEnd::Fault).map(|(value, _)| value)
    }

    fn why(text: &str) -> Why {
        parse(text).unwrap_err().why
    }

    #[test]
    fn numbers_are_kept_digit_for_digit() {
        let value = parse(r#"{"id": 9007199254740993, "b": 18446744073709551616}"#).unwrap();
        assert_eq!(value.get("id").unwrap().scalar(), Some("9007199254740993"));
        assert_eq!(value.get("b").unwrap().scalar(), Some("18446744073709551616"));
    }

    #[test]
    fn numbers_that_cannot_be_kept_are_faults() {
        for text in ["[NaN]", "[Infinity]", "[-Infinity]", "[1e400]", "[nan]"] {
            assert_eq!(why(text), Why::BadNumber, "{text}");
        }
    }

    #[test]
    fn a_key_twice_is_a_fault_at_any_depth() {
        assert_eq!(why(r#"{"a": {"b": 1, "b": 2}}"#), Why::DuplicateKey("b".into()));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&deep(DEEPEST)).is_ok());
        assert_eq!(why(&deep(DEEPEST + 1)), Why::TooDeep);
        assert_eq!(why(&deep(20_000)), Why::TooDeep);
    }

    #[test]
    fn half_a_surrogate_pair_is_shown_as_a_replacement_character() {
        let text = |text| match parse(text).unwrap() {
            Json::Text(text) => text.into_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r#""bad \ud800 half""#), "bad \u{fffd} half");
        assert_eq!(text(r#""\ud83c\udf0d""#), "🌍");
        assert_eq!(text(r#""\ud83c\u0041""#), "\u{fffd}A");
    }

    #[test]
    fn the_beginning_of_a_value_can_be_looked_at() {
        let whole = r#"{"a": {"b": [1, "cé", true]}, "d": "\u00e9x"}"#;
        for cut in (0..=whole.len()).filter(|&cut| whole.is_char_boundary(cut)) {
            assert!(Json::parse(&whole[..cut], 0, AtEnd::Close).is_ok(), "{}", &whole[..cut]);
            if cut < whole.len() {
                assert_eq!(why(&whole[..cut]), Why::Unfinished, "{}", &whole[..cut]);
            }
        }
    }

    #[test]
    fn an_object_knows_where_it_stands() {
        let text = r#"[1, {"a": 2} ]"#;
        let Json::List(items) = parse(text).unwrap() else { panic!() };
        let Json::Object(object) = &items[1] else { panic!() };
        assert_eq!(&text[object.at.clone()], r#"{"a": 2}"#);
    }

    fn same(ours: &Json<'_>, theirs: &serde_json::Value) -> bool {
        use serde_json::Value;
        match (ours, theirs) {
            (Json::Null, Value::Null) => true,
            (Json::Bool(a), Value::Bool(b)) => a == b,
            (Json::Number(a), Value::Number(b)) => a.parse::<f64>().ok() == b.as_f64(),
            (Json::Text(a), Value::String(b)) => a == b,
            (Json::List(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Json::Object(a), Value::Object(b)) => {
                a.fields.len() == b.len()
                    && a.fields
                        .iter()
                        .all(|(key, a)| b.get(key.as_ref()).is_some_and(|b| same(a, b)))
            }
            _ => false,
        }
    }

    fn values() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9_f64).prop_map(Value::from),
            any::<String>().prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_the_same(value in values(), pretty in any::<bool>()) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() } + "\n";
            prop_assert!(same(&parse(&text).unwrap(), &value));
        }

        #[test]
        fn no_text_makes_it_panic(text in r#"[\[\]{}":,\\u0-9a-fé eE.+-]{0,40}"#) {
            let _ = Json::parse(&text, 0, AtEnd::Close);
            let ours = Json::parse(&text, 0, AtEnd::Fault);
            let theirs: Option<Result<serde_json::Value, _>> =
                serde_json::Deserializer::from_str(&text).into_iter().next();
            if let (Ok((ours, _)), Some(Ok(theirs))) = (ours, theirs) {
                prop_assert!(same(&ours, &theirs));
            }
        }
    }
}
