//! Pictures of meshes.

use medshape_shape as shape;
use medshape_shape::{Part, Projection, RenderOptions, View};
use numpy::{PyArray1, PyArray3, PyArrayMethods};
use pyo3::prelude::*;

use super::volume::unknown;
use super::{Mesh, checked};

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(render, module)?)
}

/// A part of a scene: mesh, sRGB, opacity.
type PartOf<'py> = (PyRef<'py, Mesh>, [u8; 3], f32);

/// (height, width, 4) uint8.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
fn render<'py>(
    py: Python<'py>,
    parts: Vec<PartOf<'_>>,
    size: [usize; 2],
    view: &str,
    perspective: Option<f64>,
    background: Option<[u8; 3]>,
    occlusion: bool,
    letters: bool,
    scale_bar: bool,
) -> PyResult<Bound<'py, PyArray3<u8>>> {
    let view = match view {
        "anterior" => View::Anterior,
        "posterior" => View::Posterior,
        "left" => View::Left,
        "right" => View::Right,
        "superior" => View::Superior,
        "inferior" => View::Inferior,
        "oblique" => View::Oblique,
        other => {
            let expected = "'oblique', 'anterior', 'posterior', 'left', 'right', 'superior' or 'inferior'";
            return Err(unknown("view", other, expected));
        }
    };
    let projection = perspective.map_or(Projection::Orthographic, |distance| Projection::Perspective { distance });
    let options = RenderOptions { size, view, projection, background, occlusion, letters, scale_bar };
    let parts: Vec<Part<'_>> =
        parts.iter().map(|(mesh, colour, opacity)| Part::new(mesh.inner(), *colour).with_opacity(*opacity)).collect();
    let image = checked(py, py.detach(|| shape::render_scene(&parts, &options)))?;
    PyArray1::from_vec(py, image.rgba).reshape([image.height, image.width, 4])
}
