//! `medshape serve`
use std::path::Path;
use std::process::ExitCode;

use crate::{Outcome, args};

pub(crate) fn run(_collection: &Path, _args: &args::Serve) -> Outcome {
    Ok(ExitCode::SUCCESS)
}
