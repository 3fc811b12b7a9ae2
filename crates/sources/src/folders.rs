//! Files without a `{case}` in their pattern: which belong together, judged by the names in each folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::file::{DataFile, FileType};
use crate::find::Match;
use crate::recipe::{CaseRule, InputRule, Recipe};

/// Where a file belongs.
pub(crate) struct Place {
    /// Unique for the case.
    pub(crate) key: String,
    /// The source's name of the case.
    pub(crate) case: String,
    /// The source's name of the structure.
    pub(crate) name: String,
}

/// What the names in each folder look like.
pub(crate) struct Folders {
    /// Stems of the files in each folder, volumes and meshes apart.
    stems: BTreeMap<(String, bool), Vec<String>>,
}

impl Folders {
    pub(crate) fn new(recipe: &Recipe, matches: &[Match]) -> Self {
        let mut stems: BTreeMap<(String, bool), Vec<String>> = BTreeMap::new();
        for found in matches.iter().filter(|found| found.captured.case_name().is_none()) {
            let name = found.captured.structure.as_deref().unwrap_or(found.file.stem());
            stems.entry(folder_key(&found.file)).or_default().push(recipe.structure_name(name).to_owned());
        }
        Self { stems }
    }

    pub(crate) fn place(&self, found: &Match, rule: &InputRule, dataset: &str) -> Place {
        let file = &found.file;
        let (folder, is_mesh) = folder_key(file);
        let structure = found.captured.structure.clone().or_else(|| rule.structure.clone());
        let stem = structure.unwrap_or_else(|| file.stem().to_owned());
        let case_folder = match rule.case {
            CaseRule::Folder => Some(folder.as_str()),
            CaseRule::File => None,
            CaseRule::Auto => self.case_folder(&folder, is_mesh),
        };
        if let Some(case) = case_folder {
            let name = if case.is_empty() { dataset } else { case };
            return Place { key: format!("{case}/"), case: name.to_owned(), name: stem };
        }
        let parent = folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(dataset);
        let case = if folder.is_empty() { file.stem().to_owned() } else { format!("{folder}/{}", file.stem()) };
        Place { key: file.relative.clone(), case, name: instance_of(&stem, parent, is_mesh) }
    }

    /// The folder that is the case of the files in `folder`, if they belong together: the highest one whose files do, for
    /// folders within a case's folder belong to it. The root's loose files are a case of their own.
    fn case_folder<'a>(&self, folder: &'a str, is_mesh: bool) -> Option<&'a str> {
        let own = || self.is_one_case(folder, is_mesh).then_some(folder);
        let repeats = self.stems.get(&(folder.to_owned(), is_mesh));
        if folder.is_empty() || repeats.is_some_and(|stems| self.looks_like_its_siblings(folder, is_mesh, stems)) {
            return own();
        }
        let above = folder.match_indices('/').filter_map(|(end, _)| folder.get(..end));
        above.into_iter().find(|above| self.is_one_case(above, is_mesh)).or_else(own)
    }

    /// Whether the files of a folder are the parts of one body rather than one body each.
    fn is_one_case(&self, folder: &str, is_mesh: bool) -> bool {
        let Some(stems) = self.stems.get(&(folder.to_owned(), is_mesh)) else { return false };
        let bases: BTreeSet<&str> =
            stems.iter().filter_map(|stem| numbered(stem)).map(|(structure, _)| structure).collect();
        let numbered_count = stems.iter().filter(|stem| numbered(stem).is_some()).count();
        let nameless = stems.iter().filter(|stem| !has_word(stem)).count();
        // 001, 002, ... or skull.a, skull.b, ...: the same thing many times.
        if nameless == stems.len() || (numbered_count == stems.len() && numbered_count > bases.len()) {
            return false;
        }
        let resolved: BTreeSet<&str> =
            stems.iter().filter_map(|stem| medshape_anatomy::resolve(stem)).map(|structure| structure.name).collect();
        if stems.len() >= 2 && resolved.len() >= 2 && resolved.len() * 2 >= stems.len() {
            return true;
        }
        if self.looks_like_its_siblings(folder, is_mesh, stems) {
            return true;
        }
        // A folder of differently named surfaces is one body; volumes are more often one body each.
        is_mesh && numbered_count < stems.len()
    }

    /// Whether half of the names occur in another folder beside it: `Patient1/liver`, `Patient2/liver`.
    fn looks_like_its_siblings(&self, folder: &str, is_mesh: bool, stems: &[String]) -> bool {
        if folder.is_empty() {
            return false;
        }
        let above = |path: &str| path.rsplit_once('/').map_or(String::new(), |(above, _)| above.to_owned());
        let siblings: Vec<&String> = self
            .stems
            .iter()
            .filter(|((other, mesh), _)| *mesh == is_mesh && other != folder && !other.is_empty())
            .filter(|((other, _), _)| above(other) == above(folder))
            .flat_map(|(_, stems)| stems)
            .collect();
        let shared = stems.iter().filter(|stem| has_word(stem) && siblings.contains(stem)).count();
        shared * 2 >= stems.len()
    }
}

