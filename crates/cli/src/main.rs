//! The `medshape` command: parses, calls one function, prints.

mod args;
mod convert;
mod datasets;
mod export;
mod failure;
mod formats;
mod import;
mod measure;
mod progress;
mod recipe;
mod reindex;
mod search;
mod serve;
mod show;
mod table;
mod verify;

use std::process::ExitCode;

use args::{Args, Command};
use clap::{CommandFactory, Parser};
use failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    let dir = &args.collection;
    let outcome = match args.command {
        Command::Import(a) => import::run(dir, &a),
        Command::Search(a) => search::run(dir, &a),
        Command::Show(a) => show::run(dir, &a),
        Command::Export(a) => export::run(dir, &a),
        Command::Convert(a) => convert::run(&a),
        Command::Formats(a) => formats::run(&a),
        Command::Measure(a) => measure::run(&a),
        Command::Verify(a) => verify::run(dir, &a),
        Command::Reindex(a) => reindex::run(dir, &a),
        Command::Datasets(a) => datasets::run(dir, &a),
        Command::Recipe(command) => recipe::run(&command),
        Command::Serve(a) => serve::run(dir, &a),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "medshape", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        failure.exit_code()
    })
}

/// What every command gives: an exit code, or why it could not do its work.
type Outcome = Result<ExitCode, Failure>;
