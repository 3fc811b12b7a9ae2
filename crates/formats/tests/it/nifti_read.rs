//! Reading `NIfTI`: types, byte orders, scaling and affines, against what nibabel 5.4.2 gives for the same headers.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::{Nifti, gzip};
use medshape_formats::FormatError;
use medshape_formats::nifti::{AffineOrigin, LabelVolume, Limits, read_label_map_bytes};
use medshape_shape::Labels;

fn read(bytes: &[u8]) -> Result<LabelVolume, FormatError> {
    read_label_map_bytes(Path::new("test.nii"), bytes, Limits::default())
}

fn labels(volume: &LabelVolume) -> Vec<u32> {
    (0..volume.map.labels().len()).map(|i| volume.map.labels().get(i)).collect()
}

/// The values in every type that holds them: type code and little-endian bytes.
fn encodings(values: &[u32]) -> Vec<(i16, usize, Vec<u8>)> {
    let all = |f: &dyn Fn(u32) -> Vec<u8>| values.iter().flat_map(|&v| f(v)).collect::<Vec<u8>>();
    vec![
        (2, 1, all(&|v| (v as u8).to_le_bytes().into())),
        (256, 1, all(&|v| (v as i8).to_le_bytes().into())),
        (512, 2, all(&|v| (v as u16).to_le_bytes().into())),
        (4, 2, all(&|v| (v as i16).to_le_bytes().into())),
        (768, 4, all(&|v| v.to_le_bytes().into())),
        (8, 4, all(&|v| (v as i32).to_le_bytes().into())),
        (1280, 8, all(&|v| u64::from(v).to_le_bytes().into())),
        (1024, 8, all(&|v| i64::from(v).to_le_bytes().into())),
        (16, 4, all(&|v| (v as f32).to_le_bytes().into())),
        (64, 8, all(&|v| f64::from(v).to_le_bytes().into())),
    ]
}

#[test]
fn every_type_and_byte_order_of_both_versions_plain_and_gzipped() {
    let values: Vec<u32> = (0..24).map(|i| i * 5).collect();
    for (code, width, little) in encodings(&values) {
        for version in [1, 2] {
            for big_endian in [false, true] {
                let mut voxels = little.clone();
                if big_endian {
                    voxels.chunks_mut(width).for_each(<[u8]>::reverse);
                }
                let file = Nifti { big_endian, ..Nifti::new(version, [4, 3, 2], code, voxels) }.bytes();
                for bytes in [file.clone(), gzip(&file)] {
                    let volume = read(&bytes).unwrap();
                    assert_eq!(volume.map.shape(), [4, 3, 2]);
                    assert_eq!(labels(&volume), values, "type {code}, version {version}, big {big_endian}");
                    assert!(matches!(volume.map.labels(), Labels::U8(_)), "120 fits 8 bits");
                    assert_eq!((volume.header.version, volume.header.big_endian), (version, big_endian));
                }
            }
        }
    }
}

#[test]
fn labels_widen_only_as_far_as_needed() {
    for (max, bytes) in [(255, 1), (256, 2), (65_535, 2), (65_536, 4), (u32::MAX, 4)] {
        let mut values = vec![0_u32; 200_000];
        values[7] = 300.min(max);
        values[199_999] = max;
        let voxels = values.iter().flat_map(|v| i64::from(*v).to_le_bytes()).collect();
        let volume = read(&Nifti::new(1, [500, 400, 1], 1024, voxels).bytes()).unwrap();
        let width = match volume.map.labels() {
            Labels::U8(_) => 1,
            Labels::U16(_) => 2,
            Labels::U32(_) => 4,
        };
        assert_eq!(width, bytes, "largest label {max}");
        assert_eq!(labels(&volume), values);
    }
}

