//! From files to cases: which files belong together, what each is called, which table names its labels.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::case::{Case, Facts, Input, InputKind, Note, Reading, Subject, Union};
use crate::file::DataFile;
use crate::find::Match;
use crate::folders::{Folders, Place};
use crate::labels::{LabelTable, Tables};
use crate::metadata;
use crate::recipe::{ConsensusRule, InputRule, KindName, Recipe};
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
    match captured.case_name().or_else(|| rule.case_name.clone()) {
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
