//! The server: a collection over REST (`/api/v1`, described by `/api/v1/openapi.json`) and in the browser.
//!
//! It only reads. What it answers is what the rooms below compute; a search asks the catalogue anew each time, so a
//! running import shows as it goes. Meshes that have to be derived are made on a few threads of their own, and every
//! request has a deadline.

mod blobs;
mod conditional;
mod datasets;
mod guard;
mod health;
mod openapi;
mod problem;
mod records;
mod routes;
mod search;
mod serve;
mod state;
mod web;

pub use openapi::openapi;
pub use problem::Problem;
pub use routes::router;
pub use serve::{DEFAULT_ADDRESS, ServeOptions, ServerError, serve};
pub use state::{AppState, Limits};
