//! Functions on sets of points.

use medshape_shape as shape;
use medshape_shape::KdTree;
use numpy::{PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::checked;
use super::mesh::triples;

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(farthest_points, module)?)?;
    module.add_function(wrap_pyfunction!(nearest_points, module)?)
}

/// Indices of `n` points, each the farthest from those before it.
#[pyfunction]
fn farthest_points<'py>(
    py: Python<'py>,
    points: PyReadonlyArray2<'_, f32>,
    n: usize,
    start: u32,
) -> PyResult<Bound<'py, PyArray1<u32>>> {
    let points = triples(&points)?;
    let chosen = checked(py, py.detach(|| shape::farthest_points(&points, n, start)))?;
    Ok(PyArray1::from_vec(py, chosen))
}

type Nearest<'py> = (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<f32>>);

/// The index of the nearest of `points` to each query, and its distance, mm.
#[pyfunction]
fn nearest_points<'py>(
    py: Python<'py>,
    points: PyReadonlyArray2<'_, f32>,
    queries: PyReadonlyArray2<'_, f32>,
) -> PyResult<Nearest<'py>> {
    let (points, queries) = (triples(&points)?, triples(&queries)?);
    let found = checked(py, py.detach(|| KdTree::new(&points)?.nearest_batch(&queries)))?;
    let indices = found.iter().map(|n| n.index).collect();
    let distances = found.iter().map(|n| n.distance_mm).collect();
    Ok((PyArray1::from_vec(py, indices), PyArray1::from_vec(py, distances)))
}
