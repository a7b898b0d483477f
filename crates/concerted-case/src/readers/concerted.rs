//! `concerted`: our own names for the columns of a table or the keys of JSON values.
//!
//! **Invariant:** the names are those of the table of posts, so that a case's own export reads back.
//! `account` and `time` must be there; lists are JSON lists or words between spaces.

use super::{
    Opened, ReadOptions,
    error::ReadError,
    lists::Lists,
    mapped::open_with,
    mapping::{EVERY_FIELD, Field, Mapping},
    sample::Sample,
    spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "concerted",
    title: "Concerted's own column names, CSV, TSV, Parquet or JSON",
    mapping: EVERY_FIELD,
    ..Spec::PLAIN
};

/// How sure it is that these are our names.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let names = names(sample);
    let has = |name: &str| names.iter().any(|known| known == name);
    let known = names.iter().filter(|name| Field::NAMES.contains(&name.as_str())).count();
    (has("account") && has("time")).then_some(if known == names.len() { 90 } else { 40 })
}

/// Opens a file by our names.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let names = names(sample);
    for needed in ["account", "time"] {
        if !names.iter().any(|name| name == needed) {
            let why = format!("the format \"concerted\" needs a column \"{needed}\"");
            let hint = format!("say which it is: --map {}", Mapping::suggested(&names));
            return Err(ReadError::usage(file, why, hint));
        }
    }
    let mapping = Mapping::of_same_names(|name| names.iter().any(|known| known == name));
    open_with(sample, options, mapping, Lists::Spaced, file)
}

/// The names of a file's columns or keys.
pub(crate) fn names(sample: &Sample<'_>) -> Vec<String> {
    match sample.header() {
        Some(header) => header.to_vec(),
        None => super::reading::names_in(sample.values()),
    }
}
