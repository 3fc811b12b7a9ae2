//! The whole import: plan, work in parallel, catalogue, summary.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use medshape_collection::{
    CATALOGUE_FILE, CatalogueWriter, Collection, CollectionError, DatasetInfo, IfLocked, Record,
};
use medshape_sources::{InputKind, Note, Plan, PlanOptions, Unit, plan};
use rayon::prelude::*;

use crate::case::{self, Job};
use crate::error::IngestError;
use crate::naming::Ids;
use crate::summary::Summary;
use crate::surface;

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Name of the dataset in the collection; none: as the recipe says.
    pub dataset: Option<String>,
    /// Name or file of a recipe; none: the one that fits is found.
    pub recipe: Option<String>,
    /// Worker threads; 0: one a core.
    pub jobs: usize,
    /// Import only the first so many cases.
    pub limit: Option<usize>,
    /// Read and report, but write nothing.
    pub dry_run: bool,
}

/// Hears how far an import is. Called from many threads.
pub trait Progress: Sync {
    /// The plan is made: what was recognised, and how many files there are to read.
    fn planned(&self, detection: &str, files: usize);
    /// A file is done.
    fn file_done(&self, file: &str);
}

/// Says nothing.
pub struct Silent;

impl Progress for Silent {
    fn planned(&self, _: &str, _: usize) {}
    fn file_done(&self, _: &str) {}
}

/// Records go into the catalogue in batches: a transaction a shape would cost more than the shape.
const BATCH: usize = 256;

