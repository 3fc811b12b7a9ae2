//! Binary little-endian PLY output.

use std::io::Write;

use medshape_shape::{Mesh, PointCloud};

use crate::error::FormatError;
use crate::mesh_file::{MeshMeta, header_comments};

/// Records put together before they go out.
const STEP: usize = 1 << 15;

/// Writes vertices as `float x y z`, with `uchar red green blue alpha` and `uint label` where the mesh has them, and
/// faces as `list uchar int vertex_indices`, in RAS mm.
pub(crate) fn write_mesh(mesh: &Mesh, meta: &MeshMeta, out: &mut impl Write) -> Result<(), FormatError> {
    // The face list is of signed numbers, as most tools expect.
    if mesh.vertices().len() > i32::MAX as usize {
        let limit = i32::MAX as u64;
        return Err(FormatError::FormatLimit { format: "PLY", what: "the number of vertices", limit });
    }
    let mut head = start(meta, mesh.vertices().len());
    if mesh.colours().is_some() {
        head.extend(["red", "green", "blue", "alpha"].map(|n| format!("property uchar {n}")));
    }
    if mesh.labels().is_some() {
        head.push("property uint label".into());
    }
    head.push(format!("element face {}", mesh.faces().len()));
    head.push("property list uchar int vertex_indices".into());
    let head = finished(&head);
    let mut write_all = || {
        out.write_all(head.as_bytes())?;
        match (mesh.colours(), mesh.labels()) {
            (None, None) => write_records(mesh.vertices(), out, |v| triple(v.map(f32::to_le_bytes)))?,
            (colours, labels) => write_attributes(mesh, colours, labels, out)?,
        }
        write_records(mesh.faces(), out, |f| {
            let mut record = [3_u8; 13];
            record[1..].copy_from_slice(&triple(f.map(u32::to_le_bytes)));
            record
        })
    };
    write_all().map_err(FormatError::write("PLY"))
}

fn write_attributes(
    mesh: &Mesh,
    colours: Option<&[[u8; 4]]>,
    labels: Option<&[u32]>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    for (n, v) in mesh.vertices().iter().enumerate() {
        buffer.extend_from_slice(&triple(v.map(f32::to_le_bytes)));
        if let Some(colour) = colours.and_then(|c| c.get(n)) {
            buffer.extend_from_slice(colour);
        }
        if let Some(label) = labels.and_then(|l| l.get(n)) {
            buffer.extend_from_slice(&label.to_le_bytes());
        }
        if buffer.len() > 16 * STEP {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)
}

/// Writes a point cloud as `float x y z`, with `nx ny nz` if it has normals, in RAS mm.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_points_ply(cloud: &PointCloud, mut out: impl Write) -> Result<(), FormatError> {
    let mut head = start(&MeshMeta::default(), cloud.points().len());
    if cloud.normals().is_some() {
        head.extend(["nx", "ny", "nz"].map(|n| format!("property float {n}")));
    }
    let head = finished(&head);
    let mut write_all = || {
        out.write_all(head.as_bytes())?;
        let Some(normals) = cloud.normals() else {
            return write_records(cloud.points(), &mut out, |p| triple(p.map(f32::to_le_bytes)));
        };
        let pairs: Vec<_> = cloud.points().iter().zip(normals).collect();
        write_records(&pairs, &mut out, |(p, n)| {
            let mut record = [0_u8; 24];
            record[..12].copy_from_slice(&triple(p.map(f32::to_le_bytes)));
            record[12..].copy_from_slice(&triple(n.map(f32::to_le_bytes)));
            record
        })
    };
    write_all().map_err(FormatError::write("PLY"))
}

fn start(meta: &MeshMeta, vertices: usize) -> Vec<String> {
    let mut lines = vec!["ply".to_owned(), "format binary_little_endian 1.0".to_owned()];
    lines.extend(header_comments(meta).iter().map(|c| format!("comment {c}")));
    lines.push(format!("element vertex {vertices}"));
    lines.extend(["x", "y", "z"].map(|n| format!("property float {n}")));
    lines
}

fn finished(lines: &[String]) -> String {
    lines.join("\n") + "\nend_header\n"
}

fn triple(parts: [[u8; 4]; 3]) -> [u8; 12] {
    let mut all = [0; 12];
    all.as_chunks_mut::<4>().0.copy_from_slice(&parts);
    all
}

fn write_records<T: Copy, const N: usize>(
    items: &[T],
    out: &mut impl Write,
    record: impl Fn(T) -> [u8; N],
) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(N * STEP.min(items.len()));
    for part in items.chunks(STEP) {
        buffer.clear();
        for &item in part {
            buffer.extend_from_slice(&record(item));
        }
        out.write_all(&buffer)?;
    }
    Ok(())
}
