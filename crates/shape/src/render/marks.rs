//! Orientation letters and a scale bar, dark with a light edge so that they are read on any background.

use super::{
    Camera, Image,
    glyphs::{GLYPH, dot},
};

const INK: [u8; 4] = [32, 36, 44, 255];
const EDGE: [u8; 4] = [255, 255, 255, 255];
/// A direction is named where its share of the border's direction is more than this (sine of 17 degrees).
const NAMED: f64 = 0.3;

/// The letters of a direction in RAS+, the one it is nearest to first.
fn names(direction: [f64; 3]) -> String {
    let mut found: Vec<(f64, char)> = [['R', 'L'], ['A', 'P'], ['S', 'I']]
        .into_iter()
        .zip(direction)
        .map(|([plus, minus], d)| (d.abs(), if d > 0.0 { plus } else { minus }))
        .filter(|(share, _)| *share > NAMED)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, letter)| letter).collect()
}

/// Names the direction of each border at its middle. Pictures too small for a letter get none.
pub(super) fn letters(image: &mut Image, camera: &Camera) {
    let [right, up, _] = camera.axes;
    let opposite = |d: [f64; 3]| d.map(|v| -v);
    let dot = dot_size(image);
    for (direction, [x, y]) in [(opposite(right), [0, 1]), (right, [2, 1]), (up, [1, 0]), (opposite(up), [1, 2])] {
        let text = names(direction);
        let Some(free) = free(image, &text, dot) else { return };
        let at = |position: usize, free: usize| (dot + (free - 2 * dot) * position / 2) as isize;
        write(image, &text, [at(x, free[0]), at(y, free[1])], dot);
    }
}

/// Draws a bar of a round length, at most a third of the picture's width, at the lower right with its length above it.
/// Pictures too small for it get none.
pub(super) fn scale_bar(image: &mut Image, camera: &Camera) {
    let available = image.width as f64 / 3.0 / camera.scale;
    // The largest of 1, 2 and 5 times a power of ten that fits, from a nanometre to beyond any coordinate.
    let Some((length, text)) =
        (-6..=12i32).rev().flat_map(|e| [5, 2, 1].map(|d| round_length(d, e))).find(|l| l.0 <= available)
    else {
        return;
    };
    let pixels = (length * camera.scale).round() as usize;
    let dot = dot_size(image);
    let Some(free) = free(image, &text, dot) else { return };
    if pixels < 4 || pixels + 4 * dot > image.width || image.height < 20 * dot {
        return;
    }
    let left = image.width - 3 * dot - pixels;
    let top = image.height - 4 * dot;
    let centred = (left + pixels / 2).saturating_sub((image.width - free[0]) / 2).min(free[0] - dot);
    write(image, &text, [centred as isize, top as isize - (GLYPH[1] + 2) as isize * dot as isize], dot);
    let bar = |image: &mut Image, grow: usize, colour| {
        for y in top - grow..top + dot + grow {
            for x in left - grow..left + pixels + grow {
                put(image, x as isize, y as isize, colour);
            }
        }
    };
    bar(image, dot.min(2), EDGE);
    bar(image, 0, INK);
}

/// `digit * 10^exponent` mm and its text.
fn round_length(digit: u32, exponent: i32) -> (f64, String) {
    let zeros = "0".repeat(exponent.unsigned_abs() as usize);
    if exponent >= 0 {
        let text = format!("{digit}{zeros}");
        (text.parse().unwrap_or(f64::INFINITY), text + " mm")
    } else {
        let text = format!("0.{}{digit}", &zeros[1..]);
        (text.parse().unwrap_or(f64::INFINITY), text + " mm")
    }
}

/// Pixels of a glyph's dot: letters are a twentieth of the picture, but can be read in small ones.
fn dot_size(image: &Image) -> usize {
    (image.width.min(image.height) / 150).max(1)
}

/// What a text leaves of the picture's sides; `None` when it does not fit with its edge.
fn free(image: &Image, text: &str, dot: usize) -> Option<[usize; 2]> {
    let length = text.chars().count() * (GLYPH[0] + 1);
    let free = [image.width.checked_sub(length * dot)?, image.height.checked_sub(GLYPH[1] * dot)?];
    (free[0] >= 2 * dot && free[1] >= 2 * dot).then_some(free)
}

/// Writes a text with its upper left corner at `from`.
fn write(image: &mut Image, text: &str, from: [isize; 2], size: usize) {
    let grow = size.min(2) as isize;
    for (margin, colour) in [(grow, EDGE), (0, INK)] {
        for (n, character) in text.chars().enumerate() {
            for (x, y) in (0..GLYPH[0]).flat_map(|x| (0..GLYPH[1]).map(move |y| (x, y))) {
                if !dot(character, x, y) {
                    continue;
                }
                let left = from[0] + ((n * (GLYPH[0] + 1) + x) * size) as isize;
                let top = from[1] + (y * size) as isize;
                for py in top - margin..top + size as isize + margin {
                    for px in left - margin..left + size as isize + margin {
                        put(image, px, py, colour);
                    }
                }
            }
        }
    }
}

fn put(image: &mut Image, x: isize, y: isize, colour: [u8; 4]) {
    if (0..image.width as isize).contains(&x) && (0..image.height as isize).contains(&y) {
        let at = (y as usize * image.width + x as usize) * 4;
        image.rgba[at..at + 4].copy_from_slice(&colour);
    }
}
