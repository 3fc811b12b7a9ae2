//! Mesh and point files: what is written reads back, what others write is read, what is broken is named.

use std::path::Path;

use medshape_formats::{
    FormatError, Frame, MeshFile, MeshFormat, MeshMeta, png, read_mesh_bytes, read_points_ply_bytes, write_mesh,
    write_points_ply,
};
use medshape_shape::{Mesh, PointCloud};
use proptest::prelude::*;

use crate::common::box_mesh;

fn read(name: &str, bytes: &[u8]) -> Result<MeshFile, FormatError> {
    read_mesh_bytes(Path::new(name), bytes)
}

fn written(format: MeshFormat, mesh: &Mesh, meta: &MeshMeta) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_mesh(format, mesh, meta, &mut bytes).unwrap();
    bytes
}

fn meta() -> MeshMeta {
    MeshMeta {
        name: "solid name\nelement face 7".into(),
        colour: Some([255, 0, 128]),
        copyright: Some("CC-BY-4.0, the authors".into()),
        comments: vec!["case 7\r\nf 1 2 3".into()],
        ..MeshMeta::default()
    }
}

/// Positions that STL's welding keeps apart, triangles with distinct corners, every vertex used in order.
fn meshes() -> impl Strategy<Value = Mesh> {
    (3_usize..40).prop_flat_map(|n| {
        let vertex = prop::array::uniform3(-1e4_f32..1e4);
        let face = (0..n as u32, 1..n as u32 - 1, 0..n as u32);
        (prop::collection::vec(vertex, n), prop::collection::vec(face, 1..60)).prop_map(move |(vertices, faces)| {
            let n = n as u32;
            let distinct = faces.into_iter().map(|(a, step, c)| {
                let b = (a + step) % n;
                let c = (0..n).map(|o| (c + o) % n).find(|c| *c != a && *c != b).unwrap();
                [a, b, c]
            });
            Mesh::new(vertices, distinct.collect()).unwrap()
        })
    })
}

proptest! {
    #[test]
    fn ply_and_obj_come_back_exactly(mesh in meshes()) {
        for format in [MeshFormat::Ply, MeshFormat::Obj] {
            let bytes = written(format, &mesh, &meta());
            let back = read(&format!("x.{}", format.extension()), &bytes).unwrap();
            prop_assert_eq!(&back.mesh, &mesh);
            prop_assert_eq!((back.format, back.notes.len()), (format, 0));
            prop_assert_eq!(written(format, &back.mesh, &meta()), bytes);
        }
    }

    #[test]
    fn vtp_gifti_and_3mf_come_back_exactly(mesh in meshes()) {
        for format in [MeshFormat::Vtp, MeshFormat::Gifti, MeshFormat::ThreeMf] {
            let bytes = written(format, &mesh, &meta());
            let back = read(&format!("x.{}", format.extension()), &bytes).unwrap();
            prop_assert_eq!(&back.mesh, &mesh);
            prop_assert_eq!((back.format, back.frame, back.notes.len()), (format, Frame::Ras, 0));
            prop_assert_eq!(written(format, &back.mesh, &meta()), bytes);
        }
    }

    #[test]
    fn glb_comes_back_but_for_the_last_digit(mesh in meshes()) {
        let back = read("x.glb", &written(MeshFormat::Glb, &mesh, &meta())).unwrap();
        prop_assert_eq!(back.mesh.faces(), mesh.faces());
        // Metres and back.
        let close = |(a, b): (&f32, &f32)| (a - b).abs() <= b.abs() * 2e-7;
        prop_assert!(back.mesh.vertices().as_flattened().iter().zip(mesh.vertices().as_flattened()).all(close));
        prop_assert!(back.mesh.normals().is_some());
    }

    #[test]
    fn stl_comes_back_corner_by_corner(mesh in meshes()) {
        let back = read("x.stl", &written(MeshFormat::Stl, &mesh, &meta())).unwrap();
        let corners = |m: &Mesh| (0..m.faces().len()).map(|f| m.triangle(f)).collect::<Vec<_>>();
        prop_assert_eq!(corners(&back.mesh), corners(&mesh));
        prop_assert!(back.mesh.vertices().len() <= mesh.vertices().len());
    }

    #[test]
    fn point_clouds_come_back(
        points in prop::collection::vec(prop::array::uniform3(-1e6_f32..1e6), 1..200),
        with_normals in any::<bool>(),
    ) {
        let normals = with_normals.then(|| points.iter().map(|p| p.map(f32::signum)).collect());
        let cloud = PointCloud::new(points, normals).unwrap();
        let mut bytes = Vec::new();
        write_points_ply(&cloud, &mut bytes).unwrap();
        prop_assert_eq!(read_points_ply_bytes(Path::new("p.ply"), &bytes).unwrap(), cloud);
    }
}

