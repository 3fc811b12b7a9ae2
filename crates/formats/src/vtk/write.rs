//! VTK XML PolyData output: one appended raw block, little-endian, with 64-bit lengths, uncompressed.

use std::io::Write;

use medshape_shape::Mesh;

use crate::error::FormatError;
use crate::mesh_file::{MeshMeta, header_comments};
use crate::xml::escaped;

/// Writes points in RAS mm and triangles; labels (`Label`), colours (`RGBA`) and normals where the mesh has them. Frame
/// and unit stand in the field data, the frame as 3D Slicer writes it.
pub(crate) fn write(mesh: &Mesh, meta: &MeshMeta, out: &mut impl Write) -> Result<(), FormatError> {
    let mut arrays = Vec::new();
    let mut offset = 0;
    let mut declare = |kind: &str, name: &str, components: usize, bytes: Vec<u8>| {
        let text = format!(
            "<DataArray type=\"{kind}\" Name=\"{name}\" NumberOfComponents=\"{components}\" format=\"appended\" \
             offset=\"{offset}\"/>\n"
        );
        offset += 8 + bytes.len();
        arrays.push(bytes);
        text
    };
    let floats = |values: &[[f32; 3]]| values.iter().flatten().flat_map(|c| c.to_le_bytes()).collect::<Vec<u8>>();
    let points = declare("Float32", "Points", 3, floats(mesh.vertices()));
    let mut data = String::new();
    if let Some(normals) = mesh.normals() {
        data += &declare("Float32", "Normals", 3, floats(normals));
    }
    if let Some(labels) = mesh.labels() {
        data += &declare("UInt32", "Label", 1, labels.iter().flat_map(|l| l.to_le_bytes()).collect());
    }
    if let Some(colours) = mesh.colours() {
        data += &declare("UInt8", "RGBA", 4, colours.as_flattened().to_vec());
    }
    let corners = mesh.faces().as_flattened().iter().flat_map(|&v| i64::from(v).to_le_bytes()).collect();
    let connectivity = declare("Int64", "connectivity", 1, corners);
    let ends = (1..=mesh.faces().len() as i64).flat_map(|n| (3 * n).to_le_bytes()).collect();
    let offsets = declare("Int64", "offsets", 1, ends);

    let comments = header_comments(meta).join("\n").replace("--", "- -");
    let normals = if mesh.normals().is_some() { " Normals=\"Normals\"" } else { "" };
    let name = if meta.name.is_empty() { String::new() } else { text_array("NAME", &meta.name) };
    let head = format!(
        "<?xml version=\"1.0\"?>\n<!--\n{}-->\n\
         <VTKFile type=\"PolyData\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n<PolyData>\n\
         <FieldData>\n{}{}{name}</FieldData>\n\
         <Piece NumberOfPoints=\"{}\" NumberOfVerts=\"0\" NumberOfLines=\"0\" NumberOfStrips=\"0\" NumberOfPolys=\"{}\">\n\
         <PointData{normals}>\n{data}</PointData>\n<Points>\n{points}</Points>\n\
         <Polys>\n{connectivity}{offsets}</Polys>\n</Piece>\n</PolyData>\n<AppendedData encoding=\"raw\">\n_",
        escaped_lines(&comments),
        text_array("SPACE", "RAS"),
        text_array("UNIT", "mm"),
        mesh.vertices().len(),
        mesh.faces().len(),
    );
    let mut write_all = || {
        out.write_all(head.as_bytes())?;
        for bytes in &arrays {
            out.write_all(&(bytes.len() as u64).to_le_bytes())?;
            out.write_all(bytes)?;
        }
        out.write_all(b"\n</AppendedData>\n</VTKFile>\n")
    };
    write_all().map_err(FormatError::write("VTP"))
}

/// A string array: the numbers of its letters and a zero.
fn text_array(name: &str, text: &str) -> String {
    let letters: Vec<String> = text.bytes().chain([0]).map(|b| b.to_string()).collect();
    format!(
        "<Array type=\"String\" Name=\"{name}\" NumberOfTuples=\"1\" format=\"ascii\">{}</Array>\n",
        letters.join(" ")
    )
}

fn escaped_lines(text: &str) -> String {
    text.lines().map(|line| escaped(line) + "\n").collect()
}
