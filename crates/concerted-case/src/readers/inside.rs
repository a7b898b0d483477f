//! Records in lists inside an object, as an API's answer or an export has them, read as a stream.
//!
//! **Invariant:** memory holds one record, however long the list around it is; what stands beside the
//! lists is told before the records that follow it. A broken record is a fault of the file, because
//! nobody can say where the next one starts.

use super::{
    bookmark::{Open, Spot},
    error::ReadError,
    json::{AtEnd, Escapes, Json, Parsed, Why},
    place::Place,
    text::Text,
    values::{Found, Sink, broken, newlines, refusal, resume},
};
use concerted_model::provenance::RejectReason;

struct Walk<'t> {
    text: &'t mut Text,
    paths: &'static [&'static str],
    escapes: Escapes,
    line: u64,
    open: Vec<Open>,
    repaired: u64,
}

/// Hands each element of the lists at `paths` to `sink`, from a place on; gives the number of escapes that are
/// not JSON, with those before that place.
pub(crate) fn each_inside(
    text: &mut Text,
    (paths, escapes): (&'static [&'static str], Escapes),
    from: &Spot,
    sink: &mut Sink<'_>,
) -> Result<u64, ReadError> {
    let Spot { line, open, repaired, .. } = from.clone();
    let mut walk = Walk { text, paths, escapes, line, open, repaired };
    while walk.step(sink)? {
        let Walk { text, line, open, repaired, .. } = &walk;
        let (at, line, repaired) = (text.offset(), *line, *repaired);
        let spot = || Spot { at, line, open: open.clone(), repaired };
        sink(Found::Between(&spot), text)?;
    }
    Ok(walk.repaired)
}

