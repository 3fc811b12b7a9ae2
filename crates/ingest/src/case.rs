//! One case: its files, one after the other or side by side, into shapes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use medshape_collection::{AttributeValue, Citation, Collection, Licence, Put, Record, Sex, SourceFile, Subject};
use medshape_sources::{Case, Input, InputKind, Note, Plan, Unit, slug};
use rayon::prelude::*;

use crate::import::{ImportOptions, Progress};
use crate::naming::{Ids, resolve};
use crate::shape::{Head, Made};
use crate::summary::Summary;
use crate::{consensus, parts, surface, volume};

/// What the work on a case needs.
pub(crate) struct Job<'a> {
    pub plan: &'a Plan,
    pub case: &'a Case,
    pub collection: Option<&'a Collection>,
    pub options: &'a ImportOptions,
    pub progress: &'a dyn Progress,
    pub stop: &'a AtomicBool,
    /// Unit of meshes that do not state theirs.
    pub judged_unit: Unit,
    pub ids: Ids<'a>,
    /// Takes each record once its files are stored.
    pub stored: &'a (dyn Fn(Record) + Sync),
}

/// What went wrong with a file, with its path as the dataset has it, and only once.
pub(crate) fn reason(error: &dyn std::fmt::Display, input: &Input) -> String {
    let text = error.to_string();
    let own = format!("{}: ", input.path.display());
    text.strip_prefix(&own).map_or_else(|| text.replace(own.trim_end_matches(": "), &input.relative), str::to_string)
}

/// Size and checksum of an input, or the reason it has none.
pub(crate) fn source_file(input: &Input) -> Result<SourceFile, String> {
    let mut hasher = blake3::Hasher::new();
    let bytes = std::fs::File::open(&input.path)
        .and_then(|mut file| std::io::copy(&mut file, &mut hasher))
        .map_err(|e| format!("cannot read the file: {e}"))?;
    let blake3 = hasher.finalize().to_hex().to_string();
    Ok(SourceFile { path: input.relative.clone(), bytes, blake3 })
}

/// Imports every file of the case.
pub(crate) fn import(job: &Job<'_>) -> Summary {
    // Ids go to the files in their order, whatever thread is first: what is known by name claims its id now.
    for input in &job.case.inputs {
        if let InputKind::Binary { name } | InputKind::Auto { name, .. } | InputKind::Mesh { name, .. } = &input.kind {
            let structure = with_variant(&resolve(&job.plan.recipe, name).structure, input, None);
            job.ids.claim(&structure, name, &input.relative, None);
        }
    }
    let (many, single): (Vec<_>, Vec<_>) = job.case.inputs.iter().partition(|i| {
        matches!(i.kind, InputKind::LabelMap { .. } | InputKind::Auto { .. } | InputKind::Instances { .. })
    });
    let mut summary = Summary::default();
    // Files of many labels learn their names when they are read, so they take turns.
    for input in many {
        summary.add(import_input(job, input));
    }
    let parts: Vec<Summary> = single.into_par_iter().with_max_len(1).map(|input| import_input(job, input)).collect();
    for part in parts {
        summary.add(part);
    }
    for consensus in &job.case.consensus {
        if !job.is_stopped() {
            summary.add(consensus::import(job, consensus));
        }
    }
    summary
}

fn import_input(job: &Job<'_>, input: &Input) -> Summary {
    if job.is_stopped() {
        return Summary::default();
    }
    let unread = |reason: String| Summary {
        failed: vec![Note { file: input.relative.clone(), label: None, reason }],
        ..Summary::default()
    };
    let summary = match input.fetch() {
        Ok(fetched) => {
            // Readers want a path; a member of an archive has one for as long as `fetched` lives.
            let input = &Input { path: fetched.path().to_owned(), member: None, ..input.clone() };
            match &input.kind {
                InputKind::LabelMap { table, strict } => {
                    volume::import(job, input, &volume::Naming::Table { table, strict: *strict })
                }
                InputKind::Binary { name } => volume::import(job, input, &volume::Naming::Binary(name)),
                InputKind::Auto { name, table } => volume::import(job, input, &volume::Naming::Auto { name, table }),
                InputKind::Instances { name } => volume::import(job, input, &volume::Naming::Instances(name)),
                InputKind::Mesh { name, unit, axes } => surface::import(job, input, name, *unit, axes),
                InputKind::Contours => {
                    let table = BTreeMap::new();
                    volume::import(job, input, &volume::Naming::Table { table: &table, strict: false })
                }
                InputKind::MeshParts { labels, table, unit, axes } => {
                    parts::import(job, input, &parts::Parts { labels, table, unit: *unit, axes })
                }
            }
        }
        Err(e) => unread(format!("cannot be read from the archive: {e}")),
    };
    job.progress.file_done(&input.relative);
    summary
}

/// The last component of an id: the structure, and what tells it from others of its name in the case.
fn with_variant(structure: &str, input: &Input, instance: Option<u32>) -> String {
    let facts = &input.facts;
    let number = instance.map(|value| value.to_string());
    let parts = [facts.variant.as_deref(), facts.reader.as_deref(), number.as_deref()];
    let parts: Vec<&str> = std::iter::once(structure).chain(parts.into_iter().flatten()).collect();
    slug(&parts.join("-"))
}

