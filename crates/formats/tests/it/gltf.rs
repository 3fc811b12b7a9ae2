//! glTF: what is written is as the format has it, and unusual scenes are read.

use medshape_formats::{
    FormatError, MeshFormat, MeshMeta, ReadOptions, read_mesh_bytes, read_scene_bytes, write_glb_scene, write_mesh,
};
use medshape_shape::Mesh;
use serde_json::{Value, json};

use crate::common::box_mesh;

fn meta() -> MeshMeta {
    MeshMeta {
        name: "solid name\nelement face 7".into(),
        colour: Some([255, 0, 128]),
        copyright: Some("CC-BY-4.0, the authors".into()),
        ..MeshMeta::default()
    }
}

fn written(format: MeshFormat, mesh: &Mesh, meta: &MeshMeta) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_mesh(format, mesh, meta, &mut bytes).unwrap();
    bytes
}

/// The parts of a GLB file: its document and its buffer.
fn parts(glb: &[u8]) -> (Value, &[u8]) {
    let word = |at: usize| u32::from_le_bytes(glb[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!((&glb[..4], word(4), word(8)), (&b"glTF"[..], 2, glb.len()));
    let text = word(12);
    assert_eq!((&glb[16..20], text % 4), (&b"JSON"[..], 0));
    let binary = 20 + text;
    assert_eq!((&glb[binary + 4..binary + 8], word(binary)), (&b"BIN\0"[..], glb.len() - binary - 8));
    (serde_json::from_slice(&glb[20..binary]).unwrap(), &glb[binary + 8..])
}

#[test]
fn glb_is_in_metres_with_y_up() {
    let glb = written(MeshFormat::Glb, &box_mesh([1000.0, 2000.0, 3000.0]), &meta());
    let (document, buffer) = parts(&glb);
    assert_eq!(document["asset"]["generator"], "medshape");
    assert_eq!(document["asset"]["copyright"], "CC-BY-4.0, the authors");
    // Right, anterior, superior -> x, -z, y.
    assert_eq!(document["accessors"][0]["min"], serde_json::json!([0.0, 0.0, -2.0]));
    assert_eq!(document["accessors"][0]["max"], serde_json::json!([1.0, 3.0, 0.0]));
    assert_eq!(document["accessors"][2]["componentType"], 5123);
    assert_eq!(document["nodes"][0]["name"], meta().name.as_str());
    let colour = &document["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"];
    assert_eq!((colour[0].as_f64(), colour[1].as_f64()), (Some(1.0), Some(0.0)));
    assert!((colour[2].as_f64().unwrap() - 0.215_861).abs() < 1e-5, "{colour}");
    // The corner at the origin has three faces, all facing away: left, front and down, or -x, +z and -y.
    let normal: Vec<f32> = buffer[96..108].as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    assert!(normal[0] < 0.0 && normal[1] < 0.0 && normal[2] > 0.0, "{normal:?}");
    assert!((normal.iter().map(|n| n * n).sum::<f32>() - 1.0).abs() < 1e-6);
}

#[test]
fn a_glb_scene_holds_named_nodes_and_wide_indices() {
    let vertices = (0..70_000_u32).map(|i| [i as f32, (i % 7) as f32, 0.0]).collect();
    let wide = Mesh::new(vertices, vec![[0, 1, 69_999]]).unwrap();
    let (liver, spleen) = (MeshMeta { name: "liver".into(), ..meta() }, MeshMeta { name: "spleen".into(), ..meta() });
    let mut glb = Vec::new();
    write_glb_scene(&[(&box_mesh([1.0; 3]), &liver), (&wide, &spleen)], None, &mut glb).unwrap();
    let (document, buffer) = parts(&glb);
    assert_eq!((&document["nodes"][0]["name"], &document["nodes"][1]["name"]), (&"liver".into(), &"spleen".into()));
    assert_eq!(document["scenes"][0]["nodes"], serde_json::json!([0, 1]));
    assert_eq!(document["accessors"][5]["componentType"], 5125);
    assert_eq!(document["buffers"][0]["byteLength"], buffer.len());
    assert_eq!(document["asset"].get("copyright"), None);
    assert_eq!(buffer[buffer.len() - 4..], 69_999_u32.to_le_bytes());
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
