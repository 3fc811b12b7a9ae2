//! Evenly spread points of an exact number, by weighted sample elimination.
//!
//! Yuksel (2015, doi:10.1111/cgf.12538), with the parameters of the paper (alpha 8, beta 0.65, gamma 1.5) and five
//! candidates a point: the candidate most crowded by its neighbours is removed until `n` are left. Distances are straight
//! lines, so that two sheets closer to each other than the points also repel across the gap, as in the paper.
//!
//! Fast because neighbours are found by sorting the candidates into cells and sweeping the sorted cells with five
//! pointers, without a search, and because weights only ever fall: the heap corrects an entry when it comes to the top,
//! instead of moving it for each neighbour that goes. O(n log n).

use std::collections::{BinaryHeap, binary_heap::PeekMut};

/// Candidates for each point wanted. More spread the points better: 5 is the paper's choice.
pub(super) const CANDIDATES: usize = 5;

const BETA: f64 = 0.65;
const GAMMA: f64 = 1.5;

/// Bits of a cell coordinate.
const BITS: u32 = 21;

/// Pairs for each candidate beyond which the reach is halved: about seven times what a smooth surface has.
const MOST_PAIRS: usize = 64;

/// Two points and their squared distance.
type Pair = (u32, u32, f32);

/// Indices of the `n` points that are kept, ascending. `area` is that of the surface they lie on.
pub(super) fn eliminate(points: &[[f32; 3]], n: usize, area: f64) -> Vec<u32> {
    if n == 0 {
        return Vec::new();
    }
    // Distance between points in the hexagonal arrangement, the densest.
    let mut reach = (2.0 * area / (3.0f64.sqrt() * n as f64)).sqrt();
    // A surface that lies upon itself many times would make almost everything a neighbour of everything.
    let pairs = loop {
        match pairs_within(points, reach as f32, MOST_PAIRS * points.len()) {
            Some(pairs) => break pairs,
            None => reach *= 0.5,
        }
    };
    let floor = reach * (1.0 - (n as f64 / points.len() as f64).powf(GAMMA)) * BETA;
    let graph = Graph::new(points.len(), &pairs, |d2| {
        let d = f64::from(d2).sqrt().max(floor);
        let w = 1.0 - d / reach;
        let (w2, w4) = (w * w, w * w * w * w);
        (w2 * w2 * w4) as f32
    });
    let mut weights: Vec<f32> = (0..points.len()).map(|i| graph.neighbours(i).iter().map(|&(_, w)| w).sum()).collect();
    let mut gone = vec![false; points.len()];
    let mut heap: BinaryHeap<u64> = weights.iter().zip(0..).map(|(&w, i)| entry(w, i)).collect();
    let mut left = points.len();
    while left > n {
        let Some(mut top) = heap.peek_mut() else { break };
        let index = !(*top as u32);
        let current = entry(weights[index as usize], index);
        if *top != current {
            *top = current;
            continue;
        }
        PeekMut::pop(top);
        gone[index as usize] = true;
        left -= 1;
        for &(other, w) in graph.neighbours(index as usize) {
            weights[other as usize] = (weights[other as usize] - w).max(0.0);
        }
    }
    (0..points.len() as u32).filter(|&i| !gone[i as usize]).collect()
}

/// Orders by weight, then by lowest index: the bits of floats from 0 on are in the order of their values.
fn entry(weight: f32, index: u32) -> u64 {
    (u64::from(weight.to_bits()) << 32) | u64::from(!index)
}

/// For each point the others within reach, with the weight of the pair.
struct Graph {
    starts: Vec<u64>,
    neighbours: Vec<(u32, f32)>,
}

