//! FreeSurfer annotations (`.annot`): a label for each vertex and the table of their names and colours.

use std::path::Path;

use crate::error::FormatError;
use crate::input::read_file;
use crate::label_table::LabelEntry;
use crate::numbers::NumberType;
use crate::scan::Scan;

/// Labels of the vertices of a surface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The label of each vertex, which is its colour as one number: red + 256 green + 65536 blue.
    pub labels: Vec<u32>,
    /// Names and colours.
    pub table: Vec<LabelEntry>,
}

/// Reads an annotation with its colour table, of either version.
///
/// # Errors
/// [`FormatError`] for a file that is damaged or cut short, or has no colour table.
pub fn read(path: &Path) -> Result<Annotation, FormatError> {
    from_bytes(path, &read_file(path)?)
}

fn from_bytes(file: &Path, bytes: &[u8]) -> Result<Annotation, FormatError> {
    let mut scan = Scan::new(file, bytes);
    let count = u64::from(u32::from_be_bytes(scan.chunk("the annotation")?));
    let pairs: Vec<i64> = scan.binary(count * 2, NumberType::U32, true, "the labels")?;
    let mut labels = vec![0; count as usize];
    for pair in pairs.chunks_exact(2) {
        let slot = usize::try_from(pair[0]).ok().and_then(|v| labels.get_mut(v));
        *slot.ok_or_else(|| FormatError::header(file, "vertex", pair[0], format!("below {count}")))? = pair[1] as u32;
    }
    let mut int = || scan.chunk("the colour table").map(i32::from_be_bytes);
    if int()? != 1 {
        return Err(FormatError::Empty { file: file.to_owned(), what: "colour table, and so no names" });
    }
    let first = int()?;
    let table = if first > 0 { old_table(&mut scan, first)? } else { new_table(file, &mut scan, first)? };
    Ok(Annotation { labels, table })
}

fn old_table(scan: &mut Scan<'_>, count: i32) -> Result<Vec<LabelEntry>, FormatError> {
    text(scan)?;
    (0..count).map(|_| entry(scan)).collect()
}

fn new_table(file: &Path, scan: &mut Scan<'_>, version: i32) -> Result<Vec<LabelEntry>, FormatError> {
    if version != -2 {
        return Err(FormatError::header(file, "version of the colour table", version, -2));
    }
    scan.chunk::<4>("the colour table")?;
    text(scan)?;
    let count = u32::from_be_bytes(scan.chunk("the colour table")?);
    (0..count)
        .map(|_| {
            scan.chunk::<4>("the colour table")?;
            entry(scan)
        })
        .collect()
}

fn entry(scan: &mut Scan<'_>) -> Result<LabelEntry, FormatError> {
    let name = text(scan)?;
    let mut byte = || scan.chunk("the colour table").map(|b| u32::from_be_bytes(b) & 255);
    let [r, g, b, transparency] = [byte()?, byte()?, byte()?, byte()?];
    let value = r | g << 8 | b << 16 | transparency << 24;
    Ok(LabelEntry { value, name, colour: Some([r as u8, g as u8, b as u8, 255 - transparency as u8]) })
}

fn text(scan: &mut Scan<'_>) -> Result<String, FormatError> {
    let length = u32::from_be_bytes(scan.chunk("the colour table")?);
    let bytes = scan.take(length.into(), "the colour table")?;
    Ok(String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_the_second_version() {
        let words = |w: &[i32]| w.iter().flat_map(|v| v.to_be_bytes()).collect::<Vec<u8>>();
        let bytes = [
            words(&[2, 0, 0x0003_0201, 1, 0, 1, -2, 1, 2]),
            b"x\0".to_vec(),
            words(&[1, 0, 6]),
            b"insula".to_vec(),
            words(&[1, 2, 3, 0]),
        ]
        .concat();
        let read = from_bytes(Path::new("lh.annot"), &bytes).unwrap();
        assert_eq!(read.labels, [0x0003_0201, 0]);
        assert_eq!(
            read.table,
            [LabelEntry { value: 0x0003_0201, name: "insula".into(), colour: Some([1, 2, 3, 255]) }]
        );
        for length in 0..bytes.len() {
            assert!(from_bytes(Path::new("lh.annot"), &bytes[..length]).is_err(), "{length}");
        }
    }
}
