//! Reading files of any known format into posts.
//!
//! **Invariant:** each record of a file is counted once, as a post, a reject, context or no post, and
//! carries its place in the file; nothing about a file is decided by its name. Files are read as
//! streams: memory holds one record, at most 64 MiB of it.
//!
//! One file a format, all of them in one table: [`formats`]. A format only says where its words are
//! (a `Draft`); what makes them a post is the same for all (`judge.rs`).

use std::{collections::BTreeMap, path::Path};

use concerted_model::{
    Timestamp,
    plan::IngestPlan,
    provenance::{InputRecord, Reject, RejectReason},
};

mod clock_check;
mod columns;
mod concerted;
mod coortweet;
mod entities;
mod error;
mod ids;
mod input;
mod ira538;
mod jetstream;
mod json;
mod judge;
mod lists;
mod mapped;
mod moment;
mod named;
mod sample;
mod table;
mod text;
mod values;
mod x_io;
mod x_v2;

pub mod clock;
pub mod mapping;
pub mod place;
pub mod post;
pub mod source;

pub use error::ReadError;
pub use input::sha256_of;
pub use mapping::{Field, Mapping, MappingError};
pub use place::Place;
pub use post::PostRow;
pub use sample::Sample;

pub(crate) use input::{hexadecimal, name_of};

use json::Json;
use judge::{Customs, Judge};
use post::Draft;
use sample::Shape;
use table::{Fields, Rows};
use text::Text;
use values::Found;

/// A format that can be read.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, for a person.
    pub title: &'static str,
    /// The fields of a post that it can carry.
    pub carries: &'static [&'static str],
    /// How sure it is, from 1 to 100, that a file beginning like this is its own.
    pub detect: fn(&Sample) -> Option<u8>,
    open: fn(&Sample, &ReadOptions, &str) -> Result<Opened, ReadError>,
}

static FORMATS: [Format; 8] = [
    Format {
        name: "x-io",
        title: "X information-operations archive, CSV",
        carries: x_io::CARRIES,
        detect: x_io::detect,
        open: x_io::open,
    },
    Format {
        name: "ira538",
        title: "FiveThirtyEight's Internet Research Agency tweets, CSV",
        carries: ira538::CARRIES,
        detect: ira538::detect,
        open: ira538::open,
    },
    Format {
        name: "coortweet",
        title: "CooRTweet's input, CSV",
        carries: coortweet::CARRIES,
        detect: coortweet::detect,
        open: coortweet::open,
    },
    Format {
        name: "x-v2",
        title: "X API version 2, JSONL of twarc",
        carries: x_v2::CARRIES,
        detect: x_v2::detect,
        open: x_v2::open,
    },
    Format {
        name: "jetstream",
        title: "Bluesky Jetstream version 1, JSONL",
        carries: jetstream::CARRIES,
        detect: jetstream::detect,
        open: jetstream::open,
    },
    Format {
        name: "concerted",
        title: "Concerted's own column names, CSV, TSV or JSONL",
        carries: concerted::CARRIES,
        detect: concerted::detect,
        open: concerted::open,
    },
    Format {
        name: "named",
        title: "any CSV, TSV or JSON lines whose columns have usual names",
        carries: concerted::CARRIES,
        detect: named::detect,
        open: named::open,
    },
    Format {
        name: "mapped",
        title: "Any CSV, TSV or JSONL by a mapping of its columns",
        carries: concerted::CARRIES,
        detect: |_| None,
        open: mapped::open,
    },
];

/// Every format that can be read.
#[must_use]
pub fn formats() -> &'static [Format] {
    &FORMATS
}

/// How a file is to be read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The format's name, if it is not to be told from the content.
    pub format: Option<String>,
    /// Which column is which, for a file of no known format.
    pub mapping: Option<Mapping>,
    /// The plan's part on reading.
    pub plan: IngestPlan,
    /// When the file is read; later posts cannot be.
    pub now: Timestamp,
}

/// How far the reading has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The input's name.
    pub file: &'a str,
    /// Bytes of the file that were read.
    pub bytes_read: u64,
    /// Bytes of the file in all.
    pub bytes_total: u64,
    /// Records so far.
    pub rows: u64,
}

/// What a record turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A post.
    Post(Box<PostRow>),
    /// A record that was refused.
    Reject(Reject),
}

/// A format at work on one file.
pub(crate) struct Opened {
    customs: Customs,
    mapping: BTreeMap<String, String>,
    notes: Vec<String>,
    reader: Reader,
}

enum Reader {
    Table(Box<dyn TableReader>),
    Json(Box<dyn JsonReader>),
}

/// A format of tables: a row is a post.
trait TableReader {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a>;
}

/// A format of JSON values: a value is a post, several, or none.
trait JsonReader {
    fn record(&self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>);
}

/// Records between two calls of the progress.
const STEP: u64 = 4096;

