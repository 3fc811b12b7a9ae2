//! Running the server until it is told to stop.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::middleware::from_fn;
use medshape_collection::Collection;
use tokio::net::TcpListener;

use crate::guard;
use crate::routes::router;
use crate::state::{AppState, Limits};

/// Where the server listens when nobody says otherwise: only this machine reaches it.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// How long requests under way may take after the order to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What to serve, and where.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The collection.
    pub collection: Collection,
    /// The address to listen on; port 0 takes a free one. There is no login: on an address that others reach, they can
    /// read all of the collection.
    pub address: SocketAddr,
    /// What a request may use.
    pub limits: Limits,
}

impl ServeOptions {
    /// Serves a collection on [`DEFAULT_ADDRESS`].
    pub fn new(collection: Collection) -> Self {
        Self { collection, address: DEFAULT_ADDRESS, limits: Limits::default() }
    }
}

/// Why the server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another port, for example with --port 0 for any free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The server broke off.
    #[error("the server broke off: {0}")]
    Run(#[from] std::io::Error),
}

/// Serves until Ctrl-C (or SIGTERM); then lets the requests under way finish. `ready` is told the address once it can
/// be asked.
pub fn serve(options: ServeOptions, ready: impl FnOnce(SocketAddr)) -> Result<(), ServerError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(run(options, ready));
    // A derivation that nobody waits for any more must not hold up the end.
    runtime.shutdown_background();
    result
}

async fn run(options: ServeOptions, ready: impl FnOnce(SocketAddr)) -> Result<(), ServerError> {
    let listen = |source| ServerError::Listen { address: options.address, source };
    let listener = TcpListener::bind(options.address).await.map_err(listen)?;
    let address = listener.local_addr()?;
    let mut router = router(AppState::new(options.collection, options.limits));
    if address.ip().is_loopback() {
        router = router.layer(from_fn(guard::local_host));
    }
    ready(address);
    let (told, stop) = tokio::sync::watch::channel(());
    let stopped = |mut stop: tokio::sync::watch::Receiver<()>| async move {
        // An error means that the sender is gone, which ends the server too.
        let _ = stop.changed().await;
    };
    let server = axum::serve(listener, router).with_graceful_shutdown(stopped(stop.clone()));
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping");
        let _ = told.send(());
        // Keeps the sender until the process ends.
        std::future::pending::<()>().await;
    });
    tokio::select! {
        result = server.into_future() => Ok(result?),
        () = async { stopped(stop).await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { () = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    interrupt.await;
}
