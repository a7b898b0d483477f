//! `named`: a table or file of JSON values in no known format whose columns have usual names.
//!
//! **Invariant:** it comes last, says what it took for what, and takes no column of names for one
//! of ids: those a person must map.

use super::{
    Opened, ReadOptions, concerted,
    error::ReadError,
    lists::Lists,
    mapped::open_with,
    mapping::{EVERY_FIELD, Mapping},
    sample::Sample,
    spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "named",
    title: "any CSV, TSV, Parquet or JSON whose columns have usual names",
    mapping: EVERY_FIELD,
    ..Spec::PLAIN
};

/// How sure it is: never as sure as a reader that knows the format.
const LAST: u8 = 5;

/// How sure it is that the names say what the columns hold.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    Mapping::of_usual_names(&concerted::names(sample)).map(|_| LAST)
}

/// Opens a file by the usual names.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let names = concerted::names(sample);
    let Some(mapping) = Mapping::of_usual_names(&names) else {
        let hint = format!("say which is which: --map {}", Mapping::suggested(&names));
        return Err(ReadError::usage(file, "no usual names for account ids and times", hint));
    };
    let note = format!("no known format; the columns were taken by their names: {mapping}");
    let mut opened = open_with(sample, options, mapping, Lists::Opaque, file)?;
    opened.notes.push(note);
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(names: &[&str]) -> Option<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Mapping::of_usual_names(&names).map(|mapping| mapping.to_string())
    }

    #[test]
    fn usual_names_are_a_mapping() {
        let found = mapping(&["id", "account_id", "account_name", "Time", "text"]).unwrap();
        assert_eq!(found.split(',').count(), 5);
        assert!(found.contains("account=account_id") && found.contains("time=Time"), "{found}");
    }

    #[test]
    fn a_column_of_names_is_not_taken_for_ids() {
        assert_eq!(mapping(&["username", "time", "text"]), None);
        assert_eq!(mapping(&["account_id", "text"]), None);
    }
}
