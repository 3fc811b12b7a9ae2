//! Cells of a VTK data set as triangles, and what its points carry.

use std::path::Path;

use crate::error::FormatError;
use crate::numbers::triples;
use crate::polygons::Triangles;
use crate::scene::{Soup, VertexData};

/// Kinds of cells by their numbers in VTK's `vtkCellType.h`.
const TRIANGLE: i64 = 5;
const TRIANGLE_STRIP: i64 = 6;
const POLYGON: i64 = 7;
const QUAD: i64 = 9;

/// What the cells of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Polygons,
    Strips,
    Other,
}

/// Collects the faces of the data set in hand.
pub(super) struct Faces<'a> {
    file: &'a Path,
    pub(super) triangles: Triangles<'a>,
    /// Cells that are no faces.
    pub(super) others: u64,
}

impl<'a> Faces<'a> {
    pub(super) fn new(file: &'a Path, points: usize) -> Self {
        Self { file, triangles: Triangles::new(file, points), others: 0 }
    }

    /// Cells as numbers of points, each led by how many there are: the layout before VTK 5.1.
    pub(super) fn counted(&mut self, kinds: &dyn Fn(usize) -> Kind, numbers: &[i64]) -> Result<(), FormatError> {
        // About as many triangles as there will be.
        self.triangles.faces.reserve(numbers.len() / 4);
        let (mut rest, mut cell) = (numbers, 0);
        while let Some((&length, after)) = rest.split_first() {
            let split = usize::try_from(length).ok().and_then(|n| after.split_at_checked(n));
            let Some((corners, next)) = split else {
                return Err(FormatError::header(self.file, "cell size", length, format!("at most {}", after.len())));
            };
            self.add(kinds(cell), corners)?;
            (rest, cell) = (next, cell + 1);
        }
        Ok(())
    }

    /// Cells as the places where each ends in a list of points; a leading 0 is not among them.
    pub(super) fn ended(
        &mut self,
        kinds: &dyn Fn(usize) -> Kind,
        ends: &[i64],
        points: &[i64],
    ) -> Result<(), FormatError> {
        let mut start = 0;
        for (cell, &end) in ends.iter().enumerate() {
            let corners = usize::try_from(end).ok().and_then(|end| points.get(start..end));
            let Some(corners) = corners else {
                let expected = format!("rising numbers up to {}", points.len());
                return Err(FormatError::header(self.file, "cell offset", end, expected));
            };
            self.add(kinds(cell), corners)?;
            start = end as usize;
        }
        Ok(())
    }

    pub(super) fn add(&mut self, kind: Kind, corners: &[i64]) -> Result<(), FormatError> {
        match kind {
            Kind::Polygons => self.triangles.polygon(corners),
            Kind::Strips => self.triangles.strip(corners),
            Kind::Other => {
                self.others += 1;
                Ok(())
            }
        }
    }

    /// The faces and what changed.
    pub(super) fn finish(self, notes: &mut Vec<String>) -> Vec<[u32; 3]> {
        notes.extend(self.triangles.notes());
        if self.others > 0 {
            notes.push(format!("left out {} vertices, lines and solid cells", self.others));
        }
        self.triangles.faces
    }
}

/// The kind of a cell of an unstructured grid.
pub(super) fn kind_of_type(number: i64) -> Kind {
    match number {
        TRIANGLE | POLYGON | QUAD => Kind::Polygons,
        TRIANGLE_STRIP => Kind::Strips,
        _ => Kind::Other,
    }
}

/// What an array of the points is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Normals,
    /// Bytes, three or four a point.
    Colours,
    /// Whole numbers, one a point.
    Labels,
    Plain,
}

/// Puts an array of the points where it belongs. Normals and colours of a wrong length are left out.
pub(super) fn attach(soup: &mut Soup, name: &str, components: usize, role: Role, values: Vec<f32>) {
    let points = soup.vertices.len();
    match (role, components) {
        (Role::Normals, 3) if values.len() == 3 * points => soup.normals = Some(triples(&values)),
        (Role::Colours, 3 | 4) if values.len() == components * points && soup.colours.is_none() => {
            let colour = |c: &[f32]| [0, 1, 2, 3].map(|i| c.get(i).map_or(255, |&v| v as u8));
            soup.colours = Some(values.chunks_exact(components).map(colour).collect());
        }
        (Role::Labels, 1) if values.len() == points && values.iter().all(|v| *v >= 0.0) => {
            soup.labels = Some(values.iter().map(|&v| v as u32).collect());
        }
        _ => soup.data.push(VertexData { name: name.to_owned(), components, values }),
    }
}
