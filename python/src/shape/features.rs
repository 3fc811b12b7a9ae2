//! Features of masks and meshes.

use medshape_shape as shape;
use medshape_shape::{Features, Group, MeasureOptions};
use pyo3::prelude::*;

use super::volume::Volume;
use super::{Mesh, checked};

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(measure_mask, module)?)?;
    module.add_function(wrap_pyfunction!(measure_mesh, module)?)
}

type Rows = Vec<(String, f64, String)>;

#[pyfunction]
fn measure_mask(py: Python<'_>, mask: Volume<'_>, groups: Option<Vec<String>>, seed: u64) -> PyResult<Rows> {
    let (view, options) = (mask.mask(py)?, options(py, groups, seed)?);
    let table = py.detach(|| shape::measure(view, &options));
    Ok(rows(&checked(py, table)?))
}

#[pyfunction]
fn measure_mesh(py: Python<'_>, mesh: &Mesh, groups: Option<Vec<String>>, seed: u64) -> PyResult<Rows> {
    let options = options(py, groups, seed)?;
    let table = py.detach(|| shape::measure(mesh.inner(), &options));
    Ok(rows(&checked(py, table)?))
}

fn options(py: Python<'_>, groups: Option<Vec<String>>, seed: u64) -> PyResult<MeasureOptions> {
    let groups = match groups {
        None => Group::ALL.to_vec(),
        Some(names) => names.iter().map(|n| checked(py, n.parse())).collect::<PyResult<_>>()?,
    };
    Ok(MeasureOptions { groups, seed })
}

fn rows(table: &Features) -> Rows {
    table.rows().iter().map(|row| (row.name.to_string(), row.value, row.unit.to_string())).collect()
}
