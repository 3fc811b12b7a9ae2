//! Recommended colours: `CIELab` in 16 bits (PS3.3 C.10.7.1.1) and sRGB.
//!
//! White is D65, as dcmqi, DCMTK, highdicom and OHIF have it; read by the letter of the standard (D50, as in an ICC
//! profile) the colours of files that exist would be others than their makers chose.

/// White of D65, and the matrix from XYZ to linear sRGB (IEC 61966-2-1), with its inverse.
const WHITE: [f64; 3] = [0.950_456, 1.0, 1.088_754];
const TO_RGB: [[f64; 3]; 3] =
    [[3.240_479, -1.537_150, -0.498_535], [-0.969_256, 1.875_992, 0.041_556], [0.055_648, -0.204_043, 1.057_311]];
const TO_XYZ: [[f64; 3]; 3] =
    [[0.412_453, 0.357_580, 0.180_423], [0.212_671, 0.715_160, 0.072_169], [0.019_334, 0.119_193, 0.950_227]];
/// Where the cube root of `CIELab` becomes a straight line.
const KNEE: f64 = 6.0 / 29.0;

/// The nearest sRGB colour to a stored `CIELab` one.
pub(crate) fn srgb_from_lab(lab: [u16; 3]) -> [u8; 3] {
    let [l, a, b] = lab.map(|v| f64::from(v) / 65535.0);
    let (l, a, b) = (l * 100.0, a * 255.0 - 128.0, b * 255.0 - 128.0);
    let y = (l + 16.0) / 116.0;
    let f = [y + a / 500.0, y, y - b / 200.0];
    let linear = |t: f64| if t > KNEE { t * t * t } else { 3.0 * KNEE * KNEE * (t - 4.0 / 29.0) };
    let xyz = [0, 1, 2].map(|n| WHITE[n] * linear(f[n]));
    multiply(&TO_RGB, xyz).map(|v| {
        let v = v.clamp(0.0, 1.0);
        let coded = if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
        (coded * 255.0).round() as u8
    })
}

/// An sRGB colour as stored `CIELab`.
pub(crate) fn lab_from_srgb(rgb: [u8; 3]) -> [u16; 3] {
    let linear = rgb.map(|v| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    });
    let xyz = multiply(&TO_XYZ, linear);
    let [x, y, z] = [0, 1, 2].map(|n| {
        let t = xyz[n] / WHITE[n];
        if t > KNEE.powi(3) { t.cbrt() } else { t / (3.0 * KNEE * KNEE) + 4.0 / 29.0 }
    });
    let stored = |v: f64| (v * 65535.0).round().clamp(0.0, 65535.0) as u16;
    let a = (500.0 * (x - y) + 128.0) / 255.0;
    let b = (200.0 * (y - z) + 128.0) / 255.0;
    [stored((116.0 * y - 16.0) / 100.0), stored(a), stored(b)]
}

fn multiply(matrix: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_the_round_trip() {
        let some =
            [[0, 0, 0], [255, 255, 255], [221, 130, 101], [128, 174, 128], [255, 0, 0], [0, 0, 255], [1, 254, 3]];
        for rgb in some {
            assert_eq!(srgb_from_lab(lab_from_srgb(rgb)), rgb);
        }
    }

    #[test]
    fn as_dcmqi_stores_them() {
        // Slicer's colours of liver and tissue, as files of dcmqi hold them.
        assert_eq!(srgb_from_lab([41661, 41167, 40792]), [221, 130, 101]);
        assert_eq!(srgb_from_lab([43803, 26565, 37722]), [128, 174, 128]);
        for (stored, dcmqi) in lab_from_srgb([221, 130, 101]).into_iter().zip([41661, 41167, 40792]) {
            assert!(i32::from(stored).abs_diff(dcmqi) < 5, "{stored} {dcmqi}");
        }
    }
}
