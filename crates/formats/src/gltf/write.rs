//! Binary glTF 2.0 output for viewers and XR: metres, Y up, smooth normals, one named node a mesh, its codes in `extras`.

use std::io::Write;

use medshape_shape::Mesh;
use serde_json::{Value, json};

use super::linear;
use crate::error::FormatError;
use crate::mesh_file::MeshMeta;

/// Which way the body lies, in `asset.extras.axes`: glTF's own convention has the front at +z, so it is said.
pub(super) const AXES: &str = "x=R y=S z=P";

/// Bone-like off-white (sRGB), for shapes without a colour of their own.
const DEFAULT_COLOUR: [u8; 3] = [226, 214, 190];
const FLOAT: u32 = 5126;
const UNSIGNED_SHORT: u32 = 5123;
const UNSIGNED_INT: u32 = 5125;

/// Writes several meshes as one scene. Patient axes map to glTF as x = right, y = superior, z = posterior.
///
/// # Errors
/// [`FormatError::EmptyMesh`] without any mesh or for one without triangles, [`FormatError::FormatLimit`] above 4 GB,
/// [`FormatError::Write`] if the writer fails.
pub fn write_scene(
    meshes: &[(&Mesh, &MeshMeta)],
    copyright: Option<&str>,
    out: &mut impl Write,
) -> Result<(), FormatError> {
    if meshes.is_empty() || meshes.iter().any(|(m, _)| m.faces().is_empty()) {
        return Err(FormatError::EmptyMesh { format: "GLB" });
    }
    let mut scene = Scene::default();
    for (mesh, meta) in meshes {
        scene.add(mesh, meta);
    }
    let mut asset = json!({"version": "2.0", "generator": "medshape", "extras": {"axes": AXES}});
    if let (Some(object), Some(c)) = (asset.as_object_mut(), copyright) {
        object.insert("copyright".into(), c.into());
    }
    let document = json!({
        "asset": asset,
        "scene": 0,
        "scenes": [{"nodes": (0..scene.nodes.len()).collect::<Vec<_>>()}],
        "nodes": scene.nodes,
        "meshes": scene.meshes,
        "materials": scene.materials,
        "accessors": scene.accessors,
        "bufferViews": scene.views,
        "buffers": [{"byteLength": scene.buffer.len()}],
    });
    let mut text = document.to_string().into_bytes();
    // Chunks are multiples of four bytes: text is padded with blanks.
    text.resize(text.len().next_multiple_of(4), b' ');
    let total = 12 + 8 + text.len() + 8 + scene.buffer.len();
    let limit = u64::from(u32::MAX);
    let too_large = |_| FormatError::FormatLimit { format: "GLB", what: "the scene", limit };
    let total = u32::try_from(total).map_err(too_large)?;
    let mut write_all = || {
        out.write_all(b"glTF")?;
        for word in [2, total, text.len() as u32] {
            out.write_all(&word.to_le_bytes())?;
        }
        out.write_all(b"JSON")?;
        out.write_all(&text)?;
        out.write_all(&(scene.buffer.len() as u32).to_le_bytes())?;
        out.write_all(b"BIN\0")?;
        out.write_all(&scene.buffer)
    };
    write_all().map_err(FormatError::write("GLB"))
}

#[derive(Default)]
struct Scene {
    nodes: Vec<Value>,
    meshes: Vec<Value>,
    materials: Vec<Value>,
    accessors: Vec<Value>,
    views: Vec<Value>,
    buffer: Vec<u8>,
}

