//! Recommended colours: `CIELab` in 16 bits (PS3.3 C.10.7.1.1, white point D50 as in an ICC profile) and sRGB.

/// White of D50, and the Bradford-adapted matrix from XYZ of D50 to linear sRGB (Lindbloom), with its inverse.
const WHITE: [f64; 3] = [0.96422, 1.0, 0.82521];
const TO_RGB: [[f64; 3]; 3] = [
    [3.133_856_1, -1.616_866_7, -0.490_614_6],
    [-0.978_768_4, 1.916_141_5, 0.033_454_0],
    [0.071_945_3, -0.228_991_4, 1.405_242_7],
];
const TO_XYZ: [[f64; 3]; 3] = [
    [0.436_074_7, 0.385_064_9, 0.143_080_4],
    [0.222_504_5, 0.716_878_6, 0.060_616_9],
    [0.013_932_2, 0.097_104_5, 0.714_173_3],
];
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
    [
        stored((116.0 * y - 16.0) / 100.0),
        stored((500.0 * (x - y) + 128.0) / 255.0),
        stored((200.0 * (y - z) + 128.0) / 255.0),
    ]
}

fn multiply(matrix: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_the_round_trip() {
        for rgb in [[0, 0, 0], [255, 255, 255], [221, 130, 101], [128, 174, 128], [255, 0, 0], [0, 0, 255], [1, 254, 3]]
        {
            assert_eq!(srgb_from_lab(lab_from_srgb(rgb)), rgb);
        }
        assert_eq!(lab_from_srgb([255, 255, 255]), [65535, 32896, 32896]);
    }
}
