//! A recipe for a folder that nobody has described yet: a first guess to be corrected by hand.
//!
//! Files whose paths differ in numbers only are one form. Where the same names stand in many folders, the folder is the
//! case and the name the structure; else the case is what varies: the deepest folder, or the file. Tables are metadata
//! if one of their columns names most of the cases. Nothing but names and small tables is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use crate::error::SourceError;
use crate::file::{DataFile, FileType};
use crate::metadata;
use crate::plan::{PlanOptions, plan};
use crate::recipe::{Recipe, identifies};
use crate::slug;
use crate::walk::{self, Listing};

/// Words in the names of images rather than masks.
const IMAGES: [&str; 14] =
    ["image", "imaging", "img", "ct", "mri", "pet", "suv", "t1", "t1w", "t2", "t2w", "flair", "dwi", "0000"];
/// Rules that a draft has at most; more forms than that are no layout.
const MOST_RULES: usize = 12;

/// Files of one form.
struct Form {
    /// The pattern, with its captures.
    pattern: String,
    kind: FormKind,
    files: usize,
}

/// What the files of a form are taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FormKind {
    /// Volumes of one structure or of many.
    Volume,
    /// Volumes of many structures, all of the same name.
    LabelMap,
    Mesh,
    Image,
}

impl Form {
    /// The further lines of its rule.
    fn lines(&self) -> &'static str {
        match self.kind {
            FormKind::Mesh => "kind = \"mesh\"\nunit = \"auto\"\n",
            FormKind::LabelMap => {
                "kind = \"labelmap\"\ntable = [\"auto\"] # or labels = { 1 = \"liver\", 2 = \"spleen\" }\n"
            }
            FormKind::Volume | FormKind::Image => {
                "kind = \"auto\" # better: \"labelmap\" (with labels = { 1 = \"liver\" }) or \"binary\"\ntable = [\"auto\"]\n"
            }
        }
    }
}

/// Drafts a recipe for a folder, as TOML with comments; it can be parsed, and finds the folder's cases.
///
/// # Errors
/// When the folder cannot be read or holds no volume and no mesh.
pub fn draft_recipe(folder: &Path) -> Result<String, SourceError> {
    let listing = walk::list(folder)?;
    let forms = forms(&listing);
    if forms.iter().all(|form| form.kind == FormKind::Image) {
        let looked_for = "no volume or mesh that could be a mask".to_owned();
        return Err(SourceError::Nothing { root: folder.to_owned(), looked_for });
    }
    let mut text = head(&slug(&listing.name), &listing.name);
    let (inputs, images): (Vec<&Form>, Vec<&Form>) = forms.iter().partition(|form| form.kind != FormKind::Image);
    if inputs.len() > MOST_RULES {
        let _ = writeln!(text, "# {} forms of paths were found; only the most frequent are here.\n", inputs.len());
    }
    if let Some(first) = inputs.first() {
        let _ = writeln!(
            text,
            "# What tells this dataset from others: files that every copy of it has.\n[[detect]]\npattern = {}\nweight = 60\nrequired = true\n",
            quoted(&first.pattern)
        );
    }
    for form in inputs.iter().take(MOST_RULES) {
        let by_folder = if form.pattern.contains("{case") { "" } else { "case = \"folder\"\n" };
        let pattern = quoted(&form.pattern);
        let _ = writeln!(text, "# {} files\n[[inputs]]\npattern = {pattern}\n{}{by_folder}", form.files, form.lines());
    }
    if !images.is_empty() {
        let patterns: Vec<String> = images.iter().map(|form| quoted(&form.pattern)).collect();
        let _ = writeln!(text, "# Images, by their names.\n[[ignore]]\npattern = [{}]\n", patterns.join(", "));
    }
    let recipe = Recipe::parse(&text, "draft")?;
    text.push_str(&tables(&recipe, &listing));
    text.push_str(&names(&text, folder)?);
    Ok(text)
}

fn head(name: &str, title: &str) -> String {
    format!(
        "# A draft: look at every line. docs/recipes.md tells what else there is.\nname = {}\nversion = \"1\"\ntitle = {}\n\
         description = \"To be written: what the images and masks are.\"\n# modality = \"CT\"\n# annotation = \"manual\" # or \
         \"semi-automatic\", \"automatic\"\n\n[licence]\nstatement = \"Not stated: ask the source before sharing.\"\n\
         # spdx = \"CC-BY-4.0\"\n\n[citation]\ntext = \"To be written: what to cite.\"\n# doi = [\"10....\"]\n\n",
        quoted(name),
        quoted(&title.replace(char::is_control, " "))
    )
}

