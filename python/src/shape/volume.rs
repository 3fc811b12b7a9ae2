//! Functions on volumes: any order of axes in memory is read where it lies.

use medshape_shape as shape;
use medshape_shape::{
    Border, Connectivity, Element, Enclosed, Keep, LabelMap, LabelSampling, LabelSlice, LabelView, Labels,
    MaskBoundary, MaskView, Sdf, Surface,
};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::record::fields;
use super::{Mesh, affine, checked};
use crate::arrays;

/// The values of a volume in the order they lie in memory.
#[derive(FromPyObject)]
pub(crate) enum LabelArray<'py> {
    U8(PyReadonlyArray1<'py, u8>),
    U16(PyReadonlyArray1<'py, u16>),
    U32(PyReadonlyArray1<'py, u32>),
}

/// A volume as Python hands it over: values in memory order, (I, J, K), whether k is the fastest axis, affine.
#[derive(FromPyObject)]
pub(crate) struct Volume<'py>(LabelArray<'py>, [usize; 3], bool, PyReadonlyArray2<'py, f64>);

/// A field of 32-bit floats, as [`Volume`].
#[derive(FromPyObject)]
pub(crate) struct Field<'py>(PyReadonlyArray1<'py, f32>, [usize; 3], bool, PyReadonlyArray2<'py, f64>);

impl Volume<'_> {
    pub(crate) fn view(&self, py: Python<'_>) -> PyResult<LabelView<'_>> {
        let Self(labels, shape, c_order, matrix) = self;
        let labels = match labels {
            LabelArray::U8(v) => LabelSlice::U8(v.as_slice()?),
            LabelArray::U16(v) => LabelSlice::U16(v.as_slice()?),
            LabelArray::U32(v) => LabelSlice::U32(v.as_slice()?),
        };
        let affine = affine(py, matrix)?;
        let view = if *c_order {
            LabelView::from_c_order(*shape, affine, labels)
        } else {
            LabelView::new(*shape, affine, labels)
        };
        checked(py, view)
    }

    pub(crate) fn mask(&self, py: Python<'_>) -> PyResult<MaskView<'_>> {
        let Self(LabelArray::U8(voxels), shape, c_order, matrix) = self else {
            return Err(PyValueError::new_err("a mask is an array of uint8"));
        };
        let affine = affine(py, matrix)?;
        let view = if *c_order {
            MaskView::from_c_order(*shape, affine, voxels.as_slice()?)
        } else {
            MaskView::new(*shape, affine, voxels.as_slice()?)
        };
        checked(py, view)
    }
}

impl Field<'_> {
    fn sdf(&self, py: Python<'_>) -> PyResult<Sdf> {
        let Self(values, [i, j, k], c_order, matrix) = self;
        let (shape, affine) = (*c_order, affine(py, matrix)?);
        let (shape, affine) = if shape { ([*k, *j, *i], affine.reversed_axes()) } else { ([*i, *j, *k], affine) };
        checked(py, Sdf::new(shape, affine, values.as_slice()?.to_vec()))
    }
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(extract_meshes, module)?)?;
    module.add_function(wrap_pyfunction!(extract_shared, module)?)?;
    module.add_function(wrap_pyfunction!(isosurface, module)?)?;
    module.add_function(wrap_pyfunction!(probability_surface, module)?)?;
    module.add_function(wrap_pyfunction!(interpolate_slices, module)?)?;
    module.add_function(wrap_pyfunction!(distance_transform, module)?)?;
    module.add_function(wrap_pyfunction!(mask_to_sdf, module)?)?;
    module.add_function(wrap_pyfunction!(connected_components, module)?)?;
    module.add_function(wrap_pyfunction!(largest_components, module)?)?;
    module.add_function(wrap_pyfunction!(fill_holes, module)?)?;
    module.add_function(wrap_pyfunction!(morphology, module)?)?;
    module.add_function(wrap_pyfunction!(label_statistics, module)?)?;
    module.add_function(wrap_pyfunction!(resample_labels, module)?)?;
    module.add_function(wrap_pyfunction!(resample_mask, module)?)?;
    module.add_function(wrap_pyfunction!(resample_field, module)?)
}

/// The mesh of every label but 0, by label.
#[pyfunction]
fn extract_meshes(py: Python<'_>, volume: Volume<'_>, surface: &str) -> PyResult<Vec<(u32, Mesh)>> {
    let surface = match surface {
        "exact" => Surface::Exact,
        "smooth" => Surface::Smooth,
        "shared" => Surface::Shared,
        other => return Err(unknown("surface", other, "'smooth', 'exact' or 'shared'")),
    };
    let view = volume.view(py)?;
    let meshes = py.detach(|| shape::extract_meshes(view, surface));
    Ok(meshes.into_iter().map(|(label, mesh)| (label, mesh.into())).collect())
}

/// The surface around the values below `value`.
#[pyfunction]
fn isosurface(py: Python<'_>, field: Field<'_>, value: f32) -> PyResult<Mesh> {
    let field = field.sdf(py)?;
    Ok(py.detach(|| shape::isosurface(&field, value)).into())
}

/// The surface around the values that reach `threshold`.
#[pyfunction]
fn probability_surface(py: Python<'_>, field: Field<'_>, threshold: f32) -> PyResult<Mesh> {
    let field = field.sdf(py)?;
    Ok(py.detach(|| shape::probability_surface(&field, threshold)).into())
}

type Shared<'py> = (Bound<'py, PyArray2<f32>>, Bound<'py, PyArray2<u32>>, Bound<'py, PyArray2<u32>>);

