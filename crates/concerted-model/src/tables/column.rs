//! Typed columns, and the macro that turns a list of them into a table.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray,
    TimestampMicrosecondArray, UInt32Array, UInt64Array,
    builder::{ListBuilder, StringBuilder},
};
use arrow_schema::{DataType, Field, TimeUnit};

/// An Arrow array type that a table can have as a column.
pub trait Column: Array + Clone + 'static {
    /// Its type on disk.
    fn on_disk() -> DataType;
}

macro_rules! plain_columns {
    ($($array:ident = $data_type:expr;)+) => {
        $(impl Column for $array {
            fn on_disk() -> DataType {
                $data_type
            }
        })+
    };
}

plain_columns! {
    BooleanArray = DataType::Boolean;
    UInt32Array = DataType::UInt32;
    UInt64Array = DataType::UInt64;
    Int64Array = DataType::Int64;
    Float64Array = DataType::Float64;
    StringArray = DataType::Utf8;
    TimestampMicrosecondArray = utc();
    ListArray = DataType::List(Arc::new(Field::new("item", DataType::Utf8, false)));
}

/// Microseconds UTC, the only type of time on disk.
#[must_use]
pub fn utc() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// A column of times from microseconds since 1970 UTC.
#[must_use]
pub fn times(micros: Vec<i64>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from(micros).with_timezone("UTC")
}

/// A column of lists of strings.
#[must_use]
pub fn list_of_strings<'a, L>(lists: impl IntoIterator<Item = L>) -> ListArray
where
    L: IntoIterator<Item = &'a str>,
{
    let item = Arc::new(Field::new("item", DataType::Utf8, false));
    let mut builder = ListBuilder::new(StringBuilder::new()).with_field(item);
    for list in lists {
        for string in list {
            builder.values().append_value(string);
        }
        builder.append(true);
    }
    builder.finish()
}

/// The strings of one row of a list column.
pub fn strings_in(lists: &ListArray, row: usize) -> impl Iterator<Item = &str> {
    let bounds = lists.value_offsets();
    let (start, end) = (bounds[row] as usize, bounds[row + 1] as usize);
    // `ListArray as Column` admits lists of strings only, so the cast cannot fail in a table.
    let values = lists.values().as_any().downcast_ref::<StringArray>();
    (start..end).filter_map(move |place| values.map(|values| values.value(place)))
}

/// Takes a column out of a batch, refusing another type, and nulls unless it is optional.
pub(crate) fn take<C: Column>(
    batch: &arrow_array::RecordBatch,
    table: &'static str,
    column: &'static str,
    optional: bool,
) -> Result<C, super::TableError> {
    let array: &ArrayRef =
        batch.column_by_name(column).ok_or(super::TableError::NoColumn { table, column })?;
    let wrong = |found: String| super::TableError::WrongType {
        table,
        column,
        expected: C::on_disk().to_string(),
        found,
    };
    if array.data_type() != &C::on_disk() {
        return Err(wrong(array.data_type().to_string()));
    }
    if !optional && array.null_count() > 0 {
        return Err(wrong(format!("with {} nulls", array.null_count())));
    }
    array.as_any().downcast_ref::<C>().cloned().ok_or_else(|| wrong("of another array".into()))
}

