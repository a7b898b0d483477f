//! JSON as evidence: numbers digit for digit, a key twice is refused, depth is bounded.
//!
//! **Invariant:** a value that was read means the same to every other parser. So numbers stay text
//! (an id above 2⁵³ is kept), a record with a key twice is a fault (parsers disagree on which wins),
//! and so is a number that no machine number can hold. Half a surrogate pair becomes U+FFFD.
//!
//! This is not `serde_json` because that keeps the last of two equal keys, refuses half pairs, and
//! keeps big numbers only by a feature that would change it for the whole workspace. A test holds
//! the two against each other.

use std::{borrow::Cow, ops::Range};

use memchr::memchr2;

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
        let mut parser = Parser { text, at: from, end, escapes, repaired: 0 };
        let value = parser.value(0)?;
        Ok(Parsed { value, end: parser.at, repaired: parser.repaired })
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
        path.split('.').try_fold(self, |value, key| value.get(key))
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

struct Parser<'a> {
    text: &'a str,
    at: usize,
    end: AtEnd,
    escapes: Escapes,
    repaired: u64,
}

impl<'a> Parser<'a> {
    fn fault<T>(&self, why: Why) -> Result<T, Fault> {
        Err(Fault { at: self.at, why })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Whether the text has ended where it may be closed; a fault where it may not.
    fn ended(&self) -> Result<bool, Fault> {
        match (self.peek(), self.end) {
            (Some(_), _) => Ok(false),
            (None, AtEnd::Close) => Ok(true),
            (None, AtEnd::Fault) => self.fault(Why::Unfinished),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, Fault> {
        self.skip_space();
        if self.ended()? {
            return Ok(Json::Null);
        }
        match self.peek() {
            Some(b'{' | b'[') if depth >= DEEPEST => self.fault(Why::TooDeep),
            Some(b'{') => self.object(depth).map(Json::Object),
            Some(b'[') => self.list(depth).map(Json::List),
            Some(b'"') => self.string().map(Json::Text),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b'N' | b'I') => self.fault(Why::BadNumber),
            _ => self.fault(Why::Malformed("a value was expected")),
        }
    }

    fn word(&mut self, word: &'static str, value: Json<'a>) -> Result<Json<'a>, Fault> {
        let rest = &self.text[self.at..];
        if rest.starts_with(word) {
            self.at += word.len();
            return Ok(value);
        }
        if word.starts_with(rest) {
            self.at = self.text.len();
            return self.ended().map(|_| Json::Null);
        }
        let nan = rest.starts_with("nan");
        self.fault(if nan { Why::BadNumber } else { Why::Malformed("a value was expected") })
    }

    fn object(&mut self, depth: usize) -> Result<Object<'a>, Fault> {
        let mut object = Object { fields: Vec::new(), at: self.at..self.at };
        self.at += 1;
        loop {
            self.skip_space();
            if self.ended()? {
                break;
            }
            match self.peek() {
                Some(b'}') if object.fields.is_empty() => {
                    self.at += 1;
                    break;
                }
                Some(b'"') => {}
                _ => return self.fault(Why::Malformed("a key in quotes was expected")),
            }
            let key = self.string()?;
            self.skip_space();
            if self.ended()? {
                break;
            }
            if self.peek() != Some(b':') {
                return self.fault(Why::Malformed("a colon was expected"));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            object.fields.push((key, value));
            if self.closes(b'}')? {
                break;
            }
        }
        object.at.end = self.at;
        match twice(&object.fields) {
            Some(key) => self.fault(Why::DuplicateKey(key.to_owned())),
            None => Ok(object),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Json<'a>>, Fault> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            self.skip_space();
            if self.ended()? {
                return Ok(items);
            }
            items.push(self.value(depth + 1)?);
            if self.closes(b']')? {
                return Ok(items);
            }
        }
    }

    /// Steps over a comma, or over the end of a list or object.
    fn closes(&mut self, bracket: u8) -> Result<bool, Fault> {
        self.skip_space();
        if self.ended()? {
            return Ok(true);
        }
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(true)
            }
            _ => self.fault(Why::Malformed("a comma or a closing bracket was expected")),
        }
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let sign = usize::from(rest.first() == Some(&b'-'));
        if rest.get(sign) == Some(&b'I') {
            return self.fault(Why::BadNumber);
        }
        let length = rest
            .iter()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let number = &self.text[start..start + length.count()];
        if start + number.len() == self.text.len() && self.end == AtEnd::Fault {
            return self.fault(Why::Unfinished);
        }
        if !is_number(number) && self.end == AtEnd::Fault {
            return self.fault(Why::Malformed("that is no number"));
        }
        let huge = number.contains(['e', 'E'])
            && !number.parse::<f64>().is_ok_and(f64::is_finite)
            && self.end == AtEnd::Fault;
        if huge {
            return self.fault(Why::BadNumber);
        }
        self.at += number.len();
        Ok(number)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let mut owned: Option<String> = None;
        loop {
            let rest = &self.text[self.at..];
            let plain = memchr2(b'"', b'\\', rest.as_bytes()).unwrap_or(rest.len());
            if let Some(control) = rest.as_bytes()[..plain].iter().position(|byte| *byte < 0x20) {
                self.at += control;
                return self.fault(Why::Malformed("a line or control character inside quotes"));
            }
            let piece = &rest[..plain];
            self.at += plain;
            if self.ended()? {
                return Ok(join(owned, piece));
            }
            if self.peek() == Some(b'"') {
                self.at += 1;
                return Ok(join(owned, piece));
            }
            let said = owned.get_or_insert_default();
            said.push_str(piece);
            match self.escape()? {
                Some(character) => said.push(character),
                None => return Ok(Cow::Owned(std::mem::take(said))),
            }
        }
    }

    /// Reads an escape; nothing where the text ends inside it and may be closed.
    fn escape(&mut self) -> Result<Option<char>, Fault> {
        self.at += 1;
        if self.ended()? {
            return Ok(None);
        }
        let character = match self.peek() {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'u') => return self.unicode_escape(),
            Some(b'x') if self.escapes == Escapes::Hexadecimal => return self.hexadecimal_escape(),
            _ => return self.fault(Why::Malformed("an escape that JSON does not have")),
        };
        self.at += 1;
        Ok(Some(character))
    }

    fn unicode_escape(&mut self) -> Result<Option<char>, Fault> {
        let Some(unit) = self.code_unit(self.at + 1)? else {
            self.at = self.text.len();
            return Ok(None);
        };
        self.at += 5;
        if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
            let Some(low) = self.code_unit(self.at + 2)? else {
                self.at = self.text.len();
                return Ok(None);
            };
            if (0xdc00..0xe000).contains(&low) {
                self.at += 6;
                return Ok(char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)));
            }
        }
        Ok(Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)))
    }

    fn hexadecimal_escape(&mut self) -> Result<Option<char>, Fault> {
        let Some(digits) = self.text.as_bytes().get(self.at + 1..self.at + 3) else {
            self.at = self.text.len();
            return self.ended().map(|_| None);
        };
        let digit = |at: usize| char::from(digits[at]).to_digit(16);
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return self.fault(Why::Malformed("\\x needs two hexadecimal digits"));
        };
        self.at += 3;
        self.repaired += 1;
        Ok(char::from_u32(high * 16 + low))
    }

    fn code_unit(&self, from: usize) -> Result<Option<u32>, Fault> {
        let bytes = self.text.as_bytes();
        let Some(digits) = bytes.get(from..from + 4) else {
            return match self.end {
                AtEnd::Close => Ok(None),
                AtEnd::Fault => self.fault(Why::Unfinished),
            };
        };
        let mut unit = 0;
        for &digit in digits {
            let Some(value) = char::from(digit).to_digit(16) else {
                return self.fault(Why::Malformed("\\u needs four hexadecimal digits"));
            };
            unit = unit * 16 + value;
        }
        Ok(Some(unit))
    }
}

fn join<'a>(owned: Option<String>, piece: &'a str) -> Cow<'a, str> {
    match owned {
        None => Cow::Borrowed(piece),
        Some(said) => Cow::Owned(said + piece),
    }
}

/// A key that an object has twice.
fn twice<'o>(fields: &'o [(Cow<'_, str>, Json<'_>)]) -> Option<&'o str> {
    // Most objects are small, and most keys differ in length or first sign: no need to sort those.
    if fields.len() <= 24 {
        let same = |at: usize| {
            let key = fields[at].0.as_ref();
            fields[..at].iter().any(|(other, _)| other.as_ref() == key)
        };
        return (1..fields.len()).find(|at| same(*at)).map(|at| fields[at].0.as_ref());
    }
    let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable();
    keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// Whether a text has the form of a JSON number.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|power| digits(power.strip_prefix(['+', '-']).unwrap_or(power)))
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
