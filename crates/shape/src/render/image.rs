//! Pictures, and the sRGB transfer curve (IEC 61966-2-1) from arithmetic that is the same on every machine.

use std::sync::LazyLock;

/// An RGBA picture, 8 bits a channel, sRGB, opacity not multiplied in; rows from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl Image {
    /// Red, green, blue and opacity of the pixel in column `x` of row `y`, counted from the top left. `None` outside.
    pub fn pixel(&self, x: usize, y: usize) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        self.rgba.as_chunks().0.get(y * self.width + x).copied()
    }
}

/// Both directions of the sRGB curve as tables.
pub(super) struct Srgb {
    linear: [f32; 256],
    /// The byte of `(i / LAST)²`: even steps of the square root, which is nearly the curve itself.
    bytes: Vec<u8>,
}

const LAST: usize = 8191;

/// Made once, at the first picture.
pub(super) static SRGB: LazyLock<Srgb> = LazyLock::new(|| {
    let linear: [f64; 256] = std::array::from_fn(|byte| {
        let c = byte as f64 / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { power_2_4((c + 0.055) / 1.055) }
    });
    let mut byte = 0;
    let bytes = (0..=LAST).map(|i| {
        let value = (i as f64 / LAST as f64) * (i as f64 / LAST as f64);
        while byte < 255 && f64::midpoint(linear[byte], linear[byte + 1]) <= value {
            byte += 1;
        }
        byte as u8
    });
    Srgb { bytes: bytes.collect(), linear: linear.map(|v| v as f32) }
});

impl Srgb {
    /// A byte of sRGB to linear light, 0 to 1.
    #[inline]
    pub(super) fn decode(&self, byte: u8) -> f32 {
        self.linear[byte as usize]
    }

    /// Linear light to the nearest byte of sRGB.
    #[inline]
    pub(super) fn encode(&self, linear: f32) -> u8 {
        self.bytes[((linear.max(0.0).sqrt() * LAST as f32 + 0.5) as usize).min(LAST)]
    }
}

/// `x^2.4` for x in (0, 1]: x² times the fifth root of x², by Newton's method. `powf` differs between systems.
fn power_2_4(x: f64) -> f64 {
    let square = x * x;
    let mut root = 1.0f64;
    for _ in 0..40 {
        root = (4.0 * root + square / (root * root * root * root)) / 5.0;
    }
    square * root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_and_the_curve_is_that_of_the_standard() {
        for byte in 0..=255u8 {
            assert_eq!(SRGB.encode(SRGB.decode(byte)), byte);
            let c = f64::from(byte) / 255.0;
            let want = if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
            assert!((f64::from(SRGB.decode(byte)) - want).abs() < 1e-7, "{byte}");
        }
        assert_eq!([SRGB.encode(-1.0), SRGB.encode(2.0), SRGB.encode(f32::NAN)], [0, 255, 0]);
    }
}
