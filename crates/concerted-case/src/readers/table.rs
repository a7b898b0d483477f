//! The records of a CSV, TSV or semicolon file, one after another.
//!
//! **Invariant:** the same fields as RFC 4180 gives, with the place of each record; and a quote that
//! is never closed costs one row, not the rest of the file: the line where it opened is refused and
//! reading goes on at the next physical line. A row of another width than the header is refused.
//!
//! The `csv` crate is not used here because it does not tell an open quote from a closed one, and
//! takes the rest of the file into the last field. A test holds the two against each other.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::{bookmark::Spot, error::ReadError, place::Place, text::Text};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What stands between two fields.
    pub(crate) delimiter: u8,
    /// Whether a field may stand in quotes; without, a quote is a sign like any other.
    pub(crate) quotes: bool,
    /// Whether a backslash before a quote makes it a sign of the text.
    pub(crate) backslash: bool,
}

impl Dialect {
    /// RFC 4180 with another delimiter.
    pub(crate) fn of(delimiter: u8) -> Self {
        Self { delimiter, quotes: true, backslash: false }
    }
}

/// The fields of one record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// The record as it stands in the file.
    text: String,
    /// What fields say that stand otherwise in the file: quotes in quotes are written twice.
    unquoted: String,
    cells: Vec<Cell>,
    pub(crate) place: Place,
}

/// Where a field's text is.
#[derive(Clone, Copy, Debug)]
struct Cell {
    start: usize,
    end: usize,
    unquoted: bool,
}

impl Fields {
    /// Number of fields.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A field's text; nothing if it is empty or absent.
    pub(crate) fn get(&self, field: usize) -> Option<&str> {
        let Cell { start, end, unquoted } = *self.cells.get(field)?;
        if start == end {
            return None;
        }
        Some(&if unquoted { &self.unquoted } else { &self.text }[start..end])
    }

    /// All fields, empty ones as empty text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|field| self.get(field).unwrap_or_default())
    }

    /// Forgets all fields.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.unquoted.clear();
        self.cells.clear();
    }

    /// Adds a field.
    pub(crate) fn push(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.cells.push(Cell { start, end: self.text.len(), unquoted: false });
    }

    fn is_blank(&self) -> bool {
        match self.cells.as_slice() {
            [] => true,
            [cell] => cell.start == cell.end,
            _ => false,
        }
    }
}

/// What stands in the place of a record.
#[derive(Debug)]
pub(crate) enum Found {
    Row,
    Refused(Place, String),
}

/// Steps through the records of a text.
pub(crate) struct Rows<'t> {
    text: &'t mut Text,
    dialect: Dialect,
    line: u64,
}

enum Scan {
    /// A record, its bytes before and with its line end.
    Record { length: usize, with_end: usize },
    /// The record goes on beyond what is there.
    NeedsMore,
    /// A quote at this byte is not closed, or something follows its end on a later line.
    OpenQuote(usize),
}

impl<'t> Rows<'t> {
    /// The records of a text from a place between two of them.
    pub(crate) fn from(text: &'t mut Text, dialect: Dialect, spot: &Spot) -> Self {
        Self { text, dialect, line: spot.line }
    }

    /// The place before the next record.
    pub(crate) fn spot(&self) -> Spot {
        Spot { at: self.text.offset(), line: self.line, ..Spot::START }
    }

    /// The text behind the rows.
    pub(crate) fn text(&self) -> &Text {
        self.text
    }

    /// Reads the next record into `fields`; nothing at the end. Blank lines are no records.
    pub(crate) fn next(&mut self, fields: &mut Fields) -> Result<Option<Found>, ReadError> {
        loop {
            self.text.want(1)?;
            if self.text.ahead().is_empty() {
                return Ok(None);
            }
            let scan = match scan(self.text.ahead(), self.dialect, self.text.at_end(), fields) {
                Scan::NeedsMore if self.text.ahead().len() > super::text::LONGEST_RECORD => {
                    match first_quote(self.text.ahead(), self.dialect) {
                        Some(at) => Scan::OpenQuote(at),
                        None => Scan::NeedsMore,
                    }
                }
                scan => scan,
            };
            match scan {
                Scan::NeedsMore => self.text.want_more()?,
                Scan::Record { length, with_end } => {
                    fields.place = Place::new(self.text.offset(), length, self.line);
                    self.step(with_end);
                    if !fields.is_blank() {
                        return Ok(Some(Found::Row));
                    }
                }
                Scan::OpenQuote(at) => return Ok(Some(self.refuse_line(at))),
            }
        }
    }

    fn step(&mut self, count: usize) {
        self.line += lines(&self.text.ahead().as_bytes()[..count]);
        self.text.consume(count);
    }

    fn refuse_line(&mut self, quote: usize) -> Found {
        let ahead = self.text.ahead().as_bytes();
        let opened = self.line + lines(&ahead[..quote]);
        let length = memchr2(b'\n', b'\r', ahead).unwrap_or(ahead.len());
        let with_end = length + line_end(&ahead[length..]);
        let place = Place::new(self.text.offset(), length, self.line);
        self.step(with_end);
        Found::Refused(place, format!("the quote opened in line {opened} is never properly closed"))
    }
}

