//! Smoothing that does not shrink: Taubin's pass-band filter.

use crate::Mesh;

/// Forward step; the backward step follows from the pass band below.
const LAMBDA: f64 = 0.5;
/// Taubin's pass-band frequency: what varies more slowly stays.
const PASS_BAND: f64 = 0.1;

/// `steps` pairs of one shrinking and one growing umbrella step (Taubin 1995, doi:10.1145/218380.218473), with
/// neighbours weighted equally. The faces stay as they are; vertices on an open border do not move.
#[must_use]
pub fn smooth_taubin(mesh: &Mesh, steps: usize) -> Mesh {
    let mu = 1.0 / (PASS_BAND - 1.0 / LAMBDA);
    let neighbours = Neighbours::new(mesh);
    let mut positions: Vec<[f64; 3]> = mesh.vertices().iter().map(|v| v.map(f64::from)).collect();
    let mut next = positions.clone();
    for step in 0..2 * steps {
        let factor = if step % 2 == 0 { LAMBDA } else { mu };
        for (v, to) in next.iter_mut().enumerate() {
            let at = positions[v];
            let Some(mean) = neighbours.mean(v, &positions) else { continue };
            *to = [0, 1, 2].map(|i| at[i] + factor * (mean[i] - at[i]));
        }
        std::mem::swap(&mut positions, &mut next);
    }
    let vertices = positions.into_iter().map(|v| v.map(|c| c as f32)).collect();
    Mesh::new_unchecked(vertices, mesh.faces().to_vec())
}

/// The neighbours of each vertex, one for each edge that has a face on both sides.
struct Neighbours {
    start: Vec<u32>,
    to: Vec<u32>,
    border: Vec<bool>,
}

impl Neighbours {
    fn new(mesh: &Mesh) -> Self {
        // In a closed mesh each neighbour is met once as the next corner of a face.
        let mut start = vec![0u32; mesh.vertices().len() + 1];
        let mut balance = vec![0i64; mesh.vertices().len()];
        for f in mesh.faces() {
            for k in 0..3 {
                start[f[k] as usize + 1] += 1;
                // Next corners less previous corners, by number: zero unless the fan is open.
                balance[f[k] as usize] += i64::from(f[(k + 1) % 3]) - i64::from(f[(k + 2) % 3]);
            }
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut cursor = start.clone();
        let mut to = vec![0; mesh.faces().len() * 3];
        for f in mesh.faces() {
            for k in 0..3 {
                let at = &mut cursor[f[k] as usize];
                to[*at as usize] = f[(k + 1) % 3];
                *at += 1;
            }
        }
        Self { start, to, border: balance.into_iter().map(|b| b != 0).collect() }
    }

    fn mean(&self, v: usize, positions: &[[f64; 3]]) -> Option<[f64; 3]> {
        let around = &self.to[self.start[v] as usize..self.start[v + 1] as usize];
        if around.is_empty() || self.border[v] {
            return None;
        }
        let sum = around.iter().fold([0.0; 3], |s, &w| [0, 1, 2].map(|i| s[i] + positions[w as usize][i]));
        Some(sum.map(|s| s / around.len() as f64))
    }
}
