//! Legacy VTK files, text and binary (always big-endian): PolyData, and the surface cells of unstructured grids.

use std::path::Path;

use super::attributes::Owner;
use super::cells::{Faces, Kind, kind_of_type};
use crate::error::FormatError;
use crate::numbers::{FromNumber, NumberType, positions, triples};
use crate::scan::Scan;
use crate::scene::{Frame, Raw, Soup, unit_stated_in};

pub(super) struct Legacy<'a> {
    pub(super) scan: Scan<'a>,
    pub(super) binary: bool,
    pub(super) raw: Raw,
    /// Arrays of cells, which are not kept.
    pub(super) cell_arrays: u64,
}

pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let mut scan = Scan::new(file, bytes);
    let first = scan.line().unwrap_or_default();
    if !first.starts_with(b"# vtk DataFile Version") {
        return Err(scan.wrong("`# vtk DataFile Version`", first));
    }
    let title = scan.line().unwrap_or_default();
    let encoding = scan.word().unwrap_or_default();
    let binary = match encoding.to_ascii_uppercase().as_slice() {
        b"BINARY" => true,
        b"ASCII" => false,
        _ => return Err(scan.wrong("`ASCII` or `BINARY`", encoding)),
    };
    let raw = Raw { frame: Frame::stated_in(title), unit: unit_stated_in(title), ..Raw::default() };
    Legacy { scan, binary, raw, cell_arrays: 0 }.read()
}

/// Points of the cells of one kind.
enum Cells {
    /// All of them triangles, whose numbers are not checked yet.
    Triangles(Vec<[u32; 3]>),
    Counted(Vec<i64>),
    Ended(Vec<i64>, Vec<i64>),
}

