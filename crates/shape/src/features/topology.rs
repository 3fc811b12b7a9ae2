//! Euler number, components, cavities, tunnels and genus of a mask, and of a mesh.
//!
//! Two digital topologies are in use: voxels joined by faces (6-connected, the background then 26-connected) and voxels
//! joined by faces, edges or corners (26-connected). Either Euler number is a sum over voxels, pairs, squares and cubes
//! of voxels (Kong & Rosenfeld 1989, doi:10.1016/0734-189X(89)90147-3), counted sixty-four at a time. Components are
//! counted, not labelled: runs of voxels less the joins between them.
//!
//! The closed surface around a mask holds its 6-connected voxels together, but lets the background pass only where voxels
//! share an edge (18-connected), so its genus can differ from the number of tunnels where two background voxels meet in
//! nothing but a corner.

use super::bits::{BitGrid, upper};
use super::cells::Cells;
use super::table::{Features, Unit};
use crate::{Mesh, MeshCheck, extract::cases::CASES};

pub(super) fn push_mask(table: &mut Features, grid: &BitGrid, cells: &Cells) {
    let euler = euler_numbers(grid);
    let [six, all] = [Joined::Faces, Joined::Corners].map(|j| components(grid, true, j) as i64);
    // The part of the background outside everything is no cavity.
    let [cavities, surface_cavities] = [Joined::Corners, Joined::Edges].map(|j| components(grid, false, j) as i64 - 1);
    let [vertices, faces] = cells.vertices_faces(&CASES).map(|n| n as i64);
    // An edge for every side of a face, shared by two.
    let surface_euler = vertices - faces / 2;
    for (name, value) in [
        ("components", six),
        ("components_26", all),
        ("cavities", cavities),
        // The Euler number is the alternating sum of components, tunnels and cavities.
        ("tunnels", six + cavities - euler[0]),
        ("euler_number", euler[0]),
        ("euler_number_26", euler[1]),
        ("surface_euler_number", surface_euler),
        ("genus", six + surface_cavities - surface_euler / 2),
    ] {
        table.push(name, value as f64, Unit::One);
    }
}

/// `check` is that of the mesh; what is defined for closed surfaces only is left out for others.
pub(super) fn push_mesh(table: &mut Features, mesh: &Mesh, check: &MeshCheck) {
    table.push("components", check.components as f64, Unit::One);
    if check.is_closed() && check.is_manifold() && check.is_oriented() {
        let vertices = mesh.vertices().len() - check.unused_vertices;
        // Each edge belongs to two faces.
        let euler = vertices as f64 - mesh.faces().len() as f64 / 2.0;
        table.push("surface_euler_number", euler, Unit::One);
        table.push("genus", check.components as f64 - euler / 2.0, Unit::One);
    }
}

/// Euler numbers of the 6-connected and of the 26-connected voxels.
fn euler_numbers(grid: &BitGrid) -> [i64; 2] {
    let mut sums = [0i64; 2];
    let count = |word: u64| i64::from(word.count_ones());
    for k in 0..grid.size[2] - 1 {
        for j in 0..grid.size[1] - 1 {
            let rows = [grid.row(j, k), grid.row(j + 1, k), grid.row(j, k + 1), grid.row(j + 1, k + 1)];
            for w in 0..rows[0].len() {
                // Along i, along j, along k: a voxel and its upper neighbours.
                let [a, b, c, d] = rows.map(|r| r[w]);
                let [e, f, g, h] = rows.map(|r| upper(r, w));
                if (a | b | c | d | e | f | g | h) == 0 {
                    continue;
                }
                let six = count(a) - count(a & e) - count(a & b) - count(a & c)
                    + count(a & e & b & f)
                    + count(a & e & c & g)
                    + count(a & b & c & d)
                    - count(a & b & c & d & e & f & g & h);
                // The corners, edges and faces of closed voxels: each belongs to all voxels around it.
                let all = count(a | b | c | d | e | f | g | h)
                    - count(a | b | c | d)
                    - count(a | c | e | g)
                    - count(a | b | e | f)
                    + count(a | b)
                    + count(a | c)
                    + count(a | e)
                    - count(a);
                sums[0] += six;
                sums[1] += all;
            }
        }
    }
    sums
}

/// What voxels must share to be joined: a face; a face or an edge; a face, an edge or a corner.
#[derive(Clone, Copy, PartialEq)]
enum Joined {
    Faces,
    Edges,
    Corners,
}

