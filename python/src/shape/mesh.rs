//! A mesh that Rust owns and numpy looks into.

use medshape_shape as shape;
use medshape_shape::{Borders, Decimate, MeshCheck, Normalization, RepairOptions, SampleMethod};
use numpy::ndarray::ArrayView2;
use numpy::{Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::record::fields;
use super::volume::unknown;
use super::{affine, checked};
use crate::arrays;

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

type Points<'py> = (Bound<'py, PyArray2<f32>>, Bound<'py, PyArray2<f32>>);
/// Faces, places and distances.
type Closest<'py> = (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray2<f64>>, Bound<'py, PyArray1<f64>>);
type Matrix = [[f64; 4]; 4];

#[pymethods]
impl Mesh {
    /// Copies (N, 3) float32 and (M, 3) uint32.
    #[new]
    fn new(py: Python<'_>, vertices: PyReadonlyArray2<'_, f32>, faces: PyReadonlyArray2<'_, u32>) -> PyResult<Self> {
        let (vertices, faces) = (triples(&vertices)?, triples(&faces)?);
        checked(py, py.detach(|| shape::Mesh::new(vertices, faces))).map(Self::from)
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

    /// Faults and topology.
    fn check<'py>(&self, py: Python<'py>, self_intersections: bool) -> PyResult<Bound<'py, PyDict>> {
        let find = if self_intersections { shape::check_thoroughly } else { shape::check };
        check_record(py, &py.detach(|| find(&self.inner)))
    }

    /// Volume, area and centroid.
    fn integrals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = py.detach(|| shape::integrals(&self.inner));
        Ok(fields!(py, found, [volume_mm3, area_mm2]))
    }

    /// The mended mesh, and what was done.
    fn repair<'py>(
        &self,
        py: Python<'py>,
        weld_tolerance_mm: f64,
        min_part_faces: usize,
        max_hole_edges: Option<usize>,
    ) -> PyResult<(Self, Bound<'py, PyDict>)> {
        let max_hole_edges = max_hole_edges.unwrap_or(usize::MAX);
        let options = RepairOptions { weld_tolerance_mm, min_part_faces, max_hole_edges };
        let (mesh, done) = py.detach(|| shape::repair(&self.inner, &options));
        let record = fields!(
            py,
            done,
            [
                welded_vertices,
                dropped_degenerate_faces,
                dropped_duplicate_faces,
                dropped_lone_faces,
                dropped_small_part_faces,
                flipped_faces,
                parted_edges,
                cut_edges,
                split_vertices,
                split_edges,
                zipped_edges,
                filled_holes,
                longest_filled_hole,
                holes_left,
                added_faces,
                added_vertices,
                dropped_vertices,
            ]
        );
        record.set_item("after", check_record(py, &done.after)?)?;
        Ok((mesh.into(), record))
    }

    fn parts(&self, py: Python<'_>) -> Vec<Self> {
        py.detach(|| shape::connected_parts(&self.inner)).into_iter().map(Self::from).collect()
    }

    fn smooth_taubin(&self, py: Python<'_>, iterations: usize, lambda: f64, mu: f64, along: bool) -> PyResult<Self> {
        let done = py.detach(|| shape::smooth_taubin(&self.inner, iterations, lambda, mu, borders(along)));
        checked(py, done).map(Self::from)
    }

    fn smooth_windowed_sinc(&self, py: Python<'_>, iterations: usize, pass_band: f64, along: bool) -> PyResult<Self> {
        let done = py.detach(|| shape::smooth_windowed_sinc(&self.inner, iterations, pass_band, borders(along)));
        checked(py, done).map(Self::from)
    }

    fn smooth_volume_preserving(&self, py: Python<'_>, iterations: usize, along: bool) -> PyResult<Self> {
        let done = py.detach(|| shape::smooth_volume_preserving(&self.inner, iterations, borders(along)));
        checked(py, done).map(Self::from)
    }

    /// The mesh, and a bound on the distance (mm) of the input's vertices to it.
    fn decimate(&self, py: Python<'_>, faces: usize, max_error_mm: Option<f64>, along: bool) -> PyResult<(Self, f64)> {
        let how = Decimate { target_faces: faces, max_error_mm, borders: borders(along), ..Decimate::default() };
        let done = checked(py, py.detach(|| how.run(&self.inner)))?;
        Ok((done.mesh.into(), done.error_mm))
    }

    fn level_of_detail(&self, py: Python<'_>, faces: Vec<usize>) -> Vec<Self> {
        py.detach(|| shape::level_of_detail(&self.inner, &faces)).into_iter().map(Self::from).collect()
    }

    /// Points and normals.
    fn sample<'py>(&self, py: Python<'py>, n: usize, method: &str, seed: u64) -> PyResult<Points<'py>> {
        let method = match method {
            "area_uniform" => SampleMethod::AreaUniform,
            "blue_noise" => SampleMethod::BlueNoise,
            "farthest" => SampleMethod::Farthest,
            other => return Err(unknown("method", other, "'area_uniform', 'blue_noise' or 'farthest'")),
        };
        let cloud = checked(py, py.detach(|| shape::sample_surface(&self.inner, n, method, seed)))?;
        let (points, normals) = cloud.into_parts();
        let missing = || pyo3::exceptions::PyRuntimeError::new_err("points of a surface came without normals");
        Ok((arrays::rows(py, points)?, arrays::rows(py, normals.ok_or_else(missing)?)?))
    }

    /// Voxels (0 or 1, i fastest).
    fn to_mask<'py>(
        &self,
        py: Python<'py>,
        matrix: PyReadonlyArray2<'_, f64>,
        grid: [usize; 3],
    ) -> PyResult<Bound<'py, PyArray1<u8>>> {
        let affine = affine(py, &matrix)?;
        let mask = checked(py, py.detach(|| shape::mesh_to_mask(&self.inner, &affine, grid)))?;
        Ok(PyArray1::from_vec(py, mask.into_voxels()))
    }

    /// Signed distances (mm, i fastest).
    fn to_sdf<'py>(
        &self,
        py: Python<'py>,
        matrix: PyReadonlyArray2<'_, f64>,
        grid: [usize; 3],
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let affine = affine(py, &matrix)?;
        let field = checked(py, py.detach(|| shape::mesh_to_sdf(&self.inner, &affine, grid)))?;
        Ok(PyArray1::from_vec(py, field.into_values()))
    }

    fn signed_distances<'py>(
        &self,
        py: Python<'py>,
        points: PyReadonlyArray2<'_, f32>,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let points = triples(&points)?;
        let distances = checked(py, py.detach(|| shape::signed_distances(&self.inner, &points)))?;
        Ok(PyArray1::from_vec(py, distances))
    }

    fn winding_numbers<'py>(
        &self,
        py: Python<'py>,
        points: PyReadonlyArray2<'_, f32>,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let points = triples(&points)?;
        let numbers = checked(py, py.detach(|| shape::winding_numbers(&self.inner, &points)))?;
        Ok(PyArray1::from_vec(py, numbers))
    }

    /// The nearest face to each point, the place on it and the distance.
    fn closest_points<'py>(&self, py: Python<'py>, points: PyReadonlyArray2<'_, f32>) -> PyResult<Closest<'py>> {
        let points = triples(&points)?;
        let found = checked(py, py.detach(|| shape::TriangleTree::new(&self.inner).closest_points(&points)))?;
        let faces = found.iter().map(|c| c.face).collect();
        let distances = found.iter().map(|c| c.distance).collect();
        let places = arrays::rows(py, found.into_iter().map(|c| c.point).collect())?;
        Ok((PyArray1::from_vec(py, faces), places, PyArray1::from_vec(py, distances)))
    }

    /// The mesh, and the map that brought it there.
    fn normalize(&self, py: Python<'_>, method: &str) -> PyResult<(Self, Matrix, Matrix)> {
        let how = match method {
            "unit_sphere" => Normalization::UnitSphere,
            "unit_cube" => Normalization::UnitCube,
            "signed_unit_cube" => Normalization::SignedUnitCube,
            "unit_diagonal" => Normalization::UnitDiagonal,
            "canonical_pose" => Normalization::CanonicalPose,
            "canonical_unit_sphere" => Normalization::CanonicalUnitSphere,
            other => {
                let expected = "'unit_sphere', 'unit_cube', 'signed_unit_cube', 'unit_diagonal', 'canonical_pose' or \
                                'canonical_unit_sphere'";
                return Err(unknown("method", other, expected));
            }
        };
        let (mesh, map) = checked(py, py.detach(|| shape::normalize(&self.inner, how)))?;
        Ok((mesh.into(), map.matrix(), map.inverse().matrix()))
    }

    fn symmetry_plane<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let plane = checked(py, py.detach(|| shape::symmetry_plane(&self.inner)))?;
        Ok(fields!(py, plane, [point, normal, score, mean_distance_mm]))
    }

    fn mirror(&self, py: Python<'_>, point: [f64; 3], normal: [f64; 3]) -> PyResult<Self> {
        let plane = shape::Plane { point, normal };
        checked(py, py.detach(|| shape::mirror(&self.inner, &plane))).map(Self::from)
    }

    fn principal_axes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let axes = checked(py, py.detach(|| shape::principal_axes(&self.inner)))?;
        Ok(fields!(py, axes, [centroid_mm, axes, moments_mm2, skewness, solid]))
    }

    fn oriented_box<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = checked(py, py.detach(|| shape::oriented_box(self.inner.vertices())))?;
        Ok(fields!(py, found, [centre_mm, axes, size_mm]))
    }

    fn convex_hull(&self, py: Python<'_>) -> PyResult<Self> {
        checked(py, py.detach(|| shape::convex_hull(self.inner.vertices()))).map(Self::from)
    }

    fn vertex_normals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        arrays::rows(py, py.detach(|| shape::vertex_normals(&self.inner)))
    }
}

