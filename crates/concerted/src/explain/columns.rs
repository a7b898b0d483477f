//! Columns of the network that have no field of their own, and values as text.

use arrow_array::{Array, ArrayRef, cast::AsArray};
use arrow_schema::DataType;
use concerted_model::{
    Span,
    tables::{Network, Table},
};

use crate::Error;

/// Columns of the network that have a field of their own.
const KNOWN: [&str; 18] = [
    "a",
    "b",
    "source_platform",
    "source_id",
    "target_platform",
    "target_id",
    "trace",
    "window_us",
    "co_actions",
    "episodes",
    "expected",
    "p",
    "q",
    "p_timing",
    "source_first",
    "target_first",
    "first",
    "last",
];

/// The columns of the network that this version has no field for, by name.
pub(crate) fn further(network: &Network) -> Result<Vec<(String, ArrayRef)>, Error> {
    let batch = network.to_batch()?;
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    Ok(columns
        .filter(|(field, _)| !KNOWN.contains(&field.name().as_str()))
        .map(|(field, column)| (field.name().clone(), column.clone()))
        .collect())
}

pub(super) fn window(micros: u64) -> String {
    Span::micros(i64::try_from(micros).unwrap_or(i64::MAX)).to_string()
}

/// A number in the digits that a reader needs: small ones, such as probabilities, by their power of ten.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.01 {
        format!("{value:.1e}")
    } else if value.fract() == 0.0 {
        value.to_string()
    } else {
        format!("{value:.2}")
    }
}

/// A value of a column that this version has no field for, as text.
pub(crate) fn text(column: &ArrayRef, row: usize) -> Option<String> {
    use arrow_array::types::{Float64Type, Int64Type, UInt32Type, UInt64Type};
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Float64 => number(column.as_primitive::<Float64Type>().value(row)),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::List(_) => {
            let strings = concerted_model::tables::strings_in(column.as_list(), row);
            strings.collect::<Vec<_>>().join(", ")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_in_the_digits_that_a_reader_needs() {
        let told = [7.956e-17, 8.490918485368145, 0.0, 3.0, 0.0625, f64::INFINITY].map(number);
        assert_eq!(told, ["8.0e-17", "8.49", "0", "3", "0.06", "inf"]);
    }
}
