//! Values in streamed JSON.
//!
//! **Invariant:** a number reads back as the number it was; moments are RFC 3339 in UTC.

use std::io::{self, Write};

use super::graph::{Attribute, Kind, Value};

/// Writes a string with its quotes.
pub(super) fn text(out: &mut impl Write, text: &str) -> io::Result<()> {
    Ok(serde_json::to_writer(out, text)?)
}

/// Writes a value.
pub(super) fn value(out: &mut impl Write, value: Value<'_>) -> io::Result<()> {
    match value {
        Value::Text(of) => text(out, of),
        Value::Integer(of) => write!(out, "{of}"),
        Value::Number(of) => Ok(serde_json::to_writer(out, &of)?),
        Value::Truth(of) => write!(out, "{of}"),
        Value::Moment(of) => write!(out, "\"{}\"", moment(of)),
    }
}

/// Writes `"name":value` for each attribute that has one, with commas between them, and whether there were any.
pub(super) fn attributes(
    out: &mut impl Write,
    attributes: &[Attribute],
    row: usize,
    mut begun: bool,
) -> io::Result<bool> {
    for attribute in attributes {
        let Some(of) = attribute.value(row) else { continue };
        if begun {
            out.write_all(b",")?;
        }
        begun = true;
        text(out, &attribute.name)?;
        out.write_all(b":")?;
        value(out, of)?;
    }
    Ok(begun)
}

/// RFC 3339 in UTC, to the millisecond: what every reader of graphs understands.
pub(super) fn moment(micros: i64) -> String {
    match jiff::Timestamp::from_microsecond(micros) {
        Ok(moment) => format!("{moment:.3}"),
        Err(_) => micros.to_string(),
    }
}

/// The word that XML formats have for a kind of value.
pub(super) fn xml_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Moment => "string",
        Kind::Integer => "long",
        Kind::Number => "double",
        Kind::Truth => "boolean",
    }
}

/// A value as text, for XML and CSV.
pub(super) fn plain(value: Value<'_>) -> String {
    match value {
        Value::Text(of) => of.to_owned(),
        Value::Integer(of) => of.to_string(),
        // The shortest digits that read back as the same number; `1e-12` rather than a row of zeros.
        Value::Number(of) => format!("{of:?}"),
        Value::Truth(of) => of.to_string(),
        Value::Moment(of) => moment(of),
    }
}
