//! The point of a triangle nearest to a point.

/// Where it is and how far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closest {
    /// Barycentric coordinates of the nearest point.
    pub weights: [f32; 3],
    /// From the given point to it.
    pub way: [f32; 3],
    /// Squared length of that way.
    pub square: f32,
}

/// By the regions of the triangle's corners, sides and inside (Ericson 2004, Real-Time Collision Detection, 5.1.5).
/// Differences are taken first, so that 32 bits do far from the origin too.
#[inline]
pub(super) fn closest(p: [f32; 3], [a, b, c]: [[f32; 3]; 3]) -> Closest {
    let minus = |x: [f32; 3], y: [f32; 3]| [x[0] - y[0], x[1] - y[1], x[2] - y[2]];
    let dot = |x: [f32; 3], y: [f32; 3]| x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
    let (ab, ac, pa) = (minus(b, a), minus(c, a), minus(a, p));
    let (d1, d2) = (-dot(ab, pa), -dot(ac, pa));
    let (abab, abac, acac) = (dot(ab, ab), dot(ab, ac), dot(ac, ac));
    let (d3, d4, d5, d6) = (d1 - abab, d2 - abac, d1 - abac, d2 - acac);
    let (va, vb, vc) = (d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2);
    let (s, t) = if d1 <= 0.0 && d2 <= 0.0 {
        (0.0, 0.0)
    } else if d3 >= 0.0 && d4 <= d3 {
        (1.0, 0.0)
    } else if d6 >= 0.0 && d5 <= d6 {
        (0.0, 1.0)
    } else if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        (d1 / (d1 - d3).max(f32::MIN_POSITIVE), 0.0)
    } else if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        (0.0, d2 / (d2 - d6).max(f32::MIN_POSITIVE))
    } else if va <= 0.0 && d4 >= d3 && d5 >= d6 {
        let t = (d4 - d3) / ((d4 - d3) + (d5 - d6)).max(f32::MIN_POSITIVE);
        (1.0 - t, t)
    } else {
        let scale = 1.0 / (va + vb + vc).max(f32::MIN_POSITIVE);
        (vb * scale, vc * scale)
    };
    let way = [pa[0] + s * ab[0] + t * ac[0], pa[1] + s * ab[1] + t * ac[1], pa[2] + s * ab[2] + t * ac[2]];
    Closest { weights: [1.0 - s - t, s, t], way, square: dot(way, way) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    #[test]
    fn nothing_on_the_triangle_is_nearer() {
        let mut random = SplitMix::new(7);
        let mut point = || [0; 3].map(|_| random.uniform() as f32);
        for _ in 0..200 {
            let (p, t) = (point(), [point(), point(), point()]);
            let found = closest(p, t);
            assert!(found.weights.iter().all(|w| (-1e-5..=1.00001).contains(w)), "{:?}", found.weights);
            let mut least = f32::MAX;
            for i in 0..=60 {
                for j in 0..=60 - i {
                    let (s, u) = (i as f32 / 60.0, j as f32 / 60.0);
                    let x: [f32; 3] =
                        std::array::from_fn(|k| t[0][k] + s * (t[1][k] - t[0][k]) + u * (t[2][k] - t[0][k]) - p[k]);
                    least = least.min(x.iter().map(|v| v * v).sum());
                }
            }
            assert!(found.square <= least + 1e-5 && found.square.sqrt() >= least.sqrt() - 0.04, "{found:?} {least}");
        }
    }
}