/// The forms of the paths of volumes and meshes, the most frequent first.
fn forms(listing: &Listing) -> Vec<Form> {
    let mut groups: BTreeMap<(String, String), Vec<&DataFile>> = BTreeMap::new();
    for file in listing.files.iter().filter(|file| file.file_type() != FileType::Other) {
        let ending = file.name().get(file.stem().len()..).unwrap_or_default().to_ascii_lowercase();
        let folders: Vec<String> = file.folder().split('/').map(form).collect();
        groups.entry((folders.join("/"), ending)).or_default().push(file);
    }
    let mut forms: Vec<Form> = Vec::new();
    for form in groups.iter().flat_map(|((_, ending), files)| rules(files, ending)) {
        match forms.iter_mut().find(|other| other.pattern == form.pattern) {
            Some(other) => other.files += form.files,
            None => forms.push(form),
        }
    }
    forms.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.pattern.cmp(&b.pattern)));
    forms
}

/// The rules for the files of one form of folder.
fn rules(files: &[&DataFile], ending: &str) -> Vec<Form> {
    let is_mesh = files.iter().any(|file| file.file_type() == FileType::Mesh);
    let (images, masks): (Vec<&DataFile>, Vec<&DataFile>) = files.iter().partition(|file| !is_mesh && is_image(file));
    let folders: BTreeSet<&str> = masks.iter().map(|file| file.folder()).collect();
    let stems: BTreeSet<&str> = masks.iter().map(|file| file.stem()).collect();
    let mut forms = Vec::new();
    let ending = if ending == ".nii.gz" { ".nii[.gz]" } else { ending };
    let kind = if is_mesh { FormKind::Mesh } else { FormKind::Volume };
    let parent = |file: &DataFile| {
        let name = file.folder().rsplit('/').next().filter(|name| !name.is_empty());
        name.map_or(String::new(), |name| format!("{}/", globbed(&form(name))))
    };
    // The folder that varies is the case, and what stands in many of them a structure.
    let known = stems.iter().filter(|stem| medshape_anatomy::resolve(stem).is_some()).count();
    let repeats = folders.len() > 1 && stems.len() < masks.len();
    if let Some(first) = masks.first() {
        let folder = case_folder(&folders);
        if (repeats || known * 2 > stems.len()) && (folder.is_some() || folders.len() == 1) {
            let parts: Vec<&str> = first.folder().split('/').filter(|part| !part.is_empty()).collect();
            let last = folder.or(parts.len().checked_sub(1));
            let same = stems.len() == 1;
            let name = if same { escaped(first.stem()) } else { "{structure}".to_owned() };
            let kind = if same && known == 0 && !is_mesh { FormKind::LabelMap } else { kind };
            let mut pattern = String::new();
            for (index, part) in parts.iter().enumerate().skip(last.unwrap_or_default()) {
                let _ = match last {
                    Some(last) if index == last => write!(pattern, "{}/", captured("case", &form(part))),
                    _ => write!(pattern, "{}/", escaped(part)),
                };
            }
            forms.push(Form { pattern: format!("{pattern}{name}{ending}"), kind, files: masks.len() });
        } else {
            let mut by_form: BTreeMap<String, usize> = BTreeMap::new();
            for stem in &stems {
                *by_form.entry(form(stem)).or_default() += 1;
            }
            let parent = parent(first);
            if by_form.len() > 2 && by_form.len() * 2 > stems.len() {
                // No numbers to count cases by: the parts of one body.
                forms.push(Form { pattern: format!("{parent}{{structure}}{ending}"), kind, files: masks.len() });
            } else {
                forms.extend(by_form.into_iter().map(|(stem, files)| Form {
                    pattern: format!("{parent}{}{ending}", captured("case", &stem)),
                    kind,
                    files,
                }));
            }
        }
    }
    for image in images {
        let pattern = format!("{}{}{ending}", parent(image), globbed(&form(image.stem())));
        forms.push(Form { pattern, kind: FormKind::Image, files: 1 });
    }
    forms
}

/// The deepest place in which the folders differ.
fn case_folder(folders: &BTreeSet<&str>) -> Option<usize> {
    let split: Vec<Vec<&str>> = folders.iter().map(|folder| folder.split('/').collect()).collect();
    let depth = split.iter().map(Vec::len).min()?;
    (0..depth).rev().find(|&index| split.iter().filter_map(|parts| parts.get(index)).collect::<BTreeSet<_>>().len() > 1)
}

