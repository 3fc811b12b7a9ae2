//! Deflated data of known or bounded size: zlib blocks of VTP and GIFTI, whole gzip files.

use std::path::Path;

use flate2::{Decompress, FlushDecompress, Status};

use crate::error::FormatError;
use crate::input::{Input, reserve};

/// Deflate cannot expand further than this.
const MAX_EXPANSION: u64 = 1032;
/// The most a compressed mesh file may unpack to.
pub(crate) const MAX_UNPACKED: u64 = 2 << 30;
/// Bytes unpacked between two looks at the limit.
const STEP: usize = 1 << 20;

/// A zlib stream (or a gzip one, by its first bytes) that unpacks to exactly `size` bytes.
pub(crate) fn exactly(file: &Path, packed: &[u8], size: u64) -> Result<Vec<u8>, FormatError> {
    let most = (packed.len() as u64).saturating_mul(MAX_EXPANSION);
    let wrong = |found: u64| FormatError::Truncated {
        file: file.to_owned(),
        what: "a compressed block",
        expected: size,
        found,
    };
    if size > most {
        return Err(wrong(most));
    }
    let mut out = Vec::new();
    reserve(file, &mut out, size)?;
    let mut decoder = if packed.starts_with(&[0x1f, 0x8b]) { Decompress::new_gzip(15) } else { Decompress::new(true) };
    let mut at = 0;
    while (out.len() as u64) < size {
        let (before_in, before_out) = (decoder.total_in(), out.len());
        let status = decoder.decompress_vec(packed.get(at..).unwrap_or_default(), &mut out, FlushDecompress::None);
        let taken = (decoder.total_in() - before_in) as usize;
        at += taken;
        let status = status.map_err(|e| FormatError::Compressed {
            file: file.to_owned(),
            offset: at as u64,
            reason: e.to_string(),
        })?;
        if status == Status::StreamEnd || (taken == 0 && out.len() == before_out) {
            break;
        }
    }
    if out.len() as u64 != size {
        // An allocator may have given room for more than was asked for.
        if (out.len() as u64) < size {
            return Err(wrong(out.len() as u64));
        }
        out.truncate(size as usize);
    }
    Ok(out)
}

/// A whole gzip file, up to [`MAX_UNPACKED`].
pub(crate) fn gzip(file: &Path, packed: &[u8]) -> Result<Vec<u8>, FormatError> {
    let mut input = Input::from_bytes(file, packed)?;
    let mut out = Vec::new();
    loop {
        out.try_reserve(STEP).map_err(|_| FormatError::Memory { file: file.to_owned(), bytes: STEP as u64 })?;
        if input.read_into(&mut out, STEP)? < STEP {
            break;
        }
        if out.len() as u64 > MAX_UNPACKED {
            return Err(too_much(file));
        }
    }
    input.finish()?;
    Ok(out)
}

/// The refusal of something that unpacks to more than a mesh can need.
pub(crate) fn too_much(file: &Path) -> FormatError {
    FormatError::Unsupported {
        file: file.to_owned(),
        what: format!("a compressed mesh that unpacks to more than {MAX_UNPACKED} bytes"),
        advice: "unpack it by hand, if it is real",
    }
}