/// Physical lines that end in these bytes: LF, CRLF, or CR alone.
fn lines(bytes: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let lone = memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    (feeds + lone) as u64
}

/// Length of the line end that the bytes start with.
fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// The first quote that opens a field, looked for without regard to where it would close.
fn first_quote(text: &str, dialect: Dialect) -> Option<usize> {
    let bytes = text.as_bytes();
    let opens = |at: &usize| *at == 0 || bytes[at - 1] == dialect.delimiter;
    dialect.quotes.then(|| memchr_iter(b'"', bytes).find(opens))?
}

/// Splits the record at the start of `text` into fields.
fn scan(text: &str, dialect: Dialect, at_end: bool, fields: &mut Fields) -> Scan {
    let bytes = text.as_bytes();
    fields.clear();
    let mut at = 0;
    let scanned = loop {
        let cell = if dialect.quotes && bytes.get(at) == Some(&b'"') {
            let open = at;
            let quoted = match scan_quoted(text, open, dialect, fields, at_end) {
                Ok(quoted) => quoted,
                Err(scan) => return scan,
            };
            let plain = plain_length(bytes, quoted.after, dialect.delimiter);
            at = quoted.after + plain;
            if plain == 0 {
                quoted.cell
            } else if lines(&bytes[open..quoted.after]) > 0 {
                // Something behind the closing quote is sloppy within a line; after several
                // lines it means that the quote closed is another field's opening one.
                return Scan::OpenQuote(open);
            } else {
                let mut cell = fields.unquote(text, quoted.cell);
                fields.unquoted.push_str(&text[quoted.after..at]);
                cell.end = fields.unquoted.len();
                cell
            }
        } else {
            let start = at;
            at += plain_length(bytes, at, dialect.delimiter);
            Cell { start, end: at, unquoted: false }
        };
        fields.cells.push(cell);
        match bytes.get(at) {
            Some(byte) if *byte == dialect.delimiter => at += 1,
            Some(b'\r') if at + 1 == bytes.len() && !at_end => return Scan::NeedsMore,
            Some(_) => {
                break Scan::Record { length: at, with_end: at + line_end(&bytes[at..]) };
            }
            None if at_end => break Scan::Record { length: at, with_end: at },
            None => return Scan::NeedsMore,
        }
    };
    fields.text.push_str(&text[..at]);
    scanned
}

fn plain_length(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let rest = &bytes[from..];
    match rest.first() {
        // Behind a closing quote, and of an empty field, this is all there is.
        Some(byte) if *byte == delimiter || matches!(byte, b'\n' | b'\r') => 0,
        _ => memchr3(delimiter, b'\n', b'\r', rest).unwrap_or(rest.len()),
    }
}

/// A field in quotes.
struct Quoted {
    cell: Cell,
    /// The place after its closing quote.
    after: usize,
}

impl Fields {
    /// Takes what a field says over into the texts that stand otherwise in the file.
    fn unquote(&mut self, text: &str, cell: Cell) -> Cell {
        if cell.unquoted {
            return cell;
        }
        let start = self.unquoted.len();
        self.unquoted.push_str(&text[cell.start..cell.end]);
        Cell { start, end: self.unquoted.len(), unquoted: true }
    }
}

/// The next quote. Most fields are shorter than it takes to set a vector search up.
fn next_quote(bytes: &[u8]) -> Option<usize> {
    let short = &bytes[..bytes.len().min(16)];
    short
        .iter()
        .position(|byte| *byte == b'"')
        .or_else(|| memchr(b'"', &bytes[short.len()..]).map(|at| short.len() + at))
}

/// Reads the quoted text that opens at `open`.
fn scan_quoted(
    text: &str,
    open: usize,
    dialect: Dialect,
    fields: &mut Fields,
    at_end: bool,
) -> Result<Quoted, Scan> {
    let bytes = text.as_bytes();
    let (mut from, start) = (open + 1, fields.unquoted.len());
    loop {
        let Some(length) = next_quote(&bytes[from..]) else {
            return Err(if at_end { Scan::OpenQuote(open) } else { Scan::NeedsMore });
        };
        let quote = from + length;
        let piece = &text[from..quote];
        if dialect.backslash && is_escaped(piece) {
            fields.unquoted.push_str(&piece[..length - 1]);
            fields.unquoted.push('"');
            from = quote + 1;
            continue;
        }
        match bytes.get(quote + 1) {
            Some(b'"') => {
                fields.unquoted.push_str(piece);
                fields.unquoted.push('"');
                from = quote + 2;
            }
            None if !at_end => return Err(Scan::NeedsMore),
            _ if from == open + 1 => {
                let cell = Cell { start: from, end: quote, unquoted: false };
                return Ok(Quoted { cell, after: quote + 1 });
            }
            _ => {
                fields.unquoted.push_str(piece);
                let cell = Cell { start, end: fields.unquoted.len(), unquoted: true };
                return Ok(Quoted { cell, after: quote + 1 });
            }
        }
    }
}

