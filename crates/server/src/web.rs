//! The web page, embedded in the program.

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::conditional;
use crate::problem::Problem;

/// What `make web` has built; empty when it has not been run.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Page;

/// Where the build puts files whose names change with their content.
const HASHED: &str = "assets/";

/// Shown when the page was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>medshape</title>\
    <p>The web page is not in this build. Run <code>make web</code> and build again. \
    The data are at <a href=\"/api/v1/search\">/api/v1/search</a>.</p></html>";

/// Everything that no route of the interface takes: the page's files, and the page itself for its own addresses.
pub(crate) async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        let detail = "there is nothing at this address; /api/v1/openapi.json lists what there is";
        return Problem::new(StatusCode::NOT_FOUND, detail).into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address is only for reading").into_response();
    }
    if let Some(answer) = file(path, &headers) {
        return answer;
    }
    if path.starts_with(HASHED) {
        // A page of an earlier version asks for its own parts: the page instead of a script would only confuse it.
        return Problem::new(StatusCode::NOT_FOUND, "this build has no such file; reload the page").into_response();
    }
    file("index.html", &headers).unwrap_or_else(|| Html(NOT_BUILT).into_response())
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = Page::get(path)?;
    let tag = conditional::tag(&[&file.metadata.sha256_hash()]);
    let cache = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut media_type = mime_guess::from_path(path).first_or_octet_stream().to_string();
    if media_type.starts_with("text/") {
        media_type.push_str("; charset=utf-8");
    }
    let about =
        [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, cache.to_owned()), (header::ETAG, tag.clone())];
    if conditional::is_current(headers, &tag) {
        return Some((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Some((about, file.data.into_owned()).into_response())
}
