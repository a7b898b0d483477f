//! Failures as exceptions.
//!
//! **Invariant:** one exception for each kind of failure, as the command line has one exit code; the
//! sentence is the exception's text, the next step its note.

use concerted::{Error, ErrorKind};
use pyo3::{create_exception, exceptions::PyException, intern, prelude::*};

create_exception!(
    concerted,
    ConcertedError,
    PyException,
    "What could not be done, and why. Its note says what to do next."
);
create_exception!(concerted, UsageError, ConcertedError, "What was asked for cannot be done.");
create_exception!(
    concerted,
    InputError,
    ConcertedError,
    "Posts cannot be read, or are too few to say anything."
);
create_exception!(
    concerted,
    LimitError,
    ConcertedError,
    "Disk, memory or another limit of the machine was reached."
);
create_exception!(
    concerted,
    InternalError,
    ConcertedError,
    "A fault of Concerted: please report it."
);

/// The exception for a failure.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let sentence = error.to_string();
    let exception = match error.kind() {
        ErrorKind::Usage => UsageError::new_err(sentence),
        ErrorKind::Input => InputError::new_err(sentence),
        ErrorKind::Limit => LimitError::new_err(sentence),
        ErrorKind::Bug => InternalError::new_err(sentence),
    };
    if let Some(hint) = error.hint() {
        let noted = exception.value(py).call_method1(intern!(py, "add_note"), (hint,));
        if let Err(failed) = noted {
            return failed;
        }
    }
    exception
}