#[test]
fn scaling_is_applied_and_round_off_is_forgiven() {
    let raw: Vec<u8> = [0.0_f32, 10.0, 20.0, 30.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let mut file = Nifti::new(1, [4, 1, 1], 16, raw);
    // 0.1 is not exact in binary.
    file.scaling = [0.1, 1.0];
    assert_eq!(labels(&read(&file.bytes()).unwrap()), [1, 2, 3, 4]);
    // A slope of 0 or NaN means unscaled, whatever the intercept.
    for slope in [0.0, f64::NAN] {
        file.scaling = [slope, 5.0];
        assert_eq!(labels(&read(&file.bytes()).unwrap()), [0, 10, 20, 30]);
    }
    file.scaling = [1.0, f64::NAN];
    assert!(matches!(read(&file.bytes()), Err(FormatError::Header { field: "scl_inter", .. })));
    let mut bytes = Nifti::new(1, [3, 1, 1], 2, vec![0, 1, 2]);
    bytes.scaling = [2.0, 0.0];
    assert_eq!(labels(&read(&bytes.bytes()).unwrap()), [0, 2, 4]);
}

#[test]
fn values_that_are_no_labels_are_named_with_their_voxel() {
    let float = |v: f32| {
        let mut values = [1.0_f32; 24];
        values[17] = v;
        Nifti::new(1, [4, 3, 2], 16, values.iter().flat_map(|v| v.to_le_bytes()).collect()).bytes()
    };
    for bad in [-1.0, 0.5, 2.001, 5e9, f32::INFINITY, f32::NAN] {
        match read(&float(bad)) {
            Err(FormatError::NotLabels { voxel, value, .. }) => {
                assert_eq!(voxel, [1, 1, 1]);
                assert!(value.to_bits() == f64::from(bad).to_bits() || value.is_nan() && bad.is_nan());
            }
            other => panic!("{bad}: {other:?}"),
        }
    }
    assert_eq!(labels(&read(&float(-0.000_01)).unwrap())[17], 0);
    let negative = Nifti::new(1, [2, 1, 1], 4, vec![1, 0, 0xff, 0xff]).bytes();
    let message = read(&negative).unwrap_err().to_string();
    assert!(message.contains("voxel [1, 0, 0] holds -1") && message.contains("image"), "{message}");
}

fn assert_affine(file: &Nifti, origin: AffineOrigin, want: [[f64; 4]; 3]) {
    let volume = read(&file.bytes()).unwrap();
    assert_eq!(volume.header.affine_origin, origin);
    for (got, want) in volume.map.affine().rows().iter().flatten().zip(want.iter().flatten()) {
        assert!((got - want).abs() < 1e-14, "{:?}", volume.map.affine().rows());
    }
}

#[test]
fn affines_are_those_of_nibabel() {
    for big_endian in [false, true] {
        for version in [1, 2] {
            let mut f = Nifti::new(version, [4, 3, 2], 2, vec![0; 24]);
            (f.big_endian, f.sform_code, f.qform_code) = (big_endian, 0, 1);
            f.pixdim = [-1.0, 0.5, 1.25, 3.0, 0.0, 0.0, 0.0, 0.0];
            f.quaternion = [0.1, -0.2, 0.3];
            f.q_offset = [10.0, -20.0, 30.5];
            let x = |v1, v2| if version == 1 { v1 } else { v2 };
            let mut want = [
                [x(0.369_999_991_655_349_6, 0.37), x(-0.745_521_412_794_967_5, -0.745_521_387_162_177_8), 0.0, 10.0],
                [x(0.258_208_563_925_894_14, 0.258_208_554_864_871_1), x(0.999_999_981_373_548_2, 1.0), 0.0, -20.0],
                [
                    x(0.215_472_373_380_832_03, 0.215_472_369_909_914_09),
                    x(0.081_840_456_481_491_59, 0.081_840_462_387_392_6),
                    0.0,
                    30.5,
                ],
            ];
            let third = [
                x(0.932_834_220_615_459_2, 0.932_834_219_459_484_5),
                x(0.916_417_134_894_645_8, 0.916_417_109_729_742_2),
                x(-2.699_999_991_059_303, -2.7),
            ];
            for a in 0..3 {
                want[a][2] = third[a];
            }
            assert_affine(&f, AffineOrigin::Qform, want);

            // qfac 0 counts as 1, negative voxel sizes as positive, a size of 0 as 1.
            (f.pixdim[0], f.pixdim[1], f.pixdim[2]) = (0.0, -0.5, 0.0);
            for a in 0..3 {
                want[a][1] /= 1.25;
                want[a][2] = -third[a];
            }
            assert_affine(&f, AffineOrigin::Qform, want);

            // No valid code: voxel sizes, first axis to the left, centred.
            (f.qform_code, f.sform_code, f.srow[0]) = (0, -1, [5.0, 0.0, 0.0, 9.0]);
            f.pixdim[..4].copy_from_slice(&[1.0, 0.5, 1.25, 3.0]);
            let base = [[-0.5, 0.0, 0.0, 0.75], [0.0, 1.25, 0.0, -1.25], [0.0, 0.0, 3.0, -1.5]];
            assert_affine(&f, AffineOrigin::VoxelSizes, base);

            f.sform_code = 2;
            f.srow = [[-1.0, 0.0, 0.5, 5.0], [0.0, 2.0, 0.0, 6.0], [0.0, 0.5, 3.0, 7.0]];
            assert_affine(&f, AffineOrigin::Sform, f.srow);
        }
    }
}

#[test]
fn a_half_turn_is_read_and_a_quaternion_too_long_is_refused_as_by_nibabel() {
    let mut f = Nifti::new(1, [4, 3, 2], 2, vec![0; 24]);
    (f.sform_code, f.qform_code) = (0, 1);
    f.pixdim = [1.0, 0.5, 1.25, 3.0, 0.0, 0.0, 0.0, 0.0];
    f.quaternion = [0.6, 0.8, 0.0];
    let want = [
        [-0.139_999_988_555_908_45, 1.200_000_008_344_649_8, 0.0, 0.0],
        [0.480_000_003_337_859_9, 0.349_999_971_389_771_07, 0.0, 0.0],
        [0.0, 0.0, -3.0, 0.0],
    ];
    assert_affine(&f, AffineOrigin::Qform, want);
    f.quaternion = [1.0, 1e-3, 0.0];
    assert!(matches!(read(&f.bytes()), Err(FormatError::Quaternion { .. })));
}

#[test]
fn metres_and_microns_become_millimetres() {
    for (unit, scale) in [(0, 1.0), (1, 1000.0), (2, 1.0), (3, 0.001), (10, 1.0)] {
        let mut f = Nifti::new(2, [4, 3, 2], 2, vec![0; 24]);
        f.xyzt_units = unit;
        f.srow = [[2.0, 0.0, 0.0, 7.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
        let volume = read(&f.bytes()).unwrap();
        assert_eq!(volume.map.affine().rows()[0], [2.0 * scale, 0.0, 0.0, 7.0 * scale], "unit {unit}");
    }
}

#[test]
fn fewer_axes_and_trailing_axes_of_one_are_volumes() {
    for (dim, shape) in [
        ([2, 4, 3, 9, 9, 9, 9, 9], [4, 3, 1]),
        ([1, 12, 0, 0, 0, 0, 0, 0], [12, 1, 1]),
        ([5, 4, 3, 1, 1, 1, 0, 0], [4, 3, 1]),
    ] {
        let f = Nifti { dim, ..Nifti::new(1, [4, 3, 1], 2, (0..12).collect()) };
        let volume = read(&f.bytes()).unwrap();
        assert_eq!((volume.map.shape(), labels(&volume)), (shape, (0..12).collect()));
    }
}

#[test]
fn gzip_in_several_members_and_with_padding_behind_is_read_whole() {
    let voxels: Vec<u8> = (0..60_000_u32).map(|i| (i % 251) as u8).collect();
    let file = Nifti::new(1, [100, 100, 6], 2, voxels.clone()).bytes();
    let mut joined: Vec<u8> = file.chunks(777).flat_map(gzip).collect();
    assert_eq!(read(&joined).unwrap().map.labels(), &Labels::U8(voxels.clone()));
    joined.extend([0; 512]);
    assert_eq!(read(&joined).unwrap().map.labels(), &Labels::U8(voxels.clone()));
    // Bytes behind the voxels are of no concern either.
    let longer: Vec<u8> = file.iter().copied().chain([9; 33]).collect();
    assert_eq!(read(&longer).unwrap().map.labels(), &Labels::U8(voxels.clone()));
    assert_eq!(read(&gzip(&longer)).unwrap().map.labels(), &Labels::U8(voxels));
}

#[test]
fn label_names_come_from_the_header_extension() {
    let xml = br#"<CaretExtension><LabelTable><Label Key="1" Red="0.0"><![CDATA[spleen]]></Label>
        <Label Key="2"><![CDATA[kidney_right]]></Label></LabelTable></CaretExtension>"#;
    for code in [0_i32, 30] {
        let mut extension = ((8 + xml.len()).next_multiple_of(16) as i32).to_le_bytes().to_vec();
        extension.extend(code.to_le_bytes());
        extension.extend(xml);
        extension.resize((8 + xml.len()).next_multiple_of(16), b' ');
        let mut f = Nifti::new(1, [2, 1, 1], 2, vec![1, 2]);
        f.vox_offset = 352.0 + extension.len() as f64;
        f.extension = extension;
        let volume = read(&gzip(&f.bytes())).unwrap();
        let want = BTreeMap::from([(1, "spleen".to_owned()), (2, "kidney_right".to_owned())]);
        assert_eq!((volume.header.label_table.clone(), labels(&volume)), (want, vec![1, 2]));
    }
}