/// Vertices (RAS+ mm), faces, and the labels inside and outside each face.
#[pyfunction]
fn extract_shared<'py>(py: Python<'py>, volume: Volume<'_>) -> PyResult<Shared<'py>> {
    let view = volume.view(py)?;
    let surface = py.detach(|| shape::extract_shared(view));
    let sides = PyArray1::from_slice(py, surface.sides().as_flattened()).reshape([surface.sides().len(), 2])?;
    Ok((arrays::rows(py, surface.vertices().to_vec())?, arrays::rows(py, surface.faces().to_vec())?, sides))
}

type Labelled = (Py<PyAny>, [usize; 3], [[f64; 4]; 4]);

/// Labels with slices added, in memory order, their (I, J, K) and affine.
#[pyfunction]
fn interpolate_slices(py: Python<'_>, volume: Volume<'_>, target_mm: f64) -> PyResult<Labelled> {
    let view = volume.view(py)?;
    let map = checked(py, py.detach(|| shape::interpolate_slices(view, target_mm)))?;
    let (mut grid, mut affine) = (map.shape(), *map.affine());
    if volume.2 {
        (grid, affine) = ([grid[2], grid[1], grid[0]], affine.reversed_axes());
    }
    Ok((label_array(py, map), grid, affine.matrix()))
}

/// Distances in mm, in memory order.
#[pyfunction]
fn distance_transform<'py>(py: Python<'py>, volume: Volume<'_>, open: bool) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let view = volume.view(py)?;
    let border = if open { Border::Open } else { Border::Background };
    let field = py.detach(|| shape::distance_transform(view, border));
    Ok(PyArray1::from_vec(py, checked(py, field)?.into_values()))
}

/// Signed distances in mm, in memory order.
#[pyfunction]
fn mask_to_sdf<'py>(py: Python<'py>, mask: Volume<'_>, boundary: &str) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let boundary = match boundary {
        "voxels" => MaskBoundary::Voxels,
        "smooth" => MaskBoundary::Smooth,
        other => return Err(unknown("boundary", other, "'voxels' or 'smooth'")),
    };
    let view = mask.mask(py)?;
    let field = py.detach(|| shape::mask_to_sdf(view, boundary));
    Ok(PyArray1::from_vec(py, checked(py, field)?.into_values()))
}

/// Numbers of components, in memory order.
#[pyfunction]
fn connected_components(py: Python<'_>, volume: Volume<'_>, connectivity: u8) -> PyResult<Py<PyAny>> {
    let (view, connectivity) = (volume.view(py)?, neighbours(connectivity)?);
    let found = py.detach(|| shape::connected_components(view, connectivity));
    Ok(label_array(py, checked(py, found)?.map))
}

/// The labels with only the largest components of each, in memory order.
#[pyfunction]
fn largest_components(
    py: Python<'_>,
    volume: Volume<'_>,
    count: Option<usize>,
    min_voxels: u64,
    connectivity: u8,
) -> PyResult<Py<PyAny>> {
    let (view, connectivity) = (volume.view(py)?, neighbours(connectivity)?);
    let keep = count.map_or(Keep::MinVoxels(min_voxels), Keep::Largest);
    let kept = py.detach(|| shape::largest_components(view, keep, connectivity));
    Ok(label_array(py, checked(py, kept)?))
}

