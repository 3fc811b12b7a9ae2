//! Prints the plan of importing a folder: `cargo run -p medshape-sources --example plan -- FOLDER [RECIPE]`.

use std::error::Error;

use medshape_sources::{InputKind, PlanOptions, Recipe, plan};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder?")?;
    let options = PlanOptions { recipe: arguments.next(), dataset: None };
    let plan = plan(folder.as_ref(), &options)?;
    println!("{}\ndataset {}, {} cases", plan.detection, plan.dataset, plan.cases.len());
    for case in &plan.cases {
        println!("  {} {:?} {:?} {:?}", case.id, case.subject.sex, case.subject.age_years, case.subject.attributes);
        for input in &case.inputs {
            let kind = match &input.kind {
                InputKind::LabelMap { table, strict } => format!("label map, {} names, strict {strict}", table.len()),
                InputKind::Binary { name } => format!("binary {name}{}", found(&plan.recipe, name)),
                InputKind::Auto { name, table } => {
                    format!("binary {name}{} or label map, {} names", found(&plan.recipe, name), table.len())
                }
                InputKind::Instances { name } => format!("instances of {name}{}", found(&plan.recipe, name)),
                InputKind::Contours => "contours".to_owned(),
                InputKind::Mesh { name, unit, axes } => {
                    format!("mesh {name}{} {unit:?} {axes}", found(&plan.recipe, name))
                }
                InputKind::MeshParts { labels, table, .. } => {
                    format!("mesh of parts by {}, {} names", labels.relative, table.len())
                }
            };
            println!("    {} : {kind}", input.relative);
        }
    }
    for (title, notes) in [("skipped", &plan.skipped), ("failed", &plan.failed)] {
        println!("{title}: {}", notes.len());
        for note in notes {
            println!("  {}: {}", note.file, note.reason);
        }
    }
    for warning in &plan.warnings {
        println!("warning: {warning}");
    }
    Ok(())
}

fn found(recipe: &Recipe, name: &str) -> String {
    recipe.resolve(name).map_or(" (unresolved)".to_owned(), |structure| format!(" = {}", structure.name))
}
