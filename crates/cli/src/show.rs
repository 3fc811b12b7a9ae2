//! `medshape show`

use std::path::Path;
use std::process::ExitCode;

use medshape_collection::{Collection, Record, ShapeId};

use crate::table::millilitres;
use crate::{Outcome, args};

pub(crate) fn run(collection: &Path, args: &args::Show) -> Outcome {
    let id: ShapeId = args.id.parse()?;
    let collection = Collection::open(collection)?;
    let record = collection.read_record(&id)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&record)?);
    } else {
        print(&record);
        println!("files        {}", collection.shape_dir(&id).display());
    }
    Ok(ExitCode::SUCCESS)
}

fn print(r: &Record) {
    let line = |name: &str, value: String| println!("{name:<12} {value}");
    let or_dash = |v: &Option<String>| v.clone().unwrap_or_else(|| "-".to_string());
    line("id", r.id.clone());
    let unresolved = if r.anatomy.resolved { "" } else { " (not in the vocabulary)" };
    line("structure", format!("{}{unresolved}", r.anatomy.display_name));
    let codes = [&r.anatomy.fma, &r.anatomy.uberon].map(or_dash).join("  ");
    line("codes", format!("{codes}  SNOMED {}", or_dash(&r.anatomy.snomed)));
    line("system", format!("{}, {}", or_dash(&r.anatomy.system), or_dash(&r.anatomy.region)));
    line("label", r.label_value.map_or_else(|| r.label.clone(), |v| format!("{} ({v})", r.label)));
    let sex = r.subject.sex.map_or("-", |s| s.as_str());
    let age = r.subject.age_years.map_or_else(|| "-".to_string(), |a| format!("{a} years"));
    line("subject", format!("{}, sex {sex}, age {age}", r.subject.id));
    let f = &r.features;
    line("volume", format!("{} ml", millilitres(f.volume_mm3)));
    line("area", format!("{:.1} cm2", f.surface_area_mm2 / 100.0));
    let [x, y, z] = f.extents_mm.map(|e| format!("{e:.1}"));
    line("extents", format!("{x} x {y} x {z} mm (right-left, front-back, up-down)"));
    line("sphericity", f.sphericity.map_or_else(|| "-".to_string(), |s| format!("{s:.3}")));
    line("components", f.components.to_string());
    let mut quality = vec![if r.quality.closed { "closed" } else { "open" }];
    quality.push(if r.quality.manifold { "manifold" } else { "not manifold" });
    if r.quality.touches_border == Some(true) {
        quality.push("touches the volume's border: may be cut off");
    }
    line("quality", quality.join(", "));
    for fault in &r.quality.faults {
        line("", fault.clone());
    }
    line("licence", r.licence.spdx.clone().unwrap_or_else(|| r.licence.statement.clone()));
    line("citation", r.citation.text.clone());
    for file in &r.source.files {
        line("source", format!("{} (blake3 {})", file.path, &file.blake3[..file.blake3.len().min(16)]));
    }
    line("recipe", format!("{} {}, medshape {}", r.source.recipe, r.source.recipe_version, r.source.program_version));
    for step in &r.processing {
        line("processing", format!("{} {}", step.step, serde_json::Value::Object(step.parameters.clone())));
    }
}
