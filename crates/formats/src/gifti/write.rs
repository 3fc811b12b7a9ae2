//! GIFTI output: one surface as gzipped base64, little-endian.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use medshape_shape::Mesh;

use crate::base64;
use crate::error::FormatError;
use crate::mesh_file::{MeshMeta, header_comments};
use crate::xml::escaped;

pub(crate) fn write(mesh: &Mesh, meta: &MeshMeta, out: &mut impl Write) -> Result<(), FormatError> {
    if mesh.vertices().len() > i32::MAX as usize {
        let limit = i32::MAX as u64;
        return Err(FormatError::FormatLimit { format: "GIFTI", what: "the number of vertices", limit });
    }
    let points: Vec<u8> = mesh.vertices().as_flattened().iter().flat_map(|c| c.to_le_bytes()).collect();
    let corners: Vec<u8> = mesh.faces().as_flattened().iter().flat_map(|v| v.to_le_bytes()).collect();
    let comments = header_comments(meta).join("; ");
    let entry = |name: &str, value: &str| format!("<MD><Name>{name}</Name><Value>{}</Value></MD>\n", escaped(value));
    let about = entry("Description", &comments);
    let name = if meta.name.is_empty() { String::new() } else { entry("Name", &meta.name) };
    let transform = "<CoordinateSystemTransformMatrix>\n<DataSpace>NIFTI_XFORM_SCANNER_ANAT</DataSpace>\n\
         <TransformedSpace>NIFTI_XFORM_SCANNER_ANAT</TransformedSpace>\n\
         <MatrixData>1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1</MatrixData>\n</CoordinateSystemTransformMatrix>\n";
    let write_all = || {
        write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GIFTI Version=\"1.0\" NumberOfDataArrays=\"2\">\n\
             <MetaData>\n{about}</MetaData>\n<LabelTable/>\n"
        )?;
        for (intent, kind, count, extra, bytes) in [
            (
                "POINTSET",
                "FLOAT32",
                mesh.vertices().len(),
                format!("<MetaData>\n{name}</MetaData>\n{transform}"),
                points,
            ),
            ("TRIANGLE", "INT32", mesh.faces().len(), "<MetaData/>\n".to_owned(), corners),
        ] {
            let mut packed = ZlibEncoder::new(Vec::new(), Compression::new(6));
            packed.write_all(&bytes)?;
            let data = base64::encode(&packed.finish()?);
            write!(
                out,
                "<DataArray Intent=\"NIFTI_INTENT_{intent}\" DataType=\"NIFTI_TYPE_{kind}\" \
                 ArrayIndexingOrder=\"RowMajorOrder\" Dimensionality=\"2\" Dim0=\"{count}\" Dim1=\"3\" \
                 Encoding=\"GZipBase64Binary\" Endian=\"LittleEndian\" ExternalFileName=\"\" ExternalFileOffset=\"\">\n\
                 {extra}<Data>{data}</Data>\n</DataArray>\n"
            )?;
        }
        out.write_all(b"</GIFTI>\n")
    };
    write_all().map_err(FormatError::write("GIFTI"))
}