fn is_image(file: &DataFile) -> bool {
    // `vertebrae_T1` is a bone, and `t1` alone an image.
    if file.stem().len() > 3 && medshape_anatomy::resolve(file.stem()).is_some() {
        return false;
    }
    let in_images = file.folder().split('/').any(|folder| folder.to_ascii_lowercase().starts_with("images"));
    let mut words = file.stem().split(|character: char| !character.is_alphanumeric()).map(str::to_ascii_lowercase);
    in_images || words.next_back().is_some_and(|word| IMAGES.contains(&word.as_str()))
}

/// A name as a regular expression in which numbers are free: `case_00012` is `case_\d{5}`.
fn form(name: &str) -> String {
    let mut text = String::new();
    let mut rest = name;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character: char| !character.is_ascii_digit()).unwrap_or(from.len());
        text.push_str(&regex::escape(before));
        text.push_str(r"\d+");
        rest = from.get(end..).unwrap_or_default();
    }
    text + &regex::escape(rest)
}

/// The same as a glob.
fn globbed(form: &str) -> String {
    let text = form.replace(r"\d+", "*").replace('\\', "");
    escaped(&text)
}

/// A name in a pattern: what has a meaning there becomes `?`.
fn escaped(name: &str) -> String {
    name.replace(['{', '}', '[', ']'], "?")
}

fn captured(name: &str, form: &str) -> String {
    // Braces in the expression would have to be in pairs.
    if form.contains(['{', '}', '\'']) { format!("{{{name}}}") } else { format!("{{{name}:{form}}}") }
}

/// A TOML string; without escapes where that is possible.
fn quoted(text: &str) -> String {
    if text.contains(['\'', '\n']) { toml::Value::from(text).to_string() } else { format!("'{text}'") }
}

/// `[[metadata]]` for tables in which a column names most of the cases.
fn tables(recipe: &Recipe, listing: &Listing) -> String {
    let cases: BTreeSet<String> = listing
        .files
        .iter()
        .flat_map(|file| recipe.inputs.iter().flat_map(|rule| rule.pattern.patterns()).map(move |p| (file, p)))
        .filter_map(|(file, pattern)| pattern.capture(&file.relative)?.case)
        .map(|case| case.to_lowercase())
        .collect();
    let mut text = String::new();
    for file in listing.tables() {
        let Some((key, columns)) = metadata::key_column(file, &cases) else { continue };
        let _ = writeln!(text, "[[metadata]]\nfile = {}\nkey = {}", quoted(&escaped(file.name())), quoted(&key));
        for (field, words) in
            [("sex", ["sex", "gender", "patient's sex"]), ("age", ["age", "age_years", "patient's age"])]
        {
            let is_it =
                |column: &&String| words.contains(&column.as_str()) || column.starts_with(&format!("{field}_at_"));
            if let Some(column) = columns.iter().find(is_it) {
                let _ = writeln!(text, "{field} = {{ column = {} }}", quoted(column));
            }
        }
        let others: Vec<String> = columns.iter().filter(|column| !identifies(column)).map(|c| quoted(c)).collect();
        let _ = writeln!(
            text,
            "# All columns that may be kept: keep those that say something of the subject.\n# keep = [{}]\n",
            others.join(", ")
        );
    }
    text
}

/// `[names]` for what the vocabulary does not know, as comments.
fn names(draft: &str, folder: &Path) -> Result<String, SourceError> {
    let file = tempfile::NamedTempFile::with_suffix(".toml")
        .and_then(|file| std::fs::write(file.path(), draft).map(|()| file))
        .map_err(|source| SourceError::Unreadable { path: std::env::temp_dir(), source })?;
    let options = PlanOptions { recipe: Some(file.path().display().to_string()), dataset: None };
    let planned = plan(folder, &options)?;
    let names: BTreeSet<String> = planned
        .cases
        .iter()
        .flat_map(|case| &case.inputs)
        .flat_map(|input| crate::case::names(&input.kind))
        .filter(|name| planned.recipe.resolve(name).is_none())
        .take(100)
        .map(|name| format!("# {} = \"\"\n", quoted(name)))
        .collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    let lines: String = names.into_iter().collect();
    Ok(format!("# Names that the vocabulary does not know: what are they called there?\n[names]\n{lines}"))
}
