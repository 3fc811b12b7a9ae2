//! VTK XML PolyData input.

use std::path::Path;

use super::arrays::{Description, Storage};
use super::piece;
use crate::error::FormatError;
use crate::scene::{Frame, Raw, unit_stated_in};
use crate::xml::{Element, Node, Xml};

pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    // What is appended raw is no XML, so the document ends before it.
    let marker = b"<AppendedData";
    let start = bytes.windows(marker.len()).position(|w| w == marker);
    let (document, behind) = bytes.split_at(start.unwrap_or(bytes.len()));
    let mut xml = Xml::new(file, document);
    let root = loop {
        match xml.next()? {
            Node::Start(element) if element.name() == "VTKFile" => break element,
            Node::Start(_) | Node::Eof => return Err(xml.wrong("the element VTKFile", "another")),
            _ => {}
        }
    };
    let storage = storage(file, &root, appended(behind))?;
    let kind = root.get("type").unwrap_or_default();
    if kind != "PolyData" {
        return Err(FormatError::Unsupported {
            file: file.to_owned(),
            what: format!("the VTK data set {kind:?}"),
            advice: "extract its surface as PolyData",
        });
    }
    let mut raw = Raw::default();
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name() {
                "PolyData" => {}
                "FieldData" => field_data(&mut xml, &storage, &mut raw)?,
                "Piece" => piece::read(&mut xml, &element, &storage, &mut raw)?,
                _ => xml.skip()?,
            },
            // The end of PolyData: only appended data follow.
            Node::End | Node::Eof => break,
            Node::Text(_) => {}
        }
    }
    Ok(raw)
}

fn storage<'a>(
    file: &'a Path,
    root: &Element<'_>,
    appended: Option<(&'a [u8], bool)>,
) -> Result<Storage<'a>, FormatError> {
    let compressor = root.get("compressor").unwrap_or_default();
    if !matches!(compressor.as_str(), "" | "vtkZLibDataCompressor") {
        return Err(FormatError::Unsupported {
            file: file.to_owned(),
            what: format!("the compressor {compressor:?}"),
            advice: "write it again with zlib or without compression",
        });
    }
    let word = match root.get("header_type").unwrap_or_default().as_str() {
        "" | "UInt32" => 4,
        "UInt64" => 8,
        other => return Err(FormatError::header(file, "header_type", other, "UInt32 or UInt64")),
    };
    let big = root.get("byte_order").is_some_and(|o| o == "BigEndian");
    Ok(Storage { file, big, word, compressed: !compressor.is_empty(), appended })
}

/// What stands behind the underscore, and whether it is base64.
fn appended(behind: &[u8]) -> Option<(&[u8], bool)> {
    let end = behind.iter().position(|&b| b == b'>')?;
    let (tag, content) = behind.split_at_checked(end + 1)?;
    let content = content.trim_ascii_start().strip_prefix(b"_")?;
    let is_base64 = tag.windows(6).any(|w| w == b"base64");
    if !is_base64 {
        return Some((content, false));
    }
    let end = content.iter().position(|&b| b == b'<').unwrap_or(content.len());
    Some((content.get(..end)?, true))
}

/// The string arrays in which 3D Slicer states the frame, and we the unit.
fn field_data(xml: &mut Xml<'_>, storage: &Storage<'_>, raw: &mut Raw) -> Result<(), FormatError> {
    loop {
        match xml.next()? {
            Node::Start(element) => {
                let array = Description::of(&element);
                let text = xml.text()?;
                if matches!(array.name.as_str(), "SPACE" | "UNIT") {
                    let letters: Vec<i64> = storage.read(&array, &text)?;
                    let letters = letters.iter().take(100).map(|&l| l as u8);
                    let stated: Vec<u8> = array.name.bytes().chain([b'=']).chain(letters).collect();
                    raw.frame = raw.frame.or(Frame::stated_in(&stated));
                    raw.unit = raw.unit.or(unit_stated_in(&stated));
                }
            }
            Node::End | Node::Eof => return Ok(()),
            Node::Text(_) => {}
        }
    }
}