#[test]
fn binary_stl_is_known_by_its_size_and_never_starts_with_solid() {
    let mut bytes = written(MeshFormat::Stl, &box_mesh([1.0, 2.0, 3.0]), &meta());
    assert!(!bytes.starts_with(b"solid"));
    assert_eq!(bytes.len(), 84 + 12 * 50);
    // First face: z = 0, so its normal points down.
    assert_eq!(bytes[84..96], [0.0_f32, 0.0, -1.0].map(f32::to_le_bytes).concat());
    bytes[..6].copy_from_slice(b"solid ");
    let file = read("x.stl", &bytes).unwrap();
    assert_eq!((file.mesh.vertices().len(), file.mesh.faces().len(), file.notes.len()), (8, 12, 0));
    bytes.extend([0; 10]);
    assert_eq!(
        read("x.stl", &bytes).unwrap().notes,
        ["ignored 10 bytes behind the 12 triangles that the header counts"]
    );
}

#[test]
fn a_truncated_binary_stl_says_what_is_missing() {
    let bytes = written(MeshFormat::Stl, &box_mesh([1.0; 3]), &meta());
    for length in [84, 100, 133, 134, 683] {
        let error = read("x.stl", &bytes[..length]).unwrap_err();
        let found = length as u64;
        assert!(matches!(error, FormatError::Truncated { expected: 684, found: f, .. } if f == found), "{error}");
    }
    let error = read("x.stl", &bytes[..50]).unwrap_err();
    assert!(matches!(error, FormatError::Syntax { .. } | FormatError::Truncated { .. }), "{error}");
    assert!(matches!(read("x.stl", b""), Err(FormatError::Empty { .. })));
}

