//! Written volumes read back as they were, and the bytes never change.

use std::path::Path;

use medshape_formats::nifti::{
    AffineOrigin, LabelVolume, Limits, read_info, read_label_map, read_label_map_bytes, write_label_map,
    write_label_map_gz, write_mask, write_mask_gz,
};
use medshape_shape::{Affine, LabelMap, Labels, Mask};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> LabelVolume {
    read_label_map_bytes(Path::new("written.nii"), bytes, Limits::default()).unwrap()
}

/// What is left of an affine in a header of 32-bit floats.
fn in_f32(affine: &Affine) -> Affine {
    Affine::from_rows(affine.rows().map(|r| r.map(|v| f64::from(v as f32)))).unwrap()
}

fn oblique() -> Affine {
    let (s, c) = (0.6, 0.8);
    Affine::from_rows([[-0.7 * c, 0.7 * s, 0.0, 12.5], [0.7 * s, 0.7 * c, 0.0, -99.0], [0.0, 0.0, 2.5, 3.25]]).unwrap()
}

proptest! {
    #[test]
    fn label_maps_come_back(
        shape in [1_usize..9, 1_usize..9, 1_usize..9],
        seed in any::<u64>(),
        width in 0..3,
        level in 0_u32..7,
    ) {
        let mut state = seed;
        let values = (0..shape.iter().product::<usize>()).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        });
        // The first value decides the width that comes back.
        let mut wide: Vec<u32> = values.collect();
        let labels = match width {
            0 => Labels::U8(wide.iter().map(|&v| v as u8).collect()),
            1 => { wide[0] = 0xffff; Labels::U16(wide.iter().map(|&v| v as u16).collect()) }
            _ => { wide[0] = u32::MAX; Labels::U32(wide) }
        };
        let map = LabelMap::new(shape, in_f32(&oblique()), labels).unwrap();
        let mut plain = Vec::new();
        write_label_map(&map, &mut plain).unwrap();
        prop_assert_eq!(&read(&plain).map, &map);
        let mut packed = Vec::new();
        write_label_map_gz(&map, level, &mut packed).unwrap();
        prop_assert_eq!(&read(&packed).map, &map);
    }
}

#[test]
fn the_qform_says_the_same_as_the_sform_unless_there_is_shear() {
    let mask = |affine| Mask::new([3, 4, 5], affine, vec![1; 60]).unwrap();
    let mut bytes = Vec::new();
    write_mask(&mask(oblique()), &mut bytes).unwrap();
    assert_eq!((bytes[252], bytes[254], bytes.len()), (1, 1, 352 + 60));
    bytes[254] = 0;
    let volume = read(&bytes);
    assert_eq!(volume.header.affine_origin, AffineOrigin::Qform);
    for (got, want) in volume.map.affine().rows().iter().flatten().zip(oblique().rows().iter().flatten()) {
        assert!((got - want).abs() < 1e-5, "{:?}", volume.map.affine().rows());
    }

    let sheared = Affine::from_rows([[1.0, 0.4, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).unwrap();
    let mut bytes = Vec::new();
    write_mask(&mask(sheared), &mut bytes).unwrap();
    assert_eq!((bytes[252], bytes[254]), (0, 1));
    assert_eq!(read(&bytes).map.affine(), &in_f32(&sheared));
}

#[test]
fn gzip_output_is_the_same_every_time_and_opens_from_disk() {
    let mask = Mask::new([30, 20, 10], oblique(), (0..6000).map(|i| u8::from(i % 7 < 3)).collect()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mask with ümlaut.nii.gz");
    for level in [1, 6] {
        let [mut a, mut b] = [Vec::new(), Vec::new()];
        write_mask_gz(&mask, level, &mut a).unwrap();
        write_mask_gz(&mask, level, &mut b).unwrap();
        assert_eq!(a, b);
        // No name (flags 0) and no time.
        assert_eq!(a[3..8], [0; 5]);
        std::fs::write(&path, &a).unwrap();
        assert_eq!(read_label_map(&path).unwrap().map.labels(), &Labels::U8(mask.voxels().to_vec()));
        assert_eq!(read_info(&path).unwrap().shape, [30, 20, 10]);
    }
}
