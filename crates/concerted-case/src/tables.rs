//! The model's tables as Parquet files.
//!
//! **Invariant:** the same rows give the same bytes, in whatever pieces they come: rows are cut into
//! the same pieces before they are encoded. A file opens in DuckDB, Polars, pandas or R as it is, and
//! names the format of the case in its metadata.

use std::{
    fs::File,
    io::{self, Write},
    marker::PhantomData,
    path::PathBuf,
};

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::DataType;
use arrow_select::{coalesce::BatchCoalescer, concat::concat_batches};
use concerted_model::tables::Table;
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    basic::{Compression, Encoding, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::{FileMetaData, KeyValue},
        properties::WriterProperties,
    },
    schema::types::ColumnPath,
};

use crate::{
    error::CaseError,
    stage::{StageFile, StageFolder, StageWriter},
};

/// Rows that are read at a time.
pub const BATCH_ROWS: usize = 65_536;

/// Rows that are compressed together. Two batches: enough to compress well, and little to hold.
const ROW_GROUP_ROWS: usize = 2 * BATCH_ROWS;

/// Key and value of the file metadata that say how a case keeps its tables.
const FORMAT: (&str, &str) = ("concerted.case", "1");

/// Columns of words that are hardly ever there twice: to look for repetitions in them takes time and saves nothing.
const DISTINCT: [&str; 2] = ["id", "text"];

/// The name of a table's file.
#[must_use]
pub fn file_name<T: Table>() -> String {
    format!("{}.parquet", T::NAME)
}

/// Writes a table as a file of a stage.
///
/// # Errors
/// [`CaseError`] if the disk is full or fails.
pub fn write_table<T: Table>(writer: &StageWriter, table: &T) -> Result<(), CaseError> {
    write_tables(writer, [table])
}

/// Writes tables of one kind, one after the other, as one file of a stage.
///
/// # Errors
/// As [`write_table`].
pub fn write_tables<'t, T: Table + 't>(
    writer: &StageWriter,
    tables: impl IntoIterator<Item = &'t T>,
) -> Result<(), CaseError> {
    let mut file = TableWriter::create(writer)?;
    for table in tables {
        file.write(table)?;
    }
    file.finish()
}

/// A file of a stage that is filled table by table. Of what it was given it holds at most
/// [`BATCH_ROWS`] rows, and what two such batches are when compressed.
pub struct TableWriter<'w, T> {
    parquet: ArrowWriter<Held<'w>>,
    pieces: BatchCoalescer,
    of: PhantomData<fn(T)>,
}

impl<'w, T: Table> TableWriter<'w, T> {
    /// Begins the file.
    ///
    /// # Errors
    /// As [`write_table`].
    pub fn create(writer: &'w StageWriter) -> Result<Self, CaseError> {
        let name = file_name::<T>();
        let file = writer.create(&name)?;
        let parquet = properties::<T>().and_then(|properties| {
            ArrowWriter::try_new(Held(Some(file)), T::schema(), Some(properties))
        });
        let parquet = parquet.map_err(|error| CaseError::Encoding {
            path: name.into(),
            reason: error.to_string(),
        })?;
        let pieces = BatchCoalescer::new(T::schema(), BATCH_ROWS);
        Ok(Self { parquet, pieces, of: PhantomData })
    }

    /// Adds the rows of a table.
    ///
    /// # Errors
    /// As [`write_table`].
    pub fn write(&mut self, table: &T) -> Result<(), CaseError> {
        let encoded = self.encode(table);
        encoded.map_err(|error| self.error(error))
    }

    fn error(&self, error: ParquetError) -> CaseError {
        match &self.parquet.inner().0 {
            Some(file) => file.error(error),
            None => {
                CaseError::Encoding { path: file_name::<T>().into(), reason: error.to_string() }
            }
        }
    }

