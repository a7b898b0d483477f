//! Posts that a program hands over in memory, written down so that evidence has bytes to point at.
//!
//! **Invariant:** a row is one JSON object on one line, in the order of the table; text and whole
//! numbers are verbatim, and what is null is absent. The file is named by the hash of its bytes, so
//! that the same table is the same file. What a row means is decided when the file is read, by the
//! same readers as any other.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

use arrow_array::{
    Array, Float64Array, ListArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, SchemaRef, TimeUnit};
use sha2::{Digest, Sha256};

use crate::{
    durable::{self, Draft},
    error::CaseError,
    readers::ReadError,
};

/// What errors call the table, which has no name of its own.
const TABLE: &str = "the table of posts";
/// From here on a float no longer holds every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A table that could not be taken over.
#[derive(Debug, thiserror::Error)]
pub enum HandedError {
    /// The table.
    #[error(transparent)]
    Table(#[from] ReadError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] CaseError),
}

/// Writes a table of posts into the case at `root`, unless it is there, and says where it lies.
///
/// Columns are text, numbers, booleans, dates, times, and lists of text. Encodes the table twice:
/// once for its name, once for its bytes.
///
/// # Errors
/// [`HandedError::Table`] if two columns share a name or one holds what no field of a post can be;
/// [`HandedError::Disk`] if the disk refuses it.
pub fn write(batches: &[RecordBatch], root: &Path) -> Result<PathBuf, HandedError> {
    let columns = columns(batches)?;
    let mut hash = Sha256::new();
    each_line(batches, &columns, &mut |line| {
        hash.update(line);
        Ok(())
    })?;
    let name = durable::hex(&hash.finalize()[..8]);
    let path = root.join("inputs").join(format!("{name}.jsonl"));
    if !path.is_file() {
        path.parent().map_or(Ok(()), durable::make_folder)?;
        let fill = |draft: &mut Draft| {
            each_line(batches, &columns, &mut |line| {
                draft.write_all(line).map_err(|error| CaseError::disk(&path, error))
            })
        };
        durable::replace_with(&path, fill)?;
    }
    Ok(path)
}

/// A column, and how its values are written.
struct Column {
    /// Its name as JSON, with the colon.
    key: Vec<u8>,
    /// All of its values, in one of the few types that are left to tell apart.
    values: Vec<Values>,
    /// How finely its times are told, in microseconds.
    step: i64,
}

enum Values {
    Text(StringArray),
    Lists(ListArray),
    Times(TimestampMicrosecondArray, Zone),
}

/// Whether the times of a column are moments, or what a clock somewhere showed.
#[derive(Clone, Copy)]
enum Zone {
    Utc,
    Unknown,
}

fn columns(batches: &[RecordBatch]) -> Result<Vec<Column>, ReadError> {
    let Some(schema) = batches.first().map(RecordBatch::schema) else { return Ok(Vec::new()) };
    refuse_twins(&schema)?;
    let of_column = |(place, field): (usize, &arrow_schema::FieldRef)| {
        let values = batches.iter().map(|batch| values(batch.column(place).as_ref()));
        let values: Vec<Values> = values.collect::<Result<_, _>>().map_err(|why| {
            let why = format!("column \"{}\" holds {}: {why}", field.name(), field.data_type());
            ReadError::usage(
                TABLE,
                why,
                "give text, numbers, times or lists of text, or leave the column out",
            )
        })?;
        let step = step(&values);
        Ok(Column { key: key(field.name()), values, step })
    };
    schema.fields().iter().enumerate().map(of_column).collect()
}

fn refuse_twins(schema: &SchemaRef) -> Result<(), ReadError> {
    let mut seen = BTreeSet::new();
    match schema.fields().iter().find(|field| !seen.insert(field.name())) {
        Some(twin) => {
            let why = format!("two columns are called \"{}\"", twin.name());
            Err(ReadError::usage(TABLE, why, "rename or leave out one of them"))
        }
        None => Ok(()),
    }
}

fn key(name: &str) -> Vec<u8> {
    let mut key = serde_json::Value::from(name).to_string().into_bytes();
    key.push(b':');
    key
}

fn values(array: &dyn Array) -> Result<Values, String> {
    match array.data_type() {
        DataType::Timestamp(_, zone) => {
            let zone = if zone.is_some() { Zone::Utc } else { Zone::Unknown };
            // To drop the zone is to keep the moment: Arrow stores every zone's times in UTC.
            let in_utc = DataType::Timestamp(TimeUnit::Microsecond, zone_of(zone));
            Ok(Values::Times(taken(array, &in_utc)?, zone))
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            let floats: Float64Array = taken(array, &DataType::Float64)?;
            Ok(Values::Text(floats.iter().map(|float| float.and_then(digits)).collect()))
        }
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
            Ok(Values::Lists(taken(array, &DataType::new_list(DataType::Utf8, true))?))
        }
        _ => Ok(Values::Text(taken(array, &DataType::Utf8)?)),
    }
}

