//! The beginning of a file, for telling what it is.
//!
//! **Invariant:** a format is told by content and never by the file's name; looking consumes nothing.

use super::{
    error::ReadError,
    json::{AtEnd, Escapes, Json, Parsed},
    table::{self, Dialect, delimiter_name},
    text::Text,
    values::Layout,
};

/// How much is looked at.
const LOOK: usize = 1 << 20;
const MOST_RECORDS: usize = 2_000;
/// How X's archives begin, which are programs: what follows the sign `=` is JSON, and nothing is run.
const SCRIPTS: &[&str] = &["window.YTD.", "Grailbird.data."];

/// The beginning of a file.
#[derive(Clone, Debug)]
pub struct Sample<'t> {
    pub(crate) shape: Shape<'t>,
}

/// What kind of file it is at all.
#[derive(Clone, Debug)]
pub(crate) enum Shape<'t> {
    Table(TableSample),
    Json(JsonSample<'t>),
    /// XML or HTML: how it begins.
    Markup(&'t str),
    /// Records of a web archive: how they begin.
    Warc,
}

/// The beginning of a table.
#[derive(Clone, Debug)]
pub(crate) struct TableSample {
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The beginning of a file of JSON values.
#[derive(Clone, Debug)]
pub(crate) struct JsonSample<'t> {
    pub(crate) layout: Layout,
    /// Bytes before the values: `window.YTD.tweets.part0 =`.
    pub(crate) script: usize,
    values: Vec<Json<'t>>,
}

/// How a text begins, as much of it as a sample is taken from.
pub(crate) fn beginning(text: &mut Text) -> Result<String, ReadError> {
    text.want(LOOK)?;
    Ok(prefix(text.ahead(), LOOK).to_owned())
}

impl<'t> Sample<'t> {
    /// Looks at the [`beginning`] of a text.
    pub(crate) fn of(start: &'t str, text: &Text) -> Result<Self, ReadError> {
        let first = start.trim_start().as_bytes().first().copied();
        let script = script_length(start);
        let shape = match first {
            None => {
                let why = "there is nothing but white space at its beginning";
                return Err(ReadError::input(text.name(), why, "export it again"));
            }
            Some(control) if control.is_ascii_control() => {
                let why = format!("is no text: it begins with the byte 0x{control:02X}");
                return Err(ReadError::input(text.name(), why, "name a CSV, TSV or JSON file"));
            }
            Some(b'{' | b'[') => Shape::Json(JsonSample::of(start, 0)),
            Some(b'<') => Shape::Markup(prefix(start.trim_start(), 1 << 16)),
            Some(_) if script > 0 => Shape::Json(JsonSample::of(start, script)),
            Some(_) if is_stream(start) => Shape::Json(JsonSample::of_events(start)),
            Some(_) => Shape::Table(TableSample::of(start, text)?),
        };
        Ok(Self { shape })
    }

    /// What kind of file it is, for a person.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.shape {
            Shape::Table(_) => "a table",
            Shape::Json(_) => "JSON",
            Shape::Markup(_) => "XML or HTML",
            Shape::Warc => "a web archive",
        }
    }

    /// How XML or HTML begins; nothing of another file.
    pub(crate) fn markup(&self) -> Option<&str> {
        match &self.shape {
            Shape::Markup(start) => Some(start),
            _ => None,
        }
    }

    /// Whether the file is a program that assigns JSON.
    pub(crate) fn is_script(&self) -> bool {
        matches!(&self.shape, Shape::Json(json) if json.script > 0)
    }

    /// The names that a table has, if this is one.
    pub(crate) fn header(&self) -> Option<&[String]> {
        match &self.shape {
            Shape::Table(table) => Some(&table.header),
            _ => None,
        }
    }

    /// Whether this is a table with all of these columns.
    pub(crate) fn has_columns(&self, names: &[&str]) -> bool {
        self.header().is_some_and(|header| {
            names.iter().all(|name| header.iter().any(|column| column == name))
        })
    }

    /// The JSON values; none of a table.
    pub(crate) fn values(&self) -> &[Json<'t>] {
        match &self.shape {
            Shape::Json(json) => &json.values,
            _ => &[],
        }
    }

    /// Remarks on the shape.
    pub(crate) fn notes(&self) -> Vec<String> {
        match &self.shape {
            Shape::Table(table) if table.delimiter != b',' => {
                vec![format!("columns are separated by {}", delimiter_name(table.delimiter))]
            }
            _ => Vec::new(),
        }
    }
}

/// The beginning of a text, at most so many bytes of it.
fn prefix(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Length of the assignment at the beginning of a program of X's archive, with its sign `=`.
fn script_length(text: &str) -> usize {
    let space = text.len() - text.trim_start().len();
    let rest = &text[space..];
    let is_script = SCRIPTS.iter().any(|start| rest.starts_with(start));
    let sign = rest.find('=').filter(|sign| is_script && *sign < 200);
    sign.map_or(0, |sign| space + sign + 1)
}

/// Whether these are server-sent events: lines with a name or a colon, and one of data among them.
fn is_stream(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.is_empty()).take(50).peekable();
    let named = |line: &str| ["event:", "data:", "id:"].iter().any(|name| line.starts_with(name));
    let first = lines.peek().is_some_and(|line| named(line) || line.starts_with(':'));
    first && lines.any(|line| line.starts_with("data:"))
}

