//! OBJ output.

use std::io::Write;

use medshape_shape::Mesh;

use crate::error::FormatError;
use crate::mesh_file::{MeshMeta, header_comments, one_line};

/// Text collected before it goes out.
const STEP: usize = 1 << 18;

/// Writes positions in RAS mm with the fewest digits that read back exactly, and triangles; an object a mesh.
pub(crate) fn write(meshes: &[(&Mesh, &MeshMeta)], out: &mut impl Write) -> Result<(), FormatError> {
    let mut text = Vec::with_capacity(STEP + 256);
    let mut comments: Vec<String> = Vec::new();
    for comment in meshes.iter().flat_map(|(_, meta)| header_comments(meta)) {
        if !comments.contains(&comment) {
            text.extend_from_slice(format!("# {comment}\n").as_bytes());
            comments.push(comment);
        }
    }
    let mut write_all = || {
        let mut float = zmij::Buffer::new();
        let mut first = 1_u64;
        for (mesh, meta) in meshes {
            if !meta.name.is_empty() {
                text.extend_from_slice(format!("o {}\n", one_line(&meta.name)).as_bytes());
            }
            for v in mesh.vertices() {
                text.push(b'v');
                for &c in v {
                    text.push(b' ');
                    text.extend_from_slice(float.format_finite(c).as_bytes());
                }
                text.push(b'\n');
                flush(&mut text, STEP, out)?;
            }
            for f in mesh.faces() {
                text.push(b'f');
                for &v in f {
                    text.push(b' ');
                    push_number(&mut text, u64::from(v) + first);
                }
                text.push(b'\n');
                flush(&mut text, STEP, out)?;
            }
            first += mesh.vertices().len() as u64;
        }
        flush(&mut text, 0, out)
    };
    write_all().map_err(FormatError::write("OBJ"))
}

fn flush(text: &mut Vec<u8>, at_least: usize, out: &mut impl Write) -> std::io::Result<()> {
    if text.len() > at_least {
        out.write_all(text)?;
        text.clear();
    }
    Ok(())
}

fn push_number(text: &mut Vec<u8>, mut number: u64) {
    let start = text.len();
    loop {
        text.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    text[start..].reverse();
}
