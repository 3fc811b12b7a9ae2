//! PNG pictures, for thumbnails.

use std::io::Write;

use png::{BitDepth, ColorType, Encoder, EncodingError};

use crate::error::FormatError;

/// Writes an 8-bit picture with transparency: `pixels` are rows from the top, red, green, blue, alpha.
///
/// # Errors
/// [`FormatError::Picture`] if `pixels` does not have `4 * width * height` bytes, [`FormatError::Write`] if the writer
/// fails.
pub fn write_rgba(width: u32, height: u32, pixels: &[u8], out: impl Write) -> Result<(), FormatError> {
    write(width, height, pixels, ColorType::Rgba, out)
}

/// Writes an 8-bit picture: `pixels` are rows from the top, red, green, blue.
///
/// # Errors
/// As [`write_rgba`], for `3 * width * height` bytes.
pub fn write_rgb(width: u32, height: u32, pixels: &[u8], out: impl Write) -> Result<(), FormatError> {
    write(width, height, pixels, ColorType::Rgb, out)
}

fn write(width: u32, height: u32, pixels: &[u8], colour: ColorType, out: impl Write) -> Result<(), FormatError> {
    let expected = colour.samples() as u64 * u64::from(width) * u64::from(height);
    if expected == 0 || expected != pixels.len() as u64 {
        return Err(FormatError::Picture { width, height, expected, found: pixels.len() as u64 });
    }
    let mut encoder = Encoder::new(out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels)?;
        writer.finish()
    });
    written.map_err(|e| match e {
        EncodingError::IoError(source) => FormatError::Write { format: "PNG", source },
        other => FormatError::Write { format: "PNG", source: std::io::Error::other(other.to_string()) },
    })
}
