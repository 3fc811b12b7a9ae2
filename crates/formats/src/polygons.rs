//! Polygons, strips and fans of vertex numbers into triangles.

use std::path::Path;

use crate::error::FormatError;

/// Collects triangles and counts what was changed on the way.
pub(crate) struct Triangles<'a> {
    file: &'a Path,
    vertices: u64,
    cells: u64,
    split: u64,
    too_short: u64,
    pub(crate) faces: Vec<[u32; 3]>,
}

impl<'a> Triangles<'a> {
    /// For cells whose numbers must be below `vertices`.
    pub(crate) fn new(file: &'a Path, vertices: usize) -> Self {
        Self { file, vertices: vertices as u64, cells: 0, split: 0, too_short: 0, faces: Vec::new() }
    }

    /// A polygon, cut into a fan from its first corner.
    pub(crate) fn polygon(&mut self, corners: &[i64]) -> Result<(), FormatError> {
        if let &[a, b, c] = corners {
            let face = [self.index(a)?, self.index(b)?, self.index(c)?];
            self.cells += 1;
            self.faces.push(face);
            return Ok(());
        }
        let [first, rest @ ..] = corners else {
            self.skip();
            return Ok(());
        };
        if rest.len() < 2 {
            self.skip();
            return Ok(());
        }
        let first = self.index(*first)?;
        for pair in rest.windows(2) {
            let face = [first, self.index(pair[0])?, self.index(pair[1])?];
            self.faces.push(face);
        }
        self.cells += 1;
        self.split += 1;
        Ok(())
    }

    /// Triangles as they are. Numbers that were negative are too high here, and refused with them.
    pub(crate) fn all(&mut self, faces: Vec<[u32; 3]>) -> Result<(), FormatError> {
        let highest = faces.as_flattened().iter().fold(0, |highest, &v| v.max(highest));
        if !faces.is_empty() && u64::from(highest) >= self.vertices {
            return faces.iter().try_for_each(|f| self.polygon(&f.map(i64::from)));
        }
        self.cells += faces.len() as u64;
        if self.faces.is_empty() {
            self.faces = faces;
        } else {
            self.faces.extend(faces);
        }
        Ok(())
    }

    /// A strip: every corner makes a triangle with the two before it, every second of them turned round.
    pub(crate) fn strip(&mut self, corners: &[i64]) -> Result<(), FormatError> {
        for &corner in corners {
            self.index(corner)?;
        }
        let faces = corners.windows(3).enumerate().map(|(n, w)| {
            let [a, b, c] = [w[0] as u32, w[1] as u32, w[2] as u32];
            if n % 2 == 0 { [a, b, c] } else { [b, a, c] }
        });
        self.faces.extend(faces);
        self.cells += 1;
        Ok(())
    }

    /// What changed, in words.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.split > 0 {
            notes.push(format!("split {} polygons into triangles", self.split));
        }
        if self.too_short > 0 {
            notes.push(format!("left out {} faces with fewer than three corners", self.too_short));
        }
        notes
    }

    fn skip(&mut self) {
        self.cells += 1;
        self.too_short += 1;
    }

    fn index(&self, vertex: i64) -> Result<u32, FormatError> {
        match u32::try_from(vertex) {
            Ok(index) if u64::from(index) < self.vertices => Ok(index),
            _ => {
                let (file, face, vertices) = (self.file.to_owned(), self.cells, self.vertices);
                Err(FormatError::FaceIndex { file, face, vertex, vertices })
            }
        }
    }
}