/// Whether the text ends in a backslash that is not itself escaped.
fn is_escaped(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The first records of a text that may be cut off, for a look at them.
pub(crate) fn records_in(
    text: &str,
    dialect: Dialect,
    at_end: bool,
    most: usize,
) -> Vec<Vec<String>> {
    let (mut records, mut fields, mut at) = (Vec::new(), Fields::default(), 0);
    while at < text.len() && records.len() < most {
        match scan(&text[at..], dialect, at_end, &mut fields) {
            Scan::Record { with_end, .. } => {
                if !fields.is_blank() {
                    records.push(fields.iter().map(str::to_owned).collect());
                }
                at += with_end;
            }
            Scan::OpenQuote(_) => match memchr(b'\n', &text.as_bytes()[at..]) {
                Some(line) => at += line + 1,
                None => break,
            },
            Scan::NeedsMore => break,
        }
    }
    records
}

/// The delimiter of a table, from its first line: the sign that divides it most.
pub(crate) fn sniff_delimiter(first: &str) -> u8 {
    let mut counts = [(b',', 0), (b'\t', 0), (b';', 0)];
    let mut quoted = false;
    for byte in first.bytes().take_while(|byte| !matches!(byte, b'\n' | b'\r')) {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += u32::from(!quoted && byte == *delimiter);
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter)
}

/// A delimiter's name for a person.
pub(crate) fn delimiter_name(delimiter: u8) -> &'static str {
    match delimiter {
        b'\t' => "tab",
        b';' => "semicolon",
        _ => "comma",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use concerted_model::plan::EncodingErrors;
    use proptest::prelude::*;

    use super::*;

    fn rows(content: &str) -> Vec<String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        if content.is_empty() {
            return Vec::new();
        }
        let mut text = Text::open(file.path(), EncodingErrors::Stop).unwrap();
        let mut rows = Rows::from(&mut text, Dialect::of(b','), &Spot::START);
        let (mut all, mut fields) = (Vec::new(), Fields::default());
        while let Some(found) = rows.next(&mut fields).unwrap() {
            all.push(match found {
                Found::Row => {
                    let Place { line, offset, length } = fields.place;
                    let end = offset as usize + length as usize;
                    assert!(content.get(offset as usize..end).is_some());
                    format!("{line}: {}", fields.iter().collect::<Vec<_>>().join("|"))
                }
                Found::Refused(place, why) => format!("{}! {why}", place.line),
            });
        }
        all
    }

    #[test]
    fn lines_end_in_three_ways_in_one_file() {
        assert_eq!(rows("a,b\r\nc,d\n\ne,f\rg,h"), ["1: a|b", "2: c|d", "4: e|f", "5: g|h"]);
    }

    #[test]
    fn a_quoted_newline_is_text_and_still_counts_as_a_line() {
        assert_eq!(rows("a,\"x\n\"\"y\"\",z\"\nb,c\n"), ["1: a|x\n\"y\",z", "3: b|c"]);
    }

    #[test]
    fn an_open_quote_costs_its_own_line() {
        let refused = "1! the quote opened in line 1 is never properly closed";
        assert_eq!(rows("a,\"open\nb,c\nd,e"), [refused, "2: b|c", "3: d|e"]);
        assert_eq!(rows("a,\"open\nb,\"c\"\nd,e"), [refused, "2: b|c", "3: d|e"]);
    }

    #[test]
    fn text_behind_a_closing_quote_is_kept_within_a_line() {
        assert_eq!(rows("a,\"b\"c,d\n"), ["1: a|bc|d"]);
    }

    #[test]
    fn a_dialect_may_escape_quotes_or_have_none() {
        let cells = |dialect| records_in("a\t\"b\\\"c\"\td\n", dialect, true, 1).remove(0);
        let tab = Dialect::of(b'\t');
        assert_eq!(cells(Dialect { backslash: true, ..tab }), ["a", "b\"c", "d"]);
        assert_eq!(cells(Dialect { quotes: false, ..tab }), ["a", "\"b\\\"c\"", "d"]);
    }

    #[test]
    fn the_delimiter_is_the_sign_that_divides_the_header_most() {
        assert_eq!(sniff_delimiter("a;b;\"c,d,e,f\"\n,,,,,,"), b';');
        assert_eq!(sniff_delimiter("a\tb,c\td"), b'\t');
        assert_eq!(sniff_delimiter("a"), b',');
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a\",\r\n é;]{0,6}", 3), 1..6),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let content = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<String> =
                rows(&content).into_iter().map(|row| row.split_once(": ").unwrap().1.into()).collect();
            let written: Vec<String> = table.iter().map(|row| row.join("|")).collect();
            prop_assert_eq!(read, written);
        }

        #[test]
        fn no_bytes_are_lost_between_records(content in "[a\",\n\r]{0,60}") {
            rows(&content);
        }
    }
}
