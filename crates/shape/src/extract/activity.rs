//! Which cells of the framed volume have corners of more than one label, 64 cells to a word.
//!
//! Almost all blocks of 64 cells lie inside one label: they are read once, compared with wide instructions, and done.

use std::ops::{BitOr, BitXor};

/// A voxel value.
pub(super) trait Voxel:
    Copy + Eq + Default + Into<u32> + Send + Sync + BitXor<Output = Self> + BitOr<Output = Self>
{
    /// Bit `i` tells whether `a[i]` is not 0.
    fn nonzero(a: &[Self; 64]) -> u64 {
        u8::nonzero(&a.map(|v| u8::from(v != Self::default())))
    }

    /// Bit `c` tells whether corner `c` has that value.
    #[inline]
    fn matches(corners: &[Self; 8], value: Self) -> u8 {
        gather(u64::from_le_bytes(corners.map(|c| u8::from(c == value))))
    }
}

/// The lowest bits of eight bytes, side by side; their other bits must be 0.
#[inline]
fn gather(bytes: u64) -> u8 {
    (bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

/// The top bit of each byte that is not zero.
#[inline]
fn tops(x: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    (((x & LOW) + LOW) | x) & !LOW
}

impl Voxel for u8 {
    fn nonzero(a: &[u8; 64]) -> u64 {
        let eights = a.as_chunks::<8>().0.iter().enumerate();
        eights.fold(0, |bits, (n, a)| bits | u64::from(gather(tops(u64::from_le_bytes(*a)) >> 7)) << (8 * n))
    }

    #[inline]
    fn matches(corners: &[u8; 8], value: u8) -> u8 {
        let differing = tops(u64::from_le_bytes(*corners) ^ (u64::from(value) * 0x0101_0101_0101_0101));
        !gather(differing >> 7)
    }
}

impl Voxel for u16 {}
impl Voxel for u32 {}

/// Words that hold the bits of a row of cells; there is one cell more than voxels in the row.
pub(super) fn words(voxels: usize) -> usize {
    voxels / 64 + 1
}

/// Marks the active cells among four neighbouring rows of voxels: (j, k), (j + 1, k), (j, k + 1), (j + 1, k + 1).
/// Cell `c` lies between the voxels `c - 1` and `c`; the rows are framed by background.
pub(super) fn mark_active<T: Voxel>(rows: [&[T]; 4], active: &mut [u64]) {
    let n = rows[0].len();
    // The last block is copied, for it may be short and needs a voxel of frame behind it.
    let full = (n - 1) / 64;
    let mut carry = u64::from(rows[0][0] != T::default());
    for (w, out) in active.iter_mut().enumerate() {
        let start = w * 64;
        let (uneven, differs) = if w < full {
            let [a, b, c, d] = rows;
            let here = start..start + 64;
            block(&a[here.clone()], &b[here.clone()], &c[here.clone()], &d[here], &a[start + 1..start + 65])
        } else {
            let mut ends = [[T::default(); 65]; 4];
            for (end, row) in ends.iter_mut().zip(rows) {
                let rest = &row[start.min(n)..n];
                end[..rest.len()].copy_from_slice(rest);
            }
            let [a, b, c, d] = &ends;
            block(&a[..64], &b[..64], &c[..64], &d[..64], &a[1..])
        };
        let reaching = uneven | differs;
        *out = uneven | reaching << 1 | carry;
        carry = reaching >> 63;
    }
}

/// For each of 64 voxels along i: whether the four rows differ there, and whether the first row differs from its `next`.
#[inline]
fn block<T: Voxel>(a: &[T], b: &[T], c: &[T], d: &[T], next: &[T]) -> (u64, u64) {
    let (Some(a), Some(b)) = (a.first_chunk::<64>(), b.first_chunk::<64>()) else { return (0, 0) };
    let (Some(c), Some(d)) = (c.first_chunk::<64>(), d.first_chunk::<64>()) else { return (0, 0) };
    let Some(next) = next.first_chunk::<64>() else { return (0, 0) };
    let mut uneven = [T::default(); 64];
    let mut differs = [T::default(); 64];
    let mut any = T::default();
    for i in 0..64 {
        uneven[i] = (a[i] ^ b[i]) | (a[i] ^ c[i]) | (a[i] ^ d[i]);
        differs[i] = a[i] ^ next[i];
        any = any | uneven[i] | differs[i];
    }
    if any == T::default() { (0, 0) } else { (T::nonzero(&uneven), T::nonzero(&differs)) }
}
