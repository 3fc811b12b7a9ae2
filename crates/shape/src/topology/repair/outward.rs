//! Turns parts that enclose a negative volume outward, unless they are cavities: parts inside an odd number of others.
//!
//! Inside is where the solid angles of a closed part's faces (Van Oosterom & Strackee 1983,
//! doi:10.1109/TBME.1983.325207) sum to more than half a sphere. Only parts whose box holds the other's are asked.

use crate::vector::{cross, dot, norm, sub};

use super::surface::{OPEN, Surface};

/// Solid angles that may be summed in all. Only thousands of nested cavities need more; the rest count as not nested.
const MOST_WORK: usize = 50_000_000;

struct Part {
    faces: Vec<u32>,
    volume: f64,
    lower: [f32; 3],
    upper: [f32; 3],
    closed: bool,
}

/// Makes each closed part look outward; volumes are compared part by part.
pub(super) fn turn_outward(surface: &mut Surface) {
    let part_of = surface.parts();
    let (parts, number) = collect(surface, &part_of);
    let mut work = 0;
    let mut turn = vec![false; parts.len()];
    for (n, part) in parts.iter().enumerate().filter(|(_, p)| p.closed && p.volume < 0.0) {
        let point = surface.vertices[surface.faces[part.faces[0] as usize][0] as usize];
        let holds = |(m, other): &(usize, &Part)| {
            *m != n && other.closed && (0..3).all(|i| other.lower[i] < part.lower[i] && part.upper[i] < other.upper[i])
        };
        let mut around = 0;
        for (_, other) in parts.iter().enumerate().filter(holds) {
            work += other.faces.len();
            if work > MOST_WORK {
                break;
            }
            around += usize::from(is_inside(surface, other, point));
        }
        turn[n] = around % 2 == 0 || work > MOST_WORK;
    }
    if turn.contains(&true) {
        surface.turn_parts(|f| turn[number[part_of[f] as usize] as usize]);
    }
}

/// The parts in order of their first face, and the number of each by that face.
fn collect(surface: &Surface, part_of: &[u32]) -> (Vec<Part>, Vec<u32>) {
    let mut number = vec![0; part_of.len()];
    let mut parts: Vec<Part> = Vec::new();
    for (f, &first) in part_of.iter().enumerate() {
        if f as u32 == first {
            number[f] = parts.len() as u32;
            let p = surface.vertices[surface.faces[f][0] as usize];
            parts.push(Part { faces: Vec::new(), volume: 0.0, lower: p, upper: p, closed: true });
        }
        let part = &mut parts[number[first as usize] as usize];
        let origin = surface.vertices[surface.faces[part.faces.first().map_or(f, |f| *f as usize)][0] as usize];
        part.faces.push(f as u32);
        let [a, b, c] = surface.faces[f].map(|v| surface.vertices[v as usize]);
        part.volume += dot(sub(a, origin), cross(sub(b, origin), sub(c, origin)));
        for p in [a, b, c] {
            part.lower = [0, 1, 2].map(|i| part.lower[i].min(p[i]));
            part.upper = [0, 1, 2].map(|i| part.upper[i].max(p[i]));
        }
        part.closed &= !surface.twin[3 * f..3 * f + 3].contains(&OPEN);
    }
    (parts, number)
}

fn is_inside(surface: &Surface, part: &Part, point: [f32; 3]) -> bool {
    let mut angle = 0.0;
    for &f in &part.faces {
        let [a, b, c] = surface.faces[f as usize].map(|v| sub(surface.vertices[v as usize], point));
        let (la, lb, lc) = (norm(a), norm(b), norm(c));
        let below = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb;
        angle += 2.0 * dot(a, cross(b, c)).atan2(below);
    }
    angle.abs() > 2.0 * std::f64::consts::PI
}
