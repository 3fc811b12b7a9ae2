//! Errors as the package's own exceptions (`medshape.errors`), with their fields.

use medshape_collection::{CollectionError, QueryError};
use medshape_formats::FormatError;
use medshape_shape::ShapeError;
use pyo3::exceptions::{PyFileNotFoundError, PyOSError};
use pyo3::prelude::*;

/// The exception for an error of the collection.
pub(crate) fn raise(py: Python<'_>, error: CollectionError) -> PyErr {
    let message = error.to_string();
    match error {
        CollectionError::Query(e) => query(py, &e),
        CollectionError::Id(_) | CollectionError::NoShape { .. } => exception(py, "ShapeNotFoundError", (message,)),
        CollectionError::NotAvailable { .. } => exception(py, "NotAvailableError", (message,)),
        CollectionError::Io { .. } => PyOSError::new_err(message),
        _ => exception(py, "CollectionError", (message,)),
    }
}

/// The exception for data or parameters that geometry cannot work with.
pub(crate) fn shape(py: Python<'_>, error: &ShapeError) -> PyErr {
    exception(py, "ShapeError", (error.to_string(),))
}

/// The exception for a file that cannot be read, or a format that cannot hold what is to be written.
pub(crate) fn format(py: Python<'_>, error: &FormatError) -> PyErr {
    match error {
        FormatError::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            PyFileNotFoundError::new_err(error.to_string())
        }
        FormatError::Read { .. } | FormatError::Write { .. } => PyOSError::new_err(error.to_string()),
        _ => exception(py, "FormatError", (error.to_string(),)),
    }
}

/// The exception for a query that cannot be understood.
pub(crate) fn query(py: Python<'_>, error: &QueryError) -> PyErr {
    exception(py, "QueryError", (error.to_string(), error.token.clone(), error.position))
}

fn exception<'py>(py: Python<'py>, name: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let make = || PyModule::import(py, "medshape.errors")?.getattr(name)?.call1(arguments);
    make().map_or_else(|e| e, PyErr::from_value)
}
