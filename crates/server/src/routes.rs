//! All routes, and what every request goes through.

use axum::Router;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use medshape_formats::MeshFormat;
use tower_http::compression::CompressionLayer;

use crate::problem::Problem;
use crate::state::AppState;
use crate::{blobs, datasets, guard, health, openapi, records, search, web};

/// The whole server as a service.
pub fn router(state: AppState) -> Router {
    let shape = "/api/v1/shapes/{dataset}/{case}/{structure}";
    let mut router = Router::new()
        .route("/healthz", get(health::health))
        .route("/api/v1/search", get(search::search))
        .route("/api/v1/datasets", get(datasets::datasets))
        .route("/api/v1/openapi.json", get(openapi::document))
        .route(shape, get(records::record))
        .route(&format!("{shape}/mask.nii.gz"), get(blobs::mask))
        .route(&format!("{shape}/points.ply"), get(blobs::points))
        .route(&format!("{shape}/thumbnail.png"), get(blobs::thumbnail));
    for format in MeshFormat::written() {
        let extension = format.extension();
        router = router
            .route(
                &format!("{shape}/mesh.{extension}"),
                get(move |state, path, parameters, headers| blobs::mesh(format, state, path, parameters, headers)),
            )
            .route(
                &format!("{shape}/core.{extension}"),
                get(move |state, path, headers| blobs::core(format, state, path, headers)),
            );
    }
    router
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address is only for reading")
        })
        .fallback(web::page)
        .layer(CompressionLayer::new().compress_when(is_compressible))
        .layer(from_fn_with_state(state.clone(), guard::deadline))
        .layer(from_fn(guard::headers))
        .layer(from_fn(guard::log))
        .with_state(state)
}

/// Not what is compressed already, and not what is too small to gain.
fn is_compressible(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media_type = text(header::CONTENT_TYPE);
    let packed =
        media_type == "application/gzip" || (media_type.starts_with("image/") && media_type != "image/svg+xml");
    let small = text(header::CONTENT_LENGTH).parse::<u64>().is_ok_and(|n| n < 256);
    !packed && !small
}
