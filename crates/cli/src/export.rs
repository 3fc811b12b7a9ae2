//! `medshape export`

use std::path::Path;
use std::process::ExitCode;

use medshape_collection::{Collection, Query, ShapeFormat};

use crate::progress::Watch;
use crate::table::count;
use crate::{Failure, Outcome, args};

/// Failures printed in full; `--json` has them all.
const FAILURES: usize = 20;

pub(crate) fn run(collection: &Path, args: &args::Export) -> Outcome {
    let formats = ShapeFormat::parse_list(&args.format.join(",")).map_err(Failure::wrong_use)?;
    let query = Query::parse(&args.query.join(" "))?;
    let watch = Watch::new("shapes");
    let report =
        Collection::open(collection)?.export(&query, &args.to, &formats, &|done, all| watch.step(done, all))?;
    watch.finish();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for failure in report.failed.iter().take(FAILURES) {
            let format = failure.format.as_ref().map(|f| format!(" [{f}]")).unwrap_or_default();
            println!("FAILED   {}{format}: {}", failure.id, failure.reason);
        }
        if report.failed.len() > FAILURES {
            println!("FAILED   ... and {} more (--json lists all)", report.failed.len() - FAILURES);
        }
        println!(
            "{} of {} written to {}; licences and citations are in ATTRIBUTION.md",
            count(report.files.len(), "file"),
            count(report.shapes, "shape"),
            args.to.display()
        );
    }
    Ok(if report.failed.is_empty() && !report.interrupted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
