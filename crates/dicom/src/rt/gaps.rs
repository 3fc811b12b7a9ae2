//! Slices between the contours of a region: named, or filled in when asked for.

use medshape_shape::{Affine, LabelMap, Labels, ShapeError, interpolate_slices};

use super::Roi;
use super::rasterize::Runs;

/// Fills gaps of at most `most` slices by the shapes on either side, and says in a note what was filled and what was
/// left empty. `spacing` is that of the grid, mm.
pub(super) fn fill(
    runs: &mut Runs,
    roi: &Roi,
    shape: [usize; 3],
    spacing: [f64; 3],
    most: usize,
    notes: &mut Vec<String>,
) -> Result<(), ShapeError> {
    let slices: Vec<usize> = runs.by_slice.keys().copied().collect();
    let (mut filled, mut left) = (0, 0);
    for pair in slices.windows(2) {
        let between = pair[1] - pair[0] - 1;
        if between == 0 {
            continue;
        }
        if between > most {
            left += between;
            continue;
        }
        filled += between;
        for (slice, new) in (pair[0] + 1..).zip(between_two(runs, pair[0], pair[1], shape, spacing)?) {
            runs.by_slice.insert(slice, new);
        }
    }
    let title = format!("ROI {} ({})", roi.number, roi.title());
    if filled > 0 {
        notes.push(format!("{title}: slices between contours, filled in by shape: {filled}"));
    }
    if left > 0 {
        notes.push(format!("{title}: slices between contours, left empty: {left}"));
    }
    Ok(())
}

/// The runs of each slice between slices `low` and `high`.
fn between_two(
    runs: &Runs,
    low: usize,
    high: usize,
    shape: [usize; 3],
    spacing: [f64; 3],
) -> Result<Vec<Vec<(usize, usize)>>, ShapeError> {
    let [columns, rows, _] = shape;
    let pixels = columns * rows;
    let mut two = vec![0_u8; 2 * pixels];
    for (n, slice) in [low, high].into_iter().enumerate() {
        for &(start, length) in runs.by_slice.get(&slice).into_iter().flatten() {
            let at = start - slice * pixels + n * pixels;
            two[at..at + length].fill(1);
        }
    }
    // Slices are interpolated along the coarsest axis: make sure which that is. Distances are taken within slices only.
    let steps = (high - low) as f64;
    let step = spacing[0].max(spacing[1]).max(spacing[2]);
    let affine = Affine::from_spacing([spacing[0], spacing[1], step * steps], [0.0; 3])?;
    let map = LabelMap::new([columns, rows, 2], affine, Labels::U8(two))?;
    let map = interpolate_slices(&map, step)?;
    let labels = map.labels();
    Ok((1..high - low)
        .map(|n| {
            let set = (0..pixels).filter(|p| n * pixels + p < labels.len() && labels.get(n * pixels + p) == 1);
            set.map(|p| ((low + n) * pixels + p, 1)).collect()
        })
        .collect())
}
