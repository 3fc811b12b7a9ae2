//! Functions on label arrays: any order of axes in memory is read where it lies.

use medshape_shape::{LabelSlice, LabelView, Surface, extract_meshes as extract};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::{Mesh, affine};
use crate::errors;

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
        view.map_err(|e| errors::shape(py, &e))
    }
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(extract_meshes, module)?)
}

/// The mesh of every label but 0, by label.
#[pyfunction]
fn extract_meshes(py: Python<'_>, volume: Volume<'_>, surface: &str) -> PyResult<Vec<(u32, Mesh)>> {
    let surface = match surface {
        "exact" => Surface::Exact,
        "smooth" => Surface::Smooth,
        other => return Err(PyValueError::new_err(format!("surface is 'smooth', 'exact' or 'shared', not {other:?}"))),
    };
    let view = volume.view(py)?;
    Ok(py.detach(|| extract(view, surface)).into_iter().map(|(label, mesh)| (label, mesh.into())).collect())
}
