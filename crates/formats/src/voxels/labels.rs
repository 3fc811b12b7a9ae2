//! Voxel values of any type to the narrowest labels, in one pass over the bytes as they arrive.

use std::path::Path;

use medshape_shape::Labels;

use super::types::{Value, swapped, with_value};
use super::{Layout, ScalarType};
use crate::error::FormatError;
use crate::input::{Input, reserve};

/// Raw bytes converted at a time; they stay in cache between decoder and converter.
pub(super) const STEP: usize = 64 * 1024;

/// The most that a coarse scale may miss a whole number by.
const MOST_ROUND_OFF: f64 = 0.01;

/// All stored values, in their order.
pub(crate) fn read_labels(input: &mut Input<'_>, layout: &Layout) -> Result<Labels, FormatError> {
    let count = layout.count();
    if layout.scalar == ScalarType::U8 && layout.scaling.is_none() {
        let mut voxels = Vec::new();
        reserve(input.file(), &mut voxels, count as u64)?;
        input.read_exact(&mut voxels, count, "voxel data")?;
        return Ok(Labels::U8(voxels));
    }
    if layout.scaling.is_none() && matches!(layout.scalar, ScalarType::U16 | ScalarType::I16) {
        return read_16_bits(input, layout, count);
    }
    with_value!(layout.scalar, value => convert(input, layout, count, value))
}

/// What most label maps are stored as: without the detour through 32 bits.
fn read_16_bits(input: &mut Input<'_>, layout: &Layout, count: usize) -> Result<Labels, FormatError> {
    let mut labels = Growing::new(input.file(), count)?;
    let mut raw = Vec::with_capacity(STEP);
    let value =
        |&bytes: &[u8; 2]| if layout.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
    let mut done = 0;
    while done < count {
        let now = (count - done).min(STEP / 2);
        raw.clear();
        input.read_exact(&mut raw, now * 2, "voxel data")?;
        let (voxels, _) = raw.as_chunks::<2>();
        // A bit that any value has: enough to see whether all fit 8 bits, and whether one is negative.
        let bits = voxels.iter().fold(0, |bits, bytes| bits | value(bytes));
        if layout.scalar == ScalarType::I16 && bits > i16::MAX as u16 {
            let at = voxels.iter().position(|bytes| value(bytes) > i16::MAX as u16).unwrap_or(0);
            let value = voxels.get(at).map_or(0, value) as i16;
            let (file, voxel) = (input.file().to_owned(), layout.voxel(done + at));
            return Err(FormatError::NotLabels { file, voxel, value: value.into() });
        }
        labels.widen(input.file(), bits.into())?;
        match &mut labels.labels {
            Labels::U8(v) => v.extend(voxels.iter().map(|bytes| value(bytes) as u8)),
            Labels::U16(v) => v.extend(voxels.iter().map(value)),
            // 16 bits never widen so far.
            Labels::U32(_) => {}
        }
        done += now;
    }
    Ok(labels.labels)
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
            (false, Some(scaling)) => to_labels(&raw, &mut block, |b| scaled(value(b), scaling)),
            (true, Some(scaling)) => to_labels(&raw, &mut block, |b| scaled(value(swapped(b)), scaling)),
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

/// A scaled value; the whole number that it was before it was saved, if half a step of the scale is all that is missing.
/// Writers that spread labels over all 16 bits (nibabel does, for floats) cannot hit them better.
fn scaled(value: impl Value, [slope, inter]: [f64; 2]) -> f64 {
    let value = value.to_f64() * slope + inter;
    let whole = value.round();
    if (value - whole).abs() <= (slope.abs() * 0.51).min(MOST_ROUND_OFF) { whole } else { value }
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

    /// Makes room for a label as large as this one.
    fn widen(&mut self, file: &Path, max: u32) -> Result<(), FormatError> {
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
        Ok(())
    }

    fn push(&mut self, file: &Path, block: &[u32]) -> Result<(), FormatError> {
        self.widen(file, block.iter().copied().max().unwrap_or(0))?;
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
