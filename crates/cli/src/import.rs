//! `medshape import`

use std::path::Path;
use std::process::ExitCode;

use indicatif::ProgressBar;
use medshape_ingest::{ImportOptions, Progress, Summary, import};
use medshape_sources::Note;

use crate::progress::{bar, stop_flag};
use crate::table::count;
use crate::{Outcome, args};

/// Notes of a kind printed in full; `--json` has them all.
const NOTES: usize = 20;

pub(crate) fn run(collection: &Path, args: &args::Import) -> Outcome {
    let options = ImportOptions {
        dataset: args.dataset.clone(),
        recipe: args.recipe.clone(),
        jobs: args.jobs,
        limit: args.limit,
        dry_run: args.dry_run,
    };
    let stop = stop_flag();
    let bar = Bar(bar("files"));
    let summary = import(&args.path, collection, &options, &bar, &stop)?;
    bar.0.finish_and_clear();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        print(&summary, collection);
    }
    let well = summary.failed.is_empty() && !summary.interrupted;
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(summary: &Summary, collection: &Path) {
    println!("dataset  {}", summary.dataset);
    println!("recipe   {}", summary.detection);
    for (what, notes) in [("warning", &summary.warnings), ("skipped", &summary.skipped), ("FAILED", &summary.failed)] {
        print_notes(what, notes);
    }
    let verb = if summary.dry_run { "would be written" } else { "written" };
    println!(
        "{}: {} {verb}, {} unchanged, {} skipped, {} failed, {} in {:.1} s",
        count(summary.cases, "case"),
        count(summary.shapes_written, "shape"),
        summary.shapes_unchanged,
        summary.skipped.len(),
        summary.failed.len(),
        count(summary.warnings.len(), "warning"),
        summary.seconds
    );
    if summary.interrupted {
        println!("stopped before the end; the same command goes on from here");
    } else if !summary.dry_run && summary.shapes_written + summary.shapes_unchanged > 0 {
        println!("look at them: medshape serve --collection {}", collection.display());
    }
}

fn print_notes(what: &str, notes: &[Note]) {
    for note in notes.iter().take(NOTES) {
        let label = note.label.as_ref().map(|l| format!(" [{l}]")).unwrap_or_default();
        let file = if note.file.is_empty() { "" } else { " " };
        println!("{what:<8}{file}{}{label}: {}", note.file, note.reason);
    }
    if notes.len() > NOTES {
        println!("{what:<8} ... and {} more (--json lists all)", notes.len() - NOTES);
    }
}

struct Bar(ProgressBar);

impl Progress for Bar {
    fn planned(&self, detection: &str, files: usize) {
        self.0.set_length(files as u64);
        self.0.println(detection);
    }

    fn file_done(&self, file: &str) {
        self.0.set_message(file.to_string());
        self.0.inc(1);
    }
}
