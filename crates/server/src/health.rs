//! `GET /healthz`: for a balancer or a monitor.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::AppState;

/// That the server works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`; when something is wrong, the answer is a problem.
    status: &'static str,
    /// The version of medshape.
    version: &'static str,
    /// Shapes in the collection.
    shapes: u64,
}

/// Whether the server can answer.
#[utoipa::path(
    get, path = "/healthz", tag = "server",
    responses(
        (status = 200, description = "It can", body = Health),
        (status = 500, description = "It cannot", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn health(State(state): State<AppState>) -> Result<Json<Health>, Problem> {
    let shapes = state.work(|c| c.catalogue()?.len()).await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), shapes }))
}
