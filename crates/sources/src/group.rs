//! From files to cases: which files belong together, what each is called, which table names its labels.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::file::{DataFile, FileType};
use crate::find::Match;
use crate::labels::{LabelTable, Tables};
use crate::metadata;
use crate::pattern::Captured;
use crate::plan::{Case, Facts, Input, InputKind, Note, Reading, Subject, Union};
use crate::recipe::{CaseRule, ConsensusRule, InputRule, KindName, Recipe};
use crate::relations;
use crate::slug::{short_hash, slug};
use crate::walk::Listing;

/// The cases, each with the name the source gives it.
pub(crate) fn cases(
    recipe: &Recipe,
    listing: &Listing,
    matches: Vec<Match>,
    tables: &mut Tables,
    warnings: &mut Vec<String>,
    skipped: &mut Vec<Note>,
) -> Vec<(String, Case)> {
    let folders = Folders::new(recipe, &matches);
    let by_path: HashMap<String, DataFile> = if recipe.inputs.iter().any(|rule| rule.vertex_labels.is_some()) {
        listing.tables().map(|file| (file.relative.clone(), file.clone())).collect()
    } else {
        HashMap::new()
    };
    let readings: Vec<Arc<Reading>> = recipe.inputs.iter().map(|rule| Arc::new(reading(recipe, rule))).collect();
    let mut by_key: BTreeMap<String, (String, Case)> = BTreeMap::new();
    let mut consensus: BTreeMap<String, Vec<Option<ConsensusRule>>> = BTreeMap::new();
    let placed: Vec<(Match, Place)> = matches
        .into_iter()
        .filter_map(|found| {
            let place = place(&found, recipe.inputs.get(found.rule)?, &folders, listing);
            Some((found, place))
        })
        .collect();
    let is_fallback = |found: &Match| recipe.inputs.get(found.rule).is_some_and(|rule| rule.fallback);
    let served: BTreeSet<String> =
        placed.iter().filter(|(found, _)| !is_fallback(found)).map(|(_, place)| place.key.clone()).collect();
    for (found, place) in placed {
        let (Some(rule), Some(reading)) = (recipe.inputs.get(found.rule), readings.get(found.rule)) else { continue };
        if rule.fallback && served.contains(&place.key) {
            skipped.push(Note::new(found.file.relative, "other files of the case hold the same structures"));
            continue;
        }
        let captured = &found.captured;
        let Some(kind) = kind(recipe, rule, &found.file, place.name, &place.case, tables, &by_path) else {
            warnings
                .push(format!("{}: its file of vertex labels is not there; it is not imported", found.file.relative));
            continue;
        };
        let subject = captured.subject.as_ref().map(|subject| format!("{}{subject}", rule.case_prefix));
        let subject = subject.as_ref().unwrap_or(&place.case);
        consensus.entry(place.key.clone()).or_default().push(rule.consensus);
        let (_, case) = by_key.entry(place.key).or_insert_with(|| {
            let subject = Subject { id: slug(subject), ..Subject::default() };
            let case = Case {
                id: slug(&place.case),
                subject,
                time_point: captured.time.clone(),
                inputs: Vec::new(),
                consensus: Vec::new(),
                relations: Vec::new(),
            };
            (place.case.clone(), case)
        });
        for (name, value) in recipe.attributes.iter().chain(&rule.attributes).chain(&captured.attributes) {
            metadata::set(recipe, &mut case.subject, name, value);
        }
        let facts = Facts {
            modality: rule.modality.clone().or_else(|| recipe.modality.clone()),
            annotation: rule.annotation.or(recipe.annotation),
            synthetic: recipe.synthetic,
            reader: captured.reader.clone(),
            variant: captured.variant.clone(),
        };
        let DataFile { relative, path, member } = found.file;
        case.inputs.push(Input { path, relative, member, kind, reading: reading.clone(), facts });
    }
    for (key, rules) in consensus {
        if let Some((_, case)) = by_key.get_mut(&key) {
            case.consensus = relations::consensus(&case.inputs, &rules);
        }
    }
    make_unique(by_key, warnings)
}

/// Which case a file belongs to, and what it is called there.
fn place(found: &Match, rule: &InputRule, folders: &Folders, listing: &Listing) -> Place {
    let captured = &found.captured;
    match case_name(captured).or_else(|| rule.case_name.clone()) {
        Some(case) => {
            let structure = captured.structure.as_ref().or(rule.structure.as_ref());
            let name = structure.cloned().unwrap_or_else(|| found.file.stem().to_owned());
            // The files of a case may lie in several archives.
            let folders: Vec<&str> =
                captured.prefix.split('/').filter(|folder| !crate::archive::is_archive(folder)).collect();
            let case = format!("{}{case}", rule.case_prefix);
            Place { key: format!("{}{case}", folders.join("/")), case, name }
        }
        None => folders.place(found, rule, &listing.name),
    }
}

