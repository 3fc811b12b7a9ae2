//! glTF 2.0 (Khronos specification 2.0.1), `.glb` and `.gltf`, in and out.
//!
//! Read: all nodes of the scene with their transforms, triangles, strips and fans, accessors of every type (sparse,
//! strided, normalised, `KHR_mesh_quantization`), `EXT_meshopt_compression`, buffers in the file, in `data:` URIs and in
//! files of the same folder. Refused: Draco. Left out with a note: points, lines, morph targets, skins, instancing.

mod accessor;
mod document;
mod meshopt;
mod meshopt_index;
mod read;
mod transform;
mod write;

pub(crate) use read::read;
pub use write::write_scene;

/// sRGB (0 to 255) to linear light (0 to 1), IEC 61966-2-1.
fn linear(value: u8) -> f32 {
    let v = f64::from(value) / 255.0;
    (if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }) as f32
}

/// Linear light (0 to 1) to sRGB (0 to 255).
fn srgb(value: f32) -> u8 {
    let v = f64::from(value).clamp(0.0, 1.0);
    let encoded = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (encoded * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_back() {
        for value in 0..=255 {
            assert_eq!(srgb(linear(value)), value);
        }
        assert_eq!((srgb(f32::NAN), srgb(-1.0), srgb(2.0)), (0, 0, 255));
    }
}
