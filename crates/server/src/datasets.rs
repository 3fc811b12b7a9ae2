//! `GET /api/v1/datasets`.

use axum::Json;
use axum::extract::State;
use medshape_collection::DatasetSummary;
use schemars::JsonSchema;
use serde::Serialize;

use crate::openapi::DatasetsSchema;
use crate::problem::Problem;
use crate::state::AppState;

/// The datasets of the collection.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Datasets {
    /// By name.
    datasets: Vec<DatasetSummary>,
}

/// The datasets, with their licences and what the collection holds of them.
#[utoipa::path(
    get, path = "/api/v1/datasets", tag = "search",
    responses((status = 200, description = "The datasets", body = inline(DatasetsSchema)))
)]
pub(crate) async fn datasets(State(state): State<AppState>) -> Result<Json<Datasets>, Problem> {
    let datasets = state.work(medshape_collection::Collection::datasets).await?;
    Ok(Json(Datasets { datasets }))
}
