//! `medshape verify`

use std::path::Path;
use std::process::ExitCode;

use medshape_collection::{Collection, Depth};

use crate::progress::Watch;
use crate::table::count;
use crate::{Outcome, args};

pub(crate) fn run(collection: &Path, args: &args::Verify) -> Outcome {
    let depth = if args.meshes { Depth::Meshes } else { Depth::Files };
    let watch = Watch::new("shapes");
    let report = Collection::open(collection)?.verify(depth, &|done, all| watch.step(done, all))?;
    watch.finish();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        let kinds = [
            ("MISSING", &report.missing),
            ("DAMAGED", &report.damaged),
            ("RECORD", &report.records),
            ("UNEXPECTED", &report.unexpected),
            ("CATALOGUE", &report.catalogue),
        ];
        for (kind, problems) in kinds {
            for problem in problems {
                println!("{kind:<10} {}: {}", problem.what, problem.reason);
            }
        }
        if report.leftovers_removed > 0 {
            println!("{} of killed imports removed", count(report.leftovers_removed as usize, "leftover"));
        }
        let verdict = if report.is_ok() { "all is well" } else { "NOT well" };
        let (shapes, files) = (count(report.shapes as usize, "shape"), count(report.files as usize, "file"));
        println!("{shapes}, {files}, {:.1} MB: {verdict}", report.bytes as f64 / 1e6);
    }
    Ok(if report.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
