//! Files made by the field's own writers (`tests/fixtures/mesh`, with the scripts that made them).

use std::path::{Path, PathBuf};

use medshape_formats::{
    FormatError, Frame, LengthUnit, MeshFormat, MeshMeta, ReadOptions, Scene, read_curvature, read_gifti,
    read_gifti_bytes, read_mesh, read_mesh_bytes, read_mesh_with, read_scene, read_scene_bytes, write_mesh,
};
use medshape_shape::{Mesh, integrals};
use serde_json::json;

use crate::common::{box_mesh, gzip};

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

#[test]
fn corners_can_be_kept_and_solids_and_groups_are_parts() {
    let mut stl = Vec::new();
    write_mesh(MeshFormat::Stl, &box_mesh([1.0, 2.0, 3.0]), &MeshMeta::default(), &mut stl).unwrap();
    let kept = read_mesh_with(Path::new("x.stl"), &stl, ReadOptions { keep_corners: true }).unwrap();
    assert_eq!((kept.mesh.vertices().len(), kept.mesh.faces()[1]), (36, [3, 4, 5]));
    assert_eq!((kept.unit, kept.frame), (Some(LengthUnit::Millimetre), Frame::Ras));
    let solid = |name: &str, z: u8| {
        format!(
            "solid {name}\nfacet normal 0 0 1\nouter loop\nvertex 0 0 {z}\nvertex 1 0 {z}\nvertex 0 1 {z}\nendloop\nendfacet\nendsolid\n"
        )
    };
    let text = solid("left lung", 0) + &solid("heart", 5);
    let scene = read_scene_bytes(Path::new("x.stl"), text.as_bytes(), ReadOptions::default()).unwrap();
    let names: Vec<_> = scene.parts.iter().filter_map(|p| p.name.as_deref()).collect();
    assert_eq!(names, ["left lung", "heart"]);
    assert_eq!(scene.parts[1].mesh.vertices()[0], [0.0, 0.0, 5.0]);

    let obj =
        "v 9 9 9\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\no body\ng liver\nf 2 3 4\ng spleen\nf 5 3 2\ng liver\nf 2 4 5\n";
    let scene = read_scene_bytes(Path::new("x.obj"), obj.as_bytes(), ReadOptions::default()).unwrap();
    let [liver, spleen] = scene.parts.as_slice() else { panic!("{scene:?}") };
    assert_eq!((liver.name.as_deref(), liver.parents.as_slice()), (Some("liver"), &["body".to_owned()][..]));
    assert_eq!(liver.mesh.faces(), [[0, 1, 2], [0, 2, 3]]);
    assert_eq!(spleen.mesh.vertices(), [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
    // As one mesh, every vertex keeps its place, used or not.
    let whole = read_mesh_bytes(Path::new("x.obj"), obj.as_bytes()).unwrap();
    assert_eq!((whole.mesh.vertices().len(), whole.mesh.faces()[1]), (5, [4, 2, 1]));
}

/// A scene by hand: a strip, a fan, sparse and strided accessors, a data URI and a file beside it.
#[test]
fn gltf_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.gltf");
    // Positions with a gap of four bytes between them.
    let points = [[0.0_f32, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]];
    let strided: Vec<u8> = points.iter().flat_map(|p| p.iter().chain(&[7.0]).flat_map(|c| c.to_le_bytes())).collect();
    std::fs::write(folder.path().join("data.bin"), &strided).unwrap();
    let json = |uri: &str| {
        json!({
            "asset": {"version": "2.0"},
            "nodes": [
                {"name": "root", "children": [1, 2], "translation": [0, 0, 1]},
                {"name": "strip", "mesh": 0, "extras": {"code": "UBERON:1"}},
                {"name": "fan", "mesh": 1, "scale": [-1, 1, 1]},
            ],
            "meshes": [
                {"primitives": [{"attributes": {"POSITION": 0, "_value": 2}, "mode": 5, "material": 0}]},
                {"primitives": [{"attributes": {"POSITION": 1}, "mode": 6}, {"attributes": {"POSITION": 0}, "mode": 0}]},
            ],
            "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0.214_041_14, 0.5]}}],
            "accessors": [
                {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
                {"componentType": 5126, "count": 3, "type": "VEC3", "sparse": {"count": 2,
                    "indices": {"bufferView": 1, "componentType": 5121}, "values": {"bufferView": 0, "byteOffset": 16}}},
                {"bufferView": 1, "componentType": 5121, "count": 4, "type": "SCALAR", "normalized": true},
            ],
            "bufferViews": [
                {"buffer": 0, "byteLength": 64, "byteStride": 16},
                {"buffer": 1, "byteLength": 4},
            ],
            "buffers": [{"byteLength": 64, "uri": uri}, {"byteLength": 4, "uri": "data:application/octet-stream;base64,AQL/AA=="}],
        })
        .to_string()
    };
    let scene = read_scene_bytes(&path, json("data.bin").as_bytes(), ReadOptions::default()).unwrap();
    let [strip, fan] = scene.parts.as_slice() else { panic!("{scene:?}") };
    assert_eq!(strip.mesh.faces(), [[0, 1, 2], [2, 1, 3]]);
    assert_eq!(strip.mesh.vertices()[3], [-1000.0, 1000.0, 1000.0]);
    assert_eq!((strip.colour, &strip.extras["code"]), (Some([255, 0, 128, 128]), &json!("UBERON:1")));
    assert_eq!(strip.data[0].values, [1.0 / 255.0, 2.0 / 255.0, 1.0, 0.0]);
    assert_eq!((strip.parents.as_slice(), strip.data[0].name.as_str()), (&["root".to_owned()][..], "_value"));
    // Elements 1 and 2 of the fan are replaced by two of the points; it is mirrored, so its face is turned round.
    assert_eq!(fan.mesh.vertices(), [[0.0, 1000.0, 0.0], [1000.0, 1000.0, 0.0], [0.0, 1000.0, 1000.0]]);
    assert_eq!(fan.mesh.faces(), [[0, 2, 1]]);
    assert!(scene.notes.iter().any(|n| n.contains("1 primitives of points or lines")), "{:?}", scene.notes);
    let error = read_scene_bytes(&path, json("../data.bin").as_bytes(), ReadOptions::default()).unwrap_err();
    assert!(matches!(error, FormatError::Unsupported { .. }), "{error}");
    let cycle = json("data.bin").replace("\"mesh\":0", "\"children\":[0]");
    let cycle = cycle.replacen('{', "{\"scenes\":[{\"nodes\":[0]}],", 1);
    assert!(matches!(read_mesh_bytes(&path, cycle.as_bytes()), Err(FormatError::Header { .. })));
    let draco = json("data.bin").replacen('{', "{\"extensionsRequired\":[\"KHR_draco_mesh_compression\"],", 1);
    let error = read_mesh_bytes(&path, draco.as_bytes()).unwrap_err();
    assert!(matches!(error, FormatError::Unsupported { .. }) && error.to_string().contains("draco"), "{error}");
}

#[test]
fn nothing_multiplies_without_end() {
    // Seven levels of ten components each: ten million boxes of one triangle.
    let mut objects = String::from(
        "<object id=\"1\"><mesh><vertices><vertex x=\"0\" y=\"0\" z=\"0\"/><vertex x=\"1\" y=\"0\" z=\"0\"/><vertex x=\"0\" y=\"1\" z=\"0\"/></vertices><triangles><triangle v1=\"0\" v2=\"1\" v3=\"2\"/></triangles></mesh></object>",
    );
    for level in 2..9 {
        objects.extend(["<object id=\"", &level.to_string(), "\"><components>"]);
        objects += &format!("<component objectid=\"{}\"/>", level - 1).repeat(10);
        objects += "</components></object>";
    }
    let error = read_mesh_bytes(Path::new("x.3mf"), &threemf(&objects, 8)).unwrap_err();
    assert!(matches!(error, FormatError::Unsupported { .. }) && error.to_string().contains("multiply"), "{error}");
    let cycle = "<object id=\"1\"><components><component objectid=\"1\"/></components></object>";
    assert!(matches!(read_mesh_bytes(Path::new("x.3mf"), &threemf(cycle, 1)), Err(FormatError::Header { .. })));
    let entity = "<!DOCTYPE model [<!ENTITY a \"b\">]>".to_owned() + "<object id=\"1\"/>";
    assert!(read_mesh_bytes(Path::new("x.3mf"), &threemf(&entity, 1)).is_err());
}

fn threemf(objects: &str, item: u32) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("3D/3dmodel.model", zip::write::SimpleFileOptions::default()).unwrap();
    write!(zip, "<model><resources>{objects}</resources><build><item objectid=\"{item}\"/></build></model>").unwrap();
    zip.finish().unwrap().into_inner()
}

/// Every format that is written comes back as the same part with what it can hold.
#[test]
fn scenes_come_back() {
    for format in [MeshFormat::Glb, MeshFormat::ThreeMf, MeshFormat::Obj] {
        let (a, b) = (box_mesh([1.0, 2.0, 3.0]), box_mesh([4.0, 5.0, 6.0]));
        let meta = |name: &str| MeshMeta {
            name: name.into(),
            colour: Some([10, 20, 30]),
            copyright: Some("CC-BY-4.0".into()),
            licence: Some("CC-BY-4.0".into()),
            designer: Some("A & B <c>".into()),
            extras: json!({"fma": 7197}).as_object().unwrap().clone(),
            ..MeshMeta::default()
        };
        let (left, right) = (meta("liver"), meta("spleen \"x\" & <y>"));
        let mut bytes = Vec::new();
        medshape_formats::write_scene(format, &[(&a, &left), (&b, &right)], &mut bytes).unwrap();
        let mut again = Vec::new();
        medshape_formats::write_scene(format, &[(&a, &left), (&b, &right)], &mut again).unwrap();
        assert_eq!(bytes, again);
        let name = format!("x.{}", format.extension());
        let Scene { parts, unit, frame, notes, .. } =
            read_scene_bytes(Path::new(&name), &bytes, ReadOptions::default()).unwrap();
        assert_eq!((parts.len(), notes.len()), (2, 0), "{format:?}: {notes:?}");
        assert_eq!(unit, Some(if format == MeshFormat::Glb { LengthUnit::Metre } else { LengthUnit::Millimetre }));
        assert_eq!(frame, if format == MeshFormat::Glb { Frame::GltfBack } else { Frame::Ras });
        assert_eq!(parts[1].name.as_deref(), Some(right.name.as_str()), "{format:?}");
        assert_eq!(parts[0].mesh.faces(), a.faces());
        for (found, expected) in parts[1].mesh.vertices().iter().zip(b.vertices()) {
            assert!(found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-5), "{format:?}");
        }
        if format != MeshFormat::Obj {
            assert_eq!(parts[0].colour, Some([10, 20, 30, 255]), "{format:?}");
        }
        if format == MeshFormat::Glb {
            assert_eq!(parts[0].extras, json!({"fma": 7197}));
        }
    }
    let error = medshape_formats::write_scene(
        MeshFormat::Stl,
        &[(&box_mesh([1.0; 3]), &MeshMeta::default()); 2],
        &mut Vec::new(),
    );
    assert!(matches!(error, Err(FormatError::OneMesh { .. })));
}

#[test]
fn labels_and_colours_come_back_from_ply_and_vtp() {
    let mesh = box_mesh([1.0, 2.0, 3.0]);
    let mesh = mesh.with_labels((0..8).map(|n| n * 1000).collect()).unwrap();
    let mesh = mesh.with_colours((0..8).map(|n| [n, 2 * n, 255 - n, n]).collect()).unwrap();
    for format in [MeshFormat::Ply, MeshFormat::Vtp] {
        let mut bytes = Vec::new();
        write_mesh(format, &mesh, &MeshMeta { name: "a -- b".into(), ..MeshMeta::default() }, &mut bytes).unwrap();
        let name = format!("x.{}", format.extension());
        let back = read_mesh_bytes(Path::new(&name), &bytes).unwrap();
        assert_eq!(
            (&back.mesh, back.frame, back.unit),
            (&mesh, Frame::Ras, Some(LengthUnit::Millimetre)),
            "{format:?}"
        );
    }
}