/// The labels with their holes filled, in memory order.
#[pyfunction]
fn fill_holes(py: Python<'_>, volume: Volume<'_>, connectivity: u8, everything: bool) -> PyResult<Py<PyAny>> {
    let (view, connectivity) = (volume.view(py)?, neighbours(connectivity)?);
    let enclosed = if everything { Enclosed::Everything } else { Enclosed::Background };
    let filled = py.detach(|| shape::fill_holes(view, connectivity, enclosed));
    Ok(label_array(py, checked(py, filled)?))
}

/// The mask dilated, eroded, opened or closed, in memory order.
#[pyfunction]
fn morphology<'py>(
    py: Python<'py>,
    mask: Volume<'_>,
    operation: &str,
    radius_mm: Option<f64>,
    steps: u32,
    connectivity: u8,
) -> PyResult<Bound<'py, PyArray1<u8>>> {
    let view = mask.mask(py)?;
    let connectivity = neighbours(connectivity)?;
    let element = radius_mm.map_or(Element::Steps(connectivity, steps), Element::Ball);
    let done = py.detach(|| match operation {
        "dilate" => Some(shape::dilate(view, element)),
        "erode" => Some(shape::erode(view, element)),
        "open" => Some(shape::opening(view, element)),
        "close" => Some(shape::closing(view, element)),
        _ => None,
    });
    let done = done.ok_or_else(|| unknown("operation", operation, "'dilate', 'erode', 'open' or 'close'"))?;
    Ok(PyArray1::from_vec(py, checked(py, done)?.into_voxels()))
}

/// Label and a dictionary each; boxes in the order of memory.
#[pyfunction]
fn label_statistics<'py>(py: Python<'py>, volume: Volume<'_>) -> PyResult<Vec<(u32, Bound<'py, PyDict>)>> {
    let view = volume.view(py)?;
    let found = py.detach(|| shape::label_statistics(view));
    found.into_iter().map(|(label, s)| Ok((label, fields!(py, s, [voxels, first, last, centroid])))).collect()
}

type Grid<'py> = ([usize; 3], PyReadonlyArray2<'py, f64>);

/// Labels on another grid, i fastest.
#[pyfunction]
fn resample_labels(py: Python<'_>, volume: Volume<'_>, to: Grid<'_>, nearest: bool) -> PyResult<Py<PyAny>> {
    let (view, target) = (volume.view(py)?, affine(py, &to.1)?);
    let sampling = if nearest { LabelSampling::Nearest } else { LabelSampling::Linear };
    let new = py.detach(|| shape::resample_labels(view, to.0, &target, sampling));
    Ok(label_array(py, checked(py, new)?))
}

/// A mask on another grid, i fastest.
#[pyfunction]
fn resample_mask<'py>(py: Python<'py>, mask: Volume<'_>, to: Grid<'_>) -> PyResult<Bound<'py, PyArray1<u8>>> {
    let (view, target) = (mask.mask(py)?, affine(py, &to.1)?);
    let new = py.detach(|| shape::resample_mask(view, to.0, &target));
    Ok(PyArray1::from_vec(py, checked(py, new)?.into_voxels()))
}

/// A field on another grid, i fastest.
#[pyfunction]
fn resample_field<'py>(py: Python<'py>, field: Field<'_>, to: Grid<'_>) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let (field, target) = (field.sdf(py)?, affine(py, &to.1)?);
    let new = py.detach(|| shape::resample_field(&field, to.0, &target));
    Ok(PyArray1::from_vec(py, checked(py, new)?.into_values()))
}

fn neighbours(connectivity: u8) -> PyResult<Connectivity> {
    match connectivity {
        6 => Ok(Connectivity::Faces6),
        18 => Ok(Connectivity::Edges18),
        26 => Ok(Connectivity::Corners26),
        other => Err(unknown("connectivity", &other.to_string(), "6, 18 or 26")),
    }
}

pub(crate) fn label_array(py: Python<'_>, map: LabelMap) -> Py<PyAny> {
    match map.into_labels() {
        Labels::U8(v) => PyArray1::from_vec(py, v).into_any().unbind(),
        Labels::U16(v) => PyArray1::from_vec(py, v).into_any().unbind(),
        Labels::U32(v) => PyArray1::from_vec(py, v).into_any().unbind(),
    }
}

/// The error for a word that is none of those expected.
pub(super) fn unknown(what: &str, found: &str, expected: &str) -> PyErr {
    PyValueError::new_err(format!("{what} is {expected}, not {found:?}"))
}
