//! Metrics between masks, label maps, meshes and point sets.

use medshape_shape as shape;
use medshape_shape::{CompareOptions, MaskMetrics, MeshCompareOptions, PointMetrics, SurfaceDistance, SurfaceMetrics};
use numpy::PyReadonlyArray2;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::checked;
use super::mesh::{Mesh, triples};
use super::record::fields;
use super::volume::{Volume, unknown};

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(compare_masks, module)?)?;
    module.add_function(wrap_pyfunction!(compare_labels, module)?)?;
    module.add_function(wrap_pyfunction!(compare_meshes, module)?)?;
    module.add_function(wrap_pyfunction!(compare_points, module)?)?;
    module.add_function(wrap_pyfunction!(border_dice, module)?)
}

fn options(definition: &str, tolerance_mm: f64, border_mm: Option<f64>) -> PyResult<CompareOptions> {
    let definition = match definition {
        "surfels" => SurfaceDistance::Surfels,
        "border_voxels" => SurfaceDistance::BorderVoxels,
        "mesh" => SurfaceDistance::Mesh,
        other => return Err(unknown("definition", other, "'surfels', 'border_voxels' or 'mesh'")),
    };
    Ok(CompareOptions { definition, tolerance_mm, border_mm })
}

#[pyfunction]
fn compare_masks<'py>(
    py: Python<'py>,
    reference: Volume<'_>,
    prediction: Volume<'_>,
    definition: &str,
    tolerance_mm: f64,
    border_mm: Option<f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let options = options(definition, tolerance_mm, border_mm)?;
    let (reference, prediction) = (reference.mask(py)?, prediction.mask(py)?);
    let found = py.detach(|| shape::compare(reference, prediction, &options));
    mask_metrics(py, &checked(py, found)?)
}

#[pyfunction]
fn compare_labels<'py>(
    py: Python<'py>,
    reference: Volume<'_>,
    prediction: Volume<'_>,
    definition: &str,
    tolerance_mm: f64,
    border_mm: Option<f64>,
) -> PyResult<Vec<(u32, Bound<'py, PyDict>)>> {
    let options = options(definition, tolerance_mm, border_mm)?;
    let (reference, prediction) = (reference.view(py)?, prediction.view(py)?);
    let found = py.detach(|| shape::compare_labels(reference, prediction, &options));
    checked(py, found)?.iter().map(|(label, metrics)| Ok((*label, mask_metrics(py, metrics)?))).collect()
}

#[pyfunction]
fn compare_meshes<'py>(
    py: Python<'py>,
    reference: &Mesh,
    prediction: &Mesh,
    samples: usize,
    seed: u64,
    tolerance_mm: f64,
) -> PyResult<Bound<'py, PyDict>> {
    let options = MeshCompareOptions { samples, seed, tolerance_mm };
    let found = py.detach(|| shape::compare_meshes(reference.inner(), prediction.inner(), &options));
    let found = checked(py, found)?;
    let dict = point_metrics(py, &found.points)?;
    add_surface(&dict, &found.surface)?;
    Ok(dict)
}

#[pyfunction]
fn compare_points<'py>(
    py: Python<'py>,
    reference: PyReadonlyArray2<'_, f32>,
    prediction: PyReadonlyArray2<'_, f32>,
    normals: Option<(PyReadonlyArray2<'_, f32>, PyReadonlyArray2<'_, f32>)>,
    tolerance_mm: f64,
) -> PyResult<Bound<'py, PyDict>> {
    let (a, b) = (triples(&reference)?, triples(&prediction)?);
    let normals = normals.map(|(a, b)| Ok::<_, PyErr>((triples(&a)?, triples(&b)?))).transpose()?;
    let (na, nb) = normals.unzip();
    let found = py.detach(|| {
        let (a, b) = (shape::PointCloud::new(a, na)?, shape::PointCloud::new(b, nb)?);
        shape::compare_points(&a, &b, tolerance_mm)
    });
    point_metrics(py, &checked(py, found)?)
}

/// Dice over the voxels near an anchor mask.
#[pyfunction]
fn border_dice(
    py: Python<'_>,
    reference: Volume<'_>,
    prediction: Volume<'_>,
    anchor: Volume<'_>,
    distance_mm: f64,
) -> PyResult<f64> {
    let (reference, prediction, anchor) = (reference.mask(py)?, prediction.mask(py)?, anchor.mask(py)?);
    let found = py.detach(|| shape::border_dice(reference, prediction, anchor, distance_mm));
    checked(py, found)
}

fn mask_metrics<'py>(py: Python<'py>, metrics: &MaskMetrics) -> PyResult<Bound<'py, PyDict>> {
    let dict = fields!(
        py,
        metrics.overlap,
        [
            dice,
            iou,
            sensitivity,
            precision,
            reference_voxels,
            prediction_voxels,
            common_voxels,
            reference_volume_mm3,
            prediction_volume_mm3,
            volume_difference_mm3,
            relative_volume_difference,
            volume_similarity,
        ]
    );
    add_surface(&dict, &metrics.surface)?;
    if let Some(dice) = metrics.border_dice {
        dict.set_item("border_dice", dice)?;
    }
    Ok(dict)
}

fn add_surface(dict: &Bound<'_, PyDict>, metrics: &SurfaceMetrics) -> PyResult<()> {
    let py = dict.py();
    let definition = match metrics.definition {
        SurfaceDistance::Surfels => "surfels",
        SurfaceDistance::BorderVoxels => "border_voxels",
        SurfaceDistance::Mesh => "mesh",
    };
    let more = fields!(
        py,
        metrics,
        [hausdorff_mm, hausdorff95_mm, hausdorff95_pooled_mm, assd_mm, surface_dice, tolerance_mm]
    );
    for (name, directed) in ["reference_to_prediction", "prediction_to_reference"].iter().zip(&metrics.directed) {
        more.set_item(*name, fields!(py, directed, [mean_mm, percentile95_mm, max_mm, within_tolerance, weight]))?;
    }
    more.set_item("definition", definition)?;
    dict.update(more.as_mapping())
}

fn point_metrics<'py>(py: Python<'py>, metrics: &PointMetrics) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("chamfer_mm", metrics.chamfer.sum_mm())?;
    dict.set_item("chamfer_squared_mm2", metrics.chamfer.sum_squared_mm2())?;
    let rest = fields!(
        py,
        metrics,
        [f_score, precision, recall, tolerance_mm, normal_consistency, hausdorff_mm, hausdorff95_mm]
    );
    dict.update(rest.as_mapping())?;
    Ok(dict)
}
