//! What the handlers share.

use std::sync::Arc;
use std::time::Duration;

use medshape_collection::{Collection, CollectionError};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// What a request may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest time for a request, including the wait for a free thread.
    pub request: Duration,
    /// Requests that read or derive at the same time; more wait.
    pub concurrent: usize,
    /// Most points of a cloud.
    pub points: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { request: Duration::from_mins(1), concurrent: 2 * cores, points: 1_000_000 }
    }
}

/// The collection that is served, and the limits.
#[derive(Debug, Clone)]
pub struct AppState {
    pub(crate) collection: Arc<Collection>,
    pub(crate) limits: Limits,
    workers: Arc<Semaphore>,
}

impl AppState {
    /// Serves a collection within the given limits.
    pub fn new(collection: Collection, limits: Limits) -> Self {
        let workers = Arc::new(Semaphore::new(limits.concurrent.clamp(1, Semaphore::MAX_PERMITS)));
        Self { collection: Arc::new(collection), limits, workers }
    }

    /// Does work that waits for the disk or the processor, away from the threads that answer.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Collection) -> Result<T, CollectionError> + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = self.workers.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
        let collection = self.collection.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when nobody waits for it any more.
            let _permit = permit;
            work(&collection)
        });
        done.await.map_err(|e| Problem::internal(&e))?.map_err(Problem::from)
    }
}
