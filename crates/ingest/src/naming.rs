//! From the source's names to structures and ids.

use std::collections::BTreeMap;
use std::sync::Mutex;

use medshape_collection::{Anatomy, Laterality, ShapeId};
use medshape_sources::{Recipe, slug};

/// A name of the source, resolved as far as the vocabulary goes.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// Canonical name, or the slug of the source's own.
    pub structure: String,
    pub anatomy: Anatomy,
    /// sRGB.
    pub colour: [u8; 3],
}

/// Resolves what the source calls a structure; the recipe may know another name for it.
pub(crate) fn resolve(recipe: &Recipe, source_name: &str) -> Named {
    let name = recipe.structure_name(source_name);
    let colour = medshape_anatomy::colour(name);
    let Some(found) = medshape_anatomy::resolve(name) else {
        let display_name = name.replace('_', " ");
        let anatomy = Anatomy { display_name, ..Anatomy::default() };
        return Named { structure: slug(name), anatomy, colour };
    };
    let anatomy = Anatomy {
        resolved: true,
        display_name: found.display_name.clone(),
        synonyms: found.synonyms.iter().map(ToString::to_string).collect(),
        fma: found.fma.map(str::to_string),
        uberon: found.uberon.map(str::to_string),
        snomed: found.snomed.map(str::to_string),
        system: Some(found.system.to_string()),
        region: found.region.map(str::to_string),
        laterality: Some(match found.laterality {
            medshape_anatomy::Laterality::Left => Laterality::Left,
            medshape_anatomy::Laterality::Right => Laterality::Right,
            medshape_anatomy::Laterality::Midline => Laterality::Midline,
            medshape_anatomy::Laterality::Unspecified => Laterality::Unspecified,
        }),
    };
    Named { structure: found.name.to_string(), anatomy, colour }
}

/// The ids of one case: no two of its sources may write to the same one.
pub(crate) struct Ids<'a> {
    dataset: &'a str,
    case: &'a str,
    /// Last component of the id, and the source (file and label) that has it.
    taken: Mutex<BTreeMap<String, String>>,
}

impl<'a> Ids<'a> {
    pub(crate) fn new(dataset: &'a str, case: &'a str) -> Self {
        Self { dataset, case, taken: Mutex::default() }
    }

    /// An id for `structure`. The first source to ask gets the plain name; a second one gets what tells it apart behind
    /// it (its own name or its file's), so that nothing is lost. Sources must ask in a fixed order.
    pub(crate) fn claim(&self, structure: &str, source_name: &str, file: &str, value: Option<u32>) -> Option<ShapeId> {
        let source = value.map_or_else(|| file.to_string(), |v| format!("{file}#{v}"));
        let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        let telling = if slug(source_name) == structure { stem } else { source_name };
        let mut taken = self.taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut name = structure.to_string();
        let mut attempt = 1;
        while taken.get(&name).is_some_and(|owner| *owner != source) {
            name = match attempt {
                1 => slug(&format!("{structure}-{telling}")),
                n => slug(&format!("{structure}-{n}-{telling}")),
            };
            attempt += 1;
        }
        taken.insert(name.clone(), source);
        ShapeId::new(self.dataset, self.case, &name).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_source_of_a_structure_gets_an_id_of_its_own() {
        let ids = Ids::new("d", "c");
        let name = |id: Option<ShapeId>| id.map(|i| i.structure().to_string()).unwrap();
        assert_eq!(name(ids.claim("mandible", "ground_jaw", "a.stl", None)), "mandible");
        assert_eq!(name(ids.claim("mandible", "hat_jaw", "b.stl", None)), "mandible-hat_jaw");
        assert_eq!(name(ids.claim("mandible", "hat_jaw", "c.stl", None)), "mandible-2-hat_jaw");
        assert_eq!(name(ids.claim("mandible", "mandible", "x/old.nii.gz", Some(3))), "mandible-old");
        assert_eq!(name(ids.claim("mandible", "ground_jaw", "a.stl", None)), "mandible");
    }
}
