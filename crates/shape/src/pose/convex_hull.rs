//! The convex hull of points in space: quickhull (Barber, Dobkin & Huhdanpaa 1996, doi:10.1145/235815.235821).
//!
//! Departs from the paper in its predicates: sides are decided exactly (a filtered sum first, Shewchuk 1997,
//! doi:10.1007/PL00009321, where that is in doubt), so there are no "thick" facets to merge. A face in whose plane the
//! new point lies counts as seen: this is what the point would see if it were moved outwards by nothing, so the seen
//! part stays one disk, no new triangle is degenerate, and exactly the extreme points remain, however many points share
//! a plane or a line, as the points of voxel surfaces do.
//!
//! Expected cost O(n log n). Most points of a filled shape are dropped after a handful of plane tests.

use robust::{Coord3D, orient3d};

use crate::{
    Mesh, ShapeError,
    vector::{cross, dot},
};

/// The convex hull of `points` (mm): a closed, outward mesh whose vertices are the extreme points, in their order.
///
/// Points on an edge or a face of the hull are no vertices of it; of equal points the first counts.
///
/// # Errors
/// [`ShapeError::Empty`] without points, [`ShapeError::Vertex`] for a coordinate that is not finite,
/// [`ShapeError::Flat`] when all points lie in one plane.
pub fn convex_hull(points: &[[f32; 3]]) -> Result<Mesh, ShapeError> {
    if points.is_empty() {
        return Err(ShapeError::Empty { what: "the point set of a convex hull" });
    }
    if let Some(vertex) = points.iter().position(|p| !p.iter().all(|c| c.is_finite())) {
        return Err(ShapeError::Vertex { vertex });
    }
    let exact: Vec<[f64; 3]> = points.iter().map(|p| p.map(f64::from)).collect();
    let hull = hull(&exact).ok_or(ShapeError::Flat { points: points.len() })?;
    let vertices = hull.vertices.iter().map(|&v| points[v as usize]).collect();
    Ok(Mesh::new_unchecked(vertices, hull.faces))
}

/// A convex hull in terms of the points it was made of.
pub(crate) struct Hull {
    /// Indices of the extreme points, ascending.
    pub vertices: Vec<u32>,
    /// Outward triangles, as indices into `vertices`.
    pub faces: Vec<[u32; 3]>,
}

/// The hull of finite points; `None` when they lie in one plane.
pub(crate) fn hull(points: &[[f64; 3]]) -> Option<Hull> {
    let mut builder = Builder::new(points)?;
    builder.run();
    Some(builder.finish())
}

const NONE: u32 = u32::MAX;

struct Face {
    vertices: [u32; 3],
    /// Across the edge from vertex `e` to `e + 1`.
    neighbours: [u32; 3],
    normal: [f64; 3],
    /// A height of less than this may have the wrong sign.
    doubt: f64,
    /// Points above this face that no other face has taken.
    outside: Vec<u32>,
    alive: bool,
}

/// A border edge of the part seen from a new point, and the face beyond it.
struct Horizon {
    from: u32,
    to: u32,
    beyond: u32,
}

struct Builder<'a> {
    points: &'a [[f64; 3]],
    faces: Vec<Face>,
    pending: Vec<u32>,
    /// Sums of products of coordinate differences are exact as they are.
    exact: bool,
    extent: f64,
    /// New face whose horizon edge starts at a point.
    from: Vec<u32>,
}

impl<'a> Builder<'a> {
    fn new(points: &'a [[f64; 3]]) -> Option<Self> {
        let first = *points.first()?;
        let (mut lo, mut hi) = (first, first);
        for p in points {
            for a in 0..3 {
                lo[a] = lo[a].min(p[a]);
                hi[a] = hi[a].max(p[a]);
            }
        }
        let extent = (0..3).map(|a| hi[a] - lo[a]).fold(0.0, f64::max);
        // Of 16 bits each, differences, their products and the sums of these need fewer than 53.
        let coarse = |c: &f64| (c * 8.0).fract() == 0.0;
        let exact = extent < 8192.0 && points.iter().flatten().all(coarse);
        let mut builder =
            Self { points, faces: Vec::new(), pending: Vec::new(), exact, extent, from: vec![NONE; points.len()] };
        let simplex = builder.simplex(lo, hi)?;
        builder.start(simplex);
        Some(builder)
    }

