//! How bright a surface is: a key light from above the viewer's left, a fill light from the right, more light from the
//! sky than from the ground (a hemisphere), a small highlight, and darker rims, which part folds that overlap.

/// What a surface sends to the viewer: its colour times `matt`, plus `shine` of white, in linear light.
#[derive(Debug, Clone, Copy)]
pub(super) struct Light {
    pub matt: f32,
    pub shine: f32,
    /// Cosine between the normal and the direction to the viewer.
    pub facing: f32,
}

/// Unit vectors to the lights (rightwards, upwards, towards the viewer), and half way from the key light to the viewer.
const KEY: [f32; 3] = [-0.413, 0.597, 0.688];
const FILL: [f32; 3] = [0.848, 0.0, 0.530];
const HALF: [f32; 3] = [-0.225, 0.325, 0.9186];

/// The light of a surface with that normal, of any length; a normal of no direction counts as facing the viewer.
#[inline]
pub(super) fn light(normal: [f32; 3]) -> Light {
    let length = (normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]).sqrt();
    let n = if length > 0.0 { normal.map(|v| v / length) } else { [0.0, 0.0, 1.0] };
    let toward = |l: [f32; 3]| (n[0] * l[0] + n[1] * l[1] + n[2] * l[2]).max(0.0);
    let facing = n[2].clamp(0.0, 1.0);
    let (away, half) = (1.0 - facing, toward(HALF));
    let (half2, half4) = (half * half, half * half * half * half);
    let half8 = half4 * half4;
    let sky = 0.24 + 0.10 * n[1];
    Light {
        matt: (sky + 0.78 * toward(KEY) + 0.16 * toward(FILL)) * (1.0 - 0.45 * away * away * away),
        // To the 26th power.
        shine: 0.10 * half8 * half8 * half8 * half2,
        facing,
    }
}
