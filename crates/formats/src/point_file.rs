//! One front for point clouds: PLY by content, PCD by content, all else as a table of numbers in text.
//!
//! Tables (XYZ, ASC, TXT, CSV, PTS): columns parted by blanks, commas, semicolons or tabs; comments behind `#` or `//`; a
//! line of column names is honoured (`x y z`, `nx ny nz`, `label`), a lone count before the points (PTS) is skipped.
//! Without names the first three columns are the position, and further ones are left out with a note. PCD: text and
//! plain binary; the compressed kind is refused.

use std::path::Path;

use medshape_shape::PointCloud;

use crate::error::FormatError;
use crate::input::read_file;
use crate::numbers::NumberType;
use crate::ply;
use crate::scan::Scan;
use crate::scene::{Frame, LengthUnit, Raw, Soup, unit_stated_in};
use crate::text::{lines, number, words};

/// Points as read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct PointFile {
    /// The points in RAS; in millimetres if the file states a unit, else in the file's.
    pub cloud: PointCloud,
    /// What was changed or left out while reading, in plain words.
    pub notes: Vec<String>,
    /// The unit that the file states.
    pub unit: Option<LengthUnit>,
    /// The frame that the file states.
    pub frame: Frame,
}

/// Reads a point cloud: PLY, PCD, or a table in text (XYZ, CSV, PTS).
///
/// # Errors
/// [`FormatError`] for a file that holds no points, is damaged or cut short.
pub fn read_points(path: &Path) -> Result<PointFile, FormatError> {
    read_points_bytes(path, &read_file(path)?)
}

/// [`read_points`] from memory; `name` is used in messages only.
///
/// # Errors
/// As [`read_points`].
pub fn read_points_bytes(name: &Path, bytes: &[u8]) -> Result<PointFile, FormatError> {
    let mut raw = if ply::is_ply(bytes) {
        ply::read_points(name, bytes)?
    } else if is_pcd(bytes) {
        pcd(name, bytes)?
    } else {
        table(name, bytes)?
    };
    let mut soup = raw.parts.pop().unwrap_or_default();
    if soup.vertices.is_empty() {
        return Err(FormatError::Empty { file: name.to_owned(), what: "points" });
    }
    let scale = raw.unit.map_or(1.0, LengthUnit::millimetres);
    for v in &mut soup.vertices {
        *v = raw.frame.to_ras(*v).map(|c| (f64::from(c) * scale) as f32);
    }
    // Broken normals are worth less than none; the points are still good.
    let normals = soup.normals.filter(|n| n.iter().flatten().all(|c| c.is_finite()));
    let normals = normals.map(|n| n.into_iter().map(|n| raw.frame.to_ras(n)).collect());
    let bad = |e: medshape_shape::ShapeError| FormatError::header(name, "vertex", e, "finite points");
    let mut cloud = PointCloud::new(soup.vertices, normals).map_err(bad)?;
    if let Some(labels) = soup.labels {
        cloud = cloud.with_labels(labels).map_err(bad)?;
    }
    Ok(PointFile { cloud, notes: raw.notes, unit: raw.unit, frame: raw.frame })
}

/// Where the parts of a point stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    xyz: [usize; 3],
    normal: Option<[usize; 3]>,
    label: Option<usize>,
}

impl Columns {
    fn named(names: &[String]) -> Option<Self> {
        let find = |name: &str| names.iter().position(|n| n.trim_matches(['"', '\'']).eq_ignore_ascii_case(name));
        let three = |names: [&str; 3]| -> Option<[usize; 3]> {
            let [a, b, c] = names.map(find);
            Some([a?, b?, c?])
        };
        let normal = three(["nx", "ny", "nz"]).or_else(|| three(["normal_x", "normal_y", "normal_z"]));
        Some(Self { xyz: three(["x", "y", "z"])?, normal, label: find("label") })
    }

    fn last(&self) -> usize {
        let all = self.xyz.into_iter().chain(self.normal.into_iter().flatten()).chain(self.label);
        all.max().unwrap_or(2)
    }

    fn push(&self, file: &Path, row: &[f32], soup: &mut Soup) -> Result<(), FormatError> {
        let index = soup.vertices.len() as u64;
        let pick = |columns: [usize; 3]| columns.map(|c| row.get(c).copied().unwrap_or(f32::NAN));
        let position = pick(self.xyz);
        if !position.iter().all(|c| c.is_finite()) {
            return Err(FormatError::NotFinite { file: file.to_owned(), element: "point", index });
        }
        soup.vertices.push(position);
        if let Some(columns) = self.normal {
            soup.normals.get_or_insert_default().push(pick(columns));
        }
        if let Some(column) = self.label {
            let label = row.get(column).copied().filter(|v| *v >= 0.0 && v.fract() == 0.0);
            let label = label.ok_or_else(|| {
                FormatError::header(file, "label", format!("another of point {index}"), "a whole number")
            })?;
            soup.labels.get_or_insert_default().push(label as u32);
        }
        Ok(())
    }
}