/// Reads a file and hands each post and each reject to `sink`, in the order of the file.
///
/// # Errors
/// [`ReadError`] if the file as a whole cannot be read; what was handed out until then is incomplete.
pub fn read(
    path: &Path,
    options: &ReadOptions,
    progress: &dyn Fn(Progress<'_>),
    sink: &mut dyn FnMut(Row),
) -> Result<InputRecord, ReadError> {
    let mut text = Text::open(path, options.plan.encoding_errors)?;
    let sample = Sample::of(&mut text)?;
    let name = text.name().to_owned();
    let (format, runner_up) = choose(&sample, options, &name)?;
    let Opened { customs, mapping, notes, reader } = (format.open)(&sample, options, &name)?;
    let mut judge = Judge::new(&name, customs, sink);
    match (&reader, &sample.shape) {
        (Reader::Table(reader), Shape::Table(table)) => {
            let rows = Rows::new(&mut text, table.delimiter);
            read_table(rows, reader.as_ref(), table.header.len(), &mut judge, progress)?;
        }
        (Reader::Json(reader), Shape::Json(json)) => {
            read_values(&mut text, json.layout, reader.as_ref(), &mut judge, progress)?;
        }
        _ => return Err(ReadError::bug(&name, "a table was opened as JSON or JSON as a table")),
    }
    let verdict = judge.verdict();
    report(progress, &text, verdict.rows.read);
    let notes = [text.notes(), sample.notes(), notes, verdict.notes].concat();
    let compression = text.input().compression().to_owned();
    let whole = text.finish()?;
    Ok(InputRecord {
        name,
        sha256: whole.sha256,
        bytes: whole.bytes,
        compression,
        format: format.name.to_owned(),
        runner_up: runner_up.map(|format| format.name.to_owned()),
        mapping,
        rows: verdict.rows,
        clocks: verdict.clocks,
        resolution_us: verdict.resolution.as_micros(),
        notes,
    })
}

/// The format of a file: as asked for, or the one that is surest, and the one that would be next.
fn choose(
    sample: &Sample,
    options: &ReadOptions,
    file: &str,
) -> Result<(&'static Format, Option<&'static Format>), ReadError> {
    let named = |name: &str| FORMATS.iter().find(|format| format.name == name);
    if let Some(asked) = &options.format {
        let format = named(asked).ok_or_else(|| {
            let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
            let why = format!("\"{asked}\" is no format");
            ReadError::usage(file, why, format!("known are: {}", names.join(", ")))
        })?;
        return Ok((format, None));
    }
    let mut fits: Vec<(u8, &Format)> =
        FORMATS.iter().filter_map(|format| Some(((format.detect)(sample)?, format))).collect();
    fits.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let mut fits = fits.into_iter().map(|(_, format)| format);
    if options.mapping.is_some()
        && let Some(format) = named("mapped")
    {
        return Ok((format, fits.next()));
    }
    let format = fits.next().ok_or_else(|| unknown_format(sample, file))?;
    Ok((format, fits.next()))
}

fn unknown_format(sample: &Sample, file: &str) -> ReadError {
    let (what, names) = match sample.header() {
        Some(header) => ("columns", header.to_vec()),
        None => ("keys", names_in(&sample.values())),
    };
    let shown: Vec<&str> = names.iter().map(String::as_str).take(12).collect();
    let why = format!("no known format has these {what}: {}", shown.join(", "));
    ReadError::input(file, why, format!("say which is which: --map {}", Mapping::suggested(&names)))
}

/// The top keys of some values, in order of first appearance.
fn names_in(values: &[Json<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for value in values.iter().take(100) {
        let Json::Object(object) = value else { continue };
        for (key, _) in &object.fields {
            if !names.iter().any(|name| name == key) {
                names.push(key.clone().into_owned());
            }
        }
    }
    names
}

fn report(progress: &dyn Fn(Progress<'_>), text: &Text, rows: u64) {
    progress(Progress {
        file: text.name(),
        bytes_read: text.input().bytes_read(),
        bytes_total: text.input().bytes_total(),
        rows,
    });
}

fn report_now_and_then(progress: &dyn Fn(Progress<'_>), text: &Text, rows: u64) {
    if rows.is_multiple_of(STEP) {
        report(progress, text, rows);
    }
}

fn read_table(
    mut rows: Rows<'_>,
    reader: &dyn TableReader,
    width: usize,
    judge: &mut Judge<'_>,
    progress: &dyn Fn(Progress<'_>),
) -> Result<(), ReadError> {
    let mut fields = Fields::default();
    let mut header_read = false;
    while let Some(found) = rows.next(&mut fields)? {
        match found {
            table::Found::Refused(place, detail) => {
                judge.refuse(place, RejectReason::Malformed, detail);
            }
            table::Found::Row if !header_read => header_read = true,
            table::Found::Row if fields.len() != width => {
                let detail = format!("{} fields where the header has {width}", fields.len());
                judge.refuse(fields.place, RejectReason::Malformed, detail);
            }
            table::Found::Row => judge.post(reader.draft(&fields)),
        }
        report_now_and_then(progress, rows.text(), judge.rows.read);
    }
    Ok(())
}

fn read_values(
    text: &mut Text,
    layout: values::Layout,
    reader: &dyn JsonReader,
    judge: &mut Judge<'_>,
    progress: &dyn Fn(Progress<'_>),
) -> Result<(), ReadError> {
    values::each_value(text, layout, &mut |found, text| {
        match found {
            Found::Refused(place, reason, detail) => judge.refuse(place, reason, detail),
            Found::Value(value @ Json::Object(_), place) => reader.record(value, place, judge),
            Found::Value(_, place) => {
                judge.refuse(
                    place,
                    RejectReason::Malformed,
                    "a record must be an object".to_owned(),
                );
            }
        }
        report_now_and_then(progress, text, judge.rows.read);
        Ok(())
    })
}