/// The array as another type, refusing any value that does not fit.
fn taken<A: Array + Clone + 'static>(array: &dyn Array, to: &DataType) -> Result<A, String> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let found = cast_with_options(array, to, &strict).map_err(|error| error.to_string())?;
    found.as_any().downcast_ref::<A>().cloned().ok_or_else(|| format!("no {to}"))
}

fn zone_of(zone: Zone) -> Option<std::sync::Arc<str>> {
    match zone {
        Zone::Utc => Some("UTC".into()),
        Zone::Unknown => None,
    }
}

/// A float as a person would write it. One that is too large to be exact keeps its exponent, so that
/// an id that was rounded is seen to be; what is no number is nothing.
fn digits(float: f64) -> Option<String> {
    float
        .is_finite()
        .then(|| if float.abs() < EXACT { float.to_string() } else { format!("{float:e}") })
}

/// The largest of a minute, a second and their thousandths that all times of a column are whole in:
/// how finely they are told.
fn step(values: &[Values]) -> i64 {
    const STEPS: [i64; 4] = [60_000_000, 1_000_000, 1_000, 1];
    let times = || {
        let times = values.iter().filter_map(|values| match values {
            Values::Times(times, _) => Some(times.iter().flatten()),
            _ => None,
        });
        times.flatten()
    };
    let whole = |step: &i64| times().all(|time| time % step == 0);
    STEPS.into_iter().find(whole).unwrap_or(1)
}

/// Encodes the table a line at a time.
fn each_line(
    batches: &[RecordBatch],
    columns: &[Column],
    sink: &mut dyn FnMut(&[u8]) -> Result<(), CaseError>,
) -> Result<(), CaseError> {
    let mut line = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        for row in 0..batch.num_rows() {
            line.clear();
            line.push(b'{');
            for column in columns {
                let before = line.len();
                if before > 1 {
                    line.push(b',');
                }
                line.extend_from_slice(&column.key);
                if !column.write(number, row, &mut line) {
                    line.truncate(before);
                }
            }
            line.extend_from_slice(b"}\n");
            sink(&line)?;
        }
    }
    Ok(())
}

impl Column {
    /// Writes a value; `false` if there is none.
    fn write(&self, batch: usize, row: usize, line: &mut Vec<u8>) -> bool {
        match self.values.get(batch) {
            Some(Values::Text(texts)) if texts.is_valid(row) => text(texts.value(row), line),
            Some(Values::Lists(lists)) if lists.is_valid(row) => list(&lists.value(row), line),
            Some(Values::Times(times, zone)) if times.is_valid(row) => {
                let Some(shown) = moment(times.value(row), self.step, *zone) else { return false };
                text(&shown, line);
            }
            _ => return false,
        }
        true
    }
}

fn text(text: &str, line: &mut Vec<u8>) {
    line.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}

fn list(items: &dyn Array, line: &mut Vec<u8>) {
    line.push(b'[');
    let items = items.as_any().downcast_ref::<StringArray>();
    for (number, item) in items.into_iter().flatten().flatten().enumerate() {
        if number > 0 {
            line.push(b',');
        }
        text(item, line);
    }
    line.push(b']');
}

