//! `GET /api/v1/search`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use medshape_collection::SearchResult;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::openapi::SearchResultSchema;
use crate::problem::Problem;
use crate::state::AppState;

/// Shapes on a page when nobody says how many.
const DEFAULT_LIMIT: usize = 60;
/// Most shapes on a page.
const MAX_LIMIT: usize = 1000;

/// What to find.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParameters {
    /// The query: words, "phrases", and filters such as `dataset:kits19`, `sex:F`, `age:40..60`, `volume:>100ml`,
    /// `closed:yes`; a `-` before a term excludes. Empty finds everything.
    #[serde(default)]
    q: String,
    /// Shapes on a page, 1 to 1000; 60 if not given.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Finds shapes.
///
/// Those whose names fit best come first, then by id. `facets` counts all shapes found.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "search", params(SearchParameters),
    responses(
        (status = 200, description = "A page of shapes", body = inline(SearchResultSchema)),
        (status = 400, description = "The query cannot be understood", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn search(
    State(state): State<AppState>,
    parameters: Result<Query<SearchParameters>, QueryRejection>,
) -> Result<Json<SearchResult>, Problem> {
    let Query(parameters) = parameters.map_err(|e| Problem::bad_request(e.body_text()))?;
    let query = medshape_collection::Query::parse(&parameters.q)
        .map_err(|e| Problem::from(medshape_collection::CollectionError::from(e)))?;
    let limit = number("limit", parameters.limit.as_deref(), DEFAULT_LIMIT, 1, MAX_LIMIT)?;
    // An empty cursor is the one of a form that was not filled in.
    let cursor = parameters.cursor.filter(|c| !c.is_empty());
    let found = state.work(move |c| c.catalogue()?.search(&query, limit, cursor.as_deref())).await?;
    Ok(Json(found))
}

/// A number in a query string, within its bounds.
pub(crate) fn number(name: &str, text: Option<&str>, default: usize, min: usize, max: usize) -> Result<usize, Problem> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(default) };
    match text.parse() {
        Ok(n) if (min..=max).contains(&n) => Ok(n),
        _ => Err(Problem::bad_request(format!("{name} is a whole number from {min} to {max}, not {text:?}"))),
    }
}