impl Legacy<'_> {
    fn read(mut self) -> Result<Raw, FormatError> {
        let mut soup = Soup::default();
        let mut lists: Vec<(Kind, Cells)> = Vec::new();
        let mut grid: Option<Cells> = None;
        let mut types: Vec<i64> = Vec::new();
        let (mut owner, mut count) = (Owner::Field, 0);
        while let Some(word) = self.scan.word() {
            match word.to_ascii_uppercase().as_slice() {
                b"DATASET" => {
                    let kind = self.scan.word().unwrap_or_default().to_ascii_uppercase();
                    if kind != b"POLYDATA" && kind != b"UNSTRUCTURED_GRID" {
                        return Err(FormatError::Unsupported {
                            file: self.scan.file.to_owned(),
                            what: format!("the VTK data set {}", kind.escape_ascii()),
                            advice: "extract its surface as PolyData",
                        });
                    }
                }
                b"POINTS" => {
                    let points: u64 = self.scan.value("the number of points")?;
                    let kind = self.scan.word().unwrap_or_default();
                    soup.vertices = self.points(points, kind)?;
                }
                b"POLYGONS" => lists.push((Kind::Polygons, self.cells()?)),
                b"TRIANGLE_STRIPS" => lists.push((Kind::Strips, self.cells()?)),
                b"VERTICES" | b"LINES" => lists.push((Kind::Other, self.cells()?)),
                b"CELLS" => grid = Some(self.cells()?),
                b"CELL_TYPES" => {
                    let cells: u64 = self.scan.value("the number of cells")?;
                    types = self.values(cells, b"int")?;
                }
                b"POINT_DATA" => (owner, count) = (Owner::Points, self.scan.value("the number of points")?),
                b"CELL_DATA" => (owner, count) = (Owner::Cells, self.scan.value("the number of cells")?),
                keyword => {
                    if !self.attribute(keyword, owner, count, &mut soup)? {
                        return Err(self.scan.wrong("a keyword of VTK", word));
                    }
                }
            }
        }
        self.finish(soup, lists, grid, &types)
    }

    fn finish(
        mut self,
        mut soup: Soup,
        lists: Vec<(Kind, Cells)>,
        grid: Option<Cells>,
        types: &[i64],
    ) -> Result<Raw, FormatError> {
        let mut faces = Faces::new(self.scan.file, soup.vertices.len());
        let mut add = |kinds: &dyn Fn(usize) -> Kind, cells: Cells| match cells {
            // Vertices, lines and strips of three, and typed cells, take the long way.
            Cells::Triangles(found) if kinds(usize::MAX) == Kind::Polygons => faces.triangles.all(found),
            Cells::Triangles(found) => {
                found.iter().enumerate().try_for_each(|(n, f)| faces.add(kinds(n), &f.map(i64::from)))
            }
            Cells::Counted(numbers) => faces.counted(kinds, &numbers),
            Cells::Ended(ends, points) => faces.ended(kinds, &ends, &points),
        };
        for (kind, cells) in lists {
            add(&|_| kind, cells)?;
        }
        if let Some(cells) = grid {
            add(&|n| types.get(n).map_or(Kind::Other, |t| kind_of_type(*t)), cells)?;
        }
        soup.faces = faces.finish(&mut self.raw.notes);
        if self.cell_arrays > 0 {
            self.raw.notes.push(format!("left out {} arrays of values of cells", self.cell_arrays));
        }
        self.raw.parts.push(soup);
        Ok(self.raw)
    }

    /// `n size` and numbers led by their counts, or, since version 5.1, offsets and connectivity.
    fn cells(&mut self) -> Result<Cells, FormatError> {
        let (n, size): (u64, u64) =
            (self.scan.value("the number of cells")?, self.scan.value("the size of the cells")?);
        if self.scan.peek().is_none_or(|w| !w.eq_ignore_ascii_case(b"OFFSETS")) {
            if self.binary && n.checked_mul(4) == Some(size) {
                self.scan.line();
                let bytes = self.scan.take(size.saturating_mul(4), "the cells of the VTK file")?;
                let faces = triangles(bytes);
                return Ok(faces.map_or_else(|| Cells::Counted(NumberType::I32.decode(bytes, true)), Cells::Triangles));
            }
            return Ok(Cells::Counted(self.values(size, b"int")?));
        }
        self.scan.word();
        let kind = self.scan.word().unwrap_or_default();
        let mut ends: Vec<i64> = self.values(n, kind)?;
        // The first of them says where the first cell starts.
        ends.drain(..ends.len().min(1));
        let word = self.scan.word().unwrap_or_default();
        if !word.eq_ignore_ascii_case(b"CONNECTIVITY") {
            return Err(self.scan.wrong("`CONNECTIVITY`", word));
        }
        let kind = self.scan.word().unwrap_or_default();
        Ok(Cells::Ended(ends, self.values(size, kind)?))
    }

    fn points(&mut self, count: u64, kind: &[u8]) -> Result<Vec<[f32; 3]>, FormatError> {
        match number_type(kind) {
            Some(number) if self.binary => {
                self.scan.line();
                let bytes = count.saturating_mul(3 * number.bytes() as u64);
                Ok(positions(number, self.scan.take(bytes, "the points of the VTK file")?, true))
            }
            _ => Ok(triples(&self.numbers(count.saturating_mul(3), kind)?)),
        }
    }

    /// A name with its blanks and signs as `%20`.
    pub(super) fn name(&mut self) -> Result<String, FormatError> {
        let word = self.scan.word().ok_or_else(|| self.scan.wrong("a name", b""))?;
        Ok(String::from_utf8_lossy(word).replace("%20", " "))
    }

    pub(super) fn numbers(&mut self, count: u64, kind: &[u8]) -> Result<Vec<f32>, FormatError> {
        self.values(count, kind)
    }

    fn values<T: FromNumber + std::str::FromStr>(&mut self, count: u64, kind: &[u8]) -> Result<Vec<T>, FormatError> {
        if self.binary {
            // The numbers start behind the end of the line.
            self.scan.line();
        }
        self.block(count, kind)
    }

    /// Numbers that start right here.
    pub(super) fn block<T: FromNumber + std::str::FromStr>(
        &mut self,
        count: u64,
        kind: &[u8],
    ) -> Result<Vec<T>, FormatError> {
        if !self.binary {
            return self.scan.ascii(count, "an array of the VTK file");
        }
        if kind.eq_ignore_ascii_case(b"bit") {
            let bytes = self.scan.take(count.div_ceil(8), "an array of the VTK file")?;
            let bits = (0..count as usize).map(|n| bytes.get(n / 8).is_some_and(|b| b >> (7 - n % 8) & 1 == 1));
            return Ok(bits.map(|b| T::from_whole(i64::from(b))).collect());
        }
        let number = number_type(kind).ok_or_else(|| self.scan.wrong("a number type of VTK", kind))?;
        self.scan.binary(count, number, true, "an array of the VTK file")
    }
}

/// Cells that are all triangles, which most files hold: their count and three numbers each.
fn triangles(bytes: &[u8]) -> Option<Vec<[u32; 3]>> {
    let (cells, _) = bytes.as_chunks::<16>();
    let mut faces = Vec::with_capacity(cells.len());
    for cell in cells {
        let [count, a, b, c] =
            [0, 4, 8, 12].map(|at| u32::from_be_bytes([cell[at], cell[at + 1], cell[at + 2], cell[at + 3]]));
        if count != 3 {
            return None;
        }
        faces.push([a, b, c]);
    }
    Some(faces)
}

fn number_type(name: &[u8]) -> Option<NumberType> {
    Some(match name.to_ascii_lowercase().as_slice() {
        b"char" | b"signed_char" | b"vtktypeint8" => NumberType::I8,
        b"unsigned_char" | b"vtktypeuint8" => NumberType::U8,
        b"short" | b"vtktypeint16" => NumberType::I16,
        b"unsigned_short" | b"vtktypeuint16" => NumberType::U16,
        // VTK writes its own index type with 32 bits here, whatever it has in memory.
        b"int" | b"vtkidtype" | b"vtktypeint32" => NumberType::I32,
        b"unsigned_int" | b"vtktypeuint32" => NumberType::U32,
        b"long" | b"vtktypeint64" => NumberType::I64,
        b"unsigned_long" | b"vtktypeuint64" => NumberType::U64,
        b"float" | b"vtktypefloat32" => NumberType::F32,
        b"double" | b"vtktypefloat64" => NumberType::F64,
        _ => return None,
    })
}
