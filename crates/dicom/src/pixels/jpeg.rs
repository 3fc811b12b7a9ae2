//! JPEG baseline, extended and lossless frames, by `jpeg-decoder`.

use jpeg_decoder::{Decoder, PixelFormat};

use super::Layout;

/// More pixels than a coded byte can stand for: a block of 64 takes two bits or more.
const MAX_EXPANSION: usize = 1032;

/// A frame's samples, least significant byte first.
pub(super) fn decode(coded: &[u8], layout: &Layout) -> Result<Vec<u8>, String> {
    let damaged = |e: jpeg_decoder::Error| format!("the JPEG stream is damaged: {e}");
    let mut decoder = Decoder::new(coded);
    decoder.read_info().map_err(damaged)?;
    let info = decoder.info().ok_or("the JPEG stream has no header")?;
    let format = match layout.bits_allocated {
        8 => PixelFormat::L8,
        16 => PixelFormat::L16,
        bits => return Err(format!("JPEG holds no pixels of {bits} bits")),
    };
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if [width, height] != [layout.columns, layout.rows] || info.pixel_format != format {
        return Err(format!(
            "the JPEG stream holds {width} x {height} pixels ({:?}), expected {} x {} ({format:?})",
            info.pixel_format, layout.columns, layout.rows
        ));
    }
    if layout.pixels() > coded.len().saturating_mul(MAX_EXPANSION) {
        return Err(format!("{} bytes of JPEG cannot hold {} pixels", coded.len(), layout.pixels()));
    }
    decoder.set_max_decoding_buffer_size(layout.frame_bytes().saturating_mul(2));
    let mut samples = decoder.decode().map_err(damaged)?;
    if format == PixelFormat::L16 && cfg!(target_endian = "big") {
        samples.as_chunks_mut::<2>().0.iter_mut().for_each(|s| s.reverse());
    }
    Ok(samples)
}
