//! Voxel values of any type to the narrowest labels, in one pass over the bytes as they arrive.

use std::path::Path;

use medshape_shape::Labels;

use super::types::{Value, swapped, with_value};
use super::{Layout, ScalarType};
use crate::error::FormatError;
use crate::input::{Input, reserve};

/// Raw bytes converted at a time; they stay in cache between decoder and converter.
pub(super) const STEP: usize = 64 * 1024;

/// All stored values, in their order.
pub(crate) fn read_labels(input: &mut Input<'_>, layout: &Layout) -> Result<Labels, FormatError> {
    let count = layout.count();
    if layout.scalar == ScalarType::U8 && layout.scaling.is_none() {
        let mut voxels = Vec::new();
        reserve(input.file(), &mut voxels, count as u64)?;
        input.read_exact(&mut voxels, count, "voxel data")?;
        return Ok(Labels::U8(voxels));
    }
    with_value!(layout.scalar, value => convert(input, layout, count, value))
}

fn convert<const N: usize, V: Value>(
    input: &mut Input<'_>,
    layout: &Layout,
    count: usize,
    value: impl Fn([u8; N]) -> V + Copy,
) -> Result<Labels, FormatError> {
    let mut labels = Growing::new(input.file(), count)?;
    let mut raw = Vec::with_capacity(STEP);
    let mut block = Vec::with_capacity(STEP / N);
    let mut done = 0;
    while done < count {
        let now = (count - done).min(STEP / N);
        raw.clear();
        input.read_exact(&mut raw, now * N, "voxel data")?;
        let bad = match (layout.big_endian, layout.scaling) {
            (false, None) => to_labels(&raw, &mut block, value),
            (true, None) => to_labels(&raw, &mut block, |b| value(swapped(b))),
            (false, Some([slope, inter])) => to_labels(&raw, &mut block, |b| value(b).to_f64() * slope + inter),
            (true, Some([slope, inter])) => to_labels(&raw, &mut block, |b| value(swapped(b)).to_f64() * slope + inter),
        };
        if let Some((at, value)) = bad {
            let voxel = layout.voxel(done + at);
            return Err(FormatError::NotLabels { file: input.file().to_owned(), voxel, value });
        }
        labels.push(input.file(), &block)?;
        done += now;
    }
    Ok(labels.labels)
}

/// Puts the labels of `raw` into `block`; gives position and value of the first that is no label.
fn to_labels<const N: usize, V: Value>(
    raw: &[u8],
    block: &mut Vec<u32>,
    value: impl Fn([u8; N]) -> V,
) -> Option<(usize, f64)> {
    let (voxels, _) = raw.as_chunks::<N>();
    block.resize(voxels.len(), 0);
    // No early way out: that is what lets the compiler do many voxels at once.
    let mut bad = 0_u32;
    for (slot, &bytes) in block.iter_mut().zip(voxels) {
        let (label, good) = value(bytes).label();
        *slot = label;
        bad |= u32::from(!good);
    }
    if bad == 0 {
        return None;
    }
    let first = voxels.iter().position(|&bytes| !value(bytes).label().1)?;
    Some((first, value(*voxels.get(first)?).to_f64()))
}

/// Labels that widen when a value needs it. Label maps nearly always fit 8 bits, so that is where they start.
struct Growing {
    labels: Labels,
    count: usize,
}

impl Growing {
    fn new(file: &Path, count: usize) -> Result<Self, FormatError> {
        let mut voxels = Vec::new();
        reserve(file, &mut voxels, count as u64)?;
        Ok(Self { labels: Labels::U8(voxels), count })
    }

    fn push(&mut self, file: &Path, block: &[u32]) -> Result<(), FormatError> {
        let max = block.iter().copied().max().unwrap_or(0);
        match &self.labels {
            Labels::U8(v) if max > u16::MAX.into() => {
                self.labels = Labels::U32(widened(file, v, self.count)?);
            }
            Labels::U8(v) if max > u8::MAX.into() => {
                self.labels = Labels::U16(widened(file, v, self.count)?);
            }
            Labels::U16(v) if max > u16::MAX.into() => {
                self.labels = Labels::U32(widened(file, v, self.count)?);
            }
            _ => {}
        }
        match &mut self.labels {
            Labels::U8(v) => v.extend(block.iter().map(|&l| l as u8)),
            Labels::U16(v) => v.extend(block.iter().map(|&l| l as u16)),
            Labels::U32(v) => v.extend_from_slice(block),
        }
        Ok(())
    }
}

fn widened<A: Copy, B: From<A>>(file: &Path, narrow: &[A], count: usize) -> Result<Vec<B>, FormatError> {
    let mut wide = Vec::new();
    reserve(file, &mut wide, count as u64)?;
    wide.extend(narrow.iter().map(|&v| B::from(v)));
    Ok(wide)
}
