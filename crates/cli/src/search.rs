//! `medshape search`

use std::path::Path;
use std::process::ExitCode;

use medshape_collection::{Collection, Query};

use crate::table::{self, count, millilitres};
use crate::{Outcome, args};

pub(crate) fn run(collection: &Path, args: &args::Search) -> Outcome {
    let query = Query::parse(&args.query.join(" "))?;
    let found = Collection::open(collection)?.catalogue()?.search(&query, args.limit, args.cursor.as_deref())?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> = found
        .shapes
        .iter()
        .map(|s| {
            vec![
                s.id.clone(),
                s.subject.sex.map_or("-", |x| x.as_str()).to_string(),
                s.subject.age_years.map_or_else(|| "-".to_string(), |a| a.to_string()),
                millilitres(s.features.volume_mm3),
                if s.closed { "yes" } else { "no" }.to_string(),
                s.label.clone(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        table::print(&["id", "sex", "age", "volume ml", "closed", "label in the source"], &rows);
    }
    eprintln!(
        "{}{}",
        count(found.total as usize, "shape"),
        if found.next.is_some() { " (--limit shows more)" } else { "" }
    );
    Ok(ExitCode::SUCCESS)
}
