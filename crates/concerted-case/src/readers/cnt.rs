//! `cnt`: the eight columns of the Coordination Network Toolkit.
//!
//! **Invariant:** that tool reads its columns by their place, whatever they are called; so does this one
//! when it is asked for by name. A table is taken for one by the usual names of the columns. Addresses
//! are words between spaces; a Python list of them, as in the tool's own example, is read as a list.

use super::{
    Opened, ReadOptions, Reader, TableReader,
    columns::Named,
    error::ReadError,
    lists::Lists,
    post::Draft,
    sample::{Sample, Shape},
    spec::Spec,
    table::Fields,
};

const COLUMNS: [&str; 8] =
    ["message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls"];

pub(crate) static SPEC: Spec = Spec {
    name: "cnt",
    title: "Coordination Network Toolkit's eight columns, CSV",
    caution: "with --format cnt the columns are taken by their place; the platform is not told",
    mapping: &[
        ("account", "user_id"),
        ("handle", "username"),
        ("id", "message_id"),
        ("time", "timestamp"),
        ("text", "message"),
        ("repost_of", "repost_id"),
        ("reply_to", "reply_id"),
        ("urls", "urls"),
    ],
    needed: &COLUMNS,
    lists: Lists::Spaced,
    ..Spec::PLAIN
};

/// How sure it is that these are the eight columns.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    SPEC.has_columns(sample).then_some(100)
}

/// Opens a table of the eight columns, by name, or else by place.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    if SPEC.has_columns(sample) {
        return SPEC.open_table(sample, options, file);
    }
    let Shape::Table(table) = &sample.shape else {
        return Err(SPEC.other_shape(file, "a table", sample));
    };
    if table.header.len() != COLUMNS.len() {
        let why = format!(
            "the format \"cnt\" has eight columns in the order {}, and this table has {}",
            COLUMNS.join(", "),
            table.header.len()
        );
        let hint = "give it no column of row numbers, or say which column is which with --map";
        return Err(ReadError::usage(file, why, hint));
    }
    let place = |name: &str| COLUMNS.iter().position(|column| *column == name).unwrap_or_default();
    let pairs: Vec<(&'static str, usize)> =
        SPEC.mapping.iter().map(|(field, column)| (*field, place(column))).collect();
    let named = Named::by_place(&pairs);
    let customs = named.look(table).decide(SPEC.customs(options));
    // A first row whose time is a number is no header.
    let headerless = table.header[place("timestamp")].parse::<f64>().is_ok();
    let note = "columns were taken by their place: ".to_owned() + &COLUMNS.join(", ");
    let reader = Reader::Table(Box::new(ByPlace(named)));
    Ok(Opened { headerless, notes: vec![note], ..Opened::new(&SPEC, customs, reader) })
}

struct ByPlace(Named);

impl TableReader for ByPlace {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        self.0.draft(row, SPEC.lists)
    }
}
