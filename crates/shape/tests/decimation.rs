//! Decimation keeps closed meshes closed and manifold, and near the surface they came from.

use medshape_shape::{Affine, Mask, Mesh, Surface, check, decimate, extract_mesh, integrals};
use proptest::prelude::*;

fn ball(n: usize, r: f64) -> Mask {
    let c = (n as f64 - 1.0) / 2.0;
    let voxel = |i: usize| [i % n, i / n % n, i / (n * n)].map(|v| (v as f64 - c).powi(2)).iter().sum::<f64>() < r * r;
    Mask::new([n; 3], Affine::IDENTITY, (0..n * n * n).map(|i| u8::from(voxel(i))).collect()).unwrap()
}

#[test]
fn a_ball_keeps_its_shape() {
    let full = extract_mesh(&ball(80, 36.0), Surface::Exact);
    let (before, mesh) = (integrals(&full), decimate(&full, 2000));
    let after = integrals(&mesh);
    assert!(mesh.faces().len() <= 2000 && mesh.faces().len() > 1900, "{}", mesh.faces().len());
    let c = check(&mesh);
    assert!(c.is_closed() && c.is_manifold() && c.is_oriented() && c.components == 1, "{c:?}");
    assert!((after.volume_mm3 / before.volume_mm3 - 1.0).abs() < 0.005, "{} {}", after.volume_mm3, before.volume_mm3);
    for v in mesh.vertices() {
        let d = v.map(|c| (c - 39.5).powi(2)).iter().sum::<f32>().sqrt();
        assert!((d - 36.0).abs() < 1.0, "{d}");
    }
}

#[test]
fn the_border_of_an_open_mesh_stays() {
    let n = 30;
    let v: Vec<[f32; 3]> = (0..n * n).map(|i| [(i % n) as f32, (i / n) as f32, 0.0]).collect();
    let mut f = Vec::new();
    for j in 0..n as u32 - 1 {
        for i in 0..n as u32 - 1 {
            let a = j * n as u32 + i;
            f.extend([[a, a + 1, a + n as u32], [a + 1, a + n as u32 + 1, a + n as u32]]);
        }
    }
    let mesh = decimate(&Mesh::new(v, f).unwrap(), 300);
    assert!(mesh.faces().len() <= 300);
    assert!((integrals(&mesh).area_mm2 - 29.0f64.powi(2)).abs() < 1e-3);
    assert!(check(&mesh).is_manifold());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn noise_stays_closed_and_manifold(bits in proptest::collection::vec(any::<bool>(), 12 * 11 * 10), target in 4usize..800) {
        let voxels = bits.iter().map(|&b| u8::from(b)).collect();
        let full = extract_mesh(&Mask::new([12, 11, 10], Affine::IDENTITY, voxels).unwrap(), Surface::Exact);
        let mesh = decimate(&full, target);
        let (a, b) = (check(&full), check(&mesh));
        prop_assert!(b.is_closed() && b.is_manifold() && b.inconsistent_edges == 0, "{:?}", b);
        prop_assert_eq!(a.components, b.components);
        let euler = |m: &Mesh| m.vertices().len() as i64 - m.faces().len() as i64 / 2;
        prop_assert_eq!(euler(&full), euler(&mesh));
    }
}
