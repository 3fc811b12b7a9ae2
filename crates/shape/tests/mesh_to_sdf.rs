//! The triangle tree, signed distances and winding numbers, at points and on grids.

use medshape_shape::{Affine, Mesh, TriangleTree, mesh_to_sdf, signed_distances, winding_numbers};

/// A box from 0 to `size`, outward.
fn cuboid(size: [f32; 3]) -> Mesh {
    let vertices = (0..8).map(|n| [0, 1, 2].map(|a| if n >> a & 1 == 1 { size[a] } else { 0.0 })).collect();
    let quads = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    let faces = quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect();
    Mesh::new(vertices, faces).unwrap()
}

#[test]
fn distances_to_a_box_are_exact() {
    let size = [3.0f32, 2.0, 5.0];
    let points: Vec<[f32; 3]> =
        (0..1000).map(|n| [n % 10, n / 10 % 10, n / 100].map(|v| v as f32 * 0.83 - 1.31)).collect();
    let found = signed_distances(&cuboid(size), &points).unwrap();
    for (p, d) in points.iter().zip(found) {
        let q = [0, 1, 2].map(|a| (-p[a]).max(p[a] - size[a]));
        let outside = q.iter().map(|v| v.max(0.0).powi(2)).sum::<f32>().sqrt();
        let want = outside + q[0].max(q[1]).max(q[2]).min(0.0);
        assert!((d - want).abs() < 1e-5, "{p:?}: {d} for {want}");
    }
}

#[test]
fn winding_counts_layers_and_fades_at_a_hole() {
    let closed = cuboid([2.0; 3]);
    let inside = winding_numbers(&closed, &[[1.0; 3], [3.0, 1.0, 1.0]]).unwrap();
    assert!((inside[0] - 1.0).abs() < 0.01 && inside[1].abs() < 0.01, "{inside:?}");
    let open = Mesh::new(closed.vertices().to_vec(), closed.faces()[2..].to_vec()).unwrap();
    let centre = winding_numbers(&open, &[[1.0; 3]]).unwrap()[0];
    assert!((centre - 5.0 / 6.0).abs() < 0.01, "{centre}");
}

#[test]
fn degenerate_and_empty_meshes() {
    assert!(TriangleTree::new(&Mesh::default()).closest_point([0.0; 3]).is_none());
    let one_place = Mesh::new(vec![[1.0, 0.0, 0.0]; 3], vec![[0, 1, 2]]).unwrap();
    let found = TriangleTree::new(&one_place).closest_point([4.0, 4.0, 0.0]).unwrap();
    assert!((found.distance - 5.0).abs() < 1e-12);
}

/// On an oblique, anisotropic, left-handed grid.
#[test]
fn a_grid_agrees_with_the_same_points_one_by_one() {
    let mesh = cuboid([3.0, 2.0, 5.0]);
    let rows = [[-0.4, 0.1, 0.2, 3.5], [0.1, 0.5, -0.1, -0.9], [0.05, -0.1, 0.9, -1.3]];
    let (affine, shape) = (Affine::from_rows(rows).unwrap(), [13, 11, 9]);
    let sdf = mesh_to_sdf(&mesh, &affine, shape).unwrap();
    let points: Vec<[f32; 3]> = (0..13 * 11 * 9)
        .map(|n| affine.apply([n % 13, n / 13 % 11, n / 143].map(f64::from)).map(|v| v as f32))
        .collect();
    let one_by_one = signed_distances(&mesh, &points).unwrap();
    let inside = sdf.values().iter().filter(|&&d| d < 0.0).count();
    assert!(inside > 20, "{inside}");
    for (n, (d, want)) in sdf.values().iter().zip(one_by_one).enumerate() {
        assert!((d - want).abs() < 1e-5, "{n}: {d} for {want}");
    }
}

#[test]
fn too_many_voxels_are_refused() {
    assert!(mesh_to_sdf(&cuboid([1.0; 3]), &Affine::IDENTITY, [30_000; 3]).is_err());
}
