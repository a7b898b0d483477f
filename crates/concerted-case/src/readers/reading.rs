//! One file, from its first byte to its record in the manifest.
//!
//! **Invariant:** a file has one format for the whole of it: as asked for, or the surest by its content,
//! and the one that would have come next is told.

use std::{cmp::Reverse, path::Path};

use concerted_model::provenance::{InputRecord, RejectReason};

use super::{
    Bookmark, FORMATS, Format, Mapping, Opened, Progress, ReadOptions, Reader, Row, TableReader,
    Taker,
    bookmark::{Passed, Spot},
    error::ReadError,
    input::{Input, UnfoldLimits},
    json::Json,
    judge::Judge,
    parquet::Cells,
    sample::{Sample, Shape, beginning},
    source::Source,
    table::{self, Fields, Rows},
    text::{LONGEST_RECORD, Text},
    values::{self, Found},
};

/// Records between two calls of the progress.
const STEP: u64 = 4096;
/// Most bytes of a file that belongs beside another.
const COMPANION: u64 = 64 << 20;

/// Reads a file and hands each post, reject and change to `sink`, in the order of the file.
///
/// # Errors
/// [`ReadError`] if the file as a whole cannot be read; what was handed out until then is incomplete.
pub fn read(
    path: &Path,
    options: &ReadOptions,
    progress: &dyn Fn(Progress<'_>),
    sink: &mut dyn FnMut(Row<'_>),
) -> Result<InputRecord, ReadError> {
    read_source(&Source::file(path), options, progress, sink)
}

/// What a file is read from.
enum Stream {
    Text(Box<Text>),
    Parquet(Box<Cells>),
    Bytes(Box<Input>),
}

/// [`read`], of a file or a member of an archive.
///
/// # Errors
/// As [`read`].
pub fn read_source(
    source: &Source,
    options: &ReadOptions,
    progress: &dyn Fn(Progress<'_>),
    mut sink: &mut dyn FnMut(Row<'_>),
) -> Result<InputRecord, ReadError> {
    read_on(source, options, progress, &mut sink, None)
}

/// [`read_source`], from a bookmark on.
pub(crate) fn read_on(
    source: &Source,
    options: &ReadOptions,
    progress: &dyn Fn(Progress<'_>),
    taker: &mut dyn Taker,
    from: Option<&Bookmark>,
) -> Result<InputRecord, ReadError> {
    let name = source.name().to_owned();
    let mut stream = Stream::open(source, options)?;
    let start = stream.start()?;
    let sample = stream.sample(&start)?;
    let (format, runner_up) = choose(&sample, options, &name)?;
    let mut opened = format.open(&sample, options, &name)?;
    let beside = companion(source, &mut opened)?;
    let mut judge = Judge::new(&name, opened.customs.clone(), taker);
    if let Some(from) = from {
        judge = judge.going_on(from.tally.clone());
    }
    let repaired = run(&mut stream, &mut opened, &sample, &mut judge, progress, from)?;
    let verdict = judge.verdict();
    let (mut notes, compression, whole) = match stream {
        Stream::Text(text) => {
            report(progress, &name, text.input(), verdict.rows.read);
            let compression = text.input().compression();
            (text.notes(), compression, text.finish()?)
        }
        Stream::Parquet(cells) => {
            (vec!["places are rows of the Parquet file".to_owned()], "plain", cells.finish()?)
        }
        Stream::Bytes(input) => (Vec::new(), input.compression(), input.finish()?),
    };
    notes.extend(sample.notes());
    notes.extend(beside);
    notes.extend(opened.notes);
    if repaired > 0 {
        notes.push(format!(
            "{repaired} escapes \\xNN, which Telegram writes and JSON does not have, were read as the \
             control characters that they stand for"
        ));
    }
    notes.extend(verdict.notes);
    Ok(InputRecord {
        name,
        sha256: whole.sha256,
        bytes: whole.bytes,
        compression: compression.to_owned(),
        format: format.name.to_owned(),
        runner_up: runner_up.map(|format| format.name.to_owned()),
        mapping: opened.mapping,
        rows: verdict.rows,
        clocks: verdict.clocks,
        clock_check: verdict.check,
        clock_pairs: verdict.clock_pairs,
        resolution_us: verdict.resolution.as_micros(),
        notes,
    })
}

impl Stream {
    /// Opens a file.
    fn open(source: &Source, options: &ReadOptions) -> Result<Self, ReadError> {
        let mut input = Input::open(source, UnfoldLimits::default())?;
        let magic = input.peek(8)?;
        if magic.starts_with(b"PAR1") {
            return Ok(Self::Parquet(Box::new(Cells::open(source, input)?)));
        }
        if magic.starts_with(b"WARC/") {
            return Ok(Self::Bytes(Box::new(input)));
        }
        let text = Text::of(input, source, options.plan.encoding_errors)?;
        Ok(Self::Text(Box::new(text)))
    }

    /// How a text begins; nothing of what is no text.
    fn start(&mut self) -> Result<String, ReadError> {
        match self {
            Self::Text(text) => beginning(text),
            Self::Parquet(_) | Self::Bytes(_) => Ok(String::new()),
        }
    }

    /// Looks at the beginning of a file.
    fn sample<'t>(&self, start: &'t str) -> Result<Sample<'t>, ReadError> {
        match self {
            Self::Text(text) => Sample::of(start, text),
            Self::Parquet(cells) => cells.sample(),
            Self::Bytes(_) => Ok(Sample { shape: Shape::Warc }),
        }
    }
}

/// Reads the file that belongs beside this one, where the format has such; gives a remark.
fn companion(source: &Source, opened: &mut Opened) -> Result<Option<String>, ReadError> {
    let Reader::Json(reader) = &mut opened.reader else { return Ok(None) };
    let file = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let Some(other) = reader.companion(file) else { return Ok(None) };
    let Some(text) = source.beside(&other, COMPANION) else {
        return Ok(Some(format!("{other} does not lie beside it")));
    };
    reader.take_companion(&text).map_err(|why| {
        let why = format!("{other}, which lies beside it, {why}");
        ReadError::input(source.name(), why, "export it again, or put it elsewhere")
    })?;
    Ok(Some(format!("names were taken from {other}, which lies beside it")))
}

/// Hands all records in, or those behind a bookmark; gives the number of escapes that are not JSON.
fn run(
    stream: &mut Stream,
    opened: &mut Opened,
    sample: &Sample<'_>,
    judge: &mut Judge<'_>,
    progress: &dyn Fn(Progress<'_>),
    from: Option<&Bookmark>,
) -> Result<u64, ReadError> {
    let spec = opened.spec;
    let beginning = Spot::START;
    let start = from.map_or(&beginning, |from| &from.spot);
    if let (Stream::Text(text), Some(from)) = (&mut *stream, from) {
        text.go_on(from.spot.at, &from.passed, &mut |text| {
            report(progress, text.name(), text.input(), from.rows());
        })?;
    }
    match (&mut opened.reader, &sample.shape, stream) {
        (Reader::Table(reader), Shape::Table(table), Stream::Text(text)) => {
            let rows = Rows::from(text, spec.dialect(table.delimiter), start);
            let headerless = opened.headerless || from.is_some();
            let shape = TableShape { width: table.header.len(), headerless };
            read_table(rows, reader.as_ref(), shape, judge, progress)?;
        }
        (Reader::Table(reader), Shape::Table(_), Stream::Parquet(cells)) => {
            if from.is_some() {
                cells.go_on(start.at)?;
            }
            let mut fields = Fields::default();
            while cells.next(&mut fields)? {
                take_row(reader.as_ref(), &fields, judge);
                let bytes = cells.progress(0).bytes_read;
                let wanted = judge.wants_bookmark(bytes);
                if wanted {
                    let (tally, spot, passed) = (judge.tally(), cells.spot(), Passed::default());
                    let (packed, memory) = (false, None);
                    judge.bookmark(Bookmark { spot, tally, memory, bytes, packed, passed });
                }
                if wanted || judge.rows().is_multiple_of(STEP) {
                    progress(cells.progress(judge.rows()));
                }
            }
        }
        (Reader::Json(reader), Shape::Json(json), Stream::Text(text)) => {
            match from {
                None => text.consume(json.script),
                Some(from) => reader.recall(from.memory.as_deref().unwrap_or_default()),
            }
            let form = (opened.layout.unwrap_or(json.layout), opened.escapes);
            return values::each_value(text, form, start, &mut |found, text| {
                if let Found::Between(spot) = found {
                    bookmark((spot, text), || reader.memory(), judge, progress);
                } else {
                    take_value(found, reader.as_mut(), judge);
                    report_now_and_then(progress, text, judge.rows());
                }
                Ok(())
            });
        }
        (Reader::Markup(reader), Shape::Markup(_), Stream::Text(text)) => {
            text.want(LONGEST_RECORD + 1)?;
            if text.ahead().len() > LONGEST_RECORD {
                let why = "it is longer than 64 MiB, and XML and HTML are read whole";
                return Err(ReadError::limit(text.name(), why, "split it"));
            }
            reader.read(text.ahead(), judge)?;
            text.consume(usize::MAX);
        }
        (Reader::Bytes(reader), _, Stream::Bytes(input)) => {
            let name = input.name().to_owned();
            let mut step = |input: &Input, rows| report(progress, &name, input, rows);
            reader.read(input, from, judge, &mut step)?;
        }
        _ => {
            let why = "a file of one kind was opened as another";
            return Err(ReadError::bug(judge.file(), why));
        }
    }
    Ok(0)
}

/// Hands a bookmark on, if one is wanted.
fn bookmark(
    (spot, text): (&dyn Fn() -> Spot, &Text),
    memory: impl Fn() -> Option<String>,
    judge: &mut Judge<'_>,
    progress: &dyn Fn(Progress<'_>),
) {
    let bytes = text.offset();
    if judge.wants_bookmark(bytes) {
        let packed = text.input().compression() != "plain";
        let (spot, tally) = (spot(), judge.tally());
        let (memory, passed) = (memory(), text.passed());
        judge.bookmark(Bookmark { spot, tally, memory, bytes, packed, passed });
        report(progress, text.name(), text.input(), judge.rows());
    }
}

/// The format of a file: as asked for, or the one that is surest, and the one that would be next.
fn choose(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<(&'static Format, Option<&'static Format>), ReadError> {
    let named = |name: &str| FORMATS.iter().find(|format| format.name == name);
    if let Some(asked) = &options.format {
        let format = named(asked).ok_or_else(|| {
            let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
            let near = concerted_model::trace::nearest(asked, &names);
            let why = format!("\"{asked}\" is no format");
            let hint = match near {
                Some(near) => format!("did you mean \"{near}\"? All of them: concerted formats"),
                None => format!("known are: {}", names.join(", ")),
            };
            ReadError::usage(file, why, hint)
        })?;
        return Ok((format, None));
    }
    let mut fits: Vec<(u8, &Format)> =
        FORMATS.iter().filter_map(|format| Some(((format.detect)(sample)?, format))).collect();
    fits.sort_by_key(|(score, _)| Reverse(*score));
    let mut fits = fits.into_iter().map(|(_, format)| format);
    if options.mapping.is_some()
        && let Some(format) = named("mapped")
    {
        return Ok((format, fits.next()));
    }
    let format = fits.next().ok_or_else(|| unknown_format(sample, file))?;
    Ok((format, fits.next()))
}

fn unknown_format(sample: &Sample<'_>, file: &str) -> ReadError {
    let (what, names) = match (sample.header(), &sample.shape) {
        (Some(header), _) => ("columns", header.to_vec()),
        (None, Shape::Json(_)) => ("keys", names_in(sample.values())),
        (None, _) => {
            let why = format!("is {}, and no known format of it", sample.kind());
            let hint = "RSS, Atom, HTML and web archives are read; convert others to CSV or JSON";
            return ReadError::input(file, why, hint);
        }
    };
    let shown: Vec<&str> = names.iter().map(String::as_str).take(12).collect();
    let why = format!("no known format has these {what}: {}", shown.join(", "));
    ReadError::input(file, why, format!("say which is which: --map {}", Mapping::suggested(&names)))
}

/// The top keys of some values, in order of first appearance.
pub(super) fn names_in(values: &[Json<'_>]) -> Vec<String> {
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

fn report(progress: &dyn Fn(Progress<'_>), file: &str, input: &Input, rows: u64) {
    progress(Progress {
        file,
        bytes_read: input.bytes_read(),
        bytes_total: input.bytes_total(),
        rows,
    });
}

fn report_now_and_then(progress: &dyn Fn(Progress<'_>), text: &Text, rows: u64) {
    if rows.is_multiple_of(STEP) {
        report(progress, text.name(), text.input(), rows);
    }
}

struct TableShape {
    width: usize,
    headerless: bool,
}

fn read_table(
    mut rows: Rows<'_>,
    reader: &dyn TableReader,
    shape: TableShape,
    judge: &mut Judge<'_>,
    progress: &dyn Fn(Progress<'_>),
) -> Result<(), ReadError> {
    let TableShape { width, headerless } = shape;
    let mut fields = Fields::default();
    let mut header_read = headerless;
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
            table::Found::Row => take_row(reader, &fields, judge),
        }
        report_now_and_then(progress, rows.text(), judge.rows());
        if header_read {
            bookmark((&|| rows.spot(), rows.text()), || None, judge, progress);
        }
    }
    Ok(())
}

fn take_row(reader: &dyn TableReader, fields: &Fields, judge: &mut Judge<'_>) {
    if reader.no_posts() { judge.no_post() } else { judge.post(reader.draft(fields)) }
}

fn take_value(found: Found<'_>, reader: &mut dyn super::JsonReader, judge: &mut Judge<'_>) {
    match found {
        Found::Refused(place, reason, detail) => judge.refuse(place, reason, detail),
        Found::Beside(key, value) => reader.beside(key, value),
        Found::Between(_) => {}
        Found::Value(value @ Json::Object(_), place) => reader.record(value, place, judge),
        Found::Value(value, place) if reader.takes_any_value() => {
            reader.record(value, place, judge);
        }
        Found::Value(_, place) => {
            let detail = "a record must be an object".to_owned();
            judge.refuse(place, RejectReason::Malformed, detail);
        }
    }
}
