//! The rules a record must keep beyond its types.

use super::{AttributeValue, BLOB_FILES, MASK_FILE, MESH_FILE, Record};
use crate::id::ShapeId;

impl Record {
    /// Says which rule is broken, if one is.
    pub(super) fn check(&self) -> Result<(), String> {
        let plain = ShapeId::new(&self.dataset, &self.case, &self.structure).map_err(|e| e.to_string())?.to_string();
        // A second source of the structure in the same case has more behind it: `mandible-ground_jaw`.
        let own = self.id.strip_prefix(&plain).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        if !own {
            return Err(format!("its id says {:?}, its parts say {plain}", self.id));
        }
        self.shape_id().map_err(|e| e.to_string())?;
        self.check_numbers()?;
        self.check_files()
    }

    // JSON has no NaN or infinity: they would silently become null.
    fn check_numbers(&self) -> Result<(), String> {
        let (f, q) = (&self.features, &self.quality);
        let attributes = self.subject.attributes.values().filter_map(|v| match v {
            AttributeValue::Number(n) => Some(*n),
            _ => None,
        });
        let optional = [
            f.volume_mm3,
            f.sphericity,
            q.mask_volume_mm3,
            q.mesh_volume_mm3,
            q.volume_difference_percent,
            self.subject.age_years,
        ];
        let grid = self.grid.iter().flat_map(|g| g.spacing_mm.iter().chain(g.affine.as_flattened()));
        let finite = [f.surface_area_mm2]
            .into_iter()
            .chain(f.extents_mm)
            .chain(f.centroid_mm)
            .chain(optional.into_iter().flatten())
            .chain(grid.copied())
            .chain(attributes)
            .all(f64::is_finite);
        if finite { Ok(()) } else { Err("it holds a number that is not finite".into()) }
    }

    fn check_files(&self) -> Result<(), String> {
        if let Some(name) = self.files.keys().find(|n| !BLOB_FILES.contains(&n.as_str())) {
            return Err(format!("it lists the file {name:?}, which a shape cannot have"));
        }
        let other = if self.truth_file() == MASK_FILE { MESH_FILE } else { MASK_FILE };
        if !self.files.contains_key(self.truth_file()) || self.files.contains_key(other) {
            return Err(format!("a shape that came as a {:?} has {} and no {other}", self.came_as, self.truth_file()));
        }
        let hashes = self.files.values().map(|f| &f.blake3).chain([&self.mesh.blake3]);
        match { hashes }.find(|h| h.len() != 64 || !h.bytes().all(|b| b.is_ascii_hexdigit())) {
            Some(bad) => Err(format!("{bad:?} is no BLAKE3 checksum")),
            None => Ok(()),
        }
    }
}