#[test]
fn a_nan_in_an_stl_is_named_and_flat_triangles_are_reported() {
    let mut bytes = written(MeshFormat::Stl, &box_mesh([1.0; 3]), &meta());
    let corner = bytes[84 + 2 * 50 + 12..][..12].to_vec();
    bytes[84 + 2 * 50 + 24..][..12].copy_from_slice(&corner);
    let file = read("x.stl", &bytes).unwrap();
    assert_eq!(file.notes, ["left out 1 of 12 triangles that had two equal corners"]);
    bytes[84 + 7 * 50 + 12..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let error = read("x.stl", &bytes).unwrap_err();
    assert!(matches!(error, FormatError::NotFinite { element: "triangle", index: 7, .. }), "{error}");
}

#[test]
fn ascii_stl_is_read_tolerantly() {
    let text = "SOLID two words\r\n Facet Normal 0 0 1\r\n  OUTER LOOP\r\n   vertex 0 0 0\r\n vertex 1e0 -0 0\r\n\
        vertex +1.5 1 0\r\n vertex 0 1. 0\r\n endloop\r\n endfacet\r\nendsolid two words\r\n\r\n\
        solid vertex\r\nfacet normal nan nan nan\nouter loop\nvertex 0 0 0\nvertex 0 0 1\nvertex 1 0 0\nendloop\nendfacet\n\
        endsolid";
    for text in [text.to_owned(), text.replace("\r\n", "\n"), text.replace("\r\n", "\n").replace('\n', "\r")] {
        let file = read("x.stl", text.as_bytes()).unwrap();
        assert_eq!((file.mesh.faces().len(), file.mesh.vertices().len()), (3, 5));
        assert_eq!(file.notes, ["joined 2 solids into one mesh"]);
    }
}

#[test]
fn broken_ascii_stl_names_the_line() {
    let fragment = "facet normal 0 0 1\nouter loop\nvertex 0 0 0\nendloop\nendfacet\n".repeat(7) + "endsolid\n";
    let error = read("x.stl", fragment.as_bytes()).unwrap_err();
    assert!(matches!(error, FormatError::Syntax { line: 1, .. }) && error.to_string().contains("`solid`"), "{error}");
    for (text, at) in [
        ("solid a\nfacet\nouter loop\nvertex 0 0\nendloop\nendfacet\nendsolid", 4),
        ("solid a\nfacet\nouter loop\nvertex 0 0 zero\nendloop", 4),
        ("solid a\nvertex 0 0 0", 2),
        ("solid a\nfacet\nvertex 0 0 0\nvertex 1 0 0\nendfacet", 5),
        ("solid a\nfacet\nfacet", 3),
        ("solid a\nfacet\nendsolid", 3),
        ("solid a\nhello", 2),
        ("solid a\nfacet\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendfacet", 6),
        ("<!DOCTYPE html>", 1),
    ] {
        let error = read("x.stl", text.as_bytes()).unwrap_err();
        assert!(matches!(error, FormatError::Syntax { line, .. } if line == at), "{text}: {error}");
    }
    let nan = "solid a\nfacet\nvertex 0 0 0\nvertex nan 0 0\n";
    assert!(matches!(read("x.stl", nan.as_bytes()), Err(FormatError::NotFinite { index: 0, .. })));
    assert!(matches!(read("x.stl", b"solid a\nendsolid a\n"), Err(FormatError::Empty { what: "triangles", .. })));
}

/// A pyramid with a square base, extra properties and an element between: as text, then in both byte orders.
#[test]
fn ply_of_every_kind_is_read() {
    let head = |format: &str| {
        format!(
            "ply\nformat {format} 1.0\ncomment made by hand\nobj_info x\nelement vertex 5\nproperty double x\nproperty float y\n\
            property uchar red\nproperty short z\nelement material 1\nproperty list uchar float weights\nproperty int id\n\
            element face 6\nproperty uchar flag\nproperty list ushort uint vertex_index\nend_header\n"
        )
    };
    let vertices: [(f64, f32, u8, i16); 5] =
        [(0.0, 0.0, 1, 0), (1.0, 0.0, 2, 0), (1.0, 1.0, 3, 0), (0.0, 1.0, 4, 0), (0.5, 0.5, 5, -3)];
    let faces: [&[u32]; 6] = [&[0, 1, 2, 3], &[0, 4, 1], &[1, 4, 2], &[2, 4, 3], &[3, 4, 0], &[0, 1]];

    let mut ascii = head("ascii").into_bytes();
    for (x, y, red, z) in vertices {
        ascii.extend(format!("{x} {y} {red} {z}\n").bytes());
    }
    ascii.extend(b"2 0.5 0.25 9\n");
    for f in faces {
        ascii.extend(format!("7 {}", f.len()).bytes());
        ascii.extend(f.iter().flat_map(|v| format!(" {v}").into_bytes()));
        ascii.push(b'\n');
    }
    let binary = |big: bool| {
        let mut bytes = head(if big { "binary_big_endian" } else { "binary_little_endian" }).into_bytes();
        let mut put = |little: &[u8]| {
            let mut b = little.to_vec();
            if big {
                b.reverse();
            }
            bytes.extend(b);
        };
        for (x, y, red, z) in vertices {
            put(&x.to_le_bytes());
            put(&y.to_le_bytes());
            put(&[red]);
            put(&z.to_le_bytes());
        }
        put(&[2]);
        put(&0.5_f32.to_le_bytes());
        put(&0.25_f32.to_le_bytes());
        put(&9_i32.to_le_bytes());
        for f in faces {
            put(&[7]);
            put(&(f.len() as u16).to_le_bytes());
            for v in f {
                put(&v.to_le_bytes());
            }
        }
        bytes
    };
    let crlf = String::from_utf8(ascii.clone()).unwrap().replace('\n', "\r\n").into_bytes();
    for bytes in [ascii, crlf, binary(false), binary(true)] {
        let file = read("pyramid.ply", &bytes).unwrap();
        assert_eq!(file.mesh.vertices()[4], [0.5, 0.5, -3.0]);
        assert_eq!(file.mesh.faces(), [[0, 1, 2], [0, 2, 3], [0, 4, 1], [1, 4, 2], [2, 4, 3], [3, 4, 0]]);
        assert_eq!(file.notes, ["split 1 polygons into triangles", "left out 1 faces with fewer than three corners"]);
        // Cut anywhere it is an error (in text, the last number may lose digits or its line end).
        for length in 0..bytes.len() - 4 {
            assert!(read("pyramid.ply", &bytes[..length]).is_err(), "cut at {length}");
        }
    }
}

#[test]
fn ply_that_lies_is_refused_before_memory_is_asked_for() {
    let header = |counts: &str| format!("ply\nformat binary_little_endian 1.0\n{counts}end_header\n");
    let huge = header("element vertex 99999999999999\nproperty float x\nproperty float y\nproperty float z\n");
    assert!(matches!(read("x.ply", huge.as_bytes()), Err(FormatError::Truncated { .. })));
    // Records of no bytes: nothing to loop over.
    let empty = header("element nothing 18446744073709551615\n");
    assert!(matches!(read("x.ply", empty.as_bytes()), Err(FormatError::Empty { .. })));
    let ascii = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n\
        element face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n";
    for (face, vertex) in [("3 0 1 3\n", 3), ("3 0 -1 2\n", -1)] {
        let error = read("x.ply", (ascii.to_owned() + face).as_bytes()).unwrap_err();
        assert!(
            matches!(error, FormatError::FaceIndex { face: 0, vertex: v, vertices: 3, .. } if v == vertex),
            "{error}"
        );
    }
    let error = read("x.ply", (ascii.replace("1 0 0", "1 oops 0") + "3 0 1 2\n").as_bytes()).unwrap_err();
    assert!(matches!(error, FormatError::Syntax { line: 11, .. }), "{error}");
    let error = read("x.ply", (ascii.replace("1 0 0", "1 nan 0") + "3 0 1 2\n").as_bytes()).unwrap_err();
    assert!(matches!(error, FormatError::NotFinite { element: "vertex", index: 1, .. }), "{error}");
}

#[test]
fn points_without_faces_are_a_cloud_and_no_mesh() {
    let text = b"ply\nformat ascii 1.0\ncomment SPACE=LPS\nelement vertex 1\nproperty float x\nproperty float y\n\
        property float z\nproperty float nx\nproperty float ny\nproperty float nz\nend_header\n1 2 3 0 1 0\n";
    let error = read("x.ply", text).unwrap_err();
    assert!(matches!(error, FormatError::Empty { .. }) && error.to_string().contains("point cloud"), "{error}");
    let cloud = read_points_ply_bytes(Path::new("x.ply"), text).unwrap();
    assert_eq!(cloud.points(), [[-1.0, -2.0, 3.0]]);
    assert_eq!(cloud.normals(), Some(&[[0.0, -1.0, 0.0]][..]));
}

#[test]
fn files_that_say_lps_are_turned_and_say_so() {
    let mut stl = written(MeshFormat::Stl, &box_mesh([1.0, 2.0, 3.0]), &meta());
    stl[..80].fill(0);
    stl[..9].copy_from_slice(b"SPACE=LPS");
    let file = read("x.stl", &stl).unwrap();
    assert_eq!(file.mesh.bounds(), Some([[-1.0, -2.0, 0.0], [0.0, 0.0, 3.0]]));
    assert_eq!(file.notes, ["turned from LPS to RAS, as the file says SPACE=LPS"]);
}

#[test]
fn obj_with_polygons_groups_and_negative_numbers_is_read() {
    let text = "# c\nmtllib a b.mtl\no first\nv 0 0 0 1 0.5 0.5\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvn 0 0 1\ng a\nusemtl m\ns off\n\
        f 1/1/1 2//1 3/1 4\nv 0 0 5\nf -1 1 2\nl 1 2\nf 6 1 2\nv 9 9 9\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let file = read("x.OBJ", text.as_bytes()).unwrap();
        assert_eq!(file.mesh.faces(), [[0, 1, 2], [0, 2, 3], [4, 0, 1], [5, 0, 1]]);
        assert_eq!((file.mesh.vertices().len(), file.notes.len()), (6, 1));
    }
    for (text, at) in [("v 0 0\n", 1), ("v 0 0 0\nf 1 1\n", 2), ("v 0 0 0\nf a b c\n", 2), ("hello world\n", 1)] {
        let error = read("x.obj", text.as_bytes()).unwrap_err();
        assert!(matches!(error, FormatError::Syntax { line, .. } if line == at), "{text}: {error}");
    }
    for (corner, index) in [("0", -1), ("4", 3), ("-4", -1), ("99999999999", 99_999_999_998)] {
        let error = read("x.obj", format!("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 {corner}\n").as_bytes()).unwrap_err();
        assert!(
            matches!(error, FormatError::FaceIndex { face: 0, vertex, .. } if vertex == index),
            "{corner}: {error}"
        );
    }
    assert!(matches!(read("x.obj", b"v 0 0 0\n"), Err(FormatError::Empty { .. })));
}

