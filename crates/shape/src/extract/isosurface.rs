//! The surface where a scalar field has a value.
//!
//! Marching cubes with the vertices where linear interpolation along the grid edges finds the value (Lorensen & Cline
//! 1987, doi:10.1145/37402.37422), by the tables of the mask surfaces: closed and 2-manifold whatever the field.
//! Cost: one pass over the field, and the surface.

use super::sliding::{MARGIN, place, sweep_edges};
use crate::{LabelSlice, LabelView, Mesh, Sdf};

/// The closed surface around the grid points whose value is below `value`, RAS+ mm, outward.
///
/// For a signed distance field `value` is 0; a positive one grows the shape. The field is framed by values above; where
/// it is below at its border, the surface is closed half a voxel beyond. Beside an infinite value the surface lies
/// half-way. Empty when no value is below.
pub fn isosurface(field: &Sdf, value: f32) -> Mesh {
    surface(field, value, |v| v < value)
}

/// The closed surface around the grid points of a probability map that reach `threshold`, RAS+ mm, outward: inside is
/// above. Otherwise as [`isosurface`]; empty when no value reaches it.
pub fn probability_surface(probabilities: &Sdf, threshold: f32) -> Mesh {
    surface(probabilities, threshold, |v| v >= threshold)
}

fn surface(field: &Sdf, value: f32, is_inside: impl Fn(f32) -> bool) -> Mesh {
    let inside: Vec<u8> = field.values().iter().map(|&v| u8::from(is_inside(v))).collect();
    let Ok(view) = LabelView::new(field.shape(), *field.affine(), LabelSlice::U8(&inside)) else {
        return Mesh::default();
    };
    let Some(swept) = sweep_edges(&view).pop() else { return Mesh::default() };
    let at: Vec<[f32; 3]> = swept
        .vertices
        .iter()
        .map(|edge| {
            let mut at = edge.middle();
            if let [Some(low), Some(high)] = edge.ends(field.shape()) {
                let [low, high] = [low, high].map(|i| f64::from(field.values()[i]));
                let share = (f64::from(value) - low) / (high - low);
                // Infinite values are nowhere near: the vertex keeps to the middle.
                let share = if low.is_finite() && high.is_finite() && share.is_finite() { share as f32 } else { 0.5 };
                at[edge.axis as usize] = edge.start() + share.clamp(MARGIN / 100.0, 1.0 - MARGIN / 100.0);
            }
            at
        })
        .collect();
    place(&at, swept.faces, field.affine())
}
