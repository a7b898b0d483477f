//! The columns of a table that a format knows by name.
//!
//! **Invariant:** found once per file, by name and in any order; a column that the file lacks is an
//! empty one, unless the format cannot do without it.

use std::collections::BTreeMap;

use super::{
    error::ReadError,
    sample::{Sample, Shape},
    table::Fields,
};

/// Fields of a post, and the column that each stands in.
pub(crate) struct Named {
    columns: Vec<(&'static str, &'static str, usize)>,
}

impl Named {
    /// Finds the columns of `(field, column)` pairs; those in `needed` must be there.
    pub(crate) fn of(
        sample: &Sample,
        pairs: &[(&'static str, &'static str)],
        needed: &[&str],
        format: &str,
        file: &str,
    ) -> Result<Self, ReadError> {
        let hint = "leave --format away to have it told from the content, or give --map";
        let Shape::Table(table) = &sample.shape else {
            let why = format!("the format \"{format}\" is a table and this is JSON");
            return Err(ReadError::usage(file, why, hint));
        };
        table.check_header(file)?;
        if let Some(lacks) = needed.iter().find(|column| table.column(column).is_none()) {
            let why = format!("the format \"{format}\" needs a column \"{lacks}\"");
            return Err(ReadError::usage(file, why, hint));
        }
        let found = pairs.iter().filter_map(|(field, column)| {
            table.column(column).map(|place| (*field, *column, place))
        });
        Ok(Self { columns: found.collect() })
    }

    /// A field's text in a row; nothing if it is empty.
    pub(crate) fn cell<'a>(&self, row: &'a Fields, field: &str) -> Option<&'a str> {
        self.cells(row, field).next()
    }

    /// A field's texts in a row, where several columns hold it.
    pub(crate) fn cells<'a>(&self, row: &'a Fields, field: &str) -> impl Iterator<Item = &'a str> {
        let columns = self.columns.iter().filter(move |(name, _, _)| *name == field);
        columns.filter_map(|(_, _, place)| row.get(*place))
    }

    /// Which column gave which field, for the manifest.
    pub(crate) fn mapping(&self) -> BTreeMap<String, String> {
        let mut mapping: BTreeMap<String, String> = BTreeMap::new();
        for (field, column, _) in &self.columns {
            let names = mapping.entry((*field).to_owned()).or_default();
            if !names.is_empty() {
                names.push(' ');
            }
            names.push_str(column);
        }
        mapping
    }
}
