//! Server-sent events: a stream of named events with a JSON value each.
//!
//! **Invariant:** an event is one record; its lines `data:` are joined as the standard says, its name
//! is told beside it, and comments (lines that begin with a colon) are no records.

use concerted_model::provenance::RejectReason;
use memchr::memchr;

use super::{
    error::ReadError,
    json::{AtEnd, Json},
    place::Place,
    text::Text,
    values::{Found, Sink, between, refusal},
};

/// The key under which an event's name is told before its value.
pub(crate) const NAME: &str = "event";

#[derive(Default)]
struct Event {
    name: String,
    data: String,
    place: Place,
    lines: usize,
}

/// Hands the value of each event to `sink`, from a line on that is the first of one.
pub(crate) fn each_event(text: &mut Text, from: u64, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    let (mut event, mut line) = (Event::default(), from);
    loop {
        text.want(1)?;
        if text.ahead().is_empty() {
            return end(std::mem::take(&mut event), text, sink);
        }
        let length = loop {
            match memchr(b'\n', text.ahead().as_bytes()) {
                Some(at) => break at + 1,
                None if text.at_end() => break text.ahead().len(),
                None => text.want_more()?,
            }
        };
        let here = text.ahead()[..length].trim_end_matches(['\n', '\r']);
        let field = |name: &str| {
            let value = here.strip_prefix(name)?.strip_prefix(':')?;
            Some(value.strip_prefix(' ').unwrap_or(value))
        };
        if let Some(data) = field("data") {
            if event.lines > 0 {
                event.data.push('\n');
            } else {
                let before = here.len() - data.len();
                event.place = Place::new(text.offset() + before as u64, data.len(), line);
            }
            event.data.push_str(data);
            event.lines += 1;
        } else if let Some(name) = field("event") {
            event.name = name.to_owned();
        }
        let ended = here.is_empty();
        if ended {
            end(std::mem::take(&mut event), text, sink)?;
        }
        text.consume(length);
        line += 1;
        if ended {
            between(text, line, false, sink)?;
        }
    }
}

fn end(event: Event, text: &Text, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    if event.lines == 0 {
        return Ok(());
    }
    let name = Json::Text(event.name.as_str().into());
    sink(Found::Beside(NAME, &name), text)?;
    // A number at the end of a text might go on, so that it needs something behind it.
    let data = format!("{}\n", event.data);
    match Json::parse(&data, 0, AtEnd::Fault) {
        Ok((value, end)) if data[end..].trim().is_empty() => {
            sink(Found::Value(&value, event.place), text)
        }
        Ok(_) => {
            let detail = "not JSON: something follows the value".to_owned();
            sink(Found::Refused(event.place, RejectReason::Malformed, detail), text)
        }
        Err(fault) => {
            let (reason, detail) = refusal(&fault, "the event ends inside a value");
            sink(Found::Refused(event.place, reason, detail), text)
        }
    }
}
