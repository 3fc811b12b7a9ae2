//! Brings stored values into Fortran order (i fastest), one volume for each layer.

use std::path::Path;

use medshape_shape::Labels;

use super::Layout;
use crate::error::FormatError;
use crate::input::reserve;

/// Values along k that are moved together: both sides of a transposition then stay in cache.
const BLOCK: usize = 16;

pub(super) fn label_layers(file: &Path, labels: Labels, layout: &Layout) -> Result<Vec<Labels>, FormatError> {
    if layout.layers == 1 {
        return Ok(vec![match labels {
            Labels::U8(v) => Labels::U8(layer(file, v, layout, 0)?),
            Labels::U16(v) => Labels::U16(layer(file, v, layout, 0)?),
            Labels::U32(v) => Labels::U32(layer(file, v, layout, 0)?),
        }]);
    }
    let one = |l: usize| {
        Ok(match &labels {
            Labels::U8(v) => Labels::U8(gathered(file, v, layout, l)?),
            Labels::U16(v) => Labels::U16(gathered(file, v, layout, l)?),
            Labels::U32(v) => Labels::U32(gathered(file, v, layout, l)?),
        })
    };
    (0..layout.layers).map(one).collect()
}

/// One layer of the values; they are given back as they are if that is what is asked for.
pub(super) fn layer<T: Copy + Default>(
    file: &Path,
    values: Vec<T>,
    layout: &Layout,
    layer: usize,
) -> Result<Vec<T>, FormatError> {
    let [ni, nj, _] = layout.shape;
    if layout.layers == 1 && layout.strides == [1, ni, ni * nj] {
        return Ok(values);
    }
    gathered(file, &values, layout, layer)
}

fn gathered<T: Copy + Default>(
    file: &Path,
    values: &[T],
    layout: &Layout,
    layer: usize,
) -> Result<Vec<T>, FormatError> {
    let [ni, nj, nk] = layout.shape;
    let [si, sj, sk] = layout.strides;
    let mut out = Vec::new();
    reserve(file, &mut out, (ni * nj * nk) as u64)?;
    out.resize(ni * nj * nk, T::default());
    let start = layer * layout.layer_stride;
    for first in (0..nk).step_by(BLOCK) {
        let ks = first..(first + BLOCK).min(nk);
        for j in 0..nj {
            for i in 0..ni {
                let from = start + i * si + j * sj;
                let to = i + ni * j;
                for k in ks.clone() {
                    out[to + ni * nj * k] = values[from + k * sk];
                }
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voxels::ScalarType;

    #[test]
    fn c_order_and_interleaved_layers_become_fortran_order() {
        let mut layout = Layout::new([2, 3, 4], ScalarType::U8);
        layout.strides = [12, 4, 1];
        let c_order: Vec<u8> = (0..24).collect();
        let out = layer(Path::new("x"), c_order, &layout, 0).unwrap();
        for (i, j, k) in [(0, 0, 0), (1, 0, 0), (1, 2, 3), (0, 1, 2)] {
            assert_eq!(usize::from(out[i + 2 * j + 6 * k]), 12 * i + 4 * j + k);
            assert_eq!(layout.voxel(12 * i + 4 * j + k), [i, j, k]);
        }
        let layout =
            Layout { layers: 2, layer_stride: 1, strides: [2, 4, 8], ..Layout::new([2, 2, 1], ScalarType::U8) };
        let layers = label_layers(Path::new("x"), Labels::U8((0..8).collect()), &layout).unwrap();
        assert_eq!(layers, [Labels::U8(vec![0, 2, 4, 6]), Labels::U8(vec![1, 3, 5, 7])]);
        assert_eq!(layout.voxel(7), [1, 1, 0]);
    }
}