impl TableSample {
    fn of(start: &str, text: &Text) -> Result<Self, ReadError> {
        let delimiter = table::sniff_delimiter(start.trim_start_matches(['\r', '\n']));
        let mut records =
            table::records_in(start, Dialect::of(delimiter), text.at_end(), MOST_RECORDS)
                .into_iter();
        let header: Vec<String> =
            records.next().unwrap_or_default().iter().map(|name| name.trim().to_owned()).collect();
        let width = header.len();
        Ok(Self { delimiter, header, rows: records.filter(|row| row.len() == width).collect() })
    }

    /// Refuses a header that names a column twice.
    pub(crate) fn check_header(&self, file: &str) -> Result<(), ReadError> {
        let names = &self.header;
        let twice =
            (1..names.len()).find(|&at| !names[at].is_empty() && names[..at].contains(&names[at]));
        let Some(at) = twice else { return Ok(()) };
        let why = format!("line 1: column \"{}\" occurs twice", names[at]);
        let hint = "rename one of the two, then say which column is which with --map";
        Err(ReadError::input(file, why, hint))
    }

    /// The place of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The values of a column.
    pub(crate) fn values_of(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(column)).map(String::as_str)
    }
}

/// Reads a value that may be cut off and may have escapes that JSON does not have.
fn look(text: &str, at: usize) -> Option<(Json<'_>, usize)> {
    let read = Json::parse_as(text, at, AtEnd::Close, Escapes::Hexadecimal).ok()?;
    let Parsed { value, end, .. } = read;
    Some((value, end))
}

impl<'t> JsonSample<'t> {
    /// The values of the first events.
    fn of_events(text: &'t str) -> Self {
        let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
        let values = data.take(MOST_RECORDS).filter_map(|data| look(data.trim(), 0));
        Self { layout: Layout::Events, script: 0, values: values.map(|(value, _)| value).collect() }
    }

    fn of(text: &'t str, script: usize) -> Self {
        let (mut values, mut records) = (Vec::new(), 0);
        let skip_space = |at: usize| at + (text[at..].len() - text[at..].trim_start().len());
        let mut at = skip_space(script);
        let in_list = text[at..].starts_with('[');
        if in_list {
            at = skip_space(at + 1);
        }
        let mut first = None;
        while at < text.len() && records < MOST_RECORDS {
            records += 1;
            let Some((value, end)) = look(text, at) else {
                // A broken record is the reading's business; the sample goes on at the next line.
                let Some(line) = text[at..].find('\n') else { break };
                at = skip_space(at + line);
                continue;
            };
            values.push(value);
            first.get_or_insert(at..end);
            at = skip_space(end);
            if in_list && text[at..].starts_with([',', ']']) {
                at = skip_space(at + 1);
            }
        }
        let in_one_line = first.is_none_or(|first| !text[first].contains('\n'));
        let layout = if in_one_line && !in_list { Layout::Lines } else { Layout::Spread };
        Self { layout, script, values }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use concerted_model::plan::EncodingErrors;

    use super::*;

    /// Looks at a text.
    fn at<T>(content: &str, look: impl FnOnce(&Sample<'_>) -> T) -> T {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let mut text = Text::open(file.path(), EncodingErrors::Stop).unwrap();
        let start = beginning(&mut text).unwrap();
        look(&Sample::of(&start, &text).unwrap())
    }

    fn layout(content: &str) -> Layout {
        at(content, |sample| match &sample.shape {
            Shape::Json(json) => json.layout,
            _ => panic!("no JSON"),
        })
    }

    fn values(content: &str) -> usize {
        at(content, |sample| sample.values().len())
    }

    #[test]
    fn values_within_lines_are_told_from_values_over_lines() {
        assert_eq!(layout("{\"a\":1}\n{\"a\":2}"), Layout::Lines);
        assert_eq!(layout("{\"a\":1}{\"a\":2}"), Layout::Lines);
        assert_eq!(layout("{\n\"a\":1}"), Layout::Spread);
        assert_eq!(layout("[{\"a\":1}]"), Layout::Spread);
        assert_eq!(values("[{\"a\":1}, {\"a\":2}]"), 2);
    }

    #[test]
    fn a_program_that_assigns_and_a_stream_of_events_are_json() {
        let program = "window.YTD.tweets.part0 = [ {\"a\": 1} ]";
        assert_eq!(at(program, |sample| (sample.values().len(), sample.is_script())), (1, true));
        assert_eq!(values(":)\nevent: update\ndata: {\"a\":1}\n\nevent: delete\ndata: 7\n\n"), 2);
        assert!(at("<?xml version=\"1.0\"?><rss/>", |sample| sample.markup().is_some()));
        assert!(at("data,time\n1,2\n", |sample| sample.header().is_some()));
    }

    #[test]
    fn a_table_is_told_with_its_delimiter_and_noted() {
        at("id;time\n1;2\n", |sample| {
            assert!(sample.has_columns(&["time", "id"]));
            assert_eq!(sample.notes(), ["columns are separated by semicolon"]);
        });
    }

    #[test]
    fn a_column_named_twice_is_refused_by_name() {
        at("id,id,t\n", |sample| {
            let Shape::Table(table) = &sample.shape else { panic!() };
            let error = table.check_header("x.csv").unwrap_err();
            assert_eq!(error.to_string(), "x.csv: line 1: column \"id\" occurs twice");
        });
    }
}
