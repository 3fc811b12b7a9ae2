//! What an import did, for people and for programs.

use medshape_sources::Note;
use serde::Serialize;

/// The outcome of an import. The keys of its JSON are an interface.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// The dataset's name in the collection.
    pub dataset: String,
    /// The recipe used.
    pub recipe: String,
    /// How the recipe was chosen, in a sentence.
    pub detection: String,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
    /// Whether the import was stopped before its end.
    pub interrupted: bool,
    /// Cases found (and, with a limit, taken).
    pub cases: usize,
    /// Shapes written.
    pub shapes_written: usize,
    /// Shapes that were there already, made from the same input.
    pub shapes_unchanged: usize,
    /// What was left out on purpose: empty masks, files that are no shapes.
    pub skipped: Vec<Note>,
    /// What should have become a shape and did not.
    pub failed: Vec<Note>,
    /// What a person should look at: names that did not resolve, derived units.
    pub warnings: Vec<Note>,
    /// Wall time.
    pub seconds: f64,
}

impl Summary {
    /// Notes in the order of file and label, whatever thread came first.
    pub(crate) fn sort(&mut self) {
        for notes in [&mut self.skipped, &mut self.failed, &mut self.warnings] {
            notes.sort();
            notes.dedup();
        }
    }

    /// Adds what another part of the import did.
    pub(crate) fn add(&mut self, other: Self) {
        self.shapes_written += other.shapes_written;
        self.shapes_unchanged += other.shapes_unchanged;
        self.skipped.extend(other.skipped);
        self.failed.extend(other.failed);
        self.warnings.extend(other.warnings);
    }
}
