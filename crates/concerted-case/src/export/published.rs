//! Tables as CSV, column by column as they are: what published methods give.
//!
//! **Invariant:** ids are verbatim; a key that people wrote cannot become a formula; an empty cell is a
//! value that the table does not have. Lines end in LF, and a number reads back as the number that it was.

use std::path::{Path, PathBuf};

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, StringArray, UInt32Array};
use concerted_model::tables::Table;

use super::{folder_for_files, spreadsheet};
use crate::{durable, error::CaseError};

/// Columns that hold text which people wrote.
const WRITTEN_BY_PEOPLE: &[&str] = &["key"];

/// A header and rows of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Names of the columns.
    pub header: Vec<String>,
    /// One row a line, as many cells as the header has names.
    pub rows: Vec<Vec<String>>,
}

/// Writes a table as `NAME.csv` into the folder `out`, which is made if there is none.
///
/// # Errors
/// [`CaseError`] if `out` is a file or the folder of a case, or the disk refuses it.
pub fn table_csv<T: Table>(table: &T, name: &str, out: &Path) -> Result<PathBuf, CaseError> {
    let batch = table
        .to_batch()
        .map_err(|error| CaseError::Encoding { path: out.join(name), reason: error.to_string() })?;
    let schema = batch.schema();
    let header: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let rows = (0..batch.num_rows())
        .map(|row| {
            let columns = header.iter().zip(batch.columns());
            columns.map(|(name, column)| cell(column, row, name)).collect()
        })
        .collect();
    text_csv(&Cells { header, rows }, name, out)
}

/// Writes rows of text as `NAME.csv` into the folder `out`, which is made if there is none.
///
/// # Errors
/// As [`table_csv`].
pub fn text_csv(cells: &Cells, name: &str, out: &Path) -> Result<PathBuf, CaseError> {
    folder_for_files(out)?;
    let path = out.join(format!("{name}.csv"));
    durable::replace_with(&path, |draft| {
        let mut rows = csv::WriterBuilder::new().from_writer(&mut *draft);
        let written = rows
            .write_record(&cells.header)
            .and_then(|()| cells.rows.iter().try_for_each(|row| rows.write_record(row)))
            .and_then(|()| Ok(rows.flush()?));
        drop(rows);
        written.map_err(|error| draft.error(error))
    })?;
    Ok(path)
}

fn cell(column: &ArrayRef, row: usize, name: &str) -> String {
    if column.is_null(row) {
        return String::new();
    }
    let any = column.as_any();
    if let Some(words) = any.downcast_ref::<StringArray>() {
        let word = words.value(row);
        if WRITTEN_BY_PEOPLE.contains(&name) {
            spreadsheet::inert(word).into()
        } else {
            word.into()
        }
    } else if let Some(counts) = any.downcast_ref::<UInt32Array>() {
        counts.value(row).to_string()
    } else if let Some(numbers) = any.downcast_ref::<Float64Array>() {
        format!("{:?}", numbers.value(row))
    } else if let Some(flags) = any.downcast_ref::<BooleanArray>() {
        u8::from(flags.value(row)).to_string()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use concerted_model::tables::{PublishedObjects, PublishedObjectsColumns};

    use super::*;

    #[test]
    fn a_table_is_written_as_it_is_and_keys_are_no_formulas() {
        let table = PublishedObjects::try_new(PublishedObjectsColumns {
            objects: StringArray::from(vec!["hashtag", "url"]),
            key: StringArray::from(vec!["=cmd()", "https://example.org/a,b"]),
            accounts: UInt32Array::from(vec![5, 2]),
        })
        .unwrap();
        let out = tempfile::tempdir().unwrap();
        let path = table_csv(&table, "shared", out.path()).unwrap();
        assert_eq!(
            fs::read_to_string(path).unwrap(),
            "objects,key,accounts\nhashtag,'=cmd(),5\nurl,\"https://example.org/a,b\",2\n"
        );
    }
}
