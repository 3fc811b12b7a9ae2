//! Deflated Image Frame Compression (PS3.5 A.4.12): a raw deflate stream for each frame.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

/// A frame of `bytes` bytes.
pub(super) fn decode(coded: &[u8], bytes: usize) -> Result<Vec<u8>, String> {
    let mut frame = Vec::new();
    let read = DeflateDecoder::new(coded).take(bytes as u64).read_to_end(&mut frame);
    read.map_err(|e| format!("the deflated stream is damaged: {e}"))?;
    Ok(frame)
}