/// Defines a table: `pub struct NameColumns` with one public array a column, and the checked
/// `pub struct Name` around it, which reads like its columns and implements `Table`.
///
/// A column is `name: ArrayType`, or `name: optional ArrayType` if it may hold nulls. The law is a
/// function `fn(&NameColumns) -> Result<(), TableError>`.
macro_rules! table {
    (
        $(#[$doc:meta])*
        $name:ident, $columns:ident = $file:literal, law: $law:path {
            $($(#[$column_doc:meta])* $column:ident : $($kind:ident)+,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name($columns);

        #[doc = concat!("The columns of [`", stringify!($name), "`], not yet checked.")]
        #[derive(Clone, Debug, PartialEq)]
        pub struct $columns {
            $($(#[$column_doc])* pub $column: table!(@array $($kind)+),)+
        }

        impl $name {
            /// Checks the columns against the schema and the law.
            ///
            /// # Errors
            /// [`TableError`](crate::TableError), naming the column or the law.
            pub fn try_new(columns: $columns) -> Result<Self, crate::TableError> {
                let table = Self(columns);
                <Self as $crate::tables::Table>::to_batch(&table)?;
                $law(&table.0)?;
                Ok(table)
            }

            /// Number of rows.
            #[must_use]
            pub fn len(&self) -> usize {
                arrow_array::Array::len(&table!(@first self.0, $($column)+))
            }

            /// Whether there is no row.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }
        }

        impl std::ops::Deref for $name {
            type Target = $columns;

            fn deref(&self) -> &$columns {
                &self.0
            }
        }

        impl $crate::tables::Table for $name {
            const NAME: &'static str = $file;

            fn schema() -> arrow_schema::SchemaRef {
                std::sync::Arc::new(arrow_schema::Schema::new(vec![
                    $(arrow_schema::Field::new(
                        stringify!($column),
                        <table!(@array $($kind)+) as $crate::tables::Column>::on_disk(),
                        table!(@optional $($kind)+),
                    ),)+
                ]))
            }

            fn from_batch(batch: &arrow_array::RecordBatch) -> Result<Self, crate::TableError> {
                use $crate::tables::column::take;
                let columns = $columns {
                    $($column: take(
                        batch,
                        Self::NAME,
                        stringify!($column),
                        table!(@optional $($kind)+),
                    )?,)+
                };
                $law(&columns)?;
                Ok(Self(columns))
            }

            fn to_batch(&self) -> Result<arrow_array::RecordBatch, crate::TableError> {
                let columns: Vec<arrow_array::ArrayRef> =
                    vec![$(std::sync::Arc::new(self.0.$column.clone()),)+];
                arrow_array::RecordBatch::try_new(Self::schema(), columns).map_err(|error| {
                    crate::TableError::Arrow { table: Self::NAME, reason: error.to_string() }
                })
            }
        }
    };
    (@array optional $array:ident) => { $array };
    (@array $array:ident) => { $array };
    (@optional optional $array:ident) => { true };
    (@optional $array:ident) => { false };
    (@first $owner:expr, $first:ident $($rest:ident)*) => { $owner.$first };
}
pub(crate) use table;

/// A table with no law beyond its schema.
pub(crate) fn lawless<C>(_: &C) -> Result<(), super::TableError> {
    Ok(())
}

/// The first of so many rows for which `before` does not hold, where it holds for none behind it: a table
/// that is in order is searched without looking at all of it.
///
/// ```
/// # use concerted_model::tables::partition_point;
/// assert_eq!(partition_point(10, |row| row * row < 20), 5);
/// ```
#[must_use]
pub fn partition_point(rows: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = usize::midpoint(low, high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use arrow_array::{RecordBatch, StringArray, UInt32Array};

    use super::*;
    use crate::tables::{Actions, ActionsColumns, Table, TableError};

    fn actions() -> ActionsColumns {
        ActionsColumns {
            object: UInt32Array::from(vec![0, 0, 1]),
            account: UInt32Array::from(vec![1, 0, 0]),
            time: times(vec![5, 7, 1]),
            post: UInt32Array::from(vec![0, 1, 2]),
        }
    }

    #[test]
    fn a_table_reads_back_from_its_batch() {
        let table = Actions::try_new(actions()).unwrap();
        assert_eq!(Actions::from_batch(&table.to_batch().unwrap()).unwrap(), table);
    }

    #[test]
    fn a_column_of_another_type_is_refused_by_name() {
        let batch = Actions::try_new(actions()).unwrap().to_batch().unwrap();
        let names = StringArray::from(vec!["a", "b", "c"]);
        let columns = batch.columns().iter().skip(1).cloned();
        let columns: Vec<ArrayRef> =
            [Arc::new(names) as ArrayRef].into_iter().chain(columns).collect();
        let batch = RecordBatch::try_from_iter(
            ["object", "account", "time", "post"].into_iter().zip(columns),
        )
        .unwrap();
        let error = Actions::from_batch(&batch).unwrap_err();
        assert!(matches!(error, TableError::WrongType { column: "object", .. }), "{error}");
    }

    #[test]
    fn columns_of_unequal_length_are_no_table() {
        let columns = ActionsColumns { post: UInt32Array::from(vec![0]), ..actions() };
        assert!(matches!(Actions::try_new(columns), Err(TableError::Arrow { .. })));
    }

    #[test]
    fn a_row_of_lists_gives_its_strings() {
        let lists = list_of_strings([vec!["a", "b"], vec![], vec!["c"]]);
        assert_eq!(strings_in(&lists, 0).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(strings_in(&lists, 1).count(), 0);
        assert_eq!(strings_in(&lists, 2).collect::<Vec<_>>(), ["c"]);
    }
}
