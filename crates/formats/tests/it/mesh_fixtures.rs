//! Files made by the field's own writers (`tests/fixtures/mesh`, with the scripts that made them).

use std::path::{Path, PathBuf};

use medshape_formats::{
    FormatError, Frame, LengthUnit, MeshFormat, read_curvature, read_gifti, read_gifti_bytes, read_mesh,
    read_mesh_bytes, read_scene,
};
use medshape_shape::{Mesh, integrals};

use crate::common::gzip;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mesh").join(name)
}

/// The box of 1 x 2 x 3 that most fixtures hold, whatever the order of its vertices; outward, so its volume is 6.
fn assert_is_box(mesh: &Mesh, what: &str) {
    assert_eq!(mesh.bounds(), Some([[0.0; 3], [1.0, 2.0, 3.0]]), "{what}");
    assert_eq!((mesh.vertices().len(), mesh.faces().len()), (8, 12), "{what}");
    let volume = integrals(mesh).volume_mm3;
    assert!((volume - 6.0).abs() < 1e-5, "{what}: {volume}");
}

#[test]
fn vtk_files_of_every_kind() {
    for name in [
        "ascii42.vtk",
        "ascii51.vtk",
        "binary42.vtk",
        "binary51.vtk",
        "lps.vtk",
        "strips.vtk",
        "grid.vtk",
        "ascii.vtp",
        "inline.vtp",
        "inline_zlib.vtp",
        "raw.vtp",
        "raw_zlib.vtp",
        "base64.vtp",
        "base64_zlib.vtp",
    ] {
        let scene = read_scene(&fixture(name)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(scene.parts.len(), 1);
        let part = &scene.parts[0];
        assert_is_box(&part.mesh, name);
        assert_eq!(scene.format, if name.ends_with('p') { MeshFormat::Vtp } else { MeshFormat::Vtk });
        let heights: Vec<f32> = part.mesh.vertices().iter().map(|v| v[2]).collect();
        let height = part.data.iter().find(|d| d.name == "height").unwrap_or_else(|| panic!("{name}: {:?}", part.data));
        assert_eq!((&height.values, height.components), (&heights, 1), "{name}");
        assert_eq!(part.mesh.labels(), Some(&[0, 1, 2, 3, 4, 5, 6, 7][..]), "{name}");
        assert_eq!(part.mesh.colours().unwrap()[1], [3, 4, 5, 255], "{name}");
        let lps = name == "lps.vtk" || name == "base64_zlib.vtp";
        assert_eq!(scene.frame, if lps { Frame::Lps } else { Frame::Unstated }, "{name}");
        assert_eq!(scene.notes.iter().any(|n| n.contains("LPS")), lps);
        assert_eq!(scene.unit, None);
    }
}

#[test]
fn gifti_in_every_encoding() {
    for name in ["ascii.gii", "base64.gii", "gzip.gii", "columns.gii"] {
        let scene = read_scene(&fixture(name)).unwrap_or_else(|e| panic!("{e}"));
        let part = &scene.parts[0];
        assert_is_box(&part.mesh, name);
        assert_eq!((scene.unit, scene.frame), (Some(LengthUnit::Millimetre), Frame::Ras));
        assert_eq!(part.mesh.labels(), Some(&[0, 1, 2, 3, 4, 5, 6, 7][..]));
        assert_eq!(part.data[0].name, "shape");
        assert_eq!(part.extras["labels"]["2"], "area 2");
        let data = read_gifti(&fixture(name)).unwrap();
        assert_eq!(
            data.arrays.iter().map(|a| a.intent.as_str()).collect::<Vec<_>>(),
            ["NIFTI_INTENT_LABEL", "NIFTI_INTENT_SHAPE"]
        );
        assert_eq!(data.labels[2].colour, Some([102, 128, 255, 255]));
    }
    let bytes = std::fs::read(fixture("gzip.gii")).unwrap();
    assert_is_box(&read_mesh_bytes(Path::new("x.gii.gz"), &gzip(&bytes)).unwrap().mesh, "gii.gz");
}

/// What no writer at hand makes: big-endian, external data, a transform out of an unknown space, entities.
#[test]
fn gifti_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let corners = [[0.0_f32, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    let big: Vec<u8> = corners.iter().flatten().flat_map(|c| c.to_be_bytes()).collect();
    std::fs::write(folder.path().join("points.dat"), [&[9; 5][..], &big].concat()).unwrap();
    let text = |name: &str, doctype: &str| {
        format!(
            "<?xml version=\"1.0\"?>{doctype}<GIFTI><DataArray Intent=\"NIFTI_INTENT_POINTSET\" \
             DataType=\"NIFTI_TYPE_FLOAT32\" ArrayIndexingOrder=\"RowMajorOrder\" Dimensionality=\"2\" Dim0=\"3\" Dim1=\"3\" \
             Encoding=\"ExternalFileBinary\" Endian=\"BigEndian\" ExternalFileName=\"{name}\" ExternalFileOffset=\"5\">\
             <CoordinateSystemTransformMatrix><DataSpace>NIFTI_XFORM_UNKNOWN</DataSpace><TransformedSpace>\
             NIFTI_XFORM_SCANNER_ANAT</TransformedSpace><MatrixData>1 0 0 10 0 1 0 20 0 0 1 30 0 0 0 1</MatrixData>\
             </CoordinateSystemTransformMatrix><Data/></DataArray><DataArray Intent=\"NIFTI_INTENT_TRIANGLE\" \
             DataType=\"NIFTI_TYPE_INT32\" ArrayIndexingOrder=\"RowMajorOrder\" Dimensionality=\"2\" Dim0=\"1\" Dim1=\"3\" \
             Encoding=\"ASCII\" Endian=\"LittleEndian\"><Data>0 1 2</Data></DataArray></GIFTI>"
        )
    };
    let path = folder.path().join("x.gii");
    let file = read_mesh_bytes(&path, text("points.dat", "").as_bytes()).unwrap();
    assert_eq!(file.mesh.bounds(), Some([[10.0, 20.0, 30.0], [11.0, 21.0, 30.0]]));
    assert_eq!(file.notes, ["moved by the file's transform into NIFTI_XFORM_SCANNER_ANAT"]);
    for name in ["../points.dat", "/etc/passwd"] {
        let error = read_mesh_bytes(&path, text(name, "").as_bytes()).unwrap_err();
        assert!(matches!(error, FormatError::Unsupported { .. }), "{error}");
    }
    let bomb = "<!DOCTYPE GIFTI [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    let error = read_mesh_bytes(&path, text("points.dat", bomb).as_bytes()).unwrap_err();
    assert!(matches!(error, FormatError::Unsupported { .. }) && error.to_string().contains("entities"), "{error}");
    let error = read_gifti_bytes(&path, text("points.dat", "").as_bytes()).unwrap_err();
    assert!(matches!(error, FormatError::Empty { .. }), "{error}");
}

#[test]
fn freesurfer_surfaces_are_moved_only_by_a_valid_geometry() {
    let file = read_mesh(&fixture("lh.white")).unwrap();
    assert_eq!(file.mesh.bounds(), Some([[10.0, 20.0, 30.0], [11.0, 22.0, 33.0]]));
    assert!(file.notes[0].contains("c_ras 10 20 30"), "{:?}", file.notes);
    let plain = read_mesh(&fixture("lh.plain")).unwrap();
    assert_is_box(&plain.mesh, "lh.plain");
    assert_eq!((plain.format, plain.notes.len()), (MeshFormat::FreeSurfer, 1));
    let bytes = std::fs::read(fixture("lh.white")).unwrap();
    let invalid = String::from_utf8_lossy(&bytes).contains("valid = 1");
    assert!(invalid);
    let at = bytes.windows(9).position(|w| w == b"valid = 1").unwrap();
    let mut spoiled = bytes.clone();
    spoiled[at + 8] = b'0';
    assert_is_box(&read_mesh_bytes(Path::new("lh.white"), &spoiled).unwrap().mesh, "not valid");
    // An old quad file: 16-bit hundredths, numbers of three bytes.
    let three = |n: u32| n.to_be_bytes()[1..].to_vec();
    let mut quads = [vec![0xff; 3], three(4), three(1)].concat();
    for c in [0_i16, 0, 0, 100, 0, 0, 100, 200, 0, 0, 200, 0] {
        quads.extend(c.to_be_bytes());
    }
    quads.extend([0, 1, 2, 3].into_iter().flat_map(three));
    let file = read_mesh_bytes(Path::new("lh.orig"), &quads).unwrap();
    assert_eq!(file.mesh.bounds(), Some([[0.0; 3], [1.0, 2.0, 0.0]]));
    assert_eq!(file.mesh.faces(), [[0, 1, 3], [2, 3, 1]]);
    assert!(read_curvature(&fixture("lh.white")).is_err());
}

#[test]
fn mz3_off_and_obj() {
    let scene = read_scene(&fixture("box.mz3")).unwrap();
    assert_is_box(&scene.parts[0].mesh, "mz3");
    assert_eq!(scene.parts[0].mesh.colours().unwrap()[1], [4, 5, 6, 7]);
    assert_eq!(scene.parts[0].mesh.labels().unwrap()[7], 7);
    for name in ["trimesh.off", "trimesh.obj"] {
        assert_is_box(&read_mesh(&fixture(name)).unwrap().mesh, name);
    }
    let off = "# SPACE=LPS\nCOFF\n4 1 0 # counts\n0 0 0 255 0 0 128\n1 0 0 0 255 0 255\n\n1 1 0 0 0 255 255\n0 1 0 1 2 3 4\n4 0 1 2 3 1.0 0.5 0\n";
    let file = read_mesh_bytes(Path::new("x.off"), off.as_bytes()).unwrap();
    assert_eq!(file.mesh.faces(), [[0, 1, 2], [0, 2, 3]]);
    assert_eq!(file.mesh.colours().unwrap()[..2], [[255, 0, 0, 128], [0, 255, 0, 255]]);
    assert_eq!((file.frame, file.mesh.vertices()[2]), (Frame::Lps, [-1.0, -1.0, 0.0]));
    let mut binary = b"OFF BINARY\n".to_vec();
    for n in [3_u32, 1, 0] {
        binary.extend(n.to_be_bytes());
    }
    for c in [0.0_f32, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0] {
        binary.extend(c.to_be_bytes());
    }
    for n in [3_u32, 0, 1, 2, 0] {
        binary.extend(n.to_be_bytes());
    }
    assert_eq!(read_mesh_bytes(Path::new("x.off"), &binary).unwrap().mesh.faces(), [[0, 1, 2]]);
    for (text, line) in
        [("OFF\n1 1 0\n0 0\n3 0 0 0\n", 4), ("OFF 3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1\n", 6), ("OFF\nx\n", 3)]
    {
        let error = read_mesh_bytes(Path::new("x.off"), text.as_bytes()).unwrap_err();
        assert!(matches!(error, FormatError::Syntax { line: l, .. } if l == line), "{error}");
    }
}

#[test]
fn glb_of_trimesh_with_transforms() {
    let scene = read_scene(&fixture("trimesh.glb")).unwrap();
    let names: Vec<_> = scene.parts.iter().map(|p| p.name.as_deref()).collect();
    assert_eq!(names, [Some("first"), Some("second")]);
    assert_eq!((scene.unit, scene.frame), (Some(LengthUnit::Metre), Frame::GltfFront));
    assert!(scene.parts[0].parents.is_empty());
    // x, y, z of glTF are left, up and front.
    assert_eq!(scene.parts[0].mesh.bounds(), Some([[-1000.0, 0.0, 0.0], [0.0, 3000.0, 2000.0]]));
    // A quarter turn about z at (1, 2): the box spans x 1..3 and y 1..2 in glTF.
    let [lo, hi] = scene.parts[1].mesh.bounds().unwrap();
    for (found, expected) in lo.iter().chain(&hi).zip([-3.0, 0.0, 1.0, -1.0, 3.0, 2.0]) {
        assert!((found - expected * 1000.0).abs() < 0.01, "{lo:?} {hi:?}");
    }
    let merged = read_mesh(&fixture("trimesh.glb")).unwrap();
    assert_eq!(merged.mesh.faces().len(), 24);
    assert!(merged.notes.iter().any(|n| n == "joined 2 parts into one mesh"), "{:?}", merged.notes);
    assert!(integrals(&merged.mesh).volume_mm3 > 11.9e9);
}

#[test]
fn glb_with_meshopt_compression() {
    let scene = read_scene(&fixture("meshopt.glb")).unwrap();
    let [a, b] = scene.parts.as_slice() else { panic!("{}", scene.parts.len()) };
    assert_eq!((a.mesh.vertices().len(), a.mesh.faces().len()), (441, 800));
    for (n, v) in b.mesh.vertices().iter().enumerate() {
        let (i, j) = ((n % 21) as f32, (n / 21) as f32);
        let z = (i - 10.0).powi(2) + (j - 10.0).powi(2);
        assert_eq!(*v, [-i * 1e5, z * 1e3, j * 1e5], "vertex {n}");
        // z of glTF is the front.
        let length = (i - 10.0).hypot(j - 10.0).hypot(50.0);
        assert!((b.mesh.normals().unwrap()[n][1] - 50.0 / length).abs() < 0.02, "normal {n}");
    }
    // The encoder may turn a triangle's corners round, but keeps triangles, order and winding.
    let turned = |f: &[u32; 3]| {
        let first = f.iter().min().unwrap();
        let at = f.iter().position(|v| v == first).unwrap();
        [f[at], f[(at + 1) % 3], f[(at + 2) % 3]]
    };
    let expected = (0..20)
        .flat_map(|j| (0..20).map(move |i| j * 21 + i))
        .flat_map(|a| [[a, a + 1, a + 21], [a + 1, a + 22, a + 21]]);
    let expected: Vec<[u32; 3]> = expected.collect();
    assert_eq!(a.mesh.faces().iter().map(turned).collect::<Vec<_>>(), expected);
    assert_eq!(b.mesh.faces().iter().map(turned).collect::<Vec<_>>(), expected);
}

#[test]
fn threemf_of_lib3mf_and_trimesh() {
    let scene = read_scene(&fixture("lib3mf.3mf")).unwrap();
    assert_eq!((scene.unit, scene.frame), (Some(LengthUnit::Centimetre), Frame::Unstated));
    assert_eq!(scene.parts.len(), 2);
    for (part, x) in scene.parts.iter().zip([0.0, 200.0]) {
        assert_eq!((part.name.as_deref(), part.parents.as_slice()), (Some("box"), &["pair".to_owned()][..]));
        assert_eq!(part.colour, Some([255, 0, 0, 255]));
        assert_eq!(part.mesh.bounds(), Some([[x, 0.0, 0.0], [x + 20.0, 20.0, 30.0]]));
    }
    let file = read_mesh(&fixture("trimesh.3mf")).unwrap();
    assert_is_box(&file.mesh, "3mf");
    assert_eq!(file.format, MeshFormat::ThreeMf);
}