/// The case as the path has it: its own name, or the subject's and the time point's.
fn case_name(captured: &Captured) -> Option<String> {
    let by_subject = || {
        let subject = captured.subject.as_ref()?;
        Some(captured.time.as_ref().map_or_else(|| subject.clone(), |time| format!("{subject}_{time}")))
    };
    captured.case.clone().or_else(by_subject)
}

/// What a rule makes of the values of its files.
fn reading(recipe: &Recipe, rule: &InputRule) -> Reading {
    let unions = if rule.unions.is_empty() && rule.labels.is_empty() { &recipe.unions } else { &rule.unions };
    Reading {
        unions: unions
            .iter()
            .map(|(name, labels)| Union { name: name.clone(), labels: labels.values().to_vec() })
            .collect(),
        derive_side: recipe.derive_side.clone(),
        threshold: rule.threshold,
        spacing_mm: rule.spacing_mm,
        voxel_axes: rule.voxel_axes,
    }
}

/// Ids that occur twice: the first by path keeps its own, the others get a hash of their path.
fn make_unique(by_key: BTreeMap<String, (String, Case)>, warnings: &mut Vec<String>) -> Vec<(String, Case)> {
    // Some file systems do not tell upper from lower case.
    let mut taken: HashMap<String, String> = HashMap::new();
    let mut cases = Vec::with_capacity(by_key.len());
    for (key, (source_name, mut case)) in by_key {
        if let Some(first) = taken.get(&case.id.to_lowercase()) {
            let own = format!("{}-{}", case.id, short_hash(&key));
            warnings.push(format!("two cases are called {}: {first} keeps the name, {key} becomes {own}", case.id));
            case.id = own;
        }
        taken.insert(case.id.to_lowercase(), key);
        cases.push((source_name, case));
    }
    cases
}

/// What the file holds; `None` where a mesh's labels are missing.
fn kind(
    recipe: &Recipe,
    rule: &InputRule,
    file: &DataFile,
    name: String,
    case: &str,
    tables: &mut Tables,
    by_path: &HashMap<String, DataFile>,
) -> Option<InputKind> {
    Some(match rule.kind {
        KindName::Mesh => match &rule.vertex_labels {
            None => InputKind::Mesh { name, unit: rule.unit, axes: rule.axes },
            Some(labels) => {
                let folder = file.folder();
                let slash = if folder.is_empty() { "" } else { "/" };
                let labels = by_path.get(&format!("{folder}{slash}{}", labels.replace("{stem}", file.stem())))?;
                tables.set_used(&labels.relative);
                let table = table(recipe, rule, file, case, tables);
                InputKind::MeshParts { labels: labels.clone(), table, unit: rule.unit, axes: rule.axes }
            }
        },
        KindName::Binary => InputKind::Binary { name },
        KindName::Instances => InputKind::Instances { name },
        KindName::Contours => InputKind::Contours,
        KindName::Auto => InputKind::Auto { name, table: table(recipe, rule, file, case, tables) },
        KindName::Labelmap => {
            let table = table(recipe, rule, file, case, tables);
            let strict = rule.strict && !table.is_empty();
            InputKind::LabelMap { table, strict }
        }
    })
}

/// The label table of a volume: its rule's files first, then the rule's own labels, then the recipe's.
fn table(recipe: &Recipe, rule: &InputRule, file: &DataFile, case: &str, tables: &mut Tables) -> Arc<LabelTable> {
    let from_file = rule.table.iter().find_map(|wanted| match wanted.as_str() {
        "auto" => tables.beside(file),
        name => tables.named(file, &name.replace("{stem}", file.stem()).replace("{case}", case)),
    });
    from_file.unwrap_or_else(|| {
        let inline = if rule.labels.is_empty() { &recipe.labels } else { &rule.labels };
        // The recipe was checked: every key is a number.
        Arc::new(inline.iter().filter_map(|(value, name)| Some((value.parse().ok()?, name.clone()))).collect())
    })
}

/// Where a file without a `{case}` belongs.
struct Place {
    /// Unique for the case.
    key: String,
    /// The source's name of the case.
    case: String,
    /// The source's name of the structure.
    name: String,
}

/// What the names in each folder look like.
struct Folders {
    /// Stems of the files in each folder, volumes and meshes apart.
    stems: BTreeMap<(String, bool), Vec<String>>,
}

impl Folders {
    fn new(recipe: &Recipe, matches: &[Match]) -> Self {
        let mut stems: BTreeMap<(String, bool), Vec<String>> = BTreeMap::new();
        for found in matches.iter().filter(|found| case_name(&found.captured).is_none()) {
            let name = found.captured.structure.as_deref().unwrap_or(found.file.stem());
            stems.entry(folder_key(&found.file)).or_default().push(recipe.structure_name(name).to_owned());
        }
        Self { stems }
    }

    fn place(&self, found: &Match, rule: &InputRule, dataset: &str) -> Place {
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
