//! Whatever the bytes: a value or an error, never a panic, a hang or a huge allocation.

use std::path::Path;

use medshape_formats::nifti::{Limits, read_label_map_bytes, write_label_map, write_label_map_gz};
use medshape_formats::{MeshFormat, MeshMeta, read_mesh_bytes, read_points_ply_bytes, write_mesh};
use medshape_shape::{Affine, LabelMap, Labels};
use proptest::prelude::*;

use crate::common::{Nifti, box_mesh};

/// Every reader on the same bytes; the answers do not matter here.
fn read_as_everything(bytes: &[u8]) {
    let _ = read_label_map_bytes(Path::new("x.nii"), bytes, Limits::default());
    for name in ["x.stl", "x.obj", "x.ply"] {
        if let Ok(file) = read_mesh_bytes(Path::new(name), bytes) {
            // What is let through is a mesh that can be written again.
            write_mesh(MeshFormat::Glb, &file.mesh, &MeshMeta::default(), &mut Vec::new()).unwrap();
        }
    }
    let _ = read_points_ply_bytes(Path::new("x.ply"), bytes);
}

fn valid_files() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = [MeshFormat::Stl, MeshFormat::Ply, MeshFormat::Obj]
        .into_iter()
        .map(|format| {
            let mut bytes = Vec::new();
            write_mesh(format, &box_mesh([1.0, 2.0, 3.0]), &MeshMeta::default(), &mut bytes).unwrap();
            bytes
        })
        .collect();
    let labels = Labels::U16((0..60).map(|i| i * 300).collect());
    let map = LabelMap::new([3, 4, 5], Affine::IDENTITY, labels).unwrap();
    let [mut plain, mut packed] = [Vec::new(), Vec::new()];
    write_label_map(&map, &mut plain).unwrap();
    write_label_map_gz(&map, 6, &mut packed).unwrap();
    let nifti2 = Nifti { sform_code: 0, qform_code: 1, ..Nifti::new(2, [4, 3, 2], 64, vec![0; 192]) };
    files.extend([plain, packed, nifti2.bytes()]);
    files.push(
        b"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid\n"
            .to_vec(),
    );
    files.push(
        b"ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\n\
        property list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"
            .to_vec(),
    );
    files
}

#[test]
fn the_files_to_be_spoiled_are_valid() {
    for (n, bytes) in valid_files().iter().enumerate() {
        let volume = read_label_map_bytes(Path::new("x"), bytes, Limits::default()).is_ok();
        let mesh = ["x.stl", "x.obj"].iter().any(|name| read_mesh_bytes(Path::new(name), bytes).is_ok());
        assert!(volume || mesh, "file {n}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        read_as_everything(&bytes);
    }

    #[test]
    fn arbitrary_bytes_behind_a_valid_start(
        start in prop::sample::select(vec![
            &b"ply\nformat binary_little_endian 1.0\n"[..], b"ply\nformat ascii 1.0\nelement vertex ", b"solid x\nfacet\n",
            b"v 0 0 0\nf ", b"\x5c\x01\0\0", b"\0\0\x02\x1c", b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..800),
    ) {
        read_as_everything(&[start, &bytes].concat());
    }

    #[test]
    fn valid_files_with_bytes_changed_and_cut(
        which in 0_usize..8,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        keep in 1..=100_usize,
    ) {
        let mut files = valid_files();
        let index = which % files.len();
        let mut bytes = files.swap_remove(index);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        // Mostly whole, so that the bodies are reached.
        if keep < 30 {
            bytes.truncate(bytes.len() * keep / 30);
        }
        read_as_everything(&bytes);
    }

    #[test]
    fn headers_with_arbitrary_numbers(
        version in 1_u8..=2,
        big_endian in any::<bool>(),
        dim in prop::array::uniform8(prop_oneof![0_i64..5, any::<i64>()]),
        datatype in prop_oneof![prop::sample::select(vec![2_i16, 4, 8, 16, 64, 256, 512, 768, 1024, 1280]), any::<i16>()],
        pixdim in prop::array::uniform8(any::<f64>()),
        scaling in prop::array::uniform2(any::<f64>()),
        quaternion in prop::array::uniform3(prop_oneof![-0.6..0.6, any::<f64>()]),
        codes in prop::array::uniform2(-1_i16..3),
        vox_offset in prop_oneof![Just(0.0), 300.0..700.0, any::<f64>()],
    ) {
        let f = Nifti {
            big_endian, dim, pixdim, scaling, quaternion, vox_offset,
            sform_code: codes[0], qform_code: codes[1], ..Nifti::new(version, [1; 3], datatype, vec![1; 600])
        };
        let _ = read_label_map_bytes(Path::new("x"), &f.bytes(), Limits::default());
    }
}
