//! Binary STL output.

use std::io::Write;

use medshape_shape::Mesh;

use super::{HEADER, TRIANGLE};
use crate::error::FormatError;
use crate::mesh_file::{MeshMeta, one_line};

/// Triangles put together before they go out: half a megabyte.
const STEP: usize = 10_000;

/// Writes binary STL with facet normals, in RAS mm. A triangle without area has the normal 0 0 0.
pub(crate) fn write(mesh: &Mesh, meta: &MeshMeta, out: &mut impl Write) -> Result<(), FormatError> {
    let limit = u64::from(u32::MAX);
    let count = u32::try_from(mesh.faces().len()).map_err(|_| FormatError::FormatLimit {
        format: "STL",
        what: "the number of triangles",
        limit,
    })?;
    // Must not begin with "solid", or readers take the file for text.
    let title = format!("medshape SPACE=RAS UNIT=mm {}", one_line(&meta.name));
    let mut head = [b' '; HEADER];
    for (h, b) in head.iter_mut().zip(title.bytes().filter(u8::is_ascii)) {
        *h = b;
    }
    let failed = FormatError::write("STL");
    let mut write_all = || {
        out.write_all(&head)?;
        out.write_all(&count.to_le_bytes())?;
        let vertices = mesh.vertices();
        let mut buffer = vec![0_u8; TRIANGLE * STEP.min(mesh.faces().len())];
        for faces in mesh.faces().chunks(STEP) {
            let bytes = &mut buffer[..TRIANGLE * faces.len()];
            for (record, face) in bytes.as_chunks_mut::<TRIANGLE>().0.iter_mut().zip(faces) {
                let [a, b, c] = face.map(|v| vertices[v as usize]);
                for (slot, p) in [normal(a, b, c), a, b, c].into_iter().enumerate() {
                    for (axis, value) in p.into_iter().enumerate() {
                        let at = 12 * slot + 4 * axis;
                        record[at..at + 4].copy_from_slice(&value.to_le_bytes());
                    }
                }
            }
            out.write_all(bytes)?;
        }
        Ok(())
    };
    write_all().map_err(failed)
}

fn normal(a: [f32; 3], b: [f32; 3], c: [f32; 3]) -> [f32; 3] {
    let [u, v] = [b, c].map(|p| [p[0] - a[0], p[1] - a[1], p[2] - a[2]]);
    let n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    let length = (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]).sqrt();
    if length > 0.0 && length.is_finite() { n.map(|x| x / length) } else { [0.0; 3] }
}