impl Job<'_> {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Everything known of a shape before its geometry. A name that does not resolve is noted.
    pub(crate) fn head(
        &self,
        source_name: &str,
        label_value: Option<u32>,
        input: &Input,
        file: &SourceFile,
        summary: &mut Summary,
    ) -> Option<Head> {
        self.head_as(source_name, None, label_value, None, input, file, summary)
    }

    /// The same for a shape that is another structure than its source name says: one side of what the source has for
    /// both. `part` tells parts of one file that may have the same name and value.
    #[expect(clippy::too_many_arguments, reason = "all that is known of a shape, each from another place")]
    pub(crate) fn head_as(
        &self,
        source_name: &str,
        structure: Option<&str>,
        label_value: Option<u32>,
        part: Option<usize>,
        input: &Input,
        file: &SourceFile,
        summary: &mut Summary,
    ) -> Option<Head> {
        let recipe = &self.plan.recipe;
        let named = resolve(recipe, structure.unwrap_or(source_name));
        let note = |reason: String| Note { file: file.path.clone(), label: Some(source_name.to_string()), reason };
        if !named.anatomy.resolved {
            let reason = "the name is not in the vocabulary; it keeps its source name".to_string();
            summary.warnings.push(note(reason));
        }
        let instance = label_value.filter(|_| matches!(input.kind, InputKind::Instances { .. }));
        let structure = with_variant(&named.structure, input, instance);
        let source = part.map_or_else(|| file.path.clone(), |n| format!("{}#part {n}", file.path));
        let Some(id) = self.ids.claim(&structure, source_name, &source, label_value) else {
            summary.failed.push(note(format!("no id can be made of the name {source_name:?}")));
            return None;
        };
        let licence = &recipe.licence;
        Some(Head {
            id,
            named,
            label: source_name.to_string(),
            label_value,
            subject: self.subject(),
            licence: Licence {
                spdx: licence.spdx.clone(),
                statement: licence.statement.clone(),
                url: licence.url.clone(),
                commercial: licence.commercial,
                derivatives: licence.derivatives,
                share_alike: licence.share_alike,
                attribution: licence.attribution,
            },
            citation: Citation { text: recipe.citation.text.clone(), doi: recipe.citation.doi.clone() },
            file: file.clone(),
            steps: Vec::new(),
            recipe: recipe.name.clone(),
            recipe_version: recipe.version.clone(),
        })
    }

    fn subject(&self) -> Subject {
        let subject = &self.case.subject;
        let attribute = |value: &serde_json::Value| match value {
            serde_json::Value::Bool(b) => Some(AttributeValue::Bool(*b)),
            serde_json::Value::Number(n) => {
                n.as_i64().map(AttributeValue::Integer).or(n.as_f64().map(AttributeValue::Number))
            }
            serde_json::Value::String(s) => Some(AttributeValue::Text(s.clone())),
            _ => None,
        };
        Subject {
            id: subject.id.clone(),
            sex: subject.sex.map(|sex| match sex {
                medshape_sources::Sex::F => Sex::F,
                medshape_sources::Sex::M => Sex::M,
            }),
            age_years: subject.age_years,
            attributes: subject.attributes.iter().filter_map(|(k, v)| Some((k.clone(), attribute(v)?))).collect(),
        }
    }

    /// Whether the shape is there already, whole, from the same input and with the same things known of it. If so, the
    /// catalogue gets its record again, in case a run was killed between the two.
    pub(crate) fn is_done(&self, head: &Head) -> bool {
        let Some(collection) = self.collection else { return false };
        match collection.read_record(&head.id) {
            Ok(record) if head.matches(&record) && collection.files_are_whole(&head.id, &record) => {
                (self.stored)(record);
                true
            }
            _ => false,
        }
    }

    /// Stores a shape, or notes why there is none.
    pub(crate) fn store(&self, made: Result<Made, String>, file: &str, head: &Head, summary: &mut Summary) {
        let Some(collection) = self.collection else { return };
        let outcome = made.and_then(|made| {
            let blobs: Vec<(&str, &[u8])> = made.blobs.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
            let put = collection.put_shape_if_changed(&made.record, &blobs).map_err(|e| e.to_string())?;
            Ok((put, made.record))
        });
        match outcome {
            Ok((put, record)) => {
                if !record.quality.core_closed {
                    let reason = format!("the mesh is not closed: {}", record.quality.faults.join(", "));
                    summary.warnings.push(Note { file: file.to_string(), label: Some(head.label.clone()), reason });
                }
                match put {
                    Put::Written => summary.shapes_written += 1,
                    Put::Unchanged => summary.shapes_unchanged += 1,
                }
                (self.stored)(record);
            }
            Err(reason) => {
                summary.failed.push(Note { file: file.to_string(), label: Some(head.label.clone()), reason });
            }
        }
    }
}
