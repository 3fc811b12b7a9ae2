//! Distances to voxels as boxes, along one line: the lower envelope of parabolas read half a step aside.
//!
//! A box `n` steps away begins after `n - ½`. With the squared distance `f` that the passes before have found at each
//! place, the cost at `p` is `f(p)` or, from another place `x`, `f(x) + w (|p - x| - ½)²`. This is the lower envelope `E`
//! of the common distance transform (Felzenszwalb & Huttenlocher 2012, doi:10.4086/toc.2012.v008a019) at `p - ½` for what
//! lies before and at `p + ½` for what lies behind: there, what lies on the other side costs more than it does, and never
//! less. Hence `min(f(p), E(p - ½), E(p + ½))`, with one envelope for both. Cost: linear in the length of the line.

/// Memory for one line.
pub(super) struct ShiftedEnvelope {
    weight: f64,
    /// Parabolas of the envelope: where they stand, how high, and from where on they are lowest.
    parabolas: Vec<(f64, f64, f64)>,
    halves: Vec<f64>,
}

impl ShiftedEnvelope {
    /// `weight` is the squared length of a step.
    pub(super) fn new(weight: f64) -> Self {
        Self { weight, parabolas: Vec::new(), halves: Vec::new() }
    }

    /// Replaces the squared distances of a stretch by those with this line looked at too; `ends` says whether the
    /// stretch has a box of cost 0 before and behind it.
    pub(super) fn solve(&mut self, squares: &mut [f32], ends: [bool; 2]) {
        self.parabolas.clear();
        if ends[0] {
            self.add(-1.0, 0.0);
        }
        for (x, &f) in squares.iter().enumerate() {
            if f < f32::INFINITY {
                self.add(x as f64, f64::from(f));
            }
        }
        if ends[1] {
            self.add(squares.len() as f64, 0.0);
        }
        let Some((&(mut x, mut f, _), mut rest)) = self.parabolas.split_first() else { return };
        self.halves.clear();
        for n in 0..=squares.len() {
            let y = n as f64 - 0.5;
            while let Some((next, after)) = rest.split_first().filter(|(next, _)| next.2 <= y) {
                (x, f, rest) = (next.0, next.1, after);
            }
            self.halves.push(f + self.weight * (y - x) * (y - x));
        }
        for (square, pair) in squares.iter_mut().zip(self.halves.windows(2)) {
            *square = square.min(pair[0].min(pair[1]) as f32);
        }
    }

    #[inline]
    fn add(&mut self, x: f64, f: f64) {
        let mut start = f64::NEG_INFINITY;
        while let Some(&(last_x, last_f, last_start)) = self.parabolas.last() {
            start = f64::midpoint(last_x, x) + (f - last_f) / (2.0 * self.weight * (x - last_x));
            if start > last_start {
                break;
            }
            self.parabolas.pop();
            start = f64::NEG_INFINITY;
        }
        self.parabolas.push((x, f, start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    #[test]
    fn equals_looking_at_every_box() {
        let mut random = SplitMix::new(3);
        for case in 0..200 {
            let n = 1 + case % 23;
            let before: Vec<f32> = (0..n)
                .map(|_| if random.uniform() < 0.3 { f32::INFINITY } else { (random.uniform() * 30.0) as f32 })
                .collect();
            let ends = [random.uniform() < 0.5, random.uniform() < 0.5];
            let weight = 0.1 + random.uniform();
            let mut got = before.clone();
            ShiftedEnvelope::new(weight).solve(&mut got, ends);
            for p in 0..n {
                let from = |x: f64, f: f64| f + weight * ((p as f64 - x).abs() - 0.5).max(0.0).powi(2);
                let inner = before.iter().enumerate().map(|(x, &f)| from(x as f64, f.into()));
                let outer = [(ends[0], -1.0), (ends[1], n as f64)];
                let want = inner.chain(outer.into_iter().filter(|e| e.0).map(|e| from(e.1, 0.0)));
                let want = want.fold(f64::INFINITY, f64::min);
                assert!(f64::from(got[p]) == want || (f64::from(got[p]) - want).abs() < 1e-5, "{got:?} {p} {want}");
            }
        }
    }
}
