//! Is a volume of integers a label map, or an image that happens to hold integers?

use medshape_shape::{LabelMap, Labels};

/// Label maps with more labels than this are looked at more closely.
const MANY: usize = 64;

/// Structures are made of connected voxels: along a row, most labelled voxels are followed by one of the same label.
/// In an image hardly any are. `labels` is the number of distinct labels.
pub(crate) fn looks_like_image(map: &LabelMap, labels: usize) -> bool {
    labels > MANY
        && match map.labels() {
            Labels::U8(v) => mostly_changes(map.shape()[0], v),
            Labels::U16(v) => mostly_changes(map.shape()[0], v),
            Labels::U32(v) => mostly_changes(map.shape()[0], v),
        }
}

fn mostly_changes<T: Copy + Eq + Default>(nx: usize, voxels: &[T]) -> bool {
    let (mut same, mut all) = (0u64, 0u64);
    for row in voxels.chunks_exact(nx) {
        for pair in row.windows(2).filter(|p| p[0] != T::default()) {
            same += u64::from(pair[0] == pair[1]);
            all += 1;
        }
    }
    same * 2 < all
}
