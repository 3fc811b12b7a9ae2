//! `medshape.shape`: the geometry of `medshape-shape` as functions on numpy arrays.

mod compare;
mod features;
mod mesh;
mod pictures;
mod points;
mod record;
mod volume;

use medshape_shape::{Affine, ShapeError};
use numpy::PyReadonlyArray2;
use pyo3::prelude::*;

use crate::errors;

pub(crate) use mesh::Mesh;
pub(crate) use volume::{Volume, label_array};

/// Adds the functions and types to the compiled module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Mesh>()?;
    volume::register(module)?;
    compare::register(module)?;
    features::register(module)?;
    points::register(module)?;
    pictures::register(module)
}

/// A result, with the error as the package's own exception.
fn checked<T>(py: Python<'_>, result: Result<T, ShapeError>) -> PyResult<T> {
    result.map_err(|e| errors::shape(py, &e))
}

/// The affine of a (4, 4) array, index to RAS+ mm.
fn affine(py: Python<'_>, matrix: &PyReadonlyArray2<'_, f64>) -> PyResult<Affine> {
    let matrix = matrix.as_array();
    let entry = |r: usize, c: usize| matrix.get([r, c]).copied().unwrap_or(f64::NAN);
    checked(py, Affine::from_rows([0, 1, 2].map(|r| [0, 1, 2, 3].map(|c| entry(r, c)))))
}