    /// Four points that span space, outward as a tetrahedron `(0, 1, 2)` seen from away of 3.
    fn simplex(&self, lo: [f64; 3], hi: [f64; 3]) -> Option<[u32; 4]> {
        let p = self.points;
        let axis = (0..3).max_by(|&a, &b| (hi[a] - lo[a]).total_cmp(&(hi[b] - lo[b])))?;
        let a = p.iter().position(|q| q[axis] == lo[axis])?;
        let b = p.iter().position(|q| q[axis] == hi[axis])?;
        let away = |q: &[f64; 3]| {
            let n = cross(sub(p[b], p[a]), sub(*q, p[a]));
            dot(n, n)
        };
        let c = farthest(p, away)?;
        let n = cross(sub(p[b], p[a]), sub(p[c], p[a]));
        let d = farthest(p, |q| dot(n, sub(*q, p[a])).abs())?;
        let spans = |[a, b, c, d]: [usize; 4]| orientation(p[a], p[b], p[c], p[d]);
        let mut found = [a, b, c, d];
        if spans(found) == 0.0 {
            // Only rounding can have hidden a fourth point; what is exactly flat stays so.
            found = self.exhaustive(a, b)?;
        }
        let up = spans(found) > 0.0;
        let [a, b, c, d] = found.map(|v| v as u32);
        Some(if up { [a, c, b, d] } else { [a, b, c, d] })
    }

    /// Four points that span space, found without trusting any rounded number.
    fn exhaustive(&self, a: usize, b: usize) -> Option<[usize; 4]> {
        let p = self.points;
        // A point off the line a-b is off it in some coordinate plane, so lifting any of the three shows it.
        let lifts = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let off_line = |q: &[f64; 3]| {
            lifts.iter().any(|l| {
                let flat = |v: [f64; 3]| [0, 1, 2].map(|i| if l[i] == 0.0 { v[i] } else { 0.0 });
                orientation(flat(p[a]), flat(p[b]), flat(*q), *l) != 0.0
            })
        };
        let c = p.iter().position(off_line)?;
        let d = p.iter().position(|q| orientation(p[a], p[b], p[c], *q) != 0.0)?;
        Some([a, b, c, d])
    }

    fn start(&mut self, [a, b, c, d]: [u32; 4]) {
        // Neighbours as the numbers of the faces below.
        for (vertices, neighbours) in
            [([a, b, c], [1, 2, 3]), ([b, a, d], [0, 3, 2]), ([c, b, d], [0, 1, 3]), ([a, c, d], [0, 2, 1])]
        {
            self.add(vertices, neighbours);
        }
        let everything: Vec<u32> = (0..self.points.len() as u32).collect();
        self.distribute(&everything, 0..4);
    }

    fn add(&mut self, vertices: [u32; 3], neighbours: [u32; 3]) {
        let [a, b, c] = vertices.map(|v| self.points[v as usize]);
        let (u, v) = (sub(b, a), sub(c, a));
        let size = |w: [f64; 3]| w.iter().map(|x| x.abs()).fold(0.0, f64::max);
        // Each of the three terms of a height has products of up to these sizes, rounded at most eight times.
        let doubt = if self.exact { 0.0 } else { 64.0 * f64::EPSILON * size(u) * size(v) * self.extent };
        self.faces.push(Face { vertices, neighbours, normal: cross(u, v), doubt, outside: Vec::new(), alive: true });
    }

    /// Positive above (outside) a face, 0 in its plane. Only the sign is sure.
    #[inline]
    fn height(&self, face: &Face, point: u32) -> f64 {
        let p = self.points[point as usize];
        let [a, b, c] = face.vertices;
        let height = dot(face.normal, sub(p, self.points[a as usize]));
        if height.abs() > face.doubt || self.exact {
            return height;
        }
        orientation(self.points[a as usize], self.points[b as usize], self.points[c as usize], p)
    }

