//! Every dataset in its public layout: `tests/fixtures/layouts/<name>.txt` holds a tree and the plan that is made of it.
//!
//! A fixture has a line `=== path` for each file, followed by the file's text, and a line `>>>` before the expected plan.
//! A line `recipe: name` at the top asks for a recipe; without it the recipe must be recognised. Volumes and meshes are
//! empty, for planning does not read them. `MEDSHAPE_BLESS=1` writes the plans anew: look at what changed.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::common::Tree;
use medshape_sources::{Case, Input, InputKind, Plan, PlanOptions, Recipe, plan, recipes};

struct Fixture {
    path: PathBuf,
    /// The recipe to ask for.
    recipe: Option<String>,
    files: Vec<(String, String)>,
    expected: String,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/layouts");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| read(&path)).collect()
}

fn read(path: &Path) -> Fixture {
    let text = std::fs::read_to_string(path).unwrap();
    let (tree, expected) = text.split_once(">>>\n").unwrap_or_else(|| panic!("{} has no plan", path.display()));
    let (head, tree) = tree.split_once("=== ").unwrap_or((tree, ""));
    let recipe = head.lines().find_map(|line| line.strip_prefix("recipe: ")).map(str::to_owned);
    let files = tree
        .split("\n=== ")
        .map(|file| file.split_once('\n').unwrap_or((file.trim(), "")))
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect();
    Fixture { path: path.to_owned(), recipe, files, expected: expected.to_owned() }
}

impl Fixture {
    fn name(&self) -> String {
        self.path.file_stem().unwrap().to_string_lossy().into_owned()
    }

    fn plan(&self) -> (Tree, Plan) {
        let files: Vec<(&str, &str)> = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let tree = Tree::new(&files);
        let options = PlanOptions { recipe: self.recipe.clone(), dataset: None };
        let plan = plan(tree.root(), &options).unwrap_or_else(|error| panic!("{}: {error}", self.name()));
        (tree, plan)
    }
}

