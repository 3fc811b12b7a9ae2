//! A picture of a mesh without a GPU: a z-buffer rasteriser with smooth shading.
//!
//! Deterministic: the same mesh gives the same bytes on every machine. The view is from the front and a little from
//! the patient's left and above, superior up; so the patient's right is on the viewer's left.

use crate::{
    Mesh,
    normals::vertex_normals,
    vector::{dot, normalized},
};

/// An RGBA picture, 8 bits a channel, rows from the top; transparent where there is no shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Width and height, pixels.
    pub size: usize,
    /// `size * size * 4` bytes.
    pub rgba: Vec<u8>,
}

/// Each pixel is the mean of this many squared.
const SUPERSAMPLING: usize = 2;
/// Share of the picture left free on each side.
const MARGIN: f64 = 0.06;
/// Direction from the shape to the viewer in RAS+: from anterior, turned to the left by 25 degrees, raised by 15.
const AZIMUTH: f64 = 25.0;
const ELEVATION: f64 = 15.0;

/// A square picture of `size` pixels. `colour` is sRGB.
pub fn render(mesh: &Mesh, colour: [u8; 3], size: usize) -> Image {
    let camera = Camera::new(mesh, size * SUPERSAMPLING);
    let mut buffer = Buffer::new(size * SUPERSAMPLING);
    let normals = vertex_normals(mesh);
    let corners: Vec<([f64; 3], f64)> = mesh
        .vertices()
        .iter()
        .zip(&normals)
        .map(|(&v, &n)| (camera.project(v), camera.light(n.map(f64::from))))
        .collect();
    for f in mesh.faces() {
        buffer.triangle(f.map(|v| corners[v as usize]));
    }
    buffer.resolve(colour, size)
}

struct Camera {
    right: [f64; 3],
    up: [f64; 3],
    toward: [f64; 3],
    centre: [f64; 3],
    scale: f64,
    half: f64,
}

impl Camera {
    /// Looks so that the whole mesh fills the picture, without perspective.
    fn new(mesh: &Mesh, pixels: usize) -> Self {
        let (a, e) = (AZIMUTH.to_radians(), ELEVATION.to_radians());
        // +x is the patient's right, which a viewer in front sees on the left.
        let toward = [-a.sin() * e.cos(), a.cos() * e.cos(), e.sin()];
        let right = [-a.cos(), -a.sin(), 0.0];
        let up = [a.sin() * e.sin(), -a.cos() * e.sin(), e.cos()];
        let half = pixels as f64 / 2.0;
        let mut camera = Self { right, up, toward, centre: [0.0; 3], scale: 1.0, half };
        let (mut lo, mut hi) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for v in mesh.vertices() {
            let p = v.map(f64::from);
            for (axis, direction) in [right, up, toward].into_iter().enumerate() {
                let d = dot(p, direction);
                lo[axis] = lo[axis].min(d);
                hi[axis] = hi[axis].max(d);
            }
        }
        let widest = (hi[0] - lo[0]).max(hi[1] - lo[1]);
        if widest.is_finite() && widest > 0.0 {
            let middle = [0, 1, 2].map(|axis| f64::midpoint(lo[axis], hi[axis]));
            camera.centre = [0, 1, 2].map(|i| middle[0] * right[i] + middle[1] * up[i] + middle[2] * toward[i]);
            camera.scale = pixels as f64 * (1.0 - 2.0 * MARGIN) / widest;
        }
        camera
    }

    /// Pixel x (to the right), y (down) and depth (larger is nearer).
    fn project(&self, v: [f32; 3]) -> [f64; 3] {
        let p = [0, 1, 2].map(|i| f64::from(v[i]) - self.centre[i]);
        [
            self.half + self.scale * dot(p, self.right),
            self.half - self.scale * dot(p, self.up),
            self.scale * dot(p, self.toward),
        ]
    }

    /// Brightness of a surface with that unit normal: a key light from above the viewer's left, a fill light from the
    /// right, a little from everywhere, and darker rims that part overlapping folds.
    fn light(&self, normal: [f64; 3]) -> f64 {
        let n = [dot(normal, self.right), dot(normal, self.up), dot(normal, self.toward)];
        let key = dot(n, normalized([-0.45, 0.65, 0.75])).max(0.0);
        let fill = dot(n, normalized([0.8, 0.0, 0.5])).max(0.0);
        let rim = (1.0 - n[2].clamp(0.0, 1.0)).powi(3);
        let shine = dot(n, normalized([-0.25, 0.4, 0.95])).max(0.0).powi(24);
        (0.28 + 0.82 * key + 0.2 * fill) * (1.0 - 0.35 * rim) + 0.12 * shine
    }
}

/// Depth and brightness of each sample.
struct Buffer {
    size: usize,
    depth: Vec<f32>,
    light: Vec<f32>,
}

impl Buffer {
    fn new(size: usize) -> Self {
        Self { size, depth: vec![f32::NEG_INFINITY; size * size], light: vec![0.0; size * size] }
    }

