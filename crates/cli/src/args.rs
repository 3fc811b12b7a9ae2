//! The command line. Flags, exit codes and JSON keys are an interface: `docs/cli.md` lists them.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Turns segmentation masks and meshes into one checked, searchable collection of 3D medical shapes.
///
/// Exit codes: 0 all well; 1 finished with failures; 2 wrong use.
#[derive(Debug, Parser)]
#[command(name = "medshape", version, about, arg_required_else_help = true)]
pub(crate) struct Args {
    /// The collection's folder.
    #[arg(long, global = true, env = "MEDSHAPE_COLLECTION", default_value = "collection", value_name = "DIR")]
    pub collection: PathBuf,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import a folder of masks or meshes into the collection
    Import(Import),
    /// Find shapes
    Search(Search),
    /// Show everything known of a shape
    Show(Show),
    /// Write shapes to files, with their licences and citations
    Export(Export),
    /// Convert a file: mask to mesh, mesh to mask, mesh or points, volume to volume
    Convert(Convert),
    /// List the file formats, and what of them is supported
    Formats(Formats),
    /// Measure files: volume, area, extents, sphericity, components and quality
    Measure(Measure),
    /// Check every file of the collection against its checksum
    Verify(Verify),
    /// Rebuild the catalogue from the records
    Reindex(Reindex),
    /// List the datasets in the collection and those that can be imported, or describe one
    Datasets(Datasets),
    /// Write a recipe for a folder of your own, or check one
    #[command(subcommand)]
    Recipe(Recipe),
    /// Serve the collection: REST and a web page
    Serve(Serve),
    /// Print a completion script for your shell
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// The recipe that fits is found and named; nothing that is there already and unchanged is written again.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// A folder (or one file) of segmentation masks or meshes.
    pub path: PathBuf,
    /// What to call the dataset in the collection.
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
    /// Name of a built-in recipe, or a recipe file, instead of the one that is recognised.
    #[arg(long, value_name = "NAME|FILE")]
    pub recipe: Option<String>,
    /// Worker threads; 0 takes one a core.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub jobs: usize,
    /// Take only the first N cases.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Read and report, but write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the summary as JSON.
    #[arg(long)]
    pub json: bool,
}

/// A query is words and filters: `kidney left sex:F age:40..60 volume:>100ml dataset:kits19 closed:yes`.
#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// Words, synonyms and filters; nothing finds everything. Quote a query that begins with `-`, after `--`.
    pub query: Vec<String>,
    /// Show at most N shapes.
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
    /// Go on where another search ended: its `next`.
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// Print JSON: total, shapes, next, facets.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The shape's id: DATASET/CASE/STRUCTURE.
    pub id: String,
    /// Print the record as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// Which shapes: a query as for `search`; nothing means all.
    pub query: Vec<String>,
    /// The folder to write into: DIR/DATASET/CASE/STRUCTURE.EXT.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Formats: stl, ply, obj, glb (the full mesh), nii.gz (the mask), points.ply, png, json.
    #[arg(long, value_delimiter = ',', default_value = "stl", value_name = "FORMAT,...")]
    pub format: Vec<String>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

fn spacing(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "is not a number".to_string())?;
    if value > 0.0 && value.is_finite() { Ok(value) } else { Err("must be above 0".to_string()) }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Convert {
    /// What to read: any volume or mesh format that `medshape formats` lists.
    pub input: PathBuf,
    /// What to write: any format that it lists as written, by the extension.
    pub output: PathBuf,
    /// Take only this label of a volume. Without it a volume of several labels becomes a GLB, 3MF or OBJ with a part each.
    #[arg(long, value_name = "VALUE")]
    pub label: Option<u32>,
    /// At most N triangles.
    #[arg(long, value_name = "N")]
    pub faces: Option<usize>,
    /// Voxel size of a mask made of a mesh, mm.
    #[arg(long, default_value_t = 1.0, value_name = "MM", value_parser = spacing, conflicts_with = "like")]
    pub spacing: f64,
    /// Make a mask of a mesh on the grid of this volume.
    #[arg(long, value_name = "VOLUME")]
    pub like: Option<PathBuf>,
    /// Write N points of the surface, with normals, instead of the mesh (.ply only).
    #[arg(long, value_name = "N")]
    pub points: Option<usize>,
    /// Seed of the points.
    #[arg(long, default_value_t = 0, value_name = "SEED")]
    pub seed: u64,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Measure {
    /// Volumes (each label is measured) and meshes (taken as millimetres).
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV.
    #[arg(long)]
    pub csv: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// Derive every mesh again, too, and compare it with the one that was measured.
    #[arg(long)]
    pub meshes: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reindex {
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Recipe {
    /// Draft a recipe from what a folder holds
    New {
        /// The folder to describe.
        folder: PathBuf,
        /// Where to write it; without it it is printed. A file that is there is never overwritten.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Say what a recipe finds in a folder, and what it misses; exit code 1 if it does not bear out
    Check {
        /// Name of a built-in recipe, or a recipe file.
        recipe: String,
        /// The folder to check it against.
        folder: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of recipes, for editors
    Schema,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Datasets {
    /// Name of a recipe or of a release: tells layout, labels, licence, how to get the data and what is not verified.
    pub name: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Address to listen on. Anything but a loopback address opens the collection to the network.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub host: IpAddr,
    /// Port to listen on.
    #[arg(long, default_value_t = 8080, value_name = "PORT")]
    pub port: u16,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Formats {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
