//! Label tables: which number means what, and where a volume's table is.

mod read;
mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::case::Note;
use crate::file::{DataFile, FileType};
use crate::walk::Listing;

/// Label values and their names; 0, the background, is never in it.
pub(crate) type LabelTable = BTreeMap<u32, String>;

/// Words in a file's name that say nothing about which volume a table belongs to.
const COMMON_WORDS: [&str; 22] = [
    "atlas",
    "labels",
    "label",
    "lut",
    "names",
    "name",
    "regions",
    "region",
    "table",
    "nii",
    "gz",
    "seg",
    "segmentation",
    "dseg",
    "key",
    "legend",
    "lookup",
    "colors",
    "colours",
    "colortable",
    "colormap",
    "roi",
];

/// The tables of a listing, read once each.
pub(crate) struct Tables {
    /// Possible tables, by the folder they are in.
    by_folder: BTreeMap<String, Vec<DataFile>>,
    /// Volumes, by the folder they are in: the words of their names.
    volumes: BTreeMap<String, Vec<BTreeSet<String>>>,
    /// By relative path; `None` where the file is no label table.
    read: HashMap<String, Option<Arc<LabelTable>>>,
    used: BTreeSet<String>,
    failures: Vec<Note>,
}

impl Tables {
    pub(crate) fn new(listing: &Listing) -> Self {
        let mut by_folder: BTreeMap<String, Vec<DataFile>> = BTreeMap::new();
        for file in listing.tables().filter(|file| may_be_table(file.name())) {
            by_folder.entry(file.folder().to_owned()).or_default().push(file.clone());
        }
        let mut volumes: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
        // The neighbours of a single file claim their own tables too.
        for file in listing.files.iter().chain(&listing.neighbours).filter(|file| file.file_type() == FileType::Volume)
        {
            volumes.entry(file.folder().to_owned()).or_default().push(words(file.stem()));
        }
        Self { by_folder, volumes, read: HashMap::new(), used: BTreeSet::new(), failures: Vec::new() }
    }

    /// The table beside a volume: the one that shares its name, or the only one there.
    pub(crate) fn beside(&mut self, volume: &DataFile) -> Option<Arc<LabelTable>> {
        let files = self.by_folder.get(volume.folder())?.clone();
        let wanted = words(volume.stem());
        let named: Vec<&DataFile> = files.iter().filter(|file| words(file.stem()) == wanted).collect();
        for file in named {
            if let Some(table) = self.quietly(file) {
                return Some(table);
            }
        }
        let volumes = self.volumes.get(volume.folder())?.clone();
        let unclaimed: Vec<&DataFile> = files.iter().filter(|file| !volumes.contains(&words(file.stem()))).collect();
        let mut tables: Vec<(BTreeSet<String>, String, Arc<LabelTable>)> = Vec::new();
        for file in unclaimed {
            if let Some(table) = self.quietly(file) {
                tables.push((words(file.stem()), file.relative.clone(), table));
            }
        }
        // One table for everything (`labels.csv`), or the only table and the only volume without one.
        let alone =
            volumes.iter().filter(|volume| !files.iter().any(|file| words(file.stem()) == **volume)).count() == 1;
        match tables.as_slice() {
            [(name, relative, table)] if name.is_empty() || alone => {
                self.used.insert(relative.clone());
                Some(table.clone())
            }
            _ => None,
        }
    }

    /// The table of this name in the volume's folder or the nearest one above it; a file that cannot be read as a table
    /// is a failure.
    pub(crate) fn named(&mut self, volume: &DataFile, name: &str) -> Option<Arc<LabelTable>> {
        let mut folder = volume.folder();
        loop {
            let in_folder = self.by_folder.get(folder);
            if let Some(file) = in_folder.and_then(|files| files.iter().find(|file| file.name() == name)).cloned() {
                return self.or_failure(&file);
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// Whether a volume got its names from this file.
    pub(crate) fn is_used(&self, relative: &str) -> bool {
        self.used.contains(relative)
    }

    /// Notes that a file is in use.
    pub(crate) fn set_used(&mut self, relative: &str) {
        self.used.insert(relative.to_owned());
    }

    /// Tables that should have been readable.
    pub(crate) fn into_failures(self) -> Vec<Note> {
        self.failures
    }

    fn quietly(&mut self, file: &DataFile) -> Option<Arc<LabelTable>> {
        let table =
            self.read.entry(file.relative.clone()).or_insert_with(|| read_table(file).ok().map(Arc::new)).clone();
        if table.is_some() {
            self.used.insert(file.relative.clone());
        }
        table
    }

    fn or_failure(&mut self, file: &DataFile) -> Option<Arc<LabelTable>> {
        if let Some(known) = self.read.get(&file.relative) {
            return known.clone();
        }
        let table = match read_table(file) {
            Ok(table) => Some(Arc::new(table)),
            Err(reason) => {
                self.failures.push(Note::new(&file.relative, format!("is no label table: {reason}")));
                None
            }
        };
        self.used.insert(file.relative.clone());
        self.read.insert(file.relative.clone(), table.clone());
        table
    }
}

/// Reads a label table of any supported form.
fn read_table(file: &DataFile) -> Result<LabelTable, String> {
    let bytes = file.read(crate::find::LARGEST_TABLE)?;
    let text = String::from_utf8_lossy(&bytes);
    read::parse(text.trim_start_matches('\u{feff}'))
}

fn may_be_table(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let plain = ["readme", "license", "licence", "copying", "requirements"].iter().any(|word| name.starts_with(word));
    !plain && ["csv", "tsv", "txt", "json", "lut", "ctbl", "label"].iter().any(|end| name.ends_with(&format!(".{end}")))
}

/// The telling words of a file's stem, in lower case.
fn words(stem: &str) -> BTreeSet<String> {
    stem.split(|character: char| !character.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !COMMON_WORDS.contains(&word.as_str()))
        .collect()
}
