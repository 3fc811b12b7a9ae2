//! `medshape datasets`

use std::path::Path;
use std::process::ExitCode;

use medshape_collection::Collection;

use crate::{Outcome, args, table};

pub(crate) fn run(collection: &Path, args: &args::Datasets) -> Outcome {
    let datasets = Collection::open(collection)?.datasets()?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "datasets": datasets }))?);
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> = datasets
        .iter()
        .map(|d| {
            let licence = d.licence.spdx.clone().unwrap_or_else(|| d.licence.statement.clone());
            vec![d.name.clone(), d.cases.to_string(), d.shapes.to_string(), licence, d.title.clone()]
        })
        .collect();
    table::print(&["dataset", "cases", "shapes", "licence", "title"], &rows);
    Ok(ExitCode::SUCCESS)
}