    /// Gives each of `points` to the first of the new faces that it is above.
    fn distribute(&mut self, points: &[u32], new: std::ops::Range<usize>) {
        let mut lists = vec![Vec::new(); new.len()];
        for &point in points {
            let faces = &self.faces[new.clone()];
            if let Some(f) = faces.iter().position(|face| self.height(face, point) > 0.0) {
                lists[f].push(point);
            }
        }
        for (f, outside) in new.zip(lists) {
            if !outside.is_empty() {
                self.faces[f].outside = outside;
                self.pending.push(f as u32);
            }
        }
    }

    fn run(&mut self) {
        let (mut seen, mut horizon, mut orphans) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(start) = self.pending.pop() {
            let face = &self.faces[start as usize];
            if !face.alive || face.outside.is_empty() {
                continue;
            }
            let a = self.points[face.vertices[0] as usize];
            let height = |&p: &u32| dot(face.normal, sub(self.points[p as usize], a));
            let highest = face
                .outside
                .iter()
                .map(height)
                .enumerate()
                .fold((0, f64::NEG_INFINITY), |best, (i, h)| if h > best.1 { (i, h) } else { best });
            let point = face.outside[highest.0];
            self.look(point, start, &mut seen, &mut horizon);
            orphans.clear();
            for &f in &seen {
                orphans.append(&mut self.faces[f as usize].outside);
            }
            orphans.retain(|&p| p != point);
            let new = self.cone(point, &horizon);
            self.distribute(&orphans, new);
        }
    }

    /// The faces that `point` is above or level with, which die, and their border.
    fn look(&mut self, point: u32, start: u32, seen: &mut Vec<u32>, horizon: &mut Vec<Horizon>) {
        seen.clear();
        horizon.clear();
        seen.push(start);
        self.faces[start as usize].alive = false;
        let mut next = 0;
        while next < seen.len() {
            let f = seen[next] as usize;
            next += 1;
            for neighbour in self.faces[f].neighbours {
                if self.faces[neighbour as usize].alive && self.height(&self.faces[neighbour as usize], point) >= 0.0 {
                    self.faces[neighbour as usize].alive = false;
                    seen.push(neighbour);
                }
            }
        }
        for &f in seen.iter() {
            let Face { vertices, neighbours, .. } = &self.faces[f as usize];
            for e in 0..3 {
                if self.faces[neighbours[e] as usize].alive {
                    horizon.push(Horizon { from: vertices[e], to: vertices[(e + 1) % 3], beyond: neighbours[e] });
                }
            }
        }
    }

    /// Joins `point` with the horizon by new faces.
    fn cone(&mut self, point: u32, horizon: &[Horizon]) -> std::ops::Range<usize> {
        let start = self.faces.len();
        for (i, edge) in horizon.iter().enumerate() {
            let number = (start + i) as u32;
            self.from[edge.from as usize] = number;
            self.add([edge.from, edge.to, point], [edge.beyond, NONE, NONE]);
            let beyond = &mut self.faces[edge.beyond as usize];
            if let Some(e) = beyond.vertices.iter().position(|&v| v == edge.to) {
                beyond.neighbours[e] = number;
            }
        }
        for (i, edge) in horizon.iter().enumerate() {
            let next = self.from[edge.to as usize];
            self.faces[start + i].neighbours[1] = next;
            self.faces[next as usize].neighbours[2] = (start + i) as u32;
        }
        start..self.faces.len()
    }

    fn finish(self) -> Hull {
        let alive = || self.faces.iter().filter(|f| f.alive).map(|f| f.vertices);
        let mut vertices: Vec<u32> = alive().flatten().collect();
        vertices.sort_unstable();
        vertices.dedup();
        let mut number = self.from;
        for (n, &v) in vertices.iter().enumerate() {
            number[v as usize] = n as u32;
        }
        let faces = alive().map(|f| f.map(|v| number[v as usize])).collect();
        Hull { vertices, faces }
    }
}

/// Exact sign of the side of `d`: positive where a, b, c run counter-clockwise.
fn orientation(a: [f64; 3], b: [f64; 3], c: [f64; 3], d: [f64; 3]) -> f64 {
    let coord = |[x, y, z]: [f64; 3]| Coord3D { x, y, z };
    -orient3d(coord(a), coord(b), coord(c), coord(d))
}

fn farthest(points: &[[f64; 3]], distance: impl Fn(&[f64; 3]) -> f64) -> Option<usize> {
    points.iter().map(distance).enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i)
}

