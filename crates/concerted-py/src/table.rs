//! A table of a case as Arrow sees it.
//!
//! **Invariant:** handing a table out copies nothing: whoever takes it reads the same memory.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StructArray};
use arrow_schema::{Field, SchemaRef};
use concerted::browse::Table as Checked;
use pyo3::{prelude::*, types::PyCapsule};
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};

use crate::error::exception;

/// A table of a case. Any library that speaks Arrow takes it as it is.
///
/// >>> case = concerted.demo(folder)
/// >>> groups = case.groups()
/// >>> groups.column_names[:2]
/// ['group', 'part']
/// >>> import pyarrow
/// >>> pyarrow.table(groups).num_rows == len(groups)
/// True
#[pyclass(frozen, module = "concerted")]
pub(crate) struct Table {
    name: &'static str,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    /// Takes tables of one kind together.
    pub(crate) fn of<T: Checked>(py: Python<'_>, tables: &[T]) -> PyResult<Self> {
        let batches = tables.iter().map(Checked::to_batch).collect::<Result<_, _>>();
        let batches = batches.map_err(|error| exception(py, &error.into()))?;
        Ok(Self { name: T::NAME, schema: T::schema(), batches })
    }
}

#[pymethods]
impl Table {
    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __repr__(&self) -> String {
        let columns = self.schema.fields().len();
        format!("<concerted.Table {}: {} rows, {columns} columns>", self.name, self.__len__())
    }

    /// The columns, for libraries that speak Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.schema.as_ref())?)
    }

    /// The rows, for libraries that speak Arrow.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let row = Field::new_struct("", self.schema.fields().clone(), false);
        let batches = self.batches.clone().into_iter();
        let rows = batches.map(|batch| Ok(Arc::new(StructArray::from(batch)) as ArrayRef));
        let stream = Box::new(ArrayIterator::new(rows, Arc::new(row)));
        Ok(to_stream_pycapsule(py, stream, requested_schema)?)
    }
}