fn folder_key(file: &DataFile) -> (String, bool) {
    (file.folder().to_owned(), file.file_type() == FileType::Mesh)
}

/// What a file that is a case of its own holds: `liver_012` a liver, `012` what its folder is called.
fn instance_of(stem: &str, folder: &str, is_mesh: bool) -> String {
    if medshape_anatomy::resolve(stem).is_some() {
        return stem.to_owned();
    }
    if let Some((structure, _)) = numbered(stem) {
        return structure.to_owned();
    }
    if !has_word(stem) && (is_mesh || medshape_anatomy::resolve(folder).is_some()) {
        return folder.to_owned();
    }
    stem.to_owned()
}

/// What one body has many of: there a number tells parts of one body, not bodies.
const SERIAL: [&str; 9] = [
    "vertebra",
    "rib",
    "tooth",
    "intervertebral_disc",
    "carpal_bones",
    "metacarpal_bones",
    "tarsal_bones",
    "metatarsal_bones",
    "costal_cartilages",
];

/// A known structure with a number or a single letter before or after it: `skull.a`, `liver_012`, `003-femur`.
fn numbered(stem: &str) -> Option<(&str, &str)> {
    let is_index = |word: &str| {
        !word.is_empty()
            && (word.chars().all(|character| character.is_ascii_digit()) || (word.len() == 1 && word.is_ascii()))
            // `l` and `r` are sides.
            && !word.eq_ignore_ascii_case("l")
            && !word.eq_ignore_ascii_case("r")
    };
    if medshape_anatomy::resolve(stem).is_some() {
        return None;
    }
    let separator = |character: char| matches!(character, '_' | '-' | '.' | ' ');
    let splits = [stem.rsplit_once(separator), stem.split_once(separator).map(|(index, name)| (name, index))];
    splits.into_iter().flatten().filter(|(_, index)| is_index(index)).find(|(name, _)| {
        medshape_anatomy::resolve(name)
            .is_some_and(|structure| structure.system != "pathology" && !SERIAL.contains(&structure.name))
    })
}

/// Whether a name has a word in it, and not only a number with a letter or two.
fn has_word(stem: &str) -> bool {
    stem.chars().filter(|character| character.is_alphabetic()).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::{instance_of, numbered};

    #[test]
    fn numbered_structures() {
        assert_eq!(numbered("skull.a"), Some(("skull", "a")));
        assert_eq!(numbered("liver_012"), Some(("liver", "012")));
        assert_eq!(numbered("003-femur"), Some(("femur", "003")));
        for stem in ["femur_l", "vertebra_3", "liver", "hippocampus_003_x", "012"] {
            assert_eq!(numbered(stem), None, "{stem}");
        }
    }

    #[test]
    fn instances_are_named_by_what_they_are() {
        assert_eq!(instance_of("liver_012", "x", true), "liver");
        assert_eq!(instance_of("012", "spleen", false), "spleen");
        assert_eq!(instance_of("012", "faces of people", true), "faces of people");
        assert_eq!(instance_of("012", "labels", false), "012");
        assert_eq!(instance_of("something", "spleen", false), "something");
    }
}
