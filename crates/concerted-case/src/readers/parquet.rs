//! The rows of a Parquet file, as the rows of a table.
//!
//! **Invariant:** every value is text as a table would have it: numbers digit for digit, moments in RFC
//! 3339, lists as JSON; the columns of a struct are named with dots. A row's place is its number: there
//! are no bytes of its own to point at.

use std::fs::File;

use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use arrow_array::{
    Array, ArrayRef, GenericListArray, OffsetSizeTrait, RecordBatch, StructArray, cast::AsArray,
};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;

use super::{
    Progress,
    bookmark::Spot,
    error::ReadError,
    input::{Input, UnfoldLimits, Whole},
    place::Place,
    sample::{Sample, Shape, TableSample},
    source::Source,
    table::Fields,
};

/// Rows that are looked at for what whole columns show.
const LOOK: usize = 2_000;
const BATCH: usize = 8_192;

/// The rows of a file.
pub(crate) struct Cells {
    input: Input,
    source: Source,
    batches: ParquetRecordBatchReader,
    columns: Vec<(String, ArrayRef)>,
    /// The next row of the batch, and rows in it.
    next: usize,
    rows: usize,
    /// Rows of the file so far, and in all.
    number: u64,
    total: u64,
}

fn unreadable(file: &str, error: &impl std::fmt::Display) -> ReadError {
    let why = format!("the Parquet file cannot be read: {error}");
    ReadError::input(file, why, "write it again, or export it as CSV")
}

/// The batches of a file behind so many rows, and its rows in all.
fn batches(source: &Source, behind: u64) -> Result<(ParquetRecordBatchReader, u64), ReadError> {
    let file: File = source.unpacked(UnfoldLimits::default())?;
    let name = source.name();
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| unreadable(name, &error))?;
    let rows = builder.metadata().file_metadata().num_rows();
    let builder = builder.with_batch_size(BATCH).with_offset(behind as usize);
    let batches = builder.build().map_err(|e| unreadable(name, &e))?;
    Ok((batches, u64::try_from(rows).unwrap_or_default()))
}

impl Cells {
    /// Opens a file; `input` is the same file, for its hash.
    pub(crate) fn open(source: &Source, input: Input) -> Result<Self, ReadError> {
        if input.compression() != "plain" {
            let hint = "unpack it: a Parquet file is compressed inside";
            return Err(ReadError::input(source.name(), "is a packed Parquet file", hint));
        }
        let (batches, total) = batches(source, 0)?;
        let source = source.clone();
        let (columns, next, rows, number) = (Vec::new(), 0, 0, 0);
        Ok(Self { input, source, batches, columns, next, rows, number, total })
    }

    /// The beginning of the file, as that of a table.
    pub(crate) fn sample<'t>(&self) -> Result<Sample<'t>, ReadError> {
        let (mut again, _) = batches(&self.source, 0)?;
        let first = again.next().transpose().map_err(|e| unreadable(self.source.name(), &e))?;
        let columns = match &first {
            Some(batch) => flat(batch),
            None => flat(&RecordBatch::new_empty(arrow_array::RecordBatchReader::schema(&again))),
        };
        let count = first.map_or(0, |batch| batch.num_rows().min(LOOK));
        let rows = (0..count).map(|row| {
            columns.iter().map(|(_, column)| text(column, row).unwrap_or_default()).collect()
        });
        let rows = rows.collect();
        let header = columns.iter().map(|(name, _)| name.clone()).collect();
        Ok(Sample { shape: Shape::Table(TableSample { delimiter: b',', header, rows }) })
    }

    /// Goes on behind so many rows.
    pub(crate) fn go_on(&mut self, behind: u64) -> Result<(), ReadError> {
        (self.batches, _) = batches(&self.source, behind)?;
        (self.number, self.next, self.rows) = (behind, 0, 0);
        Ok(())
    }

    /// The place before the next row.
    pub(crate) fn spot(&self) -> Spot {
        Spot { at: self.number, ..Spot::START }
    }

    /// Reads the next row; whether there is one.
    pub(crate) fn next(&mut self, fields: &mut Fields) -> Result<bool, ReadError> {
        while self.next == self.rows {
            let Some(batch) = self.batches.next() else { return Ok(false) };
            let batch = batch.map_err(|error| unreadable(self.source.name(), &error))?;
            (self.columns, self.rows, self.next) = (flat(&batch), batch.num_rows(), 0);
        }
        fields.clear();
        for (_, column) in &self.columns {
            fields.push(&text(column, self.next).unwrap_or_default());
        }
        self.next += 1;
        self.number += 1;
        fields.place = Place { offset: self.number - 1, length: 0, line: self.number };
        Ok(true)
    }

    pub(crate) fn progress(&self, rows: u64) -> Progress<'_> {
        let bytes_total = self.input.bytes_total();
        let share = self.number as f64 / self.total.max(1) as f64;
        let bytes_read = (bytes_total as f64 * share) as u64;
        Progress { file: self.source.name(), bytes_read, bytes_total, rows }
    }

    pub(crate) fn finish(self) -> Result<Whole, ReadError> {
        self.input.finish()
    }
}

/// The columns of a batch, those of structs with dots.
fn flat(batch: &RecordBatch) -> Vec<(String, ArrayRef)> {
    let mut columns = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        add(field.name(), column, &mut columns);
    }
    columns
}

fn add(name: &str, column: &ArrayRef, columns: &mut Vec<(String, ArrayRef)>) {
    match column.as_any().downcast_ref::<StructArray>() {
        Some(inner) => {
            for (field, column) in inner.fields().iter().zip(inner.columns()) {
                add(&format!("{name}.{}", field.name()), column, columns);
            }
        }
        None => columns.push((name.to_owned(), in_utc(column))),
    }
}

/// Moments of a zone that has a name, in UTC: they are the same moments, and names of zones are not known
/// here.
fn in_utc(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let utc = DataType::Timestamp(*unit, Some("+00:00".into()));
            arrow_cast::cast(column, &utc).unwrap_or_else(|_| column.clone())
        }
        _ => column.clone(),
    }
}

/// A value as text; nothing for null.
fn text(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::List(_) => Some(list(column.as_list::<i32>(), row)),
        DataType::LargeList(_) => Some(list(column.as_list::<i64>(), row)),
        // A number that went through a float lost its digits, and must look like it.
        DataType::Float32 | DataType::Float64 => {
            let shown = shown(column, row)?;
            Some(if shown.contains(['.', 'e', 'E']) { shown } else { format!("{shown}.0") })
        }
        _ => shown(column, row),
    }
}

fn shown(column: &ArrayRef, row: usize) -> Option<String> {
    let options = FormatOptions::new().with_display_error(true);
    Some(ArrayFormatter::try_new(column, &options).ok()?.value(row).to_string())
}

fn list<O: OffsetSizeTrait>(lists: &GenericListArray<O>, row: usize) -> String {
    let items = lists.value(row);
    let words: Vec<String> = (0..items.len()).filter_map(|item| text(&items, item)).collect();
    serde_json::to_string(&words).unwrap_or_default()
}
