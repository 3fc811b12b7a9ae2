//! Runs: stretches of equal values along a row.
//!
//! What changes from one voxel to the next is found for 64 voxels at once, as bits of a word; only its set bits are
//! visited, so the cost is that of reading the row plus a few cycles for each run. Blocks that hold one value are
//! passed over at the speed of memory.

/// A value of a volume.
pub(super) trait Voxel: Copy + Eq + Default + Send + Sync + Into<u32> {
    /// The value, if the type can hold it.
    fn narrow(value: u32) -> Option<Self>;

    /// Bit `i` tells whether `block[i]` differs from the value before it; at most 64 values.
    fn changes(before: Self, block: &[Self]) -> u64 {
        let mut differ = [0u8; 64];
        let mut bits = u64::from(block[0] != before);
        for (d, w) in differ[1..].iter_mut().zip(block.windows(2)) {
            *d = u8::from(w[0] != w[1]);
        }
        for (n, eight) in differ.as_chunks::<8>().0.iter().enumerate() {
            bits |= side_by_side(u64::from_le_bytes(*eight)) << (8 * n);
        }
        bits
    }
}

impl Voxel for u8 {
    fn narrow(value: u32) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn changes(before: u8, block: &[u8]) -> u64 {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let (eights, rest) = block.as_chunks::<8>();
        let (mut bits, mut before) = (0, before);
        for (n, eight) in eights.iter().enumerate() {
            let values = u64::from_le_bytes(*eight);
            let x = values ^ (values << 8 | u64::from(before));
            // The top bit of each byte that is not zero.
            let tops = (((x & LOW) + LOW) | x) & !LOW;
            bits |= side_by_side(tops >> 7) << (8 * n);
            before = eight[7];
        }
        for (n, &value) in rest.iter().enumerate() {
            bits |= u64::from(value != before) << (8 * eights.len() + n);
            before = value;
        }
        bits
    }
}

impl Voxel for u16 {
    fn narrow(value: u32) -> Option<Self> {
        Self::try_from(value).ok()
    }
}

impl Voxel for u32 {
    fn narrow(value: u32) -> Option<Self> {
        Some(value)
    }
}

/// The lowest bits of eight bytes, as eight neighbouring bits.
fn side_by_side(bytes: u64) -> u64 {
    bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Calls `visit(start, end, value)` for each run of the row, from first to last.
#[inline]
pub(super) fn for_each_run<T: Voxel>(row: &[T], mut visit: impl FnMut(usize, usize, T)) {
    let Some(&first) = row.first() else { return };
    let (mut start, mut value) = (0, first);
    for (n, block) in row.chunks(64).enumerate() {
        // Folded rather than searched, so that many values are compared at once.
        if block.iter().fold(0, |other, &v| other | u8::from(v != value)) > 0 {
            let mut bits = T::changes(value, block);
            while bits != 0 {
                let i = 64 * n + bits.trailing_zeros() as usize;
                visit(start, i, value);
                (start, value) = (i, row[i]);
                bits &= bits - 1;
            }
        }
    }
    visit(start, row.len(), value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    fn check<T: Voxel + std::fmt::Debug>(row: &[T]) {
        let mut end = 0;
        for_each_run(row, |a, b, value| {
            assert!(a == end && b > a && row[a..b].iter().all(|&v| v == value), "{row:?}");
            assert!(b == row.len() || row[b] != value, "{row:?}");
            end = b;
        });
        assert_eq!(end, row.len());
    }

    #[test]
    fn runs_cover_the_row_and_cannot_grow() {
        let mut random = SplitMix::new(1);
        for len in 0..200 {
            for stay in [0.0, 0.5, 0.9, 0.99, 1.0] {
                let mut value = 128;
                let row: Vec<u32> = (0..len)
                    .map(|_| {
                        if random.uniform() >= stay {
                            value = (random.uniform() * 256.0) as u32;
                        }
                        value
                    })
                    .collect();
                check(&row);
                check(&row.iter().map(|&v| v as u16 * 257).collect::<Vec<_>>());
                check(&row.iter().map(|&v| v as u8).collect::<Vec<_>>());
            }
        }
    }
}
