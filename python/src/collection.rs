//! A collection and the views of its shapes.

use std::path::PathBuf;

use medshape_collection::{CollectionError, Query, Resolution, Shape, ShapeId};
use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::shape::Mesh;
use crate::{arrays, errors};

/// An opened collection. What is not an array is given as JSON text.
#[pyclass(frozen, module = "medshape._medshape")]
pub(crate) struct Collection {
    inner: medshape_collection::Collection,
}

type MaskParts<'py> = (Bound<'py, PyArray1<u8>>, [usize; 3], [[f64; 4]; 4]);
type PointParts<'py> = (Bound<'py, PyArray2<f32>>, Bound<'py, PyArray2<f32>>);

#[pymethods]
impl Collection {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let inner = py.detach(|| medshape_collection::Collection::open(path)).map_err(|e| errors::raise(py, e))?;
        Ok(Self { inner })
    }

    /// The ids of all shapes that a query finds, best first.
    fn ids(&self, py: Python<'_>, query: &str) -> PyResult<Vec<String>> {
        let query = Query::parse(query).map_err(|e| errors::query(py, &e))?;
        let ids = py.detach(|| self.inner.catalogue()?.ids(&query)).map_err(|e| errors::raise(py, e))?;
        Ok(ids.into_iter().map(|id| id.to_string()).collect())
    }

    /// A page of a search with total and facets, as JSON.
    fn search(&self, py: Python<'_>, query: &str, limit: usize) -> PyResult<String> {
        let query = Query::parse(query).map_err(|e| errors::query(py, &e))?;
        self.json(py, |c| c.catalogue()?.search(&query, limit, None))
    }

    /// Number of shapes.
    fn count(&self, py: Python<'_>) -> PyResult<u64> {
        py.detach(|| self.inner.catalogue()?.len()).map_err(|e| errors::raise(py, e))
    }

    /// The datasets, as JSON.
    fn datasets(&self, py: Python<'_>) -> PyResult<String> {
        self.json(py, medshape_collection::Collection::datasets)
    }

    /// The collection's name.
    fn name(&self, py: Python<'_>) -> PyResult<String> {
        self.inner.config().map(|c| c.name).map_err(|e| errors::raise(py, e))
    }

    /// A shape's record, as JSON.
    fn record(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        let id = parse(py, id)?;
        self.json(py, |c| c.read_record(&id))
    }

    /// A shape's folder.
    fn folder(&self, py: Python<'_>, id: &str) -> PyResult<PathBuf> {
        Ok(self.inner.shape_dir(&parse(py, id)?))
    }

    /// The surface, RAS+ mm.
    fn mesh(&self, py: Python<'_>, id: &str, core: bool) -> PyResult<Mesh> {
        let resolution = if core { Resolution::Core } else { Resolution::Full };
        let mesh = self.view(py, id, |shape| match resolution {
            Resolution::Full => shape.mesh(),
            Resolution::Core => shape.core(),
        })?;
        Ok(mesh.into())
    }

    /// Voxels (0 or 1, `i` fastest), the grid's shape, and the affine from voxel index to RAS+ mm.
    fn mask<'py>(&self, py: Python<'py>, id: &str) -> PyResult<MaskParts<'py>> {
        let mask = self.view(py, id, Shape::mask)?;
        let (shape, affine) = (mask.shape(), mask.affine().matrix());
        Ok((PyArray1::from_vec(py, mask.into_voxels()), shape, affine))
    }

    /// Points and normals, (n, 3) float32 each, in RAS+ mm.
    fn points<'py>(&self, py: Python<'py>, id: &str, n: usize, seed: u64) -> PyResult<PointParts<'py>> {
        let (points, normals) = self.view(py, id, |shape| shape.points(n, seed))?.into_parts();
        let normals = normals.unwrap_or_else(|| vec![[0.0; 3]; points.len()]);
        Ok((arrays::rows(py, points)?, arrays::rows(py, normals)?))
    }

    /// The thumbnail, PNG.
    fn thumbnail<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.view(py, id, Shape::thumbnail_png)?;
        Ok(PyBytes::new(py, &bytes))
    }
}

impl Collection {
    /// Computes something of a shape without the interpreter lock.
    fn view<T: Send>(
        &self,
        py: Python<'_>,
        id: &str,
        compute: impl FnOnce(&Shape) -> Result<T, CollectionError> + Send,
    ) -> PyResult<T> {
        let id = parse(py, id)?;
        py.detach(|| compute(&self.inner.shape(&id)?)).map_err(|e| errors::raise(py, e))
    }

    fn json<T: serde::Serialize>(
        &self,
        py: Python<'_>,
        compute: impl FnOnce(&medshape_collection::Collection) -> Result<T, CollectionError> + Send,
    ) -> PyResult<String> {
        let text = py.detach(|| compute(&self.inner).map(|value| serde_json::to_string(&value)));
        text.map_err(|e| errors::raise(py, e))?.map_err(|e| pyo3::exceptions::PyValueError::new_err(e.to_string()))
    }
}

fn parse(py: Python<'_>, id: &str) -> PyResult<ShapeId> {
    id.parse::<ShapeId>().map_err(|e| errors::raise(py, CollectionError::Id(e)))
}