#[inline]
fn sub(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    /// Euler's formula for a closed surface of triangles, every edge used once in each direction, and no point above
    /// any face.
    fn assert_hull(points: &[[f64; 3]]) {
        let found = hull(points).unwrap();
        let mut edges: Vec<[u32; 2]> = found.faces.iter().flat_map(|&[a, b, c]| [[a, b], [b, c], [c, a]]).collect();
        edges.sort_unstable();
        assert!(edges.windows(2).all(|w| w[0] != w[1]));
        assert!(edges.iter().all(|&[a, b]| edges.binary_search(&[b, a]).is_ok()));
        assert_eq!(found.faces.len() + 4, 2 * found.vertices.len());
        for f in &found.faces {
            let [a, b, c] = f.map(|v| points[found.vertices[v as usize] as usize]);
            assert!(points.iter().all(|&p| orientation(a, b, c, p) <= 0.0));
        }
        // No vertex is between others: without it, the hull is smaller.
        for &v in found.vertices.iter().take(12) {
            let others: Vec<_> = points.iter().copied().filter(|&p| p != points[v as usize]).collect();
            if let Some(rest) = hull(&others) {
                let inside = |f: &[u32; 3]| {
                    let [a, b, c] = f.map(|v| others[rest.vertices[v as usize] as usize]);
                    orientation(a, b, c, points[v as usize]) <= 0.0
                };
                assert!(!rest.faces.iter().all(inside), "point {v} is not extreme");
            }
        }
    }

    #[test]
    fn random_and_gridded_points() {
        let mut random = SplitMix::new(3);
        for round in 0..60 {
            let n = 4 + round * 3;
            let scale = [1.0, 1e-20, 1e15][round % 3];
            let cloud: Vec<_> = (0..n).map(|_| [(); 3].map(|()| scale * (random.uniform() - 0.5))).collect();
            assert_hull(&cloud);
            // Few different places: duplicates, lines and planes full of points. Far off, sums are rounded.
            let side = 2.0 + (round % 4) as f64;
            for offset in [0.0, 1e6 + 0.1] {
                let mut grid: Vec<_> =
                    (0..n).map(|_| [(); 3].map(|()| offset + (side * random.uniform()).floor() * 0.7)).collect();
                grid.extend(
                    [[0.0; 3], [0.7, 0.0, 0.0], [0.0, 0.7, 0.0], [0.0, 0.0, 0.7]].map(|p| p.map(|c| c + offset)),
                );
                assert_hull(&grid);
            }
        }
    }

    #[test]
    fn only_the_corners_of_a_grid_are_extreme() {
        let grid: Vec<[f32; 3]> =
            (0..1000).map(|i| [(i % 10) as f32, (i / 10 % 10) as f32 * 0.1, (i / 100) as f32]).collect();
        let mesh = convex_hull(&grid).unwrap();
        assert_eq!((mesh.vertices().len(), mesh.faces().len()), (8, 12));
    }

    #[test]
    fn what_encloses_nothing_is_refused() {
        assert_eq!(convex_hull(&[]), Err(ShapeError::Empty { what: "the point set of a convex hull" }));
        assert_eq!(convex_hull(&[[1.0; 3]; 7]), Err(ShapeError::Flat { points: 7 }));
        let line: Vec<[f32; 3]> = (0..9).map(|i| [i as f32 * 0.1; 3]).collect();
        assert_eq!(convex_hull(&line), Err(ShapeError::Flat { points: 9 }));
        let plane: Vec<[f32; 3]> = (0..100).map(|i| [(i % 10) as f32, (i / 10) as f32, 5.0]).collect();
        assert_eq!(convex_hull(&plane), Err(ShapeError::Flat { points: 100 }));
        assert_eq!(convex_hull(&[[0.0; 3], [f32::NAN; 3]]), Err(ShapeError::Vertex { vertex: 1 }));
        // A ten-millionth of a millimetre out of the plane encloses a volume.
        let mut nearly = plane;
        nearly.push([5.0, 5.0, 5.000_000_5]);
        assert_eq!(convex_hull(&nearly).unwrap().vertices().len(), 5);
    }
}
