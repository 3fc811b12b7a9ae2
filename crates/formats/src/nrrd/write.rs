//! Writes NRRD with gzip: label maps, and segmentations with 3D Slicer's `Segment` fields.
//!
//! Coordinates are written as LPS, which Slicer, ITK and dcmqi write; numbers have the digits that bring back the same 64
//! bits. Layers are interleaved (list axis first), as Slicer stores them.

use std::fmt::Write as _;
use std::io::{self, Write};

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use medshape_shape::{Affine, LabelMap, LabelStatistics, label_statistics};

use crate::error::FormatError;
use crate::segmentation::{Code, Method, Segment, Segmentation};
use crate::voxels::{label_width, write_labels};

const FORMAT: &str = "NRRD";

/// Writes a label map in the type it has in memory (8, 16 or 32 bits, unsigned).
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_label_map(map: &LabelMap, out: impl Write) -> Result<(), FormatError> {
    write_layers(std::slice::from_ref(map), "", out).map_err(FormatError::write(FORMAT))
}

/// Writes a segmentation as 3D Slicer does (`.seg.nrrd`): all layers in one file, and every segment's name, colour,
/// label, codes and method. Labels that no segment describes are written, but Slicer shows described ones only.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails; [`FormatError::SeveralGrids`] if the layers have different grids;
/// [`FormatError::Empty`] without a layer.
pub fn write_segmentation(segmentation: &Segmentation, out: impl Write) -> Result<(), FormatError> {
    let layers = &segmentation.layers;
    let Some(first) = layers.first() else {
        return Err(FormatError::Empty { file: "segmentation".into(), what: "layers" });
    };
    if let Some(layer) = layers.iter().position(|l| l.shape() != first.shape() || l.affine() != first.affine()) {
        return Err(FormatError::SeveralGrids { format: FORMAT, layer });
    }
    let statistics: Vec<_> = layers.iter().map(label_statistics).collect();
    let mut fields = String::new();
    for (number, segment) in segmentation.segments.iter().enumerate() {
        let found = statistics.get(segment.layer).and_then(|s| s.get(&segment.value));
        segment_fields(number, segment, found, &mut fields);
    }
    fields.push_str(
        "Segmentation_ContainedRepresentationNames:=Binary labelmap|\n\
         Segmentation_MasterRepresentation:=Binary labelmap\n\
         Segmentation_ReferenceImageExtentOffset:=0 0 0\n",
    );
    write_layers(layers, &fields, out).map_err(FormatError::write(FORMAT))
}

fn write_layers(layers: &[LabelMap], fields: &str, mut out: impl Write) -> io::Result<()> {
    let Some(first) = layers.first() else { return Ok(()) };
    let width = layers.iter().map(|l| label_width(l.labels())).max().unwrap_or(1);
    out.write_all(header(first, layers.len(), width).as_bytes())?;
    out.write_all(fields.as_bytes())?;
    out.write_all(b"\n")?;
    let mut gzip = GzBuilder::new().write(out, Compression::new(6));
    match layers {
        [one] => write_labels(one.labels(), &mut gzip)?,
        several => write_interleaved(several, width, &mut gzip)?,
    }
    gzip.finish().map(drop)
}

fn header(map: &LabelMap, layers: usize, width: usize) -> String {
    let kind = ["unsigned char", "unsigned short", "unsigned int"][width / 2];
    let several = layers > 1;
    let (list_size, none, list) =
        if several { (format!("{layers} "), "none ", "list ") } else { (String::new(), "", "") };
    let [ni, nj, nk] = map.shape();
    let lps = lps(map.affine());
    let vector = |c: usize| format!("({},{},{})", lps[0][c], lps[1][c], lps[2][c]);
    let endian = if width > 1 { "endian: little\n" } else { "" };
    format!(
        "NRRD0004\n# Complete NRRD file format specification at:\n# http://teem.sourceforge.net/nrrd/format.html\n\
         type: {kind}\ndimension: {}\nspace: left-posterior-superior\nsizes: {list_size}{ni} {nj} {nk}\n\
         space directions: {none}{} {} {}\nkinds: {list}domain domain domain\n{endian}encoding: gzip\n\
         space origin: {}\n",
        if several { 4 } else { 3 },
        vector(0),
        vector(1),
        vector(2),
        vector(3),
    )
}

/// Rows for LPS; subtracted from 0, so that no -0 is written.
fn lps(affine: &Affine) -> [[f64; 4]; 3] {
    let [x, y, z] = affine.rows();
    [x.map(|v| 0.0 - v), y.map(|v| 0.0 - v), z]
}

fn segment_fields(number: usize, segment: &Segment, found: Option<&LabelStatistics>, out: &mut String) {
    let mut put = |name: &str, value: &str| {
        let value = value.replace('\\', "\\\\").replace(['\r', '\n'], "\\n");
        // A string takes everything that is written to it.
        let _ = writeln!(out, "Segment{number}_{name}:={value}");
    };
    if let Some(rgb) = segment.colour {
        let [r, g, b] = rgb.map(|v| f64::from(v) / 255.0);
        put("Color", &format!("{r} {g} {b}"));
    }
    let extent = match found {
        Some(s) => [0, 1, 2].map(|a| format!("{} {}", s.first[a], s.last[a])).join(" "),
        None => "0 -1 0 -1 0 -1".to_owned(),
    };
    put("Extent", &extent);
    put("ID", &format!("Segment_{}", number + 1));
    put("LabelValue", &segment.value.to_string());
    put("Layer", &segment.layer.to_string());
    if let Some(name) = &segment.name {
        put("Name", name);
    }
    put("Tags", &tags(segment));
}

fn tags(segment: &Segment) -> String {
    let mut tags = String::new();
    if let Some(method) = segment.method {
        let name = match method {
            Method::Manual => "MANUAL",
            Method::SemiAutomatic => "SEMIAUTOMATIC",
            Method::Automatic => "AUTOMATIC",
        };
        let _ = write!(tags, "DICOM.SegmentAlgorithmType:{name}|");
    }
    let Segment { category, kind, modifier, region, region_modifier, .. } = segment;
    if [category, kind, modifier, region, region_modifier].iter().any(|c| c.is_some()) {
        let [category, kind, modifier, region, region_modifier] =
            [category, kind, modifier, region, region_modifier].map(|c| code(c.as_ref()));
        let _ = write!(
            tags,
            "TerminologyEntry:Segmentation category and type - 3D Slicer General Anatomy list~{category}~{kind}~\
             {modifier}~Anatomic codes - DICOM master list~{region}~{region_modifier}|"
        );
    }
    tags
}

fn code(code: Option<&Code>) -> String {
    let Some(code) = code else { return "^^".to_owned() };
    // These four separate codes, entries and tags.
    let plain = |text: &str| text.replace(['^', '~', '|', ':'], " ");
    format!("{}^{}^{}", plain(&code.scheme), plain(&code.value), plain(&code.meaning))
}

fn write_interleaved(layers: &[LabelMap], width: usize, out: &mut GzEncoder<impl Write>) -> io::Result<()> {
    let count = layers.first().map_or(0, |l| l.labels().len());
    let mut block = Vec::new();
    for start in (0..count).step_by(1 << 14) {
        block.clear();
        for index in start..(start + (1 << 14)).min(count) {
            for layer in layers {
                block.extend_from_slice(&layer.labels().get(index).to_le_bytes()[..width]);
            }
        }
        out.write_all(&block)?;
    }
    Ok(())
}
