//! `medshape serve`

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use medshape_collection::Collection;
use medshape_server::{ServeOptions, serve};
use tracing_subscriber::EnvFilter;

use crate::{Failure, Outcome, args};

pub(crate) fn run(collection: &Path, args: &args::Serve) -> Outcome {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let collection = Collection::open(collection)?;
    let shapes = collection.catalogue()?.len()?;
    let mut options = ServeOptions::new(collection);
    options.address = SocketAddr::new(args.host, args.port);
    if !args.host.is_loopback() {
        eprintln!("warning: {} can be reached from the network, and there is no login", args.host);
    }
    serve(options, |address| println!("serving {shapes} shapes on http://{address} (Ctrl-C stops)"))
        .map_err(|e| Failure::from(anyhow::Error::new(e)))?;
    Ok(ExitCode::SUCCESS)
}
