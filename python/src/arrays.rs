//! Rust vectors into numpy arrays, moved, not copied.

use numpy::{Element, PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

/// `n` triples as an array of shape `(n, 3)`, C order.
pub(crate) fn rows<T: Element>(py: Python<'_>, rows: Vec<[T; 3]>) -> PyResult<Bound<'_, PyArray2<T>>> {
    let n = rows.len();
    PyArray1::from_vec(py, rows.into_flattened()).reshape([n, 3])
}