/// Imports a folder or file into the collection at `collection`, which is made when it is not there.
///
/// Set `stop` to end after the shapes in hand; what is stored by then is whole and in the catalogue, and the same call
/// goes on from there.
///
/// # Errors
/// When nothing can be done at all: no such folder, no recipe fits, the collection cannot be written. Everything else
/// is in the [`Summary`].
pub fn import(
    root: &Path,
    collection: &Path,
    options: &ImportOptions,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Summary, IngestError> {
    let start = Instant::now();
    let mut plan = plan(root, &PlanOptions { recipe: options.recipe.clone(), dataset: options.dataset.clone() })?;
    if let Some(limit) = options.limit {
        plan.cases.truncate(limit);
    }
    let collection = open(collection, options.dry_run)?;
    let catalogue = match &collection {
        Some(collection) if !options.dry_run => {
            let writer = collection.writer(IfLocked::Fail)?;
            collection.set_dataset(&plan.dataset, info(&plan))?;
            Some(Mutex::new(Batch {
                writer,
                records: Vec::new(),
                truths: BTreeMap::new(),
                volumes: BTreeMap::new(),
                error: None,
            }))
        }
        _ => None,
    };

    let files: usize = plan.cases.iter().map(|c| c.inputs.len()).sum();
    progress.planned(&plan.detection, files);
    let stored = |record: Record| {
        if let Some(batch) = &catalogue {
            batch.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(record, stop);
        }
    };
    let finished = AtomicUsize::new(0);
    let work = || -> Vec<Summary> {
        let judged_unit = judge_unit(&plan);
        let one = |case| {
            let job = Job {
                plan: &plan,
                case,
                collection: collection.as_ref(),
                options,
                progress,
                stop,
                judged_unit,
                ids: Ids::new(&plan.dataset, &case.id),
                stored: &stored,
            };
            let part = case::import(&job);
            finished.fetch_add(1, Ordering::Relaxed);
            part
        };
        plan.cases.par_iter().with_max_len(1).map(one).collect()
    };
    let parts = if options.jobs == 0 {
        work()
    } else {
        let failed =
            |e: rayon::ThreadPoolBuildError| IngestError::Threads { jobs: options.jobs, reason: e.to_string() };
        rayon::ThreadPoolBuilder::new().num_threads(options.jobs).build().map_err(failed)?.install(work)
    };
    let (mut findings, mut unlisted) = (Vec::new(), None);
    if let Some(batch) = catalogue {
        let batch = batch.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        findings = [twin_notes(&batch.truths), size_notes(&batch.volumes)].concat();
        unlisted = batch.finish().err();
    }

    let general = |reason: String| Note { file: String::new(), label: None, reason };
    let mut summary = Summary {
        dataset: plan.dataset,
        recipe: plan.recipe.name.clone(),
        detection: plan.detection,
        dry_run: options.dry_run,
        interrupted: stop.load(Ordering::Relaxed),
        cases: plan.cases.len(),
        skipped: plan.skipped,
        failed: plan.failed,
        warnings: plan.warnings.into_iter().map(general).chain(findings).collect(),
        ..Summary::default()
    };
    for part in parts {
        summary.add(part);
    }
    if let Some(e) = unlisted {
        summary.failed.push(Note { file: CATALOGUE_FILE.to_string(), label: None, reason: e.to_string() });
    }
    summary.sort();
    summary.seconds = start.elapsed().as_secs_f64();
    Ok(summary)
}

/// A dry run looks into a collection that is there, and makes none.
fn open(path: &Path, dry_run: bool) -> Result<Option<Collection>, CollectionError> {
    if !dry_run {
        return Collection::create_or_open(path).map(Some);
    }
    match Collection::open(path) {
        Ok(collection) => Ok(Some(collection)),
        Err(CollectionError::NotACollection { .. }) => Ok(None),
        Err(e) => Err(e),
    }
}

fn info(plan: &Plan) -> DatasetInfo {
    let recipe = &plan.recipe;
    DatasetInfo {
        // A generic recipe knows nothing of the dataset but its name.
        title: if recipe.generic { plan.dataset.clone() } else { recipe.title.clone() },
        description: recipe.description.clone(),
        homepage: recipe.homepage.clone(),
        recipe: recipe.name.clone(),
    }
}

fn judge_unit(plan: &Plan) -> Unit {
    let unstated: Vec<_> = plan
        .cases
        .iter()
        .flat_map(|c| &c.inputs)
        .filter(|i| matches!(i.kind, InputKind::Mesh { unit: Unit::Auto, .. }))
        .collect();
    surface::judge_unit(unstated.par_iter().map(|i| surface::extent(i)).reduce(|| 0.0, f32::max))
}

/// Shapes whose content is the same to the last bit: a case that was entered twice, most likely.
fn twin_notes(truths: &BTreeMap<String, Vec<(String, String)>>) -> Vec<Note> {
    let mut notes = Vec::new();
    for same in truths.values().filter(|s| s.len() > 1) {
        let mut same = same.clone();
        same.sort();
        for (id, file) in &same[1..] {
            let reason = format!("{id} is identical to {}", same[0].0);
            notes.push(Note { file: file.clone(), label: None, reason });
        }
    }
    notes
}

/// How many shapes of a structure make a median worth comparing with.
const ENOUGH: usize = 10;
/// Volumes up to this many times the median are never remarkable.
const TIMES: f64 = 8.0;
/// Nor are those within so many median deviations (of the logarithm): tumours differ a thousandfold, kidneys do not.
const DEVIATIONS: f64 = 8.0;

/// Shapes far larger or smaller than the same structure of the other cases: another organ, a wrong unit, a wrong crop.
fn size_notes(volumes: &BTreeMap<String, Vec<(f64, String, String)>>) -> Vec<Note> {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let mut notes = Vec::new();
    for (structure, shapes) in volumes.iter().filter(|(_, s)| s.len() >= ENOUGH) {
        let usual = median(shapes.iter().map(|s| s.0.ln()).collect());
        let spread = median(shapes.iter().map(|s| (s.0.ln() - usual).abs()).collect());
        let limit = TIMES.ln().max(DEVIATIONS * spread);
        for (volume, id, file) in shapes.iter().filter(|s| (s.0.ln() - usual).abs() > limit) {
            let reason = format!(
                "{id} has {:.2} ml where the median of {} shapes is {:.2} ml: look whether it is the structure it says",
                volume / 1000.0,
                shapes.len(),
                usual.exp() / 1000.0
            );
            notes.push(Note { file: file.clone(), label: Some(structure.clone()), reason });
        }
    }
    notes
}

/// Records on their way into the catalogue.
struct Batch {
    writer: CatalogueWriter,
    records: Vec<Record>,
    /// Id and source file by the checksum of the truth.
    truths: BTreeMap<String, Vec<(String, String)>>,
    /// Volume (mm³), id and source file by structure.
    volumes: BTreeMap<String, Vec<(f64, String, String)>>,
    error: Option<CollectionError>,
}

impl Batch {
    /// A catalogue that cannot be written ends the import: the shapes would not be found.
    fn add(&mut self, record: Record, stop: &AtomicBool) {
        if let (Some(truth), Some(source)) = (record.files.get(record.truth_file()), record.source.files.first()) {
            if let Some(volume) = record.features.volume_mm3 {
                let shape = (volume, record.id.clone(), source.path.clone());
                self.volumes.entry(record.structure.clone()).or_default().push(shape);
            }
            self.truths.entry(truth.blake3.clone()).or_default().push((record.id.clone(), source.path.clone()));
        }
        self.records.push(record);
        if self.records.len() >= BATCH && self.error.is_none() {
            let records = std::mem::take(&mut self.records);
            if let Err(e) = self.writer.upsert(&records) {
                self.error = Some(e);
                stop.store(true, Ordering::Relaxed);
            }
        }
    }

    fn finish(mut self) -> Result<(), CollectionError> {
        if let Some(e) = self.error {
            return Err(e);
        }
        self.writer.upsert(&self.records).map(|_| ())
    }
}