    /// Fills the samples whose centre lies in the triangle and nearer than what is there. Both sides are drawn, so
    /// that an open surface is seen from within too.
    fn triangle(&mut self, [(a, la), (b, lb), (c, lc)]: [([f64; 3], f64); 3]) {
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if area == 0.0 {
            return;
        }
        // The samples whose centres lie between the extremes along an axis.
        let range = |axis: usize| {
            let (lo, hi) = (a[axis].min(b[axis]).min(c[axis]), a[axis].max(b[axis]).max(c[axis]));
            let clamp = |v: f64| v.clamp(0.0, self.size as f64) as usize;
            clamp((lo - 0.5).ceil())..clamp((hi - 0.5).floor() + 1.0)
        };
        let (columns, rows) = (range(0), range(1));
        // The shares of the corners a and b change evenly along a row.
        let scale = 1.0 / area;
        let (step_u, step_v) = (-(c[1] - b[1]) * scale, -(a[1] - c[1]) * scale);
        let px = columns.start as f64 + 0.5;
        for y in rows {
            let py = y as f64 + 0.5;
            let mut u = ((c[0] - b[0]) * (py - b[1]) - (c[1] - b[1]) * (px - b[0])) * scale;
            let mut v = ((a[0] - c[0]) * (py - c[1]) - (a[1] - c[1]) * (px - c[0])) * scale;
            for x in columns.clone() {
                let w = 1.0 - u - v;
                let sample = y * self.size + x;
                if u >= 0.0 && v >= 0.0 && w >= 0.0 {
                    let depth = (u * a[2] + v * b[2] + w * c[2]) as f32;
                    if depth > self.depth[sample] {
                        self.depth[sample] = depth;
                        self.light[sample] = (u * la + v * lb + w * lc) as f32;
                    }
                }
                u += step_u;
                v += step_v;
            }
        }
    }

    /// Averages the samples of each pixel in linear light, and leaves what no sample hit transparent.
    fn resolve(&self, colour: [u8; 3], size: usize) -> Image {
        let base = colour.map(to_linear);
        let mut rgba = vec![0; size * size * 4];
        for (pixel, out) in rgba.chunks_exact_mut(4).enumerate() {
            let (x, y) = (pixel % size, pixel / size);
            let (mut light, mut hits) = (0.0f32, 0u8);
            for s in 0..SUPERSAMPLING * SUPERSAMPLING {
                let at = (y * SUPERSAMPLING + s / SUPERSAMPLING) * self.size + x * SUPERSAMPLING + s % SUPERSAMPLING;
                if self.depth[at] > f32::NEG_INFINITY {
                    light += self.light[at];
                    hits += 1;
                }
            }
            if hits > 0 {
                let light = light / f32::from(hits);
                for (channel, base) in out.iter_mut().zip(base) {
                    *channel = to_srgb(base * light);
                }
                out[3] = (u16::from(hits) * 255 / (SUPERSAMPLING * SUPERSAMPLING) as u16) as u8;
            }
        }
        Image { size, rgba }
    }
}

fn to_linear(channel: u8) -> f32 {
    (f32::from(channel) / 255.0).powi(2)
}

/// The square root stands for the sRGB curve: exact the same on every machine, and near enough for a picture.
fn to_srgb(linear: f32) -> u8 {
    (linear.clamp(0.0, 1.0).sqrt() * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wedge in the plane x-z, wide at `to` and narrow at the other end.
    fn wedge(to: [f32; 3]) -> Mesh {
        let wide = [to[2] * 40.0, 0.0, to[0] * 40.0];
        let at = |along: f32, side: f32| [0, 1, 2].map(|i| to[i] * along + wide[i] * side);
        Mesh::new(vec![at(-50.0, 0.0), at(50.0, 1.0), at(50.0, -1.0)], vec![[0, 1, 2]]).unwrap()
    }

    /// Mean position of what was drawn, from the middle of the picture, in parts of its size; y up.
    fn centre(mesh: &Mesh) -> [f64; 2] {
        let image = render(mesh, [255, 255, 255], 128);
        let (mut sum, mut n) = ([0.0; 2], 0.0);
        for (pixel, p) in image.rgba.chunks_exact(4).enumerate() {
            if p[3] > 0 {
                sum[0] += (pixel % 128) as f64 / 128.0 - 0.5;
                sum[1] += 0.5 - (pixel / 128) as f64 / 128.0;
                n += 1.0;
            }
        }
        assert!(n > 500.0, "{n}");
        sum.map(|s| s / n)
    }

    #[test]
    fn superior_is_up_and_the_patients_right_is_on_the_left() {
        assert!(centre(&wedge([0.0, 0.0, 1.0]))[1] > 0.05);
        assert!(centre(&wedge([0.0, 0.0, -1.0]))[1] < -0.05);
        assert!(centre(&wedge([1.0, 0.0, 0.0]))[0] < -0.05);
        assert!(centre(&wedge([-1.0, 0.0, 0.0]))[0] > 0.05);
    }

    #[test]
    fn the_nearer_face_hides_the_farther() {
        // Two squares facing the viewer; the anterior one is turned away from the light.
        let square = |y: f32, half: f32| [[half, y, -half], [-half, y, -half], [-half, y, half], [half, y, half]];
        let v: Vec<_> = square(0.0, 50.0).into_iter().chain(square(20.0, 10.0)).collect();
        let back = vec![[0, 1, 2], [0, 2, 3]];
        let front = vec![[4, 6, 5], [4, 7, 6]];
        let both = Mesh::new(v.clone(), [front.clone(), back.clone()].concat()).unwrap();
        let swapped = Mesh::new(v.clone(), [back.clone(), front].concat()).unwrap();
        assert_eq!(render(&both, [200, 100, 50], 64), render(&swapped, [200, 100, 50], 64));
        let without = Mesh::new(v, back).unwrap();
        assert_ne!(render(&both, [200, 100, 50], 64), render(&without, [200, 100, 50], 64));
    }

    #[test]
    fn an_empty_mesh_gives_an_empty_picture() {
        let image = render(&Mesh::default(), [9, 9, 9], 16);
        assert_eq!(image.rgba.len(), 16 * 16 * 4);
        assert!(image.rgba.iter().all(|&b| b == 0));
    }
}
