//! A mesh that Rust owns and numpy looks into.

use medshape_shape as shape;
use numpy::ndarray::ArrayView2;
use numpy::{Element, PyArray2, PyArrayMethods, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::errors;

/// A triangle mesh, RAS+ mm.
#[pyclass(frozen, module = "medshape._medshape")]
pub(crate) struct Mesh {
    inner: shape::Mesh,
}

impl From<shape::Mesh> for Mesh {
    fn from(inner: shape::Mesh) -> Self {
        Self { inner }
    }
}

impl Mesh {
    pub(crate) fn inner(&self) -> &shape::Mesh {
        &self.inner
    }
}

#[pymethods]
impl Mesh {
    /// Copies (N, 3) float32 and (M, 3) uint32.
    #[new]
    fn new(py: Python<'_>, vertices: PyReadonlyArray2<'_, f32>, faces: PyReadonlyArray2<'_, u32>) -> PyResult<Self> {
        let (vertices, faces) = (triples(&vertices)?, triples(&faces)?);
        py.detach(|| shape::Mesh::new(vertices, faces)).map(Self::from).map_err(|e| errors::shape(py, &e))
    }

    /// (N, 3) float32, a read-only view.
    #[getter]
    fn vertices<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        view(slf, slf.get().inner.vertices())
    }

    /// (M, 3) uint32, a read-only view.
    #[getter]
    fn faces<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray2<u32>>> {
        view(slf, slf.get().inner.faces())
    }
}

/// The rows of an (n, 3) array.
pub(crate) fn triples<T: Element + Copy>(array: &PyReadonlyArray2<'_, T>) -> PyResult<Vec<[T; 3]>> {
    let (triples, rest) = array.as_slice()?.as_chunks::<3>();
    let fits = rest.is_empty() && array.as_array().ncols() == 3;
    if fits {
        Ok(triples.to_vec())
    } else {
        Err(pyo3::exceptions::PyValueError::new_err(format!(
            "an array of shape (n, 3) is needed, not {:?}",
            array.as_array().shape()
        )))
    }
}

/// An array that looks into memory which `owner` keeps, and that nobody may write to.
fn view<'py, T: Element>(owner: &Bound<'py, Mesh>, rows: &[[T; 3]]) -> PyResult<Bound<'py, PyArray2<T>>> {
    let rows = ArrayView2::from_shape([rows.len(), 3], rows.as_flattened())
        .map_err(|e| pyo3::exceptions::PyRuntimeError::new_err(e.to_string()))?;
    // SAFETY: `owner` is frozen and owns the memory; the array holds a reference to it, and is made read-only before
    // anyone sees it.
    let array = unsafe { PyArray2::borrow_from_array(&rows, owner.clone().into_any()) };
    array.readwrite().make_nonwriteable();
    Ok(array)
}
