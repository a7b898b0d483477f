//! The JSON values of a file, one after another: one a line, concatenated, in one list, in a stream
//! of events, or in lists inside an object.
//!
//! **Invariant:** no value is lost in silence. A broken line costs that line alone where the file has
//! one value a line; where values spread over lines nobody can say where the next one starts, so a
//! break there is an error of the file.

use concerted_model::provenance::RejectReason;
use memchr::memchr;

use super::{
    bookmark::{Open, Spot},
    error::ReadError,
    json::{self, AtEnd, Escapes, Fault, Json, Why},
    place::Place,
    text::Text,
};

/// How values stand in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Each within a line, perhaps several.
    Lines,
    /// Over several lines, or inside one list.
    Spread,
    /// Server-sent events: the value is in the lines that begin with `data:`.
    Events,
    /// In lists inside an object, by their dotted paths: `data.videos`. See [`super::inside`].
    Inside(&'static [&'static str]),
}

/// A value, or why there is none in its place.
pub(crate) enum Found<'a> {
    Value(&'a Json<'a>, Place),
    /// What stands beside the values: its key and value.
    Beside(&'a str, &'a Json<'a>),
    Refused(Place, RejectReason, String),
    /// Nothing: it is between two values, and this tells where.
    Between(&'a dyn Fn() -> Spot),
}

/// Where values go.
pub(crate) type Sink<'s> = dyn FnMut(Found<'_>, &Text) -> Result<(), ReadError> + 's;

/// Hands each value of the text from a place on to `sink`, in order; gives the number of escapes that are not
/// JSON, with those before that place.
pub(crate) fn each_value(
    text: &mut Text,
    (layout, escapes): (Layout, Escapes),
    from: &Spot,
    sink: &mut Sink<'_>,
) -> Result<u64, ReadError> {
    match layout {
        Layout::Lines => each_in_lines(text, from.line, sink),
        Layout::Spread => each_spread(text, from, sink),
        Layout::Events => super::events::each_event(text, from.line, sink),
        Layout::Inside(paths) => {
            return super::inside::each_inside(text, (paths, escapes), from, sink);
        }
    }
    .map(|()| 0)
}

fn each_in_lines(text: &mut Text, from: u64, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    let mut line = from;
    loop {
        text.want(1)?;
        if text.ahead().is_empty() {
            return Ok(());
        }
        let mut searched = 0;
        let length = loop {
            let ahead = text.ahead();
            match memchr(b'\n', &ahead.as_bytes()[searched..]) {
                Some(at) => break searched + at + 1,
                None if text.at_end() => break ahead.len(),
                None => searched = ahead.len(),
            }
            text.want_more()?;
        };
        values_of_a_line(&text.ahead()[..length], line, text, sink)?;
        text.consume(length);
        line += 1;
        between(text, line, false, sink)?;
    }
}

/// Tells that it is between two values, perhaps of a list.
pub(super) fn between(
    text: &Text,
    line: u64,
    in_list: bool,
    sink: &mut Sink<'_>,
) -> Result<(), ReadError> {
    let spot = || {
        let open = in_list.then(|| Open { list: true, path: String::new() });
        Spot { at: text.offset(), line, open: open.into_iter().collect(), repaired: 0 }
    };
    sink(Found::Between(&spot), text)
}

pub(super) fn values_of_a_line(
    line_text: &str,
    line: u64,
    text: &Text,
    sink: &mut Sink<'_>,
) -> Result<(), ReadError> {
    let mut at = 0;
    loop {
        at += line_text[at..].len() - line_text[at..].trim_start().len();
        if at == line_text.len() {
            return Ok(());
        }
        let place = |end: usize| Place::new(text.offset() + at as u64, end - at, line);
        match Json::parse(line_text, at, AtEnd::Fault) {
            Ok((value, end)) => {
                sink(Found::Value(&value, place(end)), text)?;
                at = end;
            }
            Err(fault) => {
                let end = resume(line_text, at, &fault);
                let (reason, detail) = refusal(&fault, "the line ends inside a value");
                let upto = end.unwrap_or(line_text.len());
                sink(Found::Refused(place(upto), reason, detail), text)?;
                at = upto;
            }
        }
    }
}

/// Where to go on after a fault: after a value whose brackets close.
pub(super) fn resume(text: &str, from: usize, fault: &Fault) -> Option<usize> {
    match fault.why {
        Why::Unfinished | Why::Malformed(_) => None,
        Why::DuplicateKey(_) | Why::TooDeep | Why::BadNumber => json::skip(text, from),
    }
}

pub(super) fn refusal(fault: &Fault, unfinished: &str) -> (RejectReason, String) {
    match &fault.why {
        Why::Unfinished => (RejectReason::Malformed, unfinished.to_owned()),
        Why::Malformed(what) => (RejectReason::Malformed, format!("not JSON: {what}")),
        Why::DuplicateKey(key) => {
            (RejectReason::DuplicateKey, format!("the key \"{key}\" occurs twice"))
        }
        Why::TooDeep => (RejectReason::TooDeep, format!("nested deeper than {}", json::DEEPEST)),
        Why::BadNumber => {
            (RejectReason::BadNumber, "a number that is NaN, infinite or too large".to_owned())
        }
    }
}

