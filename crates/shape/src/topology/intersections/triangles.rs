//! Do two triangles meet elsewhere than in their common vertices? Decided exactly.
//!
//! Two triangles that have no vertex in common meet where an edge of one meets the other. With one vertex in common they
//! meet beyond it where the edge opposite it, of either, meets the other. With two, when they lie in one plane on one
//! side of their common edge. All of it comes down to signs of orientation determinants (Guigue & Devillers 2003,
//! doi:10.1080/10867651.2003.10487580), which are exact (Shewchuk 1997, doi:10.1007/PL00009321); coplanar cases are
//! decided in the projection along an axis, which drops a coordinate and so rounds nothing.

use robust::{Coord, Coord3D, orient2d, orient3d};

type Point = [f32; 3];

/// `ids` name the vertices: equal ones are common. A triangle without area meets nothing.
pub(super) fn intersect(ids: [[u32; 3]; 2], triangles: [[Point; 3]; 2]) -> bool {
    let [t, u] = triangles;
    // Common vertices come first in both, in the same order.
    let (mut t, mut u, mut common) = (t, u, 0);
    let [mut t_ids, mut u_ids] = ids;
    for k in 0..3 {
        if let Some(m) = (common..3).find(|&m| u_ids[m] == t_ids[k]) {
            t.swap(common, k);
            t_ids.swap(common, k);
            u.swap(common, m);
            u_ids.swap(common, m);
            common += 1;
        }
    }
    let axis = |t: &[Point; 3]| (0..3).find(|&axis| side_of_line(axis, t[0], t[1], t[2]) != 0);
    match common {
        0 => {
            let across = |t: &[Point; 3], u: &[Point; 3]| {
                let sides = u.map(|p| side_of_plane(t, p));
                (sides.iter().all(|s| *s == sides[0]) && sides[0] != 0, sides)
            };
            let (apart, u_sides) = across(&t, &u);
            if apart {
                return false;
            }
            let (apart, t_sides) = across(&u, &t);
            if apart {
                return false;
            }
            let (Some(t_axis), Some(u_axis)) = (axis(&t), axis(&u)) else { return false };
            (0..3).any(|k| edge_meets(&t, t_axis, u[k], u[(k + 1) % 3], u_sides[k], u_sides[(k + 1) % 3]))
                || (0..3).any(|k| edge_meets(&u, u_axis, t[k], t[(k + 1) % 3], t_sides[k], t_sides[(k + 1) % 3]))
        }
        1 => {
            let u_sides = [side_of_plane(&t, u[1]), side_of_plane(&t, u[2])];
            if u_sides[0] * u_sides[1] > 0 {
                return false;
            }
            let t_sides = [side_of_plane(&u, t[1]), side_of_plane(&u, t[2])];
            if t_sides[0] * t_sides[1] > 0 {
                return false;
            }
            let (Some(t_axis), Some(u_axis)) = (axis(&t), axis(&u)) else { return false };
            edge_meets(&t, t_axis, u[1], u[2], u_sides[0], u_sides[1])
                || edge_meets(&u, u_axis, t[1], t[2], t_sides[0], t_sides[1])
        }
        2 => {
            if side_of_plane(&t, u[2]) != 0 {
                return false;
            }
            axis(&t).is_some_and(|axis| side_of_line(axis, t[0], t[1], t[2]) == side_of_line(axis, t[0], t[1], u[2]))
        }
        _ => axis(&t).is_some(),
    }
}

/// Whether the segment p-q meets the triangle, `axis` being one along which the triangle's projection has area; `sides`
/// of p and q as to its plane are known.
fn edge_meets(t: &[Point; 3], axis: usize, p: Point, q: Point, p_side: i32, q_side: i32) -> bool {
    if p_side * q_side > 0 {
        return false;
    }
    if p_side == 0 && q_side == 0 {
        return covers(t, axis, p) || covers(t, axis, q) || (0..3).any(|k| cross(axis, t[k], t[(k + 1) % 3], p, q));
    }
    // The line through p and q passes all edges of the triangle on one side.
    let [a, b, c] = [0, 1, 2].map(|k| side_of_plane(&[p, q, t[k]], t[(k + 1) % 3]));
    (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0)
}

/// Whether the projection of a triangle covers a point.
fn covers(t: &[Point; 3], axis: usize, p: Point) -> bool {
    let [a, b, c] = [0, 1, 2].map(|k| side_of_line(axis, t[k], t[(k + 1) % 3], p));
    (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0)
}

