//! Concerted in Python: files or Arrow tables in, Arrow tables out.
//!
//! **Invariant:** nothing is computed here. Every call is handed to the crate `concerted` with the
//! interpreter's lock released, and every failure comes back as an exception with the same sentence
//! and the same next step that the command line gives.

mod case;
mod error;
mod posts;
mod table;

/// Find accounts that act in concert, with the evidence, and with proof that it is not chance.
#[pyo3::pymodule]
mod _concerted {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::case::{Case, demo, investigate, open};
    #[pymodule_export]
    use crate::error::{ConcertedError, InputError, InternalError, LimitError, UsageError};
    #[pymodule_export]
    use crate::table::Table;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