/// Number of components of the voxels that are set, or of those that are not.
fn components(grid: &BitGrid, set: bool, joined: Joined) -> usize {
    let [nx, ny, nz] = grid.size;
    let runs = |j: usize, k: usize| {
        let row = grid.row(j, k);
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(start) = next_bit(row, at, nx, set) {
            let end = next_bit(row, start, nx, !set).unwrap_or(nx);
            found.push([start, end]);
            at = end;
        }
        found
    };
    let mut parents: Vec<u32> = Vec::new();
    let mut count = 0;
    let mut below: Vec<(u32, Vec<[usize; 2]>)> = Vec::new();
    // How far beyond its ends a run touches runs of the rows beside it, and of the rows diagonal to it.
    let beside = usize::from(joined != Joined::Faces);
    for k in 0..nz {
        let mut here: Vec<(u32, Vec<[usize; 2]>)> = Vec::with_capacity(ny);
        for j in 0..ny {
            let row = runs(j, k);
            let first = parents.len() as u32;
            parents.extend(first..first + row.len() as u32);
            count += row.len();
            let behind = j.checked_sub(1).map(|b| (&here[b], beside));
            let under = below.get(j).map(|b| (b, beside));
            let diagonal = match joined {
                Joined::Faces => [None, None],
                _ => [j.checked_sub(1), Some(j + 1)]
                    .map(|b| b.and_then(|b| below.get(b)).map(|b| (b, usize::from(joined == Joined::Corners)))),
            };
            for ((other_first, other), reach) in [behind, under].into_iter().chain(diagonal).flatten() {
                count -= join(&mut parents, (first, &row), (*other_first, other), reach);
            }
            here.push((first, row));
        }
        below = here;
    }
    count
}

/// Joins the runs of two rows that touch; returns how many joins were new.
fn join(parents: &mut [u32], a: (u32, &[[usize; 2]]), b: (u32, &[[usize; 2]]), reach: usize) -> usize {
    let (mut i, mut j, mut joins) = (0, 0, 0);
    while i < a.1.len() && j < b.1.len() {
        let (p, q) = (a.1[i], b.1[j]);
        if p[0] < q[1] + reach && q[0] < p[1] + reach {
            let (r, s) = (root(parents, a.0 + i as u32), root(parents, b.0 + j as u32));
            if r != s {
                parents[r.max(s) as usize] = r.min(s);
                joins += 1;
            }
        }
        if p[1] < q[1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    joins
}

fn root(parents: &mut [u32], mut at: u32) -> u32 {
    while parents[at as usize] != at {
        let above = parents[parents[at as usize] as usize];
        parents[at as usize] = above;
        at = above;
    }
    at
}

/// The first place from `at` on, before `end`, whose bit is as asked.
fn next_bit(row: &[u64], at: usize, end: usize, set: bool) -> Option<usize> {
    let flip = if set { 0 } else { !0 };
    let mut word = at / 64;
    let mut bits = (row.get(word)? ^ flip) & (!0 << (at % 64));
    while bits == 0 {
        word += 1;
        bits = row.get(word)? ^ flip;
    }
    Some(64 * word + bits.trailing_zeros() as usize).filter(|&found| found < end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::bits::noise;
    use crate::{Surface, check, extract_mesh};

    #[test]
    fn agrees_with_the_extracted_surface() {
        for (shape, density, seed) in [
            ([70, 9, 8], 0.5, 1),
            ([9, 8, 65], 0.1, 2),
            ([12, 12, 12], 0.85, 3),
            ([1, 1, 1], 1.0, 4),
            ([130, 5, 5], 0.7, 5),
        ] {
            let mask = noise(shape, density, seed);
            let mesh = extract_mesh(&mask, Surface::Exact);
            let (mut of_mask, mut of_mesh) = (Features::default(), Features::default());
            let grid = BitGrid::new(&mask.view()).unwrap();
            push_mask(&mut of_mask, &grid, &Cells::new(&grid));
            let checked = check(&mesh);
            push_mesh(&mut of_mesh, &mesh, &checked);
            assert_eq!(of_mask.get("surface_euler_number"), of_mesh.get("surface_euler_number"));
            assert_eq!(of_mask.get("genus"), of_mesh.get("genus"));
            let surfaces = components(&grid, true, Joined::Faces) + components(&grid, false, Joined::Edges) - 1;
            assert_eq!(surfaces, checked.components);
        }
    }

    #[test]
    fn euler_numbers_of_small_masks() {
        let of = |shape: [usize; 3], voxels: &[usize]| {
            let mut v = vec![0; shape.iter().product()];
            for &i in voxels {
                v[i] = 1;
            }
            let mask = crate::Mask::new(shape, crate::Affine::IDENTITY, v).unwrap();
            let grid = BitGrid::new(&mask.view()).unwrap();
            (euler_numbers(&grid), [Joined::Faces, Joined::Corners].map(|j| components(&grid, true, j)))
        };
        assert_eq!(of([1, 1, 1], &[0]), ([1, 1], [1, 1]));
        // Two voxels that touch in a corner.
        assert_eq!(of([2, 2, 2], &[0, 7]), ([2, 1], [2, 1]));
        // A ring, and a ring of four that touch by edges only.
        assert_eq!(of([3, 3, 1], &[0, 1, 2, 3, 5, 6, 7, 8]), ([0, 0], [1, 1]));
        assert_eq!(of([3, 3, 1], &[1, 3, 5, 7]), ([4, 0], [4, 1]));
        // A hollow box: one component and one cavity.
        let hollow: Vec<usize> = (0..27).filter(|&i| i != 13).collect();
        assert_eq!(of([3, 3, 3], &hollow), ([2, 2], [1, 1]));
    }
}