impl Scene {
    fn add(&mut self, mesh: &Mesh, meta: &MeshMeta) {
        let positions: Vec<[f32; 3]> = mesh.vertices().iter().map(|&p| to_gltf(p).map(|c| c / 1000.0)).collect();
        let normals = smooth_normals(mesh);
        let position = self.add_vectors(&positions);
        if let Some(accessor) = self.accessors.last_mut().and_then(Value::as_object_mut) {
            let [lo, hi] = bounds(&positions);
            accessor.insert("min".into(), json!(lo));
            accessor.insert("max".into(), json!(hi));
        }
        let normal = self.add_vectors(&normals);
        let mut attributes = json!({"POSITION": position, "NORMAL": normal});
        if let (Some(colours), Some(object)) = (mesh.colours(), attributes.as_object_mut()) {
            object.insert("COLOR_0".into(), self.add_colours(colours).into());
        }
        let indices = self.add_indices(mesh);
        // Colours of vertices and of the material are multiplied.
        let plain = if mesh.colours().is_some() { [255; 3] } else { DEFAULT_COLOUR };
        let [r, g, b] = meta.colour.unwrap_or(plain).map(linear);
        self.materials.push(json!({
            "name": meta.name,
            "pbrMetallicRoughness": {"baseColorFactor": [r, g, b, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.6},
            // Open meshes are looked at from inside too.
            "doubleSided": true,
        }));
        self.meshes.push(json!({
            "name": meta.name,
            "primitives": [{
                "attributes": attributes,
                "indices": indices,
                "material": self.materials.len() - 1,
            }],
        }));
        let mut node = json!({"name": meta.name, "mesh": self.meshes.len() - 1});
        if let Some(object) = node.as_object_mut().filter(|_| !meta.extras.is_empty()) {
            object.insert("extras".into(), meta.extras.clone().into());
        }
        self.nodes.push(node);
    }

    fn add_vectors(&mut self, vectors: &[[f32; 3]]) -> usize {
        let start = self.buffer.len();
        self.buffer.reserve(12 * vectors.len());
        for v in vectors {
            for c in v {
                self.buffer.extend_from_slice(&c.to_le_bytes());
            }
        }
        self.add_accessor(start, 34962, &json!({"componentType": FLOAT, "count": vectors.len(), "type": "VEC3"}))
    }

    fn add_colours(&mut self, colours: &[[u8; 4]]) -> usize {
        let start = self.buffer.len();
        for [r, g, b, alpha] in colours {
            for c in [r, g, b].map(|c| linear(*c)).into_iter().chain([f32::from(*alpha) / 255.0]) {
                self.buffer.extend_from_slice(&c.to_le_bytes());
            }
        }
        self.add_accessor(start, 34962, &json!({"componentType": FLOAT, "count": colours.len(), "type": "VEC4"}))
    }

    fn add_indices(&mut self, mesh: &Mesh) -> usize {
        let start = self.buffer.len();
        let indices = mesh.faces().iter().flatten();
        // The highest 16-bit number is reserved in glTF.
        let component = if u16::try_from(mesh.vertices().len()).is_ok() {
            indices.for_each(|&i| self.buffer.extend_from_slice(&(i as u16).to_le_bytes()));
            UNSIGNED_SHORT
        } else {
            indices.for_each(|&i| self.buffer.extend_from_slice(&i.to_le_bytes()));
            UNSIGNED_INT
        };
        let count = 3 * mesh.faces().len();
        self.add_accessor(start, 34963, &json!({"componentType": component, "count": count, "type": "SCALAR"}))
    }

    /// Registers the bytes from `start` on and pads the buffer; gives the accessor's number.
    fn add_accessor(&mut self, start: usize, target: u32, accessor: &Value) -> usize {
        let length = self.buffer.len() - start;
        self.buffer.resize(self.buffer.len().next_multiple_of(4), 0);
        self.views.push(json!({"buffer": 0, "byteOffset": start, "byteLength": length, "target": target}));
        let mut accessor = accessor.clone();
        if let Some(object) = accessor.as_object_mut() {
            object.insert("bufferView".into(), (self.views.len() - 1).into());
        }
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }
}

/// Right, anterior, superior to glTF's x right, y up, z towards the viewer: a rotation, so faces keep their order.
fn to_gltf([r, a, s]: [f32; 3]) -> [f32; 3] {
    // 0 - a and not -a, which would turn 0 into -0.
    [r, s, 0.0 - a]
}

/// Unit normals at the vertices in glTF axes, faces weighted by their area.
fn smooth_normals(mesh: &Mesh) -> Vec<[f32; 3]> {
    let vertices = mesh.vertices();
    let mut sums = vec![[0.0_f64; 3]; vertices.len()];
    for face in mesh.faces() {
        let [a, b, c] = face.map(|v| vertices[v as usize].map(f64::from));
        let [u, v] = [b, c].map(|p| [p[0] - a[0], p[1] - a[1], p[2] - a[2]]);
        let n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        for &v in face {
            for (sum, x) in sums[v as usize].iter_mut().zip(n) {
                *sum += x;
            }
        }
    }
    let unit = |n: [f64; 3]| {
        let length = (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]).sqrt();
        // A vertex of no face, or of faces that cancel out: any unit vector is valid.
        if length > 1e-300 { n.map(|x| (x / length) as f32) } else { [0.0, 0.0, 1.0] }
    };
    sums.into_iter().map(|n| to_gltf(unit(n))).collect()
}

fn bounds(points: &[[f32; 3]]) -> [[f32; 3]; 2] {
    let start = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];
    points.iter().fold(start, |[lo, hi], p| [[0, 1, 2].map(|a| lo[a].min(p[a])), [0, 1, 2].map(|a| hi[a].max(p[a]))])
}