/// Whether the projections of two segments have one point, inner to both, in common.
fn cross(axis: usize, a: Point, b: Point, p: Point, q: Point) -> bool {
    side_of_line(axis, a, b, p) * side_of_line(axis, a, b, q) < 0
        && side_of_line(axis, p, q, a) * side_of_line(axis, p, q, b) < 0
}

fn side_of_plane(t: &[Point; 3], p: Point) -> i32 {
    let at = |p: Point| Coord3D { x: p[0], y: p[1], z: p[2] };
    sign(orient3d(at(t[0]), at(t[1]), at(t[2]), at(p)))
}

/// Of the projection along an axis.
fn side_of_line(axis: usize, a: Point, b: Point, p: Point) -> i32 {
    let at = |p: Point| Coord { x: p[(axis + 1) % 3], y: p[(axis + 2) % 3] };
    sign(orient2d(at(a), at(b), at(p)))
}

fn sign(value: f64) -> i32 {
    i32::from(value > 0.0) - i32::from(value < 0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Whole = [i64; 3];

    fn minus(a: Whole, b: Whole) -> Whole {
        [0, 1, 2].map(|i| a[i] - b[i])
    }

    fn times(a: Whole, b: Whole) -> Whole {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    }

    fn along(a: Whole, axis: Whole) -> i64 {
        (0..3).map(|i| a[i] * axis[i]).sum()
    }

    /// Whether two convex pieces (triangles or segments) have a point in common: no axis separates them. In whole numbers.
    fn meet(a: &[Whole], b: &[Whole]) -> bool {
        let edges = |p: &[Whole]| -> Vec<Whole> { (0..p.len()).map(|k| minus(p[(k + 1) % p.len()], p[k])).collect() };
        let normals = |p: &[Whole]| edges(p)[..p.len() - 1].windows(2).map(|e| times(e[0], e[1])).collect::<Vec<_>>();
        let mut axes = [normals(a), normals(b)].concat();
        for n in axes.clone() {
            axes.extend(edges(a).into_iter().chain(edges(b)).map(|e| times(n, e)));
        }
        for e in edges(a) {
            axes.extend(edges(b).into_iter().map(|f| times(e, f)));
        }
        axes.iter().all(|&axis| {
            let span = |p: &[Whole]| {
                let at = || p.iter().map(|&p| along(p, axis));
                (at().min().unwrap(), at().max().unwrap())
            };
            let (a, b) = (span(a), span(b));
            a.0 <= b.1 && b.0 <= a.1
        })
    }

    fn point() -> impl Strategy<Value = Whole> {
        prop::array::uniform3(-2i64..3)
    }

    fn float(t: [Whole; 3]) -> [Point; 3] {
        t.map(|p| p.map(|c| c as f32))
    }

    fn flat(t: [Whole; 3]) -> bool {
        times(minus(t[1], t[0]), minus(t[2], t[0])) == [0; 3]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn agrees_with_separating_axes(t in prop::array::uniform3(point()), u in prop::array::uniform3(point())) {
            if flat(t) || flat(u) {
                return Ok(());
            }
            let apart = [[0, 1, 2], [3, 4, 5]];
            prop_assert_eq!(intersect(apart, [float(t), float(u)]), meet(&t, &u));
            // The same with a corner of u laid on one of t, in any order of the corners.
            let u = [u[0], t[1], u[2]];
            if flat(u) {
                return Ok(());
            }
            let expected = meet(&[u[0], u[2]], &t) || meet(&[t[0], t[2]], &u);
            prop_assert_eq!(intersect([[0, 1, 2], [3, 1, 5]], [float(t), float(u)]), expected);
        }

        #[test]
        fn faces_on_one_edge_meet_when_folded_flat(t in prop::array::uniform3(point()), p in point()) {
            let u = [t[1], t[0], p];
            if flat(t) || flat(u) {
                return Ok(());
            }
            let (n, m) = (times(minus(t[1], t[0]), minus(t[2], t[0])), times(minus(u[1], u[0]), minus(u[2], u[0])));
            let expected = times(n, m) == [0; 3] && along(n, m) < 0;
            prop_assert_eq!(intersect([[0, 1, 2], [1, 0, 3]], [float(t), float(u)]), expected);
            prop_assert!(intersect([[0, 1, 2], [2, 0, 1]], [float(t), float([t[2], t[0], t[1]])]));
        }
    }
}
