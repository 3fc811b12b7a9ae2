//! `GET /api/v1/shapes/<id>`: the record.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use medshape_collection::{RECORD_FILE, Record, ShapeId};

use crate::conditional;
use crate::openapi::RecordSchema;
use crate::problem::Problem;
use crate::state::AppState;

/// The three parts of an id in a path.
pub(crate) type IdPath = Result<Path<(String, String, String)>, PathRejection>;

/// The id that a path names.
pub(crate) fn id(path: IdPath) -> Result<ShapeId, Problem> {
    let Path((dataset, case, structure)) = path.map_err(|e| Problem::bad_request(e.body_text()))?;
    ShapeId::new(&dataset, &case, &structure).map_err(|e| Problem::bad_request(e.to_string()))
}

/// Everything known of a shape.
#[utoipa::path(
    get, path = "/api/v1/shapes/{dataset}/{case}/{structure}", tag = "shapes",
    params(("dataset" = String, Path), ("case" = String, Path), ("structure" = String, Path)),
    responses(
        (status = 200, description = "The record", body = inline(RecordSchema)),
        (status = 304, description = "The client has the current one"),
        (status = 400, description = "No id", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such shape", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn record(
    State(state): State<AppState>,
    path: IdPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id(path)?;
    let record: Record = state.work(move |c| c.read_record(&id)).await?;
    let bytes = record.to_bytes().map_err(Problem::from)?;
    let tag = conditional::tag(&[RECORD_FILE.as_bytes(), &bytes]);
    if conditional::is_current(&headers, &tag) {
        return Ok(conditional::not_modified(&tag));
    }
    Ok(conditional::content(bytes, "application/json", &tag, None))
}
