//! The smallest rectangle around points in a plane: a side lies along an edge of their convex hull (Freeman & Shapira
//! 1975, doi:10.1145/360881.360919), and the extremes of the turning rectangle move round the hull once (Toussaint 1983).
//! O(n log n) for the hull (Andrew 1979, doi:10.1016/0020-0190(79)90072-3), then linear.

/// The direction of one side, a unit vector, and the area.
pub(super) fn smallest_rectangle(points: &mut Vec<[f64; 2]>) -> ([f64; 2], f64) {
    let hull = hull(points);
    let n = hull.len();
    if n < 2 {
        return ([1.0, 0.0], 0.0);
    }
    let edge = |i: usize| {
        let (a, b) = (hull[i], hull[(i + 1) % n]);
        let d = [b[0] - a[0], b[1] - a[1]];
        let length = (d[0] * d[0] + d[1] * d[1]).sqrt();
        [d[0] / length, d[1] / length]
    };
    let along = |d: [f64; 2], i: usize| d[0] * hull[i % n][0] + d[1] * hull[i % n][1];
    // As the edge turns left, so do the farthest points ahead, across and behind.
    let (mut ahead, mut across, mut behind) = (1, 1, 1);
    let mut best = ([1.0, 0.0], f64::INFINITY);
    for i in 0..n {
        let d = edge(i);
        let (left, back) = ([-d[1], d[0]], [-d[0], -d[1]]);
        let climb = |from: usize, d: [f64; 2]| {
            let mut at = from;
            while at < from + n && along(d, at + 1) > along(d, at) {
                at += 1;
            }
            at
        };
        ahead = climb(ahead.max(i + 1), d);
        across = climb(across.max(ahead), left);
        behind = climb(behind.max(across), back);
        let area = (along(d, ahead) - along(d, behind)) * (along(left, across) - along(left, i));
        if area < best.1 {
            best = (d, area);
        }
    }
    best
}

/// Corners of the convex hull, counter-clockwise, none on the line between two others.
fn hull(points: &mut Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return points.clone();
    }
    let turns_left =
        |a: [f64; 2], b: [f64; 2], c: [f64; 2]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0.0;
    let mut hull: Vec<[f64; 2]> = Vec::new();
    let mut chain = |points: &mut dyn Iterator<Item = [f64; 2]>| {
        let start = hull.len();
        for p in points {
            while hull.len() >= start + 2 && !turns_left(hull[hull.len() - 2], hull[hull.len() - 1], p) {
                hull.pop();
            }
            hull.push(p);
        }
        hull.pop();
    };
    chain(&mut points.iter().copied());
    chain(&mut points.iter().rev().copied());
    hull
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    #[test]
    fn no_direction_gives_a_smaller_rectangle() {
        let mut random = SplitMix::new(7);
        for n in [2, 3, 4, 5, 20, 300] {
            let mut points: Vec<[f64; 2]> = (0..n).map(|_| [random.uniform() * 3.0, random.uniform()]).collect();
            let (direction, area) = smallest_rectangle(&mut points);
            let of = |d: [f64; 2]| {
                let side = |d: [f64; 2]| {
                    let t = points.iter().map(|p| d[0] * p[0] + d[1] * p[1]);
                    t.clone().fold(f64::MIN, f64::max) - t.fold(f64::MAX, f64::min)
                };
                side(d) * side([-d[1], d[0]])
            };
            assert!((of(direction) - area).abs() < 1e-12, "{n}: {} {area}", of(direction));
            for step in 0..2000 {
                let angle = f64::from(step) * 1e-3;
                assert!(of([angle.cos(), angle.sin()]) > area - 1e-12, "{n}");
            }
        }
    }
}
