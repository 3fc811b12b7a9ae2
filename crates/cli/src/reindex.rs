//! `medshape reindex`

use std::path::Path;
use std::process::ExitCode;

use medshape_collection::{Collection, IfLocked};

use crate::table::count;
use crate::{Outcome, args};

pub(crate) fn run(collection: &Path, args: &args::Reindex) -> Outcome {
    let report = Collection::open(collection)?.reindex(IfLocked::Fail)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for problem in &report.problems {
            println!("FAILED   {}: {}", problem.what, problem.reason);
        }
        println!("{} in the catalogue", count(report.shapes as usize, "shape"));
    }
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
