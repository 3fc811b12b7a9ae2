//! Where the picture is taken from, and the map from patient space to the picture.

use rayon::prelude::*;

use super::{Part, RenderOptions};
use crate::vector::{cross, dot, norm, normalized};

/// The side of the patient that the picture shows. Superior is up, except in the views along that axis, where anterior
/// is up.
///
/// What the viewer sees of a body in front of them, with nothing mirrored: in [`View::Anterior`] and
/// [`View::Inferior`] the patient's right is on the left of the picture (the radiological convention), in
/// [`View::Posterior`] and [`View::Superior`] on the right (the neurological one). In [`View::Left`] anterior is on the
/// left, in [`View::Right`] on the right.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum View {
    /// From in front.
    Anterior,
    /// From behind.
    Posterior,
    /// From the patient's left.
    Left,
    /// From the patient's right.
    Right,
    /// From above.
    Superior,
    /// From below.
    Inferior,
    /// From in front, 25 degrees to the patient's left and 15 above: the view of thumbnails.
    #[default]
    Oblique,
    /// From any side.
    From {
        /// From the shape towards the viewer, RAS+, of any length.
        toward: [f64; 3],
        /// What is up in the picture, RAS+; need not be at a right angle to `toward`.
        up: [f64; 3],
    },
}

/// How depth is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Projection {
    /// Parallel: lengths can be measured.
    #[default]
    Orthographic,
    /// Nearer is larger.
    Perspective {
        /// From the eye to the middle of the scene, in radii of the ball around its box: over 1; 3 to 5 looks natural.
        distance: f64,
    },
}

/// Share of the picture left free on each side.
const MARGIN: f64 = 0.06;
/// The same where letters or a scale bar are drawn there.
const MARGIN_WITH_MARKS: f64 = 0.12;

impl View {
    /// Rightwards, upwards and towards the viewer, unit vectors at right angles. `None` when the view names no direction.
    pub(super) fn axes(self) -> Option<[[f64; 3]; 3]> {
        let (toward, up) = match self {
            Self::Anterior => ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0]),
            Self::Posterior => ([0.0, -1.0, 0.0], [0.0, 0.0, 1.0]),
            Self::Left => ([-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]),
            Self::Right => ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0]),
            Self::Superior => ([0.0, 0.0, 1.0], [0.0, 1.0, 0.0]),
            Self::Inferior => ([0.0, 0.0, -1.0], [0.0, 1.0, 0.0]),
            // Written out, since the last bits of sine and cosine differ between systems.
            Self::Oblique => ([-0.408_217_894, 0.875_426_098, 0.258_819_045], [0.0, 0.0, 1.0]),
            Self::From { toward, up } => (toward, up),
        };
        let toward = normalized(toward);
        let right = normalized(cross(normalized(up), toward));
        let valid = |v: [f64; 3]| (norm(v) - 1.0).abs() < 1e-6;
        (valid(toward) && valid(right)).then(|| [right, cross(toward, right), toward])
    }
}

/// The map from RAS+ mm to pixels.
pub(super) struct Camera {
    /// Rightwards, upwards and towards the viewer.
    pub axes: [[f64; 3]; 3],
    centre: [f64; 3],
    /// Pixels in a millimetre, at the middle of the scene.
    pub scale: f64,
    /// From the eye to the middle, mm; infinite without perspective.
    distance: f64,
    /// Where the centre falls, pixels from the top left.
    middle: [f64; 2],
}

impl Camera {
    /// Looks so that all parts fill the picture.
    pub(super) fn new(parts: &[Part], axes: [[f64; 3]; 3], options: &RenderOptions) -> Self {
        let picture = options.size.map(|s| s as f64);
        let middle = picture.map(|s| s / 2.0);
        let mut camera = Self { axes, centre: [0.0; 3], scale: 1.0, distance: f64::INFINITY, middle };
        let Some([lo, hi]) = camera.extent(parts) else { return camera };
        let half = [0, 1, 2].map(|i| f64::midpoint(lo[i], hi[i]));
        camera.centre = [0, 1, 2].map(|i| half[0] * axes[0][i] + half[1] * axes[1][i] + half[2] * axes[2][i]);
        let mut sides = [hi[0] - lo[0], hi[1] - lo[1]];
        let mut off = [0.0; 2];
        if let Projection::Perspective { distance } = options.projection {
            camera.distance = distance * norm([sides[0], sides[1], hi[2] - lo[2]]) / 2.0;
            if camera.distance > 0.0
                && let Some([lo, hi]) = camera.extent(parts)
            {
                sides = [hi[0] - lo[0], hi[1] - lo[1]];
                off = [f64::midpoint(lo[0], hi[0]), f64::midpoint(lo[1], hi[1])];
            } else {
                camera.distance = f64::INFINITY;
            }
        }
        let margin = if options.letters || options.scale_bar { MARGIN_WITH_MARKS } else { MARGIN };
        let free = 1.0 - 2.0 * margin;
        let scale = (picture[0] * free / sides[0]).min(picture[1] * free / sides[1]);
        if scale.is_finite() && scale > 0.0 {
            camera.scale = scale;
        }
        camera.middle = [middle[0] - camera.scale * off[0], middle[1] + camera.scale * off[1]];
        camera
    }

    /// Lower and upper corner of all vertices as this camera sees them, mm.
    fn extent(&self, parts: &[Part]) -> Option<[[f64; 3]; 2]> {
        let around = |[lo, hi]: [[f64; 3]; 2], [a, b]: [[f64; 3]; 2]| {
            [[0, 1, 2].map(|i| lo[i].min(a[i])), [0, 1, 2].map(|i| hi[i].max(b[i]))]
        };
        let nothing = [[f64::INFINITY; 3], [f64::NEG_INFINITY; 3]];
        let mut all = nothing;
        for part in parts {
            // Least and greatest do not depend on the order.
            let found = part
                .mesh
                .vertices()
                .par_chunks(8192)
                .map(|run| {
                    run.iter().fold(nothing, |box_, &v| {
                        let p = self.view(v);
                        around(box_, [p, p])
                    })
                })
                .reduce(|| nothing, around);
            all = around(all, found);
        }
        (all[0][0] <= all[1][0]).then_some(all)
    }

    /// Right, up and towards the viewer from the centre, mm at the centre's depth.
    fn view(&self, v: [f32; 3]) -> [f64; 3] {
        let p = [0, 1, 2].map(|i| f64::from(v[i]) - self.centre[i]);
        let [x, y, z] = self.axes.map(|axis| dot(p, axis));
        if self.distance == f64::INFINITY {
            return [x, y, z];
        }
        // This depth is a plane's in the picture if it is one in space, and keeps its order.
        let nearer = self.distance / (self.distance - z);
        [x * nearer, y * nearer, z * nearer]
    }

    /// Pixel x (to the right), y (down) and depth (larger is nearer, in pixels at the middle of the scene).
    pub(super) fn project(&self, v: [f32; 3]) -> [f64; 3] {
        let [x, y, z] = self.view(v);
        [self.middle[0] + self.scale * x, self.middle[1] - self.scale * y, self.scale * z]
    }
}