#[test]
fn every_layout_is_planned_as_recorded() {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let (_tree, plan) = fixture.plan();
        let made = describe(&plan);
        if made == fixture.expected {
            continue;
        }
        if std::env::var_os("MEDSHAPE_BLESS").is_some() {
            let text = std::fs::read_to_string(&fixture.path).unwrap();
            let (tree, _) = text.split_once(">>>\n").unwrap();
            std::fs::write(&fixture.path, format!("{tree}>>>\n{made}")).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{}\nmade:\n{made}", fixture.name(), fixture.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Fixtures are called `<recipe>` or `<recipe>--<variant>`.
#[test]
fn every_tree_is_recognised_as_its_own_dataset_and_no_other() {
    for fixture in fixtures() {
        let (_tree, plan) = fixture.plan();
        let name = fixture.name();
        assert_eq!(name.split("--").next().unwrap(), plan.recipe.name, "{name}: {}", plan.detection);
        // Only where the public layout is not known must the recipe be asked for.
        let by_itself = recipes().iter().any(|recipe| {
            let releases = recipe.release.iter().any(|release| !release.detect.is_empty());
            recipe.name == plan.recipe.name && (releases || !recipe.detect.is_empty())
        });
        assert_eq!(fixture.recipe.is_none(), by_itself, "{name}");
    }
}

#[test]
fn every_recipe_for_a_public_dataset_has_a_layout() {
    let names: Vec<String> = fixtures().iter().map(Fixture::name).collect();
    for recipe in recipes().iter().filter(|recipe| recipe.obtain.is_some()) {
        let found = |name: &str| names.iter().any(|fixture| fixture.split("--").next() == Some(name));
        assert!(found(&recipe.name), "there is no layout of {}", recipe.name);
    }
}

/// Sources name a few things that are no structure of the vocabulary: they are all here, but for Brodmann's areas.
#[test]
fn every_label_of_every_recipe_resolves_or_is_known_not_to() {
    let mut unresolved = Vec::new();
    for recipe in recipes() {
        for variant in recipe.variants() {
            let tables = std::iter::once(&variant.labels).chain(variant.inputs.iter().map(|input| &input.labels));
            let unions = variant.inputs.iter().map(|input| &input.unions).chain([&variant.unions]);
            let given = variant.inputs.iter().filter_map(|input| input.structure.as_ref());
            let both = |name: &&String| !variant.by_sex.contains_key(*name);
            for name in
                tables.flat_map(|table| table.values()).chain(unions.flat_map(|u| u.keys())).chain(given).filter(both)
            {
                if variant.resolve(name).is_none() && !name.starts_with("Brodmann area") {
                    unresolved.push(format!("{}: {name}", recipe.name));
                }
            }
            for name in variant.by_sex.values().flat_map(|names| names.values()) {
                assert!(variant.resolve(name).is_some(), "{}: {name}", recipe.name);
            }
        }
    }
    unresolved.sort();
    unresolved.dedup();
    assert_eq!(unresolved, UNRESOLVED);
}

const UNRESOLVED: [&str; 1] = ["dap-atlas: unlabelled body"];

/// The plan as text: what a person would look at.
fn describe(plan: &Plan) -> String {
    let mut text = format!("recipe {}", plan.recipe.name);
    if let Some(release) = &plan.recipe.release_name {
        let _ = write!(text, ", release {release}");
    }
    let _ = writeln!(text, ", dataset {}", plan.dataset);
    for case in &plan.cases {
        describe_case(&plan.recipe, case, &mut text);
    }
    for (title, notes) in [("skipped", &plan.skipped), ("failed", &plan.failed)] {
        for note in notes {
            let _ = writeln!(text, "{title} {}: {}", note.file, note.reason);
        }
    }
    for warning in &plan.warnings {
        let _ = writeln!(text, "warning {warning}");
    }
    text
}

fn describe_case(recipe: &Recipe, case: &Case, text: &mut String) {
    let _ = write!(text, "case {} of {}", case.id, case.subject.id);
    if let Some(time) = &case.time_point {
        let _ = write!(text, " at {time}");
    }
    if let Some(sex) = case.subject.sex {
        let _ = write!(text, ", {}", sex.as_str());
    }
    if let Some(age) = case.subject.age_years {
        let _ = write!(text, ", {age} years");
    }
    for (name, value) in &case.subject.attributes {
        let _ = write!(text, ", {name} = {value}");
    }
    text.push('\n');
    for input in &case.inputs {
        let _ = writeln!(text, "  {}: {}", input.relative, describe_input(recipe, input));
    }
    for consensus in &case.consensus {
        let _ = writeln!(text, "  {:?} of {} files: {}", consensus.rule, consensus.inputs.len(), consensus.name);
    }
    for relation in &case.relations {
        let name = |part: &medshape_sources::Part| {
            part.variant.as_ref().map_or_else(|| part.structure.clone(), |v| format!("{} ({v})", part.structure))
        };
        let _ = writeln!(text, "  {} {} {}", name(&relation.from), relation.kind.as_str(), name(&relation.to));
    }
}

fn describe_input(recipe: &Recipe, input: &Input) -> String {
    let resolved = |name: &str| recipe.resolve(name).map_or_else(|| format!("?{name}"), |found| found.name.to_owned());
    let named = |name: &str| {
        let side = if input.reading.derive_side.iter().any(|sided| sided == name) { " (side derived)" } else { "" };
        format!("{}{side}", resolved(name))
    };
    let table = |table: &std::collections::BTreeMap<u32, String>| {
        let names: Vec<String> = table.iter().map(|(value, name)| format!("{value} {}", named(name))).collect();
        if names.len() > 20 {
            format!("{} labels, the last {}", names.len(), names.last().unwrap())
        } else {
            names.join(", ")
        }
    };
    let mut text = match &input.kind {
        InputKind::LabelMap { table: labels, strict } => {
            format!("label map{} of {}", if *strict { "" } else { " (not strict)" }, table(labels))
        }
        InputKind::Binary { name } => format!("mask of {}", named(name)),
        InputKind::Auto { name, table: labels } => format!("mask of {} or label map of {}", named(name), table(labels)),
        InputKind::Instances { name } => format!("each value is one {}", named(name)),
        InputKind::Contours => "contours".to_owned(),
        InputKind::MeshParts { labels, table: parts, unit, .. } => {
            format!("mesh in {unit:?} with parts by {}: {}", labels.relative, table(parts))
        }
        InputKind::Mesh { name, unit, axes } => format!("mesh in {unit:?} {axes} of {}", named(name)),
    };
    for union in &input.reading.unions {
        let _ = write!(text, "; {} = {:?}", named(&union.name), union.labels);
    }
    let facts = &input.facts;
    let threshold = input.reading.threshold.map(|value| format!("from {value}"));
    let grid = input.reading.spacing_mm.map(|mm| format!("{mm:?} mm"));
    let axes = input.reading.voxel_axes.map(|axes| axes.to_string());
    let annotation = facts.annotation.map(|annotation| annotation.as_str().to_owned());
    let synthetic = facts.synthetic.then(|| "synthetic".to_owned());
    let member = input.member.as_ref().map(|_| "in an archive".to_owned());
    let parts = [
        facts.modality.clone(),
        annotation,
        synthetic,
        facts.reader.clone(),
        facts.variant.clone(),
        threshold,
        grid,
        axes,
        member,
    ];
    for part in parts.into_iter().flatten() {
        let _ = write!(text, "; {part}");
    }
    text
}
