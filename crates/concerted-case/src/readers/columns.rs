//! The columns of a table that a format knows by name.
//!
//! **Invariant:** found once per file, by name and in any order; a column that the file lacks is an
//! empty one, unless the format cannot do without it.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    error::ReadError,
    lists::{Lists, elements},
    mapped::{self, Looks},
    mapping::Field,
    moment::in_utc_us,
    post::Draft,
    sample::{Sample, Shape, TableSample},
    table::Fields,
};

/// What a specification calls the column that says when a post was collected.
pub(crate) const COLLECTED: &str = "collected";

/// Where each field of a post stands in a row, and what else a format looks at.
pub(crate) struct Named {
    places: [Vec<usize>; Field::ALL.len()],
    others: Vec<(&'static str, usize)>,
    columns: Vec<(&'static str, &'static str)>,
}

impl Named {
    /// Finds the columns of `(field, column)` pairs; those in `needed` must be there. A name that is
    /// no field of a post is looked up with [`Named::other`].
    pub(crate) fn of(
        sample: &Sample<'_>,
        pairs: &[(&'static str, &'static str)],
        needed: &[&str],
        format: &str,
        file: &str,
    ) -> Result<Self, ReadError> {
        let hint = "leave --format away to have it told from the content, or give --map";
        let Shape::Table(table) = &sample.shape else {
            let why = format!("the format \"{format}\" is a table and this is {}", sample.kind());
            return Err(ReadError::usage(file, why, hint));
        };
        table.check_header(file)?;
        if let Some(lacks) = needed.iter().find(|column| table.column(column).is_none()) {
            let why = format!("the format \"{format}\" needs a column \"{lacks}\"");
            return Err(ReadError::usage(file, why, hint));
        }
        Ok(Self::in_table(table, pairs))
    }

    fn in_table(table: &TableSample, pairs: &[(&'static str, &'static str)]) -> Self {
        let mut named = Self {
            places: std::array::from_fn(|_| Vec::new()),
            others: Vec::new(),
            columns: Vec::new(),
        };
        for (name, column) in pairs {
            let Some(place) = table.column(column) else { continue };
            named.columns.push((name, column));
            match name.parse::<Field>() {
                Ok(field) => named.places[field as usize].push(place),
                Err(_) => named.others.push((name, place)),
            }
        }
        named
    }

    /// Columns by their place, for a table without a header.
    pub(crate) fn by_place(pairs: &[(&'static str, usize)]) -> Self {
        let mut named = Self {
            places: std::array::from_fn(|_| Vec::new()),
            others: Vec::new(),
            columns: Vec::new(),
        };
        for (name, place) in pairs {
            match name.parse::<Field>() {
                Ok(field) => named.places[field as usize].push(*place),
                Err(_) => named.others.push((name, *place)),
            }
        }
        named
    }

    /// A field's text in a row; nothing if it is empty.
    pub(crate) fn cell<'a>(&self, row: &'a Fields, field: Field) -> Option<&'a str> {
        self.places[field as usize].iter().find_map(|place| row.get(*place))
    }

    /// A field's texts in a row, where several columns hold it.
    pub(crate) fn cells<'a>(&self, row: &'a Fields, field: Field) -> impl Iterator<Item = &'a str> {
        self.places[field as usize].iter().filter_map(|place| row.get(*place))
    }

    /// The text of a column that is no field of a post; nothing if it is empty.
    pub(crate) fn other<'a>(&self, row: &'a Fields, name: &str) -> Option<&'a str> {
        let (_, place) = self.others.iter().find(|(known, _)| *known == name)?;
        row.get(*place)
    }

    /// Whether a column of that name was found.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(known, _)| *known == name)
    }

    /// Whether a column says yes.
    pub(crate) fn says_yes(&self, row: &Fields, name: &str) -> bool {
        let yes = |text: &str| ["yes", "true", "1"].iter().any(|y| text.eq_ignore_ascii_case(y));
        self.other(row, name).is_some_and(yes)
    }

    /// A draft with every field as its column has it.
    pub(crate) fn draft<'a>(&self, row: &'a Fields, lists: Lists) -> Draft<'a> {
        let one = |field| self.cell(row, field).map(Cow::Borrowed);
        let many = |field| -> Vec<Cow<'a, str>> {
            let mut cells = self.cells(row, field).map(|cell| elements(cell, lists));
            let mut all = cells.next().unwrap_or_default();
            cells.for_each(|more| all.extend(more));
            all
        };
        let mut draft = mapped::draft(row.place, one, many);
        draft.collected_us = self.other(row, COLLECTED).and_then(in_utc_us);
        // The column is there, so an empty cell is a lost author and not a missing field.
        draft.account.get_or_insert(Cow::Borrowed(""));
        draft
    }

    /// What the beginning of the file shows of whole columns.
    pub(crate) fn look(&self, table: &TableSample) -> Looks {
        let values = |field: Field| -> Vec<String> {
            let column = self.places[field as usize].first().copied();
            column.into_iter().flat_map(|at| table.values_of(at)).map(str::to_owned).collect()
        };
        let times = values(Field::Time);
        Looks {
            accounts: values(Field::Account),
            ids_and_times: values(Field::Id).into_iter().zip(times.clone()).collect(),
            times,
        }
    }

    /// Which column gave which field, for the manifest.
    pub(crate) fn mapping(&self) -> BTreeMap<String, String> {
        let mut mapping: BTreeMap<String, String> = BTreeMap::new();
        for (field, column) in &self.columns {
            let names = mapping.entry((*field).to_owned()).or_default();
            if !names.is_empty() {
                names.push(' ');
            }
            names.push_str(column);
        }
        mapping
    }
}
