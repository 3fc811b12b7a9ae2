//! 3MF output: millimetres, an object with name and colour for each mesh, rights in the metadata; the same bytes every
//! time.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use medshape_shape::Mesh;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::FormatError;
use crate::mesh_file::{MeshMeta, common_copyright, joined};
use crate::xml::escaped;

/// Bone-like off-white (sRGB), for shapes without a colour of their own.
const DEFAULT_COLOUR: [u8; 3] = [226, 214, 190];

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
    <Default Extension=\"model\" ContentType=\"application/vnd.ms-package.3dmanufacturing-3dmodel+xml\"/></Types>\n";
const RELATIONSHIPS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Target=\"/3D/3dmodel.model\" Id=\"rel0\" \
    Type=\"http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/></Relationships>\n";

pub(crate) fn write(meshes: &[(&Mesh, &MeshMeta)], out: &mut impl Write) -> Result<(), FormatError> {
    let limit = i32::MAX as u64;
    if meshes.iter().any(|(m, _)| m.vertices().len().max(m.faces().len()) as u64 >= limit) {
        return Err(FormatError::FormatLimit { format: "3MF", what: "the number of vertices or triangles", limit });
    }
    let failed = |e: zip::result::ZipError| FormatError::Write { format: "3MF", source: e.into() };
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        // The earliest time that a zip archive can hold: no clock goes into the file.
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let model = model(meshes);
    for (name, content) in
        [("[Content_Types].xml", CONTENT_TYPES), ("_rels/.rels", RELATIONSHIPS), ("3D/3dmodel.model", model.as_str())]
    {
        archive.start_file(name, options).map_err(failed)?;
        archive.write_all(content.as_bytes()).map_err(FormatError::write("3MF"))?;
    }
    let bytes = archive.finish().map_err(failed)?.into_inner();
    out.write_all(&bytes).map_err(FormatError::write("3MF"))
}

fn model(meshes: &[(&Mesh, &MeshMeta)]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model unit=\"millimeter\" xml:lang=\"en-US\" \
         xmlns=\"http://schemas.microsoft.com/3dmanufacturing/core/2015/02\">\n",
    );
    let title = joined(meshes, |m| Some(m.name.as_str()));
    for (name, value) in [
        ("Title", title),
        ("Designer", joined(meshes, |m| m.designer.as_deref())),
        ("Description", Some("SPACE=RAS UNIT=mm".to_owned())),
        ("Copyright", common_copyright(meshes)),
        ("LicenseTerms", joined(meshes, |m| m.licence.as_deref())),
        ("Application", Some("medshape".to_owned())),
    ] {
        if let Some(value) = value {
            let _ = writeln!(text, "<metadata name=\"{name}\">{}</metadata>", escaped(&value));
        }
    }
    text.push_str("<resources>\n<basematerials id=\"1\">\n");
    for (_, meta) in meshes {
        let [r, g, b] = meta.colour.unwrap_or(DEFAULT_COLOUR);
        let _ = writeln!(text, "<base name=\"{}\" displaycolor=\"#{r:02X}{g:02X}{b:02X}\"/>", name(meta));
    }
    text.push_str("</basematerials>\n");
    for (n, (mesh, meta)) in meshes.iter().enumerate() {
        let id = n + 2;
        let _ = writeln!(text, "<object id=\"{id}\" type=\"model\" name=\"{}\" pid=\"1\" pindex=\"{n}\">", name(meta));
        push_mesh(&mut text, mesh);
        text.push_str("</object>\n");
    }
    text.push_str("</resources>\n<build>\n");
    for n in 0..meshes.len() {
        let _ = writeln!(text, "<item objectid=\"{}\"/>", n + 2);
    }
    text.push_str("</build>\n</model>\n");
    text
}

fn name(meta: &MeshMeta) -> String {
    escaped(if meta.name.is_empty() { "shape" } else { &meta.name })
}

fn push_mesh(text: &mut String, mesh: &Mesh) {
    let mut float = zmij::Buffer::new();
    text.push_str("<mesh>\n<vertices>\n");
    for v in mesh.vertices() {
        text.push_str("<vertex");
        for (axis, &c) in [" x=\"", "\" y=\"", "\" z=\""].iter().zip(v) {
            text.push_str(axis);
            text.push_str(float.format_finite(c));
        }
        text.push_str("\"/>\n");
    }
    text.push_str("</vertices>\n<triangles>\n");
    for [a, b, c] in mesh.faces() {
        let _ = writeln!(text, "<triangle v1=\"{a}\" v2=\"{b}\" v3=\"{c}\"/>");
    }
    text.push_str("</triangles>\n</mesh>\n");
}
