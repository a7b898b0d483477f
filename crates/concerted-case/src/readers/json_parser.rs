//! From the text of a JSON value to the value, in one pass.
//!
//! **Invariant:** no text makes it panic or nest deeper than [`DEEPEST`]; what JSON does not have is a
//! [`Fault`] with its place, but where the text may be closed, and then it is as if it ended there.

use std::borrow::Cow;

use memchr::memchr2;

use super::json::{AtEnd, DEEPEST, Escapes, Fault, Json, Object, Parsed, Why};

/// A text, and how far it was read.
pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    end: AtEnd,
    escapes: Escapes,
    repaired: u64,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, from: usize, end: AtEnd, escapes: Escapes) -> Self {
        Self { text, at: from, end, escapes, repaired: 0 }
    }

    /// The value that begins here.
    pub(super) fn parsed(mut self) -> Result<Parsed<'a>, Fault> {
        let value = self.value(0)?;
        Ok(Parsed { value, end: self.at, repaired: self.repaired })
    }

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
            let key = match self.plain() {
                Some(key) => Cow::Borrowed(key),
                None => self.string()?,
            };
            self.skip_space();
            if self.ended()? {
                break;
            }
            if self.peek() != Some(b':') {
                return self.fault(Why::Malformed("a colon was expected"));
            }
            self.at += 1;
            if object.fields.is_empty() {
                // Most objects have more than the four places that a list begins with.
                object.fields.reserve(8);
            }
            self.skip_space();
            // Put where it belongs at once: a value that is handed up first is copied twice.
            match self.plain() {
                Some(text) => object.fields.push((key, Json::Text(Cow::Borrowed(text)))),
                None => object.fields.push((key, self.value(depth + 1)?)),
            }
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
        let power = number.bytes().any(|byte| matches!(byte, b'e' | b'E'));
        if !is_number(number) && self.end == AtEnd::Fault {
            return self.fault(Why::Malformed("that is no number"));
        }
        let huge =
            power && !number.parse::<f64>().is_ok_and(f64::is_finite) && self.end == AtEnd::Fault;
        if huge {
            return self.fault(Why::BadNumber);
        }
        self.at += number.len();
        Ok(number)
    }

    /// The string that begins here, if one does that ends and has neither escapes nor control characters.
    fn plain(&mut self) -> Option<&'a str> {
        let rest = self.text.as_bytes().get(self.at..)?.strip_prefix(b"\"")?;
        let length = plain_length(rest);
        if rest.get(length) != Some(&b'"') {
            return None;
        }
        let from = self.at + 1;
        self.at = from + length + 1;
        Some(&self.text[from..from + length])
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        if let Some(plain) = self.plain() {
            return Ok(Cow::Borrowed(plain));
        }
        self.at += 1;
        let mut owned: Option<String> = None;
        loop {
            let rest = &self.text[self.at..];
            let plain = plain_length(rest.as_bytes());
            let piece = &rest[..plain];
            self.at += plain;
            if self.ended()? {
                return Ok(join(owned, piece));
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(join(owned, piece));
                }
                Some(0..0x20) => {
                    let why = "a line or control character inside quotes";
                    return self.fault(Why::Malformed(why));
                }
                _ => {}
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

/// Bytes that are gone through before a vector search is set up: most strings are shorter.
const SHORT: usize = 32;

/// Bytes before the next quote, backslash or control character.
fn plain_length(bytes: &[u8]) -> usize {
    let short = short_plain_length(&bytes[..bytes.len().min(SHORT)]);
    if short < SHORT {
        return short;
    }
    let rest = &bytes[SHORT..];
    let rest = &rest[..memchr2(b'"', b'\\', rest).unwrap_or(rest.len())];
    // Unlike a search, this is done for many bytes at a time.
    let any_control = rest.iter().fold(false, |any, byte| any | (*byte < 0x20));
    let control = any_control.then(|| rest.iter().position(|byte| *byte < 0x20)).flatten();
    SHORT + control.unwrap_or(rest.len())
}

/// [`plain_length`] of few bytes.
fn short_plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES << 7;
    const QUOTES: u64 = ONES * b'"' as u64;
    const BACKSLASHES: u64 = ONES * b'\\' as u64;
    // Eight bytes at a time (Anderson, "Bit Twiddling Hacks"): a byte's highest bit is set where it is less
    // than another; what is set by mistake stands behind one that is set rightly.
    let less = |word: u64, than: u64| word.wrapping_sub(ONES * than) & !word & HIGHS;
    let mut words = bytes.chunks_exact(8);
    let mut length = 0;
    for word in words.by_ref() {
        let word = word.try_into().map(u64::from_le_bytes).unwrap_or_default();
        let found = less(word ^ QUOTES, 1) | less(word ^ BACKSLASHES, 1) | less(word, 0x20);
        if found != 0 {
            return length + found.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let rest = words.remainder();
    length + rest.iter().position(ends).unwrap_or(rest.len())
}

/// A key that an object has twice.
fn twice<'o>(fields: &'o [(Cow<'_, str>, Json<'_>)]) -> Option<&'o str> {
    if fields.len() > 24 {
        let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_ref()).collect();
        keys.sort_unstable();
        return keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    }
    // Two keys can only be the same if they share a mark; few do, so that few are compared.
    let mut seen = 0_u64;
    for (at, (key, _)) in fields.iter().enumerate() {
        let mark = 1 << mark_of(key.as_bytes());
        if seen & mark != 0 && fields[..at].iter().any(|(other, _)| other == key) {
            return Some(key);
        }
        seen |= mark;
    }
    None
}

/// A number below 64, the same for the same key.
fn mark_of(key: &[u8]) -> u32 {
    let ends = [key.first(), key.last(), key.get(key.len() / 2)];
    let mixed = ends.into_iter().flatten().fold(key.len() as u32, |mixed, byte| {
        mixed.wrapping_mul(37).wrapping_add(u32::from(*byte))
    });
    mixed & 63
}

/// Whether a text has the form of a JSON number.
fn is_number(text: &str) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.as_bytes();
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', power @ ..] = rest {
        let power = match power {
            [b'+' | b'-', power @ ..] => power,
            power => power,
        };
        let count = digits(power);
        return count > 0 && count == power.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn many_bytes_at_a_time_find_what_one_at_a_time_finds(
            before in 0_usize..80,
            bytes in prop::collection::vec(prop_oneof![0_u8..0x30, any::<u8>(), Just(b'\\')], 0..40),
        ) {
            let bytes = [vec![b'a'; before], bytes].concat();
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            let slowly = bytes.iter().position(ends).unwrap_or(bytes.len());
            prop_assert_eq!(plain_length(&bytes), slowly);
        }
    }
}
