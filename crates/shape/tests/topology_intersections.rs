//! Self-intersections of whole meshes.

use medshape_shape::{Affine, Mask, Mesh, Surface, check_thoroughly, extract_mesh, self_intersections};

fn ball(n: usize) -> Mesh {
    let r = n as f64 / 2.0 - 1.0;
    let inside = |i: usize| {
        [i % n, i / n % n, i / n / n].iter().map(|c| (*c as f64 + 0.5 - n as f64 / 2.0).powi(2)).sum::<f64>() < r * r
    };
    let mask = (0..n * n * n).map(|i| u8::from(inside(i))).collect();
    extract_mesh(&Mask::new([n; 3], Affine::IDENTITY, mask).unwrap(), Surface::Exact)
}

/// Both meshes as one, the second moved.
fn together(a: &Mesh, b: &Mesh, by: [f32; 3]) -> Mesh {
    let (mut v, mut f) = a.clone().into_parts();
    let base = v.len() as u32;
    v.extend(b.vertices().iter().map(|p| [p[0] + by[0], p[1] + by[1], p[2] + by[2]]));
    f.extend(b.faces().iter().map(|t| t.map(|i| i + base)));
    Mesh::new(v, f).unwrap()
}

#[test]
fn a_voxel_surface_does_not_meet_itself() {
    let c = check_thoroughly(&ball(20));
    assert_eq!(c.self_intersections, Some(0));
    assert!(c.faults().is_empty());
}

#[test]
fn balls_that_overlap_meet_and_the_same_pairs_are_found_in_any_order() {
    let ball = ball(16);
    let two = together(&ball, &ball, [3.3, 2.1, 0.7]);
    let n = ball.faces().len() as u32;
    let all = self_intersections(&two, usize::MAX);
    assert!(all.count > 100 && all.pairs.len() == all.count);
    assert!(all.pairs.is_sorted() && all.pairs.iter().all(|[f, g]| *f < n && *g >= n));

    let mut reversed = two.faces().to_vec();
    reversed.reverse();
    let last = 2 * n - 1;
    let mut again = self_intersections(&Mesh::new(two.vertices().to_vec(), reversed).unwrap(), usize::MAX).pairs;
    for [f, g] in &mut again {
        (*f, *g) = (last - *g, last - *f);
    }
    again.sort_unstable();
    assert_eq!(again, all.pairs);

    let few = self_intersections(&two, 7);
    assert_eq!((few.count, few.pairs.len()), (all.count, 7));
    let c = check_thoroughly(&two);
    assert_eq!((c.self_intersections, c.places.self_intersections.len()), (Some(all.count), 16));
    assert_eq!(c.faults(), [format!("{} pairs of faces that intersect", all.count)]);
}

#[test]
fn a_shell_stored_twice_overlaps_in_every_face() {
    let ball = ball(8);
    let found = self_intersections(&together(&ball, &ball, [0.0; 3]), usize::MAX);
    let n = ball.faces().len() as u32;
    assert!((0..n).all(|f| found.pairs.binary_search(&[f, f + n]).is_ok()));
}

#[test]
fn a_soup_adjoins_and_nothing_meets_nothing() {
    let ball = ball(10);
    let v: Vec<[f32; 3]> = (0..ball.faces().len()).flat_map(|f| ball.triangle(f)).collect();
    let f = (0..ball.faces().len() as u32).map(|f| [3 * f, 3 * f + 1, 3 * f + 2]).collect();
    assert_eq!(self_intersections(&Mesh::new(v, f).unwrap(), 1).count, 0);
    assert_eq!(self_intersections(&Mesh::default(), 1).count, 0);
    let flat = Mesh::new(vec![[0.0; 3]; 3], vec![[0, 1, 2], [0, 0, 0], [2, 1, 0]]).unwrap();
    assert_eq!(self_intersections(&flat, 1).count, 0);
}
