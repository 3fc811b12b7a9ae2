//! Directions all round, for searches that must not depend on a first guess.

use crate::vector::normalized;

/// Steps from a corner of the octahedron to the next.
const STEPS: i32 = 8;

/// 129 unit vectors, at most 12 degrees from any direction or its opposite: the places on an octahedron in the frame of
/// `axes`, so that they turn with the shape that the axes are of.
pub(super) fn directions(axes: [[f64; 3]; 3]) -> Vec<[f64; 3]> {
    let mut found = Vec::new();
    for (x, y) in (-STEPS..=STEPS).flat_map(|x| (-STEPS..=STEPS).map(move |y| (x, y))) {
        let z = STEPS - x.abs() - y.abs();
        // A direction and its opposite count once.
        if z > 0 || (z == 0 && (y > 0 || (y == 0 && x > 0))) {
            let weights = [x, y, z].map(f64::from);
            found.push(normalized([0, 1, 2].map(|i| (0..3).map(|a| weights[a] * axes[a][i]).sum())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{random::SplitMix, vector::dot};

    #[test]
    fn no_direction_is_far_from_all() {
        let found = directions([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
        assert_eq!(found.len(), 129);
        let mut random = SplitMix::new(3);
        for _ in 0..2000 {
            let d = normalized([0; 3].map(|_| random.uniform() * 2.0 - 1.0));
            let nearest = found.iter().map(|f| dot(*f, d).abs()).fold(0.0, f64::max);
            assert!(nearest > 12f64.to_radians().cos(), "{d:?}");
        }
    }
}
