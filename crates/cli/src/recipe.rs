//! `medshape recipe new|check|schema`

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use medshape_sources::{check_recipe, draft_recipe, recipe_schema};

use crate::failure::Failure;
use crate::table::count;
use crate::{Outcome, args};

pub(crate) fn run(command: &args::Recipe) -> Outcome {
    match command {
        args::Recipe::New { folder, to } => {
            let text = draft_recipe(folder).map_err(|e| Failure::from(anyhow::Error::from(e)))?;
            let Some(to) = to else {
                print!("{text}");
                return Ok(ExitCode::SUCCESS);
            };
            let mut file = std::fs::File::create_new(to)
                .with_context(|| format!("{} cannot be written (a file that is there stays as it is)", to.display()))?;
            file.write_all(text.as_bytes())?;
            eprintln!("{}: look at every line, then `medshape recipe check {} FOLDER`", to.display(), to.display());
            Ok(ExitCode::SUCCESS)
        }
        args::Recipe::Check { recipe, folder, json } => check(recipe, folder, *json),
        args::Recipe::Schema => {
            println!("{}", serde_json::to_string_pretty(&recipe_schema())?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(recipe: &str, folder: &std::path::Path, json: bool) -> Outcome {
    let found = check_recipe(recipe, folder).map_err(|e| Failure::from(anyhow::Error::from(e)))?;
    let failed = !(found.faults.is_empty() && found.failed.is_empty());
    if json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        let release = found.release.as_ref().map(|name| format!(", release {name}")).unwrap_or_default();
        println!("recipe {}{release}: {}, {}", found.recipe, count(found.cases, "case"), count(found.files, "file"));
        for fault in &found.faults {
            println!("FAULT    {fault}");
        }
        for note in &found.failed {
            println!("FAILED   {}: {}", note.file, note.reason);
        }
        for warning in &found.warnings {
            println!("warning  {warning}");
        }
        for name in &found.unresolved {
            println!("unknown  {name}: not in the vocabulary; say what it is in [names]");
        }
        for note in &found.skipped {
            println!("skipped  {}: {}", note.file, note.reason);
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}
