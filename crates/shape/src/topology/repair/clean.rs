//! The first steps of a repair: copies of whole parts go, open borders are welded, degenerate and repeated faces go.

use crate::{
    Mesh,
    topology::{
        union_find::UnionFind,
        weld,
        wings::{Wings, is_degenerate},
    },
};

use super::{Repair, RepairOptions};

/// The faces that are left, over the vertices of the mesh.
pub(super) fn clean(mesh: &Mesh, options: &RepairOptions, done: &mut Repair) -> Vec<[u32; 3]> {
    let mut faces = mesh.faces().to_vec();
    drop_copies(mesh, &mut faces, done);
    weld_borders(mesh, &mut faces, options.weld_tolerance_mm, done);

    let before = faces.len();
    faces.retain(|f| !is_degenerate(*f));
    done.dropped_degenerate_faces = before - faces.len();
    let repeated = repeats(&faces, mesh.vertices().len());
    done.dropped_duplicate_faces += retain(&mut faces, |f| !repeated[f]);
    faces
}

/// Drops each part (by shared vertices) all of whose faces lie, corner on corner, on earlier ones: a shell stored twice,
/// or a repeated triangle of a soup.
fn drop_copies(mesh: &Mesh, faces: &mut Vec<[u32; 3]>, done: &mut Repair) {
    let first = weld::first_at_position(mesh.vertices());
    if first.iter().enumerate().all(|(v, f)| v as u32 == *f) {
        return;
    }
    let placed: Vec<_> = faces.iter().map(|f| f.map(|v| first[v as usize])).collect();
    let repeated = repeats(&placed, mesh.vertices().len());
    let mut sets = UnionFind::new(mesh.vertices().len());
    for f in faces.iter() {
        sets.join(f[0], f[1]);
        sets.join(f[1], f[2]);
    }
    let part = sets.into_roots();
    let mut copy = vec![true; part.len()];
    for (f, repeated) in faces.iter().zip(&repeated) {
        copy[part[f[0] as usize] as usize] &= repeated;
    }
    let parts: Vec<u32> = faces.iter().map(|f| part[f[0] as usize]).collect();
    done.dropped_duplicate_faces += retain(faces, |f| !copy[parts[f] as usize]);
}

/// Merges vertices at one place, sound surfaces that merely touch left as they are: only vertices not enclosed by a
/// closed fan of faces take part.
fn weld_borders(mesh: &Mesh, faces: &mut [[u32; 3]], tolerance: f64, done: &mut Repair) {
    let wings = Wings::new(mesh);
    let loose = |v: &u32| !wings.of(*v as usize).is_empty() && !wings.is_closed_fan(*v as usize);
    let loose: Vec<u32> = (0..mesh.vertices().len() as u32).filter(loose).collect();
    let places: Vec<_> = loose.iter().map(|&v| mesh.vertices()[v as usize]).collect();
    let first = if tolerance > 0.0 { weld::near(&places, tolerance) } else { weld::first_at_position(&places) };
    let mut stands: Vec<u32> = (0..mesh.vertices().len() as u32).collect();
    for (n, &v) in loose.iter().enumerate() {
        stands[v as usize] = loose[first[n] as usize];
        done.welded_vertices += usize::from(first[n] != n as u32);
    }
    if done.welded_vertices > 0 {
        for v in faces.as_flattened_mut() {
            *v = stands[*v as usize];
        }
    }
}

/// Whether each face has the vertices of an earlier one, in whatever order: a counting sort by the lowest vertex, then a
/// small sort at each. Degenerate faces are never repeats.
fn repeats(faces: &[[u32; 3]], vertices: usize) -> Vec<bool> {
    let mut start = vec![0u32; vertices + 1];
    for f in faces {
        start[f[0].min(f[1]).min(f[2]) as usize] += 1;
    }
    let mut end = 0;
    for s in &mut start {
        end += *s;
        *s = end;
    }
    let mut at_lowest = vec![(0, 0, 0); faces.len()];
    for (f, corners) in faces.iter().enumerate() {
        let mut corners = *corners;
        corners.sort_unstable();
        let at = &mut start[corners[0] as usize];
        *at -= 1;
        at_lowest[*at as usize] = (corners[1], corners[2], f as u32);
    }
    let mut repeated = vec![false; faces.len()];
    for span in start.windows(2) {
        let here = &mut at_lowest[span[0] as usize..span[1] as usize];
        here.sort_unstable();
        for two in here.windows(2) {
            let face = two[1].2 as usize;
            repeated[face] = (two[0].0, two[0].1) == (two[1].0, two[1].1) && !is_degenerate(faces[face]);
        }
    }
    repeated
}

fn retain(faces: &mut Vec<[u32; 3]>, keep: impl Fn(usize) -> bool) -> usize {
    let before = faces.len();
    let mut f = 0;
    faces.retain(|_| {
        f += 1;
        keep(f - 1)
    });
    before - faces.len()
}