/// A time, as finely as it is told; nothing if it lies outside of what the calendar holds.
fn moment(micros: i64, step: i64, zone: Zone) -> Option<String> {
    let form = match step {
        60_000_000 => "%Y-%m-%dT%H:%M",
        1_000_000 => "%Y-%m-%dT%H:%M:%S",
        1_000 => "%Y-%m-%dT%H:%M:%S%.3f",
        _ => "%Y-%m-%dT%H:%M:%S%.6f",
    };
    let time = jiff::Timestamp::from_microsecond(micros).ok()?;
    let zone = match zone {
        Zone::Utc => "Z",
        Zone::Unknown => "",
    };
    Some(format!("{}{zone}", time.strftime(form)))
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use arrow_array::{ArrayRef, Int64Array, LargeStringArray, StructArray};
    use arrow_schema::Field;
    use concerted_model::tables::{list_of_strings, times};

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true)))
            .unwrap()
    }

    fn lines(batches: &[RecordBatch]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = write(batches, folder.path()).unwrap();
        fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn text_and_whole_numbers_are_verbatim_and_null_is_absent() {
        let found = lines(&[batch(vec![
            ("account", Arc::new(Int64Array::from(vec![Some(1_700_000_000_000_000_001), None]))),
            ("text", Arc::new(LargeStringArray::from(vec![Some("a \"b\"\n\u{202e}"), Some("")]))),
            ("urls", Arc::new(list_of_strings([vec!["u", "v"], vec![]]))),
        ])]);
        let expected = [
            "{\"account\":\"1700000000000000001\",\"text\":\"a \\\"b\\\"\\n\u{202e}\",\"urls\":[\"u\",\"v\"]}",
            "{\"text\":\"\",\"urls\":[]}",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn times_are_told_as_finely_as_the_whole_column_is() {
        let shown = |micros: Vec<i64>| lines(&[batch(vec![("time", Arc::new(times(micros)))])]);
        let minute = 1_714_557_600_000_000;
        assert_eq!(shown(vec![minute]), [r#"{"time":"2024-05-01T10:00Z"}"#]);
        assert_eq!(
            shown(vec![minute, minute + 1_000_000]),
            [r#"{"time":"2024-05-01T10:00:00Z"}"#, r#"{"time":"2024-05-01T10:00:01Z"}"#]
        );
        let fine = shown(vec![minute, minute + 1_000, minute + 7]);
        assert_eq!(fine[1], r#"{"time":"2024-05-01T10:00:00.001000Z"}"#);
        let bare = TimestampMicrosecondArray::from(vec![minute + 1_000_000]);
        let bare = lines(&[batch(vec![("time", Arc::new(bare))])]);
        assert_eq!(bare, [r#"{"time":"2024-05-01T10:00:01"}"#], "no zone is claimed");
    }

    #[test]
    fn a_float_that_rounded_an_id_still_shows_it() {
        assert_eq!(digits(123.0).as_deref(), Some("123"));
        assert_eq!(digits(1.7e18).as_deref(), Some("1.7e18"));
        assert_eq!(digits(f64::NAN), None);
    }

    #[test]
    fn the_same_table_is_the_same_file_however_it_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let whole = batch(vec![("account", Arc::new(StringArray::from(vec!["a", "b", "c"])))]);
        let cut = [whole.slice(0, 1), whole.slice(1, 2)];
        let first = write(&[whole], folder.path()).unwrap();
        assert_eq!(write(&cut, folder.path()).unwrap(), first);
        assert_eq!(fs::read_dir(folder.path().join("inputs")).unwrap().count(), 1);
    }

    #[test]
    fn what_no_post_can_hold_is_refused_by_the_name_of_its_column() {
        let folder = tempfile::tempdir().unwrap();
        let inner: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
        let field = Arc::new(Field::new("x", DataType::Utf8, true));
        let nested = StructArray::from(vec![(field, Arc::clone(&inner))]);
        let refused = |columns| write(&[batch(columns)], folder.path()).unwrap_err().to_string();
        let error = refused(vec![("metrics", Arc::new(nested))]);
        assert!(error.contains("\"metrics\""), "{error}");
        let error = refused(vec![("a", Arc::clone(&inner)), ("a", inner)]);
        assert_eq!(error, "the table of posts: two columns are called \"a\"");
    }
}
