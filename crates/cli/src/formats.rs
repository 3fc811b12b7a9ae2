//! `medshape formats`

use std::process::ExitCode;

use medshape_formats::{MeshFormat, VolumeFormat};
use serde::Serialize;

use crate::{Outcome, args, table};

/// A row of the list.
#[derive(Serialize)]
struct Row {
    format: &'static str,
    holds: &'static str,
    extensions: Vec<&'static str>,
    read: bool,
    write: bool,
    unsupported: Vec<&'static str>,
}

pub(crate) fn run(args: &args::Formats) -> Outcome {
    let rows = rows();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(ExitCode::SUCCESS);
    }
    let mark = |yes: bool| if yes { "yes" } else { "no" }.to_string();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let extensions = r.extensions.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(" ");
            vec![r.format.to_string(), r.holds.to_string(), extensions, mark(r.read), mark(r.write)]
        })
        .collect();
    table::print(&["format", "holds", "extensions", "read", "write"], &cells);
    println!();
    for row in rows.iter().filter(|r| !r.unsupported.is_empty()) {
        println!("not supported of {}: {}", row.format, row.unsupported.join("; "));
    }
    Ok(ExitCode::SUCCESS)
}

fn rows() -> Vec<Row> {
    let volumes = VolumeFormat::ALL.into_iter().map(|f| Row {
        format: f.name(),
        holds: "volume",
        extensions: f.extensions().to_vec(),
        read: true,
        write: f != VolumeFormat::Mgh,
        unsupported: Vec::new(),
    });
    let dicom = Row {
        format: "DICOM",
        holds: "volume",
        extensions: vec!["dcm"],
        read: true,
        write: false,
        unsupported: vec![
            "imported as segmentation objects and structure sets, not read by convert and measure",
            "JPEG 2000, JPEG-LS and JPEG XL pixels",
            "segmentations of whole-slide images",
        ],
    };
    let meshes = MeshFormat::ALL.into_iter().map(|f| {
        let support = f.support();
        Row {
            format: f.name(),
            holds: "mesh",
            extensions: f.extensions().to_vec(),
            read: support.read,
            write: support.write,
            unsupported: support.unsupported.to_vec(),
        }
    });
    volumes.chain([dicom]).chain(meshes).collect()
}
