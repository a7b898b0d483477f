//! Where the posts come from: files, or a table in memory; and where images lie.
//!
//! **Invariant:** what is neither is refused by the name of its type; nothing is guessed.

use std::path::PathBuf;

use arrow_array::RecordBatch;
use pyo3::{exceptions::PyTypeError, intern, prelude::*, types::PyString};
use pyo3_arrow::input::AnyRecordBatch;

/// Posts as a caller gives them.
pub(crate) enum Source {
    /// Files of any known format.
    Files(Vec<PathBuf>),
    /// Rows in memory.
    Table(Vec<RecordBatch>),
}

impl<'py> FromPyObject<'_, 'py> for Source {
    type Error = PyErr;

    fn extract(posts: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = posts.py();
        let speaks = |name: &Bound<'py, PyString>| posts.hasattr(name);
        if speaks(intern!(py, "__arrow_c_stream__"))? || speaks(intern!(py, "__arrow_c_array__"))? {
            let (batches, _) = posts.extract::<AnyRecordBatch>()?.into_table()?.into_inner();
            return Ok(Self::Table(batches));
        }
        if let Ok(file) = posts.extract::<PathBuf>() {
            return Ok(Self::Files(vec![file]));
        }
        posts.extract::<Vec<PathBuf>>().map(Self::Files).map_err(|_| {
            let name = posts.get_type().name().map(|name| name.to_string());
            let name = name.unwrap_or_else(|_| "an object".to_owned());
            PyTypeError::new_err(format!(
                "posts are a file, a list of files or an Arrow table, not {name}"
            ))
        })
    }
}

/// One folder or several.
pub(crate) struct Folders(pub(crate) Vec<PathBuf>);

impl<'py> FromPyObject<'_, 'py> for Folders {
    type Error = PyErr;

    fn extract(folders: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(folder) = folders.extract::<PathBuf>() {
            return Ok(Self(vec![folder]));
        }
        folders
            .extract::<Vec<PathBuf>>()
            .map(Self)
            .map_err(|_| PyTypeError::new_err("images are a folder or a list of folders"))
    }
}