fn borders(along: bool) -> Borders {
    if along { Borders::Along } else { Borders::Kept }
}

fn check_record<'py>(py: Python<'py>, found: &MeshCheck) -> PyResult<Bound<'py, PyDict>> {
    let record = fields!(
        py,
        found,
        [
            open_edges,
            non_manifold_edges,
            inconsistent_edges,
            non_manifold_vertices,
            degenerate_faces,
            zero_area_faces,
            duplicate_faces,
            duplicate_vertices,
            unused_vertices,
            boundary_loops,
            components,
            solids,
            cavities,
            euler_characteristic,
            genus,
            outward,
            self_intersections,
        ]
    );
    record.set_item("closed", found.is_closed())?;
    record.set_item("manifold", found.is_manifold())?;
    record.set_item("oriented", found.is_oriented())?;
    record.set_item("faults", found.faults())?;
    let places = fields!(
        py,
        found.places,
        [
            open_edges,
            non_manifold_edges,
            inconsistent_edges,
            non_manifold_vertices,
            degenerate_faces,
            zero_area_faces,
            duplicate_faces,
            duplicate_vertices,
            unused_vertices,
            self_intersections,
        ]
    );
    record.set_item("places", places)?;
    Ok(record)
}

/// The rows of an (n, 3) array.
pub(crate) fn triples<T: Element + Copy>(array: &PyReadonlyArray2<'_, T>) -> PyResult<Vec<[T; 3]>> {
    let shape = array.as_array();
    if shape.ncols() != 3 {
        let message = format!("an array of shape (n, 3) is needed, not {:?}", shape.shape());
        return Err(pyo3::exceptions::PyValueError::new_err(message));
    }
    Ok(array.as_slice()?.as_chunks::<3>().0.to_vec())
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
