//! From a scene to pixels, band by band.

use rayon::prelude::*;

use super::{
    Camera, Image, Part, RenderOptions,
    corners::{Drawn, corners},
    image::SRGB,
    layers::{Glass, Layers, Opaque},
    light::light,
    occlusion,
    raster::{BAND, Reach, SAMPLES, draw_band},
};

/// A part on its way into the picture.
struct Ready<'a> {
    drawn: Drawn<'a>,
    reach: Reach,
    /// Linear light.
    colour: [f32; 3],
    opacity: f32,
}

/// Draws everything but the marks.
pub(super) fn draw(parts: &[Part], camera: &Camera, options: &RenderOptions) -> Image {
    let size @ [width, height] = options.size;
    let ready: Vec<Ready> = parts
        .par_iter()
        .map(|part| {
            let drawn = corners(part, camera);
            let reach = Reach::new(&drawn, height);
            Ready { reach, drawn, colour: part.colour.map(|c| SRGB.decode(c)), opacity: part.opacity }
        })
        .collect();
    let background = options.background.map(|b| b.map(|c| SRGB.decode(c)));

    let pixels = width * height;
    let mut image = Image { width, height, rgba: vec![0; pixels * 4] };
    let (mut depth, mut share) = (vec![f32::NEG_INFINITY; pixels], vec![0; pixels]);
    let bands = image.rgba.par_chunks_mut(width * BAND * 4);
    let bands = bands.zip(depth.par_chunks_mut(width * BAND)).zip(share.par_chunks_mut(width * BAND));
    let buffers = || (Opaque::new(width * BAND * SAMPLES), Layers::default());
    bands.enumerate().for_each_init(buffers, |(opaque, layers), (band, ((rgba, depth), share))| {
        draw_parts(&ready, band, size, opaque, layers);
        for (row, pixels) in rgba.chunks_exact_mut(width * 4).enumerate() {
            let of_row = row * width..(row + 1) * width;
            let mut out = Row { rgba: pixels, depth: &mut depth[of_row.clone()], share: &mut share[of_row] };
            resolve(&mut out, row * SAMPLES * width, opaque, layers, &ready, background);
        }
    });
    if options.occlusion {
        occlusion::darken(&mut image.rgba, &depth, &share, size);
    }
    image
}

fn draw_parts(ready: &[Ready], band: usize, size: [usize; 2], opaque: &mut Opaque, layers: &mut Layers) {
    opaque.clear();
    for (number, part) in (0..).zip(ready) {
        if part.opacity >= 1.0 {
            opaque.part = number;
            draw_band(&part.drawn, &part.reach, band, size, opaque);
        }
    }
    if ready.iter().any(|part| part.opacity < 1.0) {
        layers.clear(opaque.parts.len());
        for part in ready.iter().filter(|part| part.opacity < 1.0) {
            let mut glass = Glass { layers, behind: opaque, colour: part.colour, opacity: part.opacity };
            draw_band(&part.drawn, &part.reach, band, size, &mut glass);
        }
    }
}

/// A row of pixels to be written.
struct Row<'a> {
    rgba: &'a mut [u8],
    depth: &'a mut [f32],
    /// How much of each pixel is opaque surface with nothing before it, 0 to 255.
    share: &'a mut [u8],
}

/// How far apart in depth, in pixels, the samples of a pixel may be to count as one piece of surface.
const ONE_SURFACE: f32 = 6.0;

/// Lights and averages the samples of a row of pixels, which begin at `first`.
fn resolve(
    row: &mut Row,
    first: usize,
    opaque: &Opaque,
    layers: &Layers,
    ready: &[Ready],
    background: Option<[f32; 3]>,
) {
    let width = row.depth.len();
    let srgb = &*SRGB;
    let lit = |normal: [f32; 3], part: u32| {
        let light = light(normal);
        ready[part as usize].colour.map(|c| c * light.matt + light.shine)
    };
    for x in 0..width {
        let samples: [usize; SAMPLES] = std::array::from_fn(|s| first + s * width + x);
        let fragments = samples.map(|s| opaque.fragments[s]);
        let parts = samples.map(|s| opaque.parts[s]);
        let depths = fragments.map(|f| f.depth);
        let (low, high) = depths.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), &d| (l.min(d), h.max(d)));
        if high == f32::NEG_INFINITY && layers.is_empty() {
            if let Some(b) = background {
                let [red, green, blue] = b.map(|c| srgb.encode(c));
                row.rgba[x * 4..x * 4 + 4].copy_from_slice(&[red, green, blue, 255]);
            }
            continue;
        }
        // Most pixels show one piece of surface with nothing before it: it is lit once.
        let (mut sum, mut covered, mut bare) = ([0.0; 3], 0.0, 0.0);
        if layers.is_empty() && high - low < ONE_SURFACE && parts == [parts[0]; SAMPLES] {
            let normal = [0, 1, 2].map(|i| fragments.iter().map(|f| f.normal[i]).sum());
            sum = lit(normal, parts[0]).map(|c| c * SAMPLES as f32);
            (covered, bare) = (SAMPLES as f32, SAMPLES as f32);
        } else {
            for ((&sample, fragment), part) in samples.iter().zip(&fragments).zip(parts) {
                let (mut colour, mut through) = layers.over(sample);
                if fragment.depth > f32::NEG_INFINITY {
                    for (c, own) in colour.iter_mut().zip(lit(fragment.normal, part)) {
                        *c += through * own;
                    }
                    bare += through;
                    through = 0.0;
                }
                for (s, c) in sum.iter_mut().zip(colour) {
                    *s += c;
                }
                covered += 1.0 - through;
            }
        }
        if high > f32::NEG_INFINITY {
            let hits = depths.iter().filter(|d| **d > f32::NEG_INFINITY);
            row.depth[x] = hits.clone().sum::<f32>() / hits.count() as f32;
            row.share[x] = (bare / SAMPLES as f32 * 255.0).round() as u8;
        }
        let covered = covered / SAMPLES as f32;
        let (weight, behind, opacity) = match background {
            Some(b) => (1.0, b.map(|c| c * (1.0 - covered)), 255),
            None if covered > 0.0 => (1.0 / covered, [0.0; 3], (covered * 255.0).round() as u8),
            None => continue,
        };
        let pixel = &mut row.rgba[x * 4..x * 4 + 4];
        for ((channel, s), b) in pixel.iter_mut().zip(sum).zip(behind) {
            *channel = srgb.encode(s / SAMPLES as f32 * weight + b);
        }
        pixel[3] = opacity;
    }
}
