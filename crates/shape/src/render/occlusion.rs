//! Ambient occlusion in the picture: hollows get less light from around than ridges do.
//!
//! From depths alone, with pairs of opposite places (after Bavoil, Sainz & Dimitrov 2008, doi:10.1145/1401032.1401061,
//! and the paired samples of volumetric obscurance, Loos & Sloan 2010, doi:10.1145/1730804.1730829): on a slope what one
//! place of a pair gains the other loses, so only hollows and steps darken, and no normals are needed.

use std::f32::consts::FRAC_1_SQRT_2;

use rayon::prelude::*;

use super::image::SRGB;

/// Directions of the pairs and their share of the radius, spread so that no two lie in a line.
const PAIRS: [([f32; 2], f32); 8] = [
    ([1.0, 0.0], 0.25),
    ([0.0, 1.0], 0.3),
    ([FRAC_1_SQRT_2, FRAC_1_SQRT_2], 0.45),
    ([FRAC_1_SQRT_2, -FRAC_1_SQRT_2], 0.5),
    ([0.9239, 0.3827], 0.75),
    ([-0.3827, 0.9239], 0.8),
    ([0.3827, 0.9239], 1.0),
    ([0.9239, -0.3827], 0.95),
];
/// The radius as a share of the picture's longer side.
const RADIUS: f32 = 0.04;
/// What a full hollow loses of its light.
const STRENGTH: f32 = 1.1;

/// Darkens `rgba` by the hollows of `depth` (pixels, larger is nearer, negative infinity where nothing is), each pixel in
/// proportion to its `share` (0 to 255): how much of it is the surface that the depth is of.
pub(super) fn darken(rgba: &mut [u8], depth: &[f32], share: &[u8], [width, height]: [usize; 2]) {
    let radius = RADIUS * width.max(height) as f32;
    let steps = PAIRS.map(|(direction, part)| {
        let step = direction.map(|d| (d * part * radius).round() as isize);
        let length = ((step[0] * step[0] + step[1] * step[1]) as f32).sqrt();
        (step, 1.0 / length.max(1.0))
    });
    let at = |x: isize, y: isize| {
        let inside = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
        if inside { depth[y as usize * width + x as usize] } else { f32::NEG_INFINITY }
    };
    // Away from the borders a place of a pair is a fixed number of pixels away, and the depths are one look-up each.
    let border = radius.ceil() as usize + 1;
    let jumps = steps.map(|([dx, dy], per_length)| (dy * width as isize + dx, per_length));
    let srgb = &*SRGB;
    rgba.par_chunks_mut(width * 4).enumerate().for_each(|(y, row)| {
        let inner_row = y >= border && y + border < height;
        for (x, pixel) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let own = y * width + x;
            if share[own] == 0 {
                continue;
            }
            let here = depth[own];
            let pair = |a: f32, b: f32, per_length: f32| {
                let rise = |d: f32| ((d - here) * per_length).clamp(-1.0, 1.0);
                (rise(a) + rise(b)).max(0.0)
            };
            let mut sum = 0.0;
            if inner_row && x >= border && x + border < width {
                for (jump, per_length) in jumps {
                    let (a, b) = (own.wrapping_add_signed(jump), own.wrapping_add_signed(-jump));
                    sum += pair(depth[a], depth[b], per_length);
                }
            } else {
                let (x, y) = (x as isize, y as isize);
                for ([dx, dy], per_length) in steps {
                    sum += pair(at(x + dx, y + dy), at(x - dx, y - dy), per_length);
                }
            }
            let hollow = sum / (2 * PAIRS.len()) as f32;
            let light = 1.0 - f32::from(share[own]) / 255.0 * (STRENGTH * hollow).min(0.85);
            for channel in &mut pixel[..3] {
                *channel = srgb.encode(srgb.decode(*channel) * light);
            }
        }
    });
}
