//! Labels to little-endian bytes.

use std::io::{self, Write};

use medshape_shape::Labels;

/// Values put into bytes at a time.
const BLOCK: usize = 1 << 14;

/// Writes every label in the type it has in memory.
pub(crate) fn write_labels(labels: &Labels, out: &mut impl Write) -> io::Result<()> {
    match labels {
        Labels::U8(v) => out.write_all(v),
        Labels::U16(v) => write_values(v, u16::to_le_bytes, out),
        Labels::U32(v) => write_values(v, u32::to_le_bytes, out),
    }
}

/// Bytes a label has in memory.
pub(crate) fn label_width(labels: &Labels) -> usize {
    match labels {
        Labels::U8(_) => 1,
        Labels::U16(_) => 2,
        Labels::U32(_) => 4,
    }
}

fn write_values<T: Copy, const N: usize>(
    values: &[T],
    bytes: impl Fn(T) -> [u8; N],
    out: &mut impl Write,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(N * BLOCK.min(values.len()));
    for block in values.chunks(BLOCK) {
        buffer.clear();
        buffer.extend(block.iter().flat_map(|&v| bytes(v)));
        out.write_all(&buffer)?;
    }
    Ok(())
}