fn table(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let mut raw = Raw::default();
    let mut soup = Soup::default();
    let mut columns = Columns { xyz: [0, 1, 2], normal: None, label: None };
    let mut more = 0;
    let mut row: Vec<f32> = Vec::new();
    let mut started = false;
    for (line, text) in lines(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        let end = text.iter().position(|&b| b == b'#').unwrap_or(text.len());
        let end = text.windows(2).position(|w| w == b"//").map_or(end, |at| at.min(end));
        let (content, comment) = text.split_at(end);
        raw.frame = raw.frame.or(Frame::stated_in(comment));
        raw.unit = raw.unit.or(unit_stated_in(comment));
        let parted = || content.split(|b| b" \t,;".contains(b)).filter(|w| !w.is_empty());
        if parted().next().is_none() {
            continue;
        }
        row.clear();
        row.extend(parted().map_while(|w| number::<f32>(Some(w))));
        let count = parted().count();
        if row.len() < count && !started {
            let names: Vec<String> = parted().map(|w| String::from_utf8_lossy(w).into_owned()).collect();
            let expected = "numbers, or column names with x, y and z";
            columns = Columns::named(&names).ok_or_else(|| FormatError::syntax(file, line, expected, text))?;
            started = true;
            continue;
        }
        if !started && count == 1 && row.len() == 1 {
            started = true;
            continue;
        }
        started = true;
        if row.len() <= columns.last() {
            return Err(FormatError::syntax(file, line, "as many numbers as there are columns", text));
        }
        more = more.max(row.len() - 1 - columns.last());
        columns.push(file, &row, &mut soup)?;
    }
    if more > 0 {
        raw.notes.push(format!("left out {more} further columns"));
    }
    raw.parts.push(soup);
    Ok(raw)
}

fn is_pcd(bytes: &[u8]) -> bool {
    let head = bytes.get(..256).unwrap_or(bytes);
    head.starts_with(b"# .PCD") || head.starts_with(b"VERSION ") && head.windows(7).any(|w| w == b"\nFIELDS")
}

/// PCD (Point Cloud Library): a header of keywords, then rows.
fn pcd(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let mut scan = Scan::new(file, bytes);
    let (mut names, mut sizes, mut kinds, mut counts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut points = 0_u64;
    let encoding = loop {
        let line = scan.line().ok_or_else(|| scan.wrong("`DATA`", b"the end of the file"))?;
        let mut rest = words(line);
        let keyword = rest.next().unwrap_or_default();
        let texts: Vec<String> = rest.map(|w| String::from_utf8_lossy(w).into_owned()).collect();
        let wholes = || texts.iter().map(|t| t.parse::<u64>().ok()).collect::<Option<Vec<u64>>>();
        match keyword {
            b"FIELDS" => names = texts,
            b"SIZE" => sizes = wholes().unwrap_or_default(),
            b"TYPE" => kinds = texts,
            b"COUNT" => counts = wholes().unwrap_or_default(),
            b"POINTS" => points = wholes().and_then(|w| w.first().copied()).unwrap_or(0),
            b"DATA" => break texts.first().cloned().unwrap_or_default(),
            _ => {}
        }
    };
    let columns =
        Columns::named(&names).ok_or_else(|| FormatError::header(file, "FIELDS", names.join(" "), "x, y and z"))?;
    if sizes.len() != names.len() || kinds.len() != names.len() || counts.iter().any(|c| *c != 1) {
        return Err(FormatError::header(
            file,
            "SIZE, TYPE and COUNT",
            "others",
            "one of each for every field, one value a field",
        ));
    }
    let mut soup = Soup::default();
    match encoding.as_str() {
        "ascii" => {
            scan.check_words(points.saturating_mul(names.len() as u64), "the points")?;
            for _ in 0..points {
                let row: Vec<f32> = scan.ascii(names.len() as u64, "a point")?;
                columns.push(file, &row, &mut soup)?;
            }
        }
        "binary" => {
            let kinds: Option<Vec<NumberType>> = kinds.iter().zip(&sizes).map(|(t, s)| pcd_type(t, *s)).collect();
            let kinds =
                kinds.ok_or_else(|| FormatError::header(file, "TYPE", "another", "F, U or I of 1 to 8 bytes"))?;
            let width: u64 = sizes.iter().sum();
            let rows = scan.take(points.saturating_mul(width), "the points")?;
            for row in rows.chunks_exact(width as usize) {
                let mut at = 0;
                let values = kinds.iter().map(|k| {
                    at += k.bytes();
                    k.decode::<f32>(row.get(at - k.bytes()..at).unwrap_or_default(), false).first().copied()
                });
                let values: Vec<f32> = values.map(|v| v.unwrap_or(f32::NAN)).collect();
                columns.push(file, &values, &mut soup)?;
            }
        }
        other => {
            return Err(FormatError::Unsupported {
                file: file.to_owned(),
                what: format!("PCD with data {other:?}"),
                advice: "convert it to `ascii` or `binary`",
            });
        }
    }
    Ok(Raw::one(soup))
}

fn pcd_type(letter: &str, size: u64) -> Option<NumberType> {
    Some(match (letter, size) {
        ("F", 4) => NumberType::F32,
        ("F", 8) => NumberType::F64,
        ("U", 1) => NumberType::U8,
        ("U", 2) => NumberType::U16,
        ("U", 4) => NumberType::U32,
        ("I", 1) => NumberType::I8,
        ("I", 2) => NumberType::I16,
        ("I", 4) => NumberType::I32,
        _ => return None,
    })
}
