//! Voxel values of any type to 32-bit floats, scaled, in one pass over the bytes as they arrive.

use super::labels::STEP;
use super::types::{Value, swapped, with_value};
use super::{Layout, ScalarType};
use crate::error::FormatError;
use crate::input::{Input, reserve};

/// All stored values, in their order. Scaling is done in 64 bits.
pub(crate) fn read_scalars(input: &mut Input<'_>, layout: &Layout) -> Result<Vec<f32>, FormatError> {
    with_value!(layout.scalar, value => convert(input, layout, value))
}

/// Values of a whole array as 64-bit floats.
pub(crate) fn to_f64(bytes: &[u8], scalar: ScalarType) -> Vec<f64> {
    with_value!(scalar, value => bytes.as_chunks().0.iter().map(|&b| value(b).to_f64()).collect())
}

fn convert<const N: usize, V: Value>(
    input: &mut Input<'_>,
    layout: &Layout,
    value: impl Fn([u8; N]) -> V + Copy,
) -> Result<Vec<f32>, FormatError> {
    let count = layout.count();
    let mut values = Vec::new();
    reserve(input.file(), &mut values, count as u64)?;
    let mut raw = Vec::with_capacity(STEP);
    while values.len() < count {
        let now = (count - values.len()).min(STEP / N);
        raw.clear();
        input.read_exact(&mut raw, now * N, "voxel data")?;
        let stored = raw.as_chunks::<N>().0.iter();
        match (layout.big_endian, layout.scaling) {
            (false, None) => values.extend(stored.map(|&b| value(b).to_f32())),
            (true, None) => values.extend(stored.map(|&b| value(swapped(b)).to_f32())),
            (false, Some([slope, inter])) => {
                values.extend(stored.map(|&b| (value(b).to_f64() * slope + inter) as f32));
            }
            (true, Some([slope, inter])) => {
                values.extend(stored.map(|&b| (value(swapped(b)).to_f64() * slope + inter) as f32));
            }
        }
    }
    Ok(values)
}
