//! The beginning of a file, for telling what it is.
//!
//! **Invariant:** a format is told by content and never by the file's name; looking consumes nothing.

use super::{
    error::ReadError,
    json::{AtEnd, Json},
    table::{self, delimiter_name},
    text::Text,
    values::Layout,
};

/// How much is looked at.
const LOOK: usize = 1 << 20;
const MOST_RECORDS: usize = 2_000;

/// The beginning of a file.
#[derive(Clone, Debug)]
pub struct Sample {
    pub(crate) shape: Shape,
}

/// What kind of file it is at all.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Table(TableSample),
    Json(JsonSample),
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
pub(crate) struct JsonSample {
    pub(crate) layout: Layout,
    text: String,
    starts: Vec<usize>,
}

impl Sample {
    /// Looks at the beginning of a text.
    pub(crate) fn of(text: &mut Text) -> Result<Self, ReadError> {
        text.want(LOOK)?;
        let ahead = text.ahead();
        let start = valid_prefix(&ahead[..ahead.len().min(LOOK)]).to_owned();
        let first = start.trim_start().as_bytes().first().copied();
        let shape = match first {
            None => {
                let why = "there is nothing but white space at its beginning";
                return Err(ReadError::input(text.name(), why, "export it again"));
            }
            Some(control) if control.is_ascii_control() => {
                let why = format!("is no text: it begins with the byte 0x{control:02X}");
                return Err(ReadError::input(text.name(), why, "name a CSV, TSV or JSON file"));
            }
            Some(b'{' | b'[') => Shape::Json(JsonSample::of(start)),
            Some(_) => Shape::Table(TableSample::of(&start, text)?),
        };
        Ok(Self { shape })
    }

    /// The names that a table has, if this is one.
    pub(crate) fn header(&self) -> Option<&[String]> {
        match &self.shape {
            Shape::Table(table) => Some(&table.header),
            Shape::Json(_) => None,
        }
    }

    /// Whether this is a table with all of these columns.
    pub(crate) fn has_columns(&self, names: &[&str]) -> bool {
        self.header().is_some_and(|header| {
            names.iter().all(|name| header.iter().any(|column| column == name))
        })
    }

    /// The JSON values; none of a table.
    pub(crate) fn values(&self) -> Vec<Json<'_>> {
        match &self.shape {
            Shape::Json(json) => json.values().collect(),
            Shape::Table(_) => Vec::new(),
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

/// As much of the bytes as is whole characters.
fn valid_prefix(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

impl TableSample {
    fn of(start: &str, text: &Text) -> Result<Self, ReadError> {
        let delimiter = table::sniff_delimiter(start.trim_start_matches(['\r', '\n']));
        let mut records =
            table::records_in(start, delimiter, text.at_end(), MOST_RECORDS).into_iter();
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

impl JsonSample {
    fn of(text: String) -> Self {
        let mut starts = Vec::new();
        let skip_space = |at: usize| at + (text[at..].len() - text[at..].trim_start().len());
        let mut at = skip_space(0);
        let in_list = text[at..].starts_with('[');
        if in_list {
            at = skip_space(at + 1);
        }
        let mut first = None;
        while at < text.len() && starts.len() < MOST_RECORDS {
            starts.push(at);
            let Ok((_, end)) = Json::parse(&text, at, AtEnd::Close) else {
                // A broken record is the reading's business; the sample goes on at the next line.
                let Some(line) = text[at..].find('\n') else { break };
                at = skip_space(at + line);
                continue;
            };
            first.get_or_insert(at..end);
            at = skip_space(end);
            if in_list && text[at..].starts_with([',', ']']) {
                at = skip_space(at + 1);
            }
        }
        let in_one_line = first.is_none_or(|first| !text[first].contains('\n'));
        let layout = if in_one_line && !in_list { Layout::Lines } else { Layout::Spread };
        Self { layout, text, starts }
    }

    fn values(&self) -> impl Iterator<Item = Json<'_>> {
        let value = |&at: &usize| Json::parse(&self.text, at, AtEnd::Close).ok();
        self.starts.iter().filter_map(value).map(|(value, _)| value)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use concerted_model::plan::EncodingErrors;

    use super::*;

    fn sample(content: &str) -> Sample {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        Sample::of(&mut Text::open(file.path(), EncodingErrors::Stop).unwrap()).unwrap()
    }

    fn layout(content: &str) -> Layout {
        match sample(content).shape {
            Shape::Json(json) => json.layout,
            Shape::Table(_) => panic!("a table"),
        }
    }

    #[test]
    fn values_within_lines_are_told_from_values_over_lines() {
        assert_eq!(layout("{\"a\":1}\n{\"a\":2}"), Layout::Lines);
        assert_eq!(layout("{\"a\":1}{\"a\":2}"), Layout::Lines);
        assert_eq!(layout("{\n\"a\":1}"), Layout::Spread);
        assert_eq!(layout("[{\"a\":1}]"), Layout::Spread);
        assert_eq!(sample("[{\"a\":1}, {\"a\":2}]").values().len(), 2);
    }

    #[test]
    fn a_table_is_told_with_its_delimiter_and_noted() {
        let sample = sample("id;time\n1;2\n");
        assert!(sample.has_columns(&["time", "id"]));
        assert_eq!(sample.notes(), ["columns are separated by semicolon"]);
    }

    #[test]
    fn a_column_named_twice_is_refused_by_name() {
        let Shape::Table(table) = sample("id,id,t\n").shape else { panic!() };
        let error = table.check_header("x.csv").unwrap_err();
        assert_eq!(error.to_string(), "x.csv: line 1: column \"id\" occurs twice");
    }
}