impl Graph {
    fn new(points: usize, pairs: &[Pair], weight: impl Fn(f32) -> f32) -> Self {
        let mut starts = vec![0u64; points + 1];
        for &(a, b, _) in pairs {
            starts[a as usize + 1] += 1;
            starts[b as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut neighbours = vec![(0, 0.0); 2 * pairs.len()];
        for &(a, b, d2) in pairs {
            let w = weight(d2);
            for (from, to) in [(a, b), (b, a)] {
                neighbours[next[from as usize] as usize] = (to, w);
                next[from as usize] += 1;
            }
        }
        Self { starts, neighbours }
    }

    fn neighbours(&self, i: usize) -> &[(u32, f32)] {
        &self.neighbours[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
}

/// All pairs of points closer than `reach`, each once; `None` if there are more than `most`.
fn pairs_within(points: &[[f32; 3]], reach: f32, most: usize) -> Option<Vec<Pair>> {
    let lo = points.iter().fold([f32::INFINITY; 3], |lo, p| [0, 1, 2].map(|a| lo[a].min(p[a])));
    let hi = points.iter().fold([f32::NEG_INFINITY; 3], |hi, p| [0, 1, 2].map(|a| hi[a].max(p[a])));
    let extent = (0..3).map(|a| hi[a] - lo[a]).fold(0.0, f32::max);
    // Cells may be larger than the reach (along a needle), never smaller.
    let cell = (reach * 1.0001).max(extent / 2f32.powi(BITS as i32 - 1));
    // From 1 on, so that the cell before the first can be named.
    let at = |p: &[f32; 3]| [0, 1, 2].map(|a| ((p[a] - lo[a]) / cell) as u64 + 1);
    let key = |[x, y, z]: [u64; 3]| (z << (2 * BITS)) | (y << BITS) | x;
    let mut sorted: Vec<(u64, u32)> = points.iter().zip(0..).map(|(p, i)| (key(at(p)), i)).collect();
    sorted.sort_unstable();
    let places: Vec<[f32; 3]> = sorted.iter().map(|&(_, i)| points[i as usize]).collect();

    let row = 1u64 << BITS;
    let slab = 1u64 << (2 * BITS);
    // First of the three cells in a row after this one, for each row that comes later in the order.
    let rows = [row - 1, slab - row - 1, slab - 1, slab + row - 1];
    let mut pointers = [0usize; 4];
    let mut pairs = Vec::new();
    let limit = reach * reach;
    let mut near = |a: usize, others: std::ops::Range<usize>| {
        let p = places[a];
        for b in others {
            let q = places[b];
            let (x, y, z) = (p[0] - q[0], p[1] - q[1], p[2] - q[2]);
            let d2 = x * x + y * y + z * z;
            if d2 < limit {
                pairs.push((sorted[a].1, sorted[b].1, d2));
            }
        }
        pairs.len() <= most
    };
    let mut start = 0;
    while start < sorted.len() {
        let key = sorted[start].0;
        let run = |from: usize, last: u64| from + sorted[from..].iter().take_while(|&&(k, _)| k <= last).count();
        let (end, next) = (run(start, key), run(start, key + 1));
        if !(start..end).all(|a| near(a, a + 1..next)) {
            return None;
        }
        for (pointer, offset) in pointers.iter_mut().zip(rows) {
            while *pointer < sorted.len() && sorted[*pointer].0 < key + offset {
                *pointer += 1;
            }
            let others = *pointer..run(*pointer, key + offset + 2);
            if !(start..end).all(|a| near(a, others.clone())) {
                return None;
            }
        }
        start = end;
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    #[test]
    fn pairs_equal_brute_force() {
        let mut random = SplitMix::new(8);
        for (scale, reach) in
            [([1.0, 1.0, 1.0], 0.2), ([5.0, 1.0, 0.0], 0.3), ([100.0, 0.0, 0.0], 0.5), ([1.0; 3], 3.0)]
        {
            let points: Vec<[f32; 3]> = (0..300).map(|_| scale.map(|s: f64| (random.uniform() * s) as f32)).collect();
            let mut found: Vec<_> = pairs_within(&points, reach, usize::MAX)
                .unwrap()
                .into_iter()
                .map(|(a, b, _)| (a.min(b), a.max(b)))
                .collect();
            found.sort_unstable();
            let distance2 = |a: usize, b: usize| (0..3).map(|c| (points[a][c] - points[b][c]).powi(2)).sum::<f32>();
            let expected: Vec<_> = (0..300u32)
                .flat_map(|a| (a + 1..300).map(move |b| (a, b)))
                .filter(|&(a, b)| distance2(a as usize, b as usize) < reach * reach)
                .collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn coincident_points_are_thinned_to_the_exact_number() {
        assert_eq!(eliminate(&[[1.0, 2.0, 3.0]; 500], 100, 1e-6).len(), 100);
        assert!(pairs_within(&[[1.0, 2.0, 3.0]; 500], 1.0, 10_000).is_none());
    }
}