impl Walk<'_> {
    /// Whether values under a path are looked into: it leads to a list of records, or further.
    fn leads(&self, path: &str) -> bool {
        let further = |known: &str| known.strip_prefix(path).is_some_and(|r| r.starts_with('.'));
        path.is_empty() || self.paths.iter().any(|known| further(known))
    }

    fn holds_records(&self, path: &str) -> bool {
        self.paths.contains(&path)
    }

    /// The next sign that is no white space.
    fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            self.text.want(1)?;
            let ahead = self.text.ahead().as_bytes();
            let space = ahead.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let found = ahead.get(space).copied();
            self.consume(space);
            if found.is_some() || self.text.at_end() {
                return Ok(found);
            }
        }
    }

    fn consume(&mut self, count: usize) {
        self.line += newlines(&self.text.ahead().as_bytes()[..count]);
        self.text.consume(count);
    }

    /// Goes one step on; whether there is more.
    fn step(&mut self, sink: &mut Sink<'_>) -> Result<bool, ReadError> {
        let Some(byte) = self.peek()? else {
            if !self.open.is_empty() {
                let place = Place::new(self.text.offset(), 0, self.line);
                let detail = "the file ends inside a list or object".to_owned();
                sink(Found::Refused(place, RejectReason::Malformed, detail), self.text)?;
            }
            return Ok(false);
        };
        let Some(inner) = self.open.last() else {
            match byte {
                b'{' | b'[' => self.enter(byte, String::new()),
                b',' => self.consume(1),
                _ => return Err(self.broken("an object was expected")),
            }
            return Ok(true);
        };
        let (list, path) = (inner.list, inner.path.clone());
        match byte {
            b']' if list => self.leave(),
            b'}' if !list => self.leave(),
            b',' => self.consume(1),
            _ if !list => self.field(&path, sink)?,
            b'{' | b'[' if !self.holds_records(&path) && self.leads(&path) => {
                self.enter(byte, path);
            }
            _ => self.record(sink)?,
        }
        Ok(true)
    }

    fn enter(&mut self, byte: u8, path: String) {
        self.consume(1);
        self.open.push(Open { list: byte == b'[', path });
    }

    fn leave(&mut self) {
        self.consume(1);
        self.open.pop();
    }

    /// Reads a key and what stands under it.
    fn field(&mut self, path: &str, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        if self.peek()? != Some(b'"') {
            return Err(self.broken("a key in quotes was expected"));
        }
        let mut key = String::new();
        self.value(&mut |parsed, _, _| {
            key = parsed.scalar().unwrap_or_default().to_owned();
            Ok(())
        })?;
        if self.peek()? != Some(b':') {
            return if self.text.at_end() && self.text.ahead().is_empty() {
                Ok(())
            } else {
                Err(self.broken("a colon was expected"))
            };
        }
        self.consume(1);
        let under = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match self.peek()? {
            Some(byte @ (b'[' | b'{')) if self.leads(&under) => {
                self.enter(byte, under);
                Ok(())
            }
            Some(b'[') if self.holds_records(&under) => {
                self.enter(b'[', under);
                Ok(())
            }
            Some(b'{') if self.holds_records(&under) => self.record(sink),
            None => Ok(()),
            Some(_) => self.value(&mut |value, _, text| sink(Found::Beside(&key, value), text)),
        }
    }

    fn record(&mut self, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let mut refused = None;
        let result = self.value_or(
            &mut |value, place, text| sink(Found::Value(value, place), text),
            &mut |place, reason, detail| refused = Some((place, reason, detail)),
        );
        if let Some((place, reason, detail)) = refused {
            sink(Found::Refused(place, reason, detail), self.text)?;
        }
        result
    }

    fn value(
        &mut self,
        take: &mut dyn FnMut(&Json<'_>, Place, &Text) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let mut fault = None;
        self.value_or(take, &mut |_, _, detail| fault = Some(detail))?;
        match fault {
            Some(detail) => Err(self.broken(&detail)),
            None => Ok(()),
        }
    }

    /// Reads one whole value. One that must not be kept but whose end is known goes to `refuse`.
    fn value_or(
        &mut self,
        take: &mut dyn FnMut(&Json<'_>, Place, &Text) -> Result<(), ReadError>,
        refuse: &mut dyn FnMut(Place, RejectReason, String),
    ) -> Result<(), ReadError> {
        let length = loop {
            let ahead = self.text.ahead();
            let place = |end: usize| Place::new(self.text.offset(), end, self.line);
            match Json::parse_as(ahead, 0, AtEnd::Fault, self.escapes) {
                Ok(Parsed { value, end, repaired }) => {
                    self.repaired += repaired;
                    take(&value, place(end), self.text)?;
                    break end;
                }
                Err(fault) => {
                    if let Why::Malformed(what) = fault.why {
                        self.line += newlines(&ahead.as_bytes()[..fault.at]);
                        return Err(self.broken(what));
                    }
                    let end = resume(ahead, 0, &fault);
                    if end.is_some() || self.text.at_end() {
                        let (reason, detail) = refusal(&fault, "the file ends inside a value");
                        let end = end.unwrap_or(ahead.len());
                        refuse(place(end), reason, detail);
                        break end;
                    }
                }
            }
            self.text.want_more()?;
        };
        self.consume(length);
        Ok(())
    }

    fn broken(&self, what: &str) -> ReadError {
        broken(self.text, self.line, "", what)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use concerted_model::plan::EncodingErrors;

    use super::*;

    fn walk(content: &str, paths: &'static [&'static str]) -> Result<Vec<String>, ReadError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let mut text = Text::open(file.path(), EncodingErrors::Stop)?;
        let mut all = Vec::new();
        let form = (paths, Escapes::Hexadecimal);
        each_inside(&mut text, form, &Spot::START, &mut |found, _| {
            all.push(match found {
                Found::Between(_) => return Ok(()),
                Found::Value(_, place) => {
                    let start = place.offset as usize;
                    let end = start + place.length as usize;
                    format!("{}: {}", place.line, &content[start..end])
                }
                Found::Beside(key, value) => format!("{key}={}", value.scalar().unwrap_or("…")),
                Found::Refused(place, reason, _) => format!("{}! {}", place.line, reason.as_str()),
            });
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn records_are_found_at_the_end_of_a_path_and_the_rest_is_told_beside() {
        let content =
            "{\"id\":7,\n\"data\":{\"n\":1,\"v\":[{\"a\":1},\n{\"b\":2}],\"m\":[3]},\"z\":true}";
        assert_eq!(
            walk(content, &["data.v"]).unwrap(),
            ["id=7", "n=1", "2: {\"a\":1}", "3: {\"b\":2}", "m=…", "z=…"]
        );
    }

    #[test]
    fn lists_of_lists_and_several_answers_are_walked_through() {
        let chats = "{\"c\":{\"l\":[{\"id\":1,\"m\":[{\"x\":1}]},{\"id\":2,\"m\":[]}]}}";
        assert_eq!(walk(chats, &["c.l.m", "m"]).unwrap(), ["id=1", "1: {\"x\":1}", "id=2"]);
        let answers = "{\"v\":[{\"a\":1}]}\n[{\"v\":{\"b\":2}}]";
        assert_eq!(walk(answers, &["v"]).unwrap(), ["1: {\"a\":1}", "2: {\"b\":2}"]);
    }

    #[test]
    fn a_record_that_must_not_be_kept_costs_itself_alone() {
        let content = "{\"v\":[{\"a\":1,\"a\":2},{\"b\":NaN},{\"c\":\"\\x07\"}]}";
        assert_eq!(
            walk(content, &["v"]).unwrap(),
            ["1! duplicate-key", "1! bad-number", "1: {\"c\":\"\\x07\"}"]
        );
    }

    #[test]
    fn an_answer_that_is_cut_off_keeps_what_came_before_and_says_so() {
        let found = walk("{\"v\":[{\"a\":1},{\"b\"", &["v"]).unwrap();
        assert_eq!(found[0], "1: {\"a\":1}");
        assert!(found[1..].iter().all(|found| found.ends_with("malformed")) && found.len() > 1);
        assert!(walk("{\"v\":[{a}]}", &["v"]).unwrap_err().to_string().contains("line 1"));
    }
}
