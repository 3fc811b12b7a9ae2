//! Errors as the client sees them: problem details (RFC 9457).

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use medshape_collection::CollectionError;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong with a request, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status tells the kind.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, and what to do about it.
    pub detail: String,
    /// Where in the query the trouble starts, in characters from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
}

impl Problem {
    /// A problem with a status and an explanation.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            position: None,
        }
    }

    /// The client asked for something that makes no sense.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Something is wrong here. What exactly goes into the log, not to the client: it may name local paths.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!("{error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the collection cannot answer this; the server's log says why")
    }
}

impl From<CollectionError> for Problem {
    fn from(error: CollectionError) -> Self {
        match &error {
            CollectionError::NoShape { .. } | CollectionError::NotAvailable { .. } => {
                Self::new(StatusCode::NOT_FOUND, error.to_string())
            }
            CollectionError::Query(query) => {
                Self { position: Some(query.position), ..Self::bad_request(error.to_string()) }
            }
            CollectionError::Id(_) | CollectionError::Cursor { .. } | CollectionError::UnknownFormat { .. } => {
                Self::bad_request(error.to_string())
            }
            CollectionError::Locked { .. } => {
                let detail = "the catalogue is being built; try again in a moment";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            }
            _ => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
        (status, headers, Json(self)).into_response()
    }
}