#[test]
fn empty_meshes_and_unknown_formats_are_refused() {
    for format in MeshFormat::ALL {
        let error = write_mesh(format, &Mesh::default(), &meta(), &mut Vec::new()).unwrap_err();
        assert!(matches!(error, FormatError::EmptyMesh { .. }));
        assert_eq!(MeshFormat::from_extension(&format!(".{}", format.extension().to_uppercase())).unwrap(), format);
    }
    assert!(matches!(MeshFormat::from_extension("fbx"), Err(FormatError::UnknownExtension { .. })));
    for format in MeshFormat::ALL.into_iter().filter(|f| !f.support().write) {
        let error = write_mesh(format, &box_mesh([1.0; 3]), &meta(), &mut Vec::new()).unwrap_err();
        assert!(matches!(error, FormatError::ReadOnly { .. }), "{error}");
    }
}

#[test]
fn a_full_disk_is_an_error_that_names_the_format() {
    for format in MeshFormat::written() {
        let mut little_room = [0_u8; 100];
        let error = write_mesh(format, &box_mesh([1.0; 3]), &meta(), &mut little_room.as_mut_slice()).unwrap_err();
        assert!(matches!(error, FormatError::Write { .. }), "{error}");
    }
}

#[test]
fn pictures_are_written_and_their_size_is_checked() {
    let mut bytes = Vec::new();
    png::write_rgba(2, 3, &[7; 24], &mut bytes).unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    // Width and height in the first chunk.
    assert_eq!(bytes[16..24], [0, 0, 0, 2, 0, 0, 0, 3]);
    let mut again = Vec::new();
    png::write_rgba(2, 3, &[7; 24], &mut again).unwrap();
    assert_eq!(bytes, again);
    png::write_rgb(2, 3, &[7; 18], &mut again).unwrap();
    let error = png::write_rgba(2, 3, &[7; 18], &mut again).unwrap_err();
    assert!(matches!(error, FormatError::Picture { expected: 24, found: 18, .. }), "{error}");
    assert!(png::write_rgb(0, 3, &[], &mut again).is_err());
}
