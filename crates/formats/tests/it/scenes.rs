//! Files of several parts, and what parts carry.

use std::path::Path;

use medshape_formats::{
    FormatError, Frame, LengthUnit, MeshFormat, MeshMeta, ReadOptions, Scene, read_mesh_bytes, read_mesh_with,
    read_scene_bytes, write_mesh,
};
use serde_json::json;

use crate::common::box_mesh;

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