fn each_spread(text: &mut Text, from: &Spot, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    let (mut line, mut in_list) = (from.line, !from.open.is_empty());
    loop {
        text.want(1)?;
        let Some(&byte) = text.ahead().as_bytes().first() else {
            if in_list {
                let place = Place::new(text.offset(), 0, line);
                let detail = "the file ends inside a list".to_owned();
                sink(Found::Refused(place, RejectReason::Malformed, detail), text)?;
            }
            return Ok(());
        };
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                line += u64::from(byte == b'\n');
                text.consume(1);
            }
            b',' if in_list => text.consume(1),
            b']' if in_list => {
                in_list = false;
                text.consume(1);
            }
            b'[' if !in_list => {
                in_list = true;
                text.consume(1);
            }
            _ => {
                one_spread(text, &mut line, sink)?;
                between(text, line, in_list, sink)?;
            }
        }
    }
}

fn one_spread(text: &mut Text, line: &mut u64, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    let length = loop {
        let ahead = text.ahead();
        let place = |end: usize| Place::new(text.offset(), end, *line);
        match Json::parse(ahead, 0, AtEnd::Fault) {
            Ok((value, end)) => {
                sink(Found::Value(&value, place(end)), text)?;
                break end;
            }
            Err(fault) => {
                if let Why::Malformed(what) = fault.why {
                    return Err(broken(text, *line, &ahead[..fault.at], what));
                }
                let end = resume(ahead, 0, &fault);
                if end.is_some() || text.at_end() {
                    let (reason, detail) = refusal(&fault, "the file ends inside a value");
                    let end = end.unwrap_or(ahead.len());
                    sink(Found::Refused(place(end), reason, detail), text)?;
                    break end;
                }
            }
        }
        text.want_more()?;
    };
    *line += newlines(&text.ahead().as_bytes()[..length]);
    text.consume(length);
    Ok(())
}

pub(super) fn broken(text: &Text, line: u64, before: &str, what: &str) -> ReadError {
    let line = line + newlines(before.as_bytes());
    let why = format!("line {line}: not JSON: {what}; where the next record starts cannot be told");
    ReadError::input(text.name(), why, "mend or cut that line, or export one record a line")
}

pub(super) fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use concerted_model::plan::EncodingErrors;

    use super::*;

    fn values(content: &str, layout: Layout) -> Result<Vec<String>, ReadError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let mut text = Text::open(file.path(), EncodingErrors::Stop)?;
        let mut all = Vec::new();
        each_value(&mut text, (layout, Escapes::Json), &Spot::START, &mut |found, _| {
            all.push(match found {
                Found::Between(_) => return Ok(()),
                Found::Beside(key, _) => format!("beside {key}"),
                Found::Value(_, place) => {
                    let start = place.offset as usize;
                    let end = start + place.length as usize;
                    format!("{}: {}", place.line, &content[start..end])
                }
                Found::Refused(place, reason, _) => {
                    format!("{}: {} {}", place.line, reason.as_str(), place.length)
                }
            });
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn a_broken_line_costs_that_line_alone() {
        let found = values("{\"a\":1}\n{\"b\": \"cut\n{\"c\":3}", Layout::Lines).unwrap();
        assert_eq!(found, ["1: {\"a\":1}", "2: malformed 11", "3: {\"c\":3}"]);
    }

    #[test]
    fn concatenated_values_are_each_found_in_either_layout() {
        let content = "{\"a\":1}{\"b\":2}\n\n{\"c\":3}";
        let expected = ["1: {\"a\":1}", "1: {\"b\":2}", "3: {\"c\":3}"];
        assert_eq!(values(content, Layout::Lines).unwrap(), expected);
        assert_eq!(values(content, Layout::Spread).unwrap(), expected);
    }

    #[test]
    fn a_refused_value_does_not_take_the_next_one_along() {
        let content = "{\"a\":1,\"a\":2}{\"b\":NaN} {\"c\":3}";
        for layout in [Layout::Lines, Layout::Spread] {
            assert_eq!(
                values(content, layout).unwrap(),
                ["1: duplicate-key 13", "1: bad-number 9", "1: {\"c\":3}"]
            );
        }
    }

    #[test]
    fn the_elements_of_one_list_are_the_values() {
        let found = values("[\n {\"a\":\n 1},\n {\"b\":2}\n]\n", Layout::Spread).unwrap();
        assert_eq!(found, ["2: {\"a\":\n 1}", "4: {\"b\":2}"]);
    }

    #[test]
    fn a_break_between_spread_values_is_an_error_with_its_line() {
        let error = values("[{\"a\":1},\n{b}, {\"c\":3}]", Layout::Spread).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn a_list_that_is_cut_off_keeps_what_came_before() {
        let found = values("[{\"a\":1},{\"b\"", Layout::Spread).unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], "1: {\"a\":1}");
        assert!(values("[{\"a\":1},", Layout::Spread).unwrap()[1].contains("malformed"));
    }
}