    fn encode(&mut self, table: &T) -> Result<(), ParquetError> {
        let batch = table.to_batch().map_err(|error| ParquetError::External(Box::new(error)))?;
        self.pieces.push_batch(batch)?;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        while let Some(piece) = self.pieces.next_completed_batch() {
            self.parquet.write(&piece)?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As [`write_table`].
    pub fn finish(mut self) -> Result<(), CaseError> {
        let last = self.pieces.finish_buffered_batch().map_err(ParquetError::from);
        let last = last.and_then(|()| self.flush()).and_then(|()| self.parquet.finish().map(drop));
        last.map_err(|error| self.error(error))?;
        self.parquet.inner_mut().0.take().map_or(Ok(()), StageFile::finish)
    }
}

/// The file that a Parquet writer writes to, until it is taken back.
struct Held<'w>(Option<StageFile<'w>>);

impl Write for Held<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_mut().map_or_else(|| Err(io::ErrorKind::BrokenPipe.into()), |f| f.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_mut().map_or(Ok(()), Write::flush)
    }
}

fn properties<T: Table>() -> Result<WriterProperties, ParquetError> {
    let (key, value) = FORMAT;
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_key_value_metadata(Some(vec![KeyValue::new(key.to_owned(), value.to_owned())]));
    for column in T::schema().fields() {
        let path = ColumnPath::from(column.name().as_str());
        match column.data_type() {
            // Moments and offsets mostly grow from row to row.
            DataType::Timestamp(..) | DataType::UInt64 => {
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
            }
            DataType::Utf8 if DISTINCT.contains(&column.name().as_str()) => {
                properties = properties.set_column_dictionary_enabled(path, false);
            }
            _ => {}
        }
    }
    Ok(properties.build())
}

/// Reads a table from a stage, whole.
///
/// # Errors
/// [`CaseError`] if the file is missing, damaged, or of a format of the future.
pub fn read_table<T: Table>(folder: &StageFolder) -> Result<T, CaseError> {
    read_table_at(folder.path(&file_name::<T>()))
}

/// Reads a table from a file, whole.
///
/// # Errors
/// As [`read_table`].
pub fn read_table_at<T: Table>(path: PathBuf) -> Result<T, CaseError> {
    // In one piece, which is not copied, so that no piece and the whole are held at the same time.
    let Tables { path, batches, .. } = tables_at::<T>(path, usize::MAX)?;
    let damaged = |reason: String| CaseError::Damaged { path: path.clone(), reason };
    let schema = batches.schema();
    let batches: Result<Vec<RecordBatch>, _> = batches.collect();
    let batches = batches.map_err(|error| damaged(error.to_string()))?;
    let batch = concat_batches(&schema, &batches).map_err(|error| damaged(error.to_string()))?;
    T::from_batch(&batch).map_err(|error| damaged(error.to_string()))
}

/// Reads a table from a stage, [`BATCH_ROWS`] rows at a time.
///
/// # Errors
/// As [`read_table`].
pub fn read_tables<T: Table>(folder: &StageFolder) -> Result<Tables<T>, CaseError> {
    tables_at(folder.path(&file_name::<T>()), BATCH_ROWS)
}

/// The tables of a file, of so many rows at most.
fn tables_at<T: Table>(path: PathBuf, most: usize) -> Result<Tables<T>, CaseError> {
    let file = File::open(&path).map_err(|error| CaseError::disk(&path, error))?;
    let damaged =
        |error: ParquetError| CaseError::Damaged { path: path.clone(), reason: error.to_string() };
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
    let found = format_of(reader.metadata().file_metadata());
    if found != FORMAT.1 {
        return Err(CaseError::Unknown { path, found });
    }
    let batches = reader.with_batch_size(most).build().map_err(damaged)?;
    Ok(Tables { path, batches, of: PhantomData })
}

fn format_of(metadata: &FileMetaData) -> String {
    let pairs = metadata.key_value_metadata().map(Vec::as_slice).unwrap_or_default();
    let format = pairs.iter().find(|pair| pair.key == FORMAT.0);
    format.and_then(|pair| pair.value.clone()).unwrap_or_default()
}

/// The tables of a file, one after the other.
pub struct Tables<T> {
    path: PathBuf,
    batches: ParquetRecordBatchReader,
    of: PhantomData<fn() -> T>,
}

impl<T: Table> Iterator for Tables<T> {
    type Item = Result<T, CaseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.next()?;
        let table = batch
            .map_err(|error| error.to_string())
            .and_then(|batch| T::from_batch(&batch).map_err(|error| error.to_string()));
        Some(table.map_err(|reason| CaseError::Damaged { path: self.path.clone(), reason }))
    }
}
