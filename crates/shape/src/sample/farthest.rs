//! Farthest point sampling, exact.
//!
//! Gonzalez (1985, doi:10.1016/0304-3975(85)90224-5) and Eldar et al. (1997, doi:10.1109/83.623193): always the point
//! farthest from those chosen. The pruning is that of `QuickFPS` (Han et al. 2023, doi:10.1109/TCAD.2023.3274922), with a
//! tree in place of a row of buckets: every node knows the largest distance inside its box, so the next point stands at
//! the root, and a new point visits only the boxes that it comes closer to than that. The distances of a block are
//! updated by vector instructions. About O(n log n): the `i`-th point changes the distances of the n / i points around
//! it.

use crate::{
    ShapeError,
    spatial::{Item, Layout, box_distance2, check_points},
};

/// Points of a block: larger than for searching, since whole blocks are rewritten.
const W: usize = 16;

/// Marks a point that is chosen, and a lane without a point.
const CHOSEN: f32 = -1.0;
const NOTHING: f32 = -2.0;

/// Indices of `n` points, each the farthest from those before it; the first is `start`.
///
/// Of points at the same distance the one of the lowest index comes first, and distances are computed in f32. Duplicates
/// of chosen points come last, by index, so the result is `n` different indices in any case.
///
/// # Errors
/// [`ShapeError::Parameter`] when `n` is larger than the number of points or `start` is not one of them,
/// [`ShapeError::Vertex`] for a coordinate that is not finite.
pub fn farthest_points(points: &[[f32; 3]], n: usize, start: u32) -> Result<Vec<u32>, ShapeError> {
    check_points(points)?;
    if n > points.len() {
        let expected = "at most the number of points";
        return Err(ShapeError::Parameter { name: "number of points wanted", value: n as f64, expected });
    }
    if n == 0 {
        return Ok(Vec::new());
    }
    if start as usize >= points.len() {
        let expected = "the index of a point";
        return Err(ShapeError::Parameter { name: "start", value: f64::from(start), expected });
    }
    let mut field = Field::new(points);
    let mut chosen = Vec::with_capacity(n);
    chosen.push(start);
    while chosen.len() < n {
        let last = chosen[chosen.len() - 1];
        field.choose(0, points[last as usize], last);
        chosen.push(field.farthest());
    }
    Ok(chosen)
}

/// Squared distances of all points from the chosen ones.
struct Field {
    layout: Layout<W>,
    d2: Vec<[f32; W]>,
    /// Of each node, its farthest point (see [`rank`]).
    best: Vec<i64>,
}

/// One number to compare by distance, then by lowest index. The bits of floats from 0 on are in the order of their
/// values; the two negative marks come below them.
fn rank(d2: f32, index: u32) -> i64 {
    (i64::from(d2.to_bits() as i32) << 32) | i64::from(!index)
}

fn distance2_of(rank: i64) -> f32 {
    f32::from_bits((rank >> 32) as u32)
}

impl Field {
    fn new(points: &[[f32; 3]]) -> Self {
        let items: Vec<Item> = points.iter().zip(0..).map(|(&p, i)| (p, i)).collect();
        let layout = Layout::<W>::new(items);
        let at_first = |index: u32| if index == u32::MAX { NOTHING } else { f32::INFINITY };
        let d2: Vec<[f32; W]> = layout.blocks.iter().map(|b| b.index.map(at_first)).collect();
        let best = vec![rank(f32::INFINITY, 0); layout.boxes.len()];
        Self { layout, d2, best }
    }

    fn farthest(&self) -> u32 {
        !(self.best[0] as u32)
    }

    /// Takes a chosen point into account below a node.
    fn choose(&mut self, node: usize, q: [f32; 3], index: u32) {
        if let Some(block) = self.layout.leaf(node) {
            self.best[node] = self.update(block, q, index);
            return;
        }
        let children = [2 * node + 1, 2 * node + 2];
        for child in children {
            let bound = box_distance2(&self.layout.boxes[child], q);
            // At distance 0 the point itself may be inside, and must be marked; beyond f32 nothing can be left out.
            if bound < distance2_of(self.best[child]) || bound == 0.0 || bound.is_infinite() {
                self.choose(child, q, index);
            }
        }
        self.best[node] = self.best[children[0]].max(self.best[children[1]]);
    }

    #[inline]
    fn update(&mut self, block: usize, q: [f32; 3], index: u32) -> i64 {
        let (points, d2) = (&self.layout.blocks[block], &mut self.d2[block]);
        let new = points.distances2(q);
        let mut largest = NOTHING;
        for lane in 0..W {
            d2[lane] = if new[lane] < d2[lane] { new[lane] } else { d2[lane] };
        }
        if let Some(lane) = points.index.iter().position(|&i| i == index) {
            d2[lane] = CHOSEN;
        }
        for lane in 0..W {
            largest = if d2[lane] > largest { d2[lane] } else { largest };
        }
        // Lanes are in the order of their indices: the first is the lowest.
        let lane = d2.iter().position(|&d| d == largest).unwrap_or_default();
        rank(largest, points.index[lane])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    fn brute_force(points: &[[f32; 3]], n: usize, start: u32) -> Vec<u32> {
        let mut d = vec![f32::INFINITY; points.len()];
        let mut chosen = vec![start];
        while chosen.len() < n {
            let last = chosen[chosen.len() - 1] as usize;
            d[last] = CHOSEN;
            for (d, p) in d.iter_mut().zip(points) {
                let v = [0, 1, 2].map(|a| p[a] - points[last][a]);
                *d = d.min(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            }
            let next = (0..d.len()).fold(0, |best, i| if d[i] > d[best] { i } else { best });
            chosen.push(next as u32);
        }
        chosen
    }

    #[test]
    fn equals_brute_force() {
        let mut random = SplitMix::new(3);
        for (n, levels) in [(1, 0.0), (5, 0.0), (16, 0.0), (17, 0.0), (400, 0.0), (3000, 0.0), (500, 4.0), (300, 1.0)] {
            // Coordinates on few levels make ties and duplicates.
            let mut coordinate = || {
                let c = random.uniform() * 10.0;
                (if levels > 0.0 { (c * levels / 10.0).floor() } else { c }) as f32
            };
            let points: Vec<_> = (0..n).map(|_| [coordinate(), coordinate(), coordinate()]).collect();
            for start in [0, n as u32 / 2, n as u32 - 1] {
                assert_eq!(farthest_points(&points, n, start).unwrap(), brute_force(&points, n, start), "{n} {levels}");
            }
        }
    }

    #[test]
    fn duplicates_come_last_and_by_index() {
        let points = [[1.0f32, 0.0, 0.0]; 40];
        let expected: Vec<u32> = [7].into_iter().chain((0..40).filter(|&i| i != 7)).collect();
        assert_eq!(farthest_points(&points, 40, 7).unwrap(), expected);
    }

    #[test]
    fn refuses_what_it_cannot_do() {
        let points = [[0.0f32; 3]; 3];
        assert!(matches!(farthest_points(&points, 4, 0), Err(ShapeError::Parameter { .. })));
        assert!(matches!(farthest_points(&points, 2, 3), Err(ShapeError::Parameter { name: "start", .. })));
        assert!(matches!(farthest_points(&[[f32::NAN; 3]], 1, 0), Err(ShapeError::Vertex { vertex: 0 })));
        assert_eq!(farthest_points(&[], 0, 0).unwrap(), Vec::<u32>::new());
    }
}
