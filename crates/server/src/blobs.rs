//! A shape's files: meshes, mask, points, picture. What is not stored is derived.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use medshape_collection::{CollectionError, DEFAULT_POINTS, Resolution, Shape, ShapeId};
use medshape_formats::MeshFormat;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::conditional;
use crate::openapi::FileSchema;
use crate::problem::Problem;
use crate::records::{IdPath, id};
use crate::search::number;
use crate::state::AppState;

/// Which mesh.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MeshParameters {
    /// `full` (the one that was measured) or `core` (at most 20,000 triangles); `full` if not given.
    resolution: Option<String>,
}

/// Which points.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PointParameters {
    /// Number of points, 1 to 1,000,000; 10,000 if not given.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    n: Option<String>,
    /// The same seed gives the same points; 0 if not given.
    #[param(value_type = Option<u64>)]
    seed: Option<String>,
}

/// A mesh of the shape.
///
/// STL, PLY and OBJ are in RAS+ millimetres; GLB is in metres with Y up. Of a shape that came as a mask, the full mesh
/// as PLY has the checksum that the record holds under `mesh`.
#[utoipa::path(
    get, path = "/api/v1/shapes/{dataset}/{case}/{structure}/mesh.{format}", tag = "shapes",
    params(
        ("dataset" = String, Path), ("case" = String, Path), ("structure" = String, Path),
        ("format" = String, Path, description = "ply, stl, obj, glb, 3mf, vtp or gii"), MeshParameters,
    ),
    responses(
        (status = 200, description = "The mesh", body = inline(FileSchema), content_type = "application/octet-stream"),
        (status = 304, description = "The client has the current one"),
        (status = 400, description = "No such resolution", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such shape", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mesh(
    format: MeshFormat,
    state: State<AppState>,
    path: IdPath,
    parameters: Result<Query<MeshParameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(parameters) = parameters.map_err(|e| Problem::bad_request(e.body_text()))?;
    let resolution = match parameters.resolution.as_deref() {
        None | Some("" | "full") => Resolution::Full,
        Some("core") => Resolution::Core,
        Some(other) => {
            return Err(Problem::bad_request(format!("resolution is \"full\" or \"core\", not {other:?}")));
        }
    };
    mesh_at(format, resolution, state, path, headers).await
}

/// The light mesh of the shape: at most 20,000 triangles.
#[utoipa::path(
    get, path = "/api/v1/shapes/{dataset}/{case}/{structure}/core.{format}", tag = "shapes",
    params(
        ("dataset" = String, Path), ("case" = String, Path), ("structure" = String, Path),
        ("format" = String, Path, description = "ply, stl, obj, glb, 3mf, vtp or gii"),
    ),
    responses(
        (status = 200, description = "The mesh", body = inline(FileSchema), content_type = "application/octet-stream"),
        (status = 304, description = "The client has the current one"),
        (status = 404, description = "No such shape", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn core(
    format: MeshFormat,
    state: State<AppState>,
    path: IdPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    mesh_at(format, Resolution::Core, state, path, headers).await
}

async fn mesh_at(
    format: MeshFormat,
    resolution: Resolution,
    State(state): State<AppState>,
    path: IdPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let extension = format.extension();
    let (view, ending) = match resolution {
        Resolution::Full => (format!("mesh.{extension}"), format!(".{extension}")),
        Resolution::Core => (format!("core.{extension}"), format!("_core.{extension}")),
    };
    let file = File { view, ending: Some(ending), media_type: format.media_type() };
    file.answer(&state, id(path)?, headers, move |shape| shape.mesh_bytes(format, resolution)).await
}

/// The mask of the shape: binary, cropped, with its own affine.
#[utoipa::path(
    get, path = "/api/v1/shapes/{dataset}/{case}/{structure}/mask.nii.gz", tag = "shapes",
    params(("dataset" = String, Path), ("case" = String, Path), ("structure" = String, Path)),
    responses(
        (status = 200, description = "A gzipped NIfTI file", body = inline(FileSchema), content_type = "application/gzip"),
        (status = 304, description = "The client has the current one"),
        (status = 404, description = "No such shape, or it came as a mesh", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mask(State(state): State<AppState>, path: IdPath, headers: HeaderMap) -> Result<Response, Problem> {
    let file = File { view: "mask.nii.gz".into(), ending: Some(".nii.gz".into()), media_type: "application/gzip" };
    file.answer(&state, id(path)?, headers, Shape::mask_bytes).await
}

/// Points on the full mesh, spread evenly by area, with outward normals, RAS+ millimetres.
#[utoipa::path(
    get, path = "/api/v1/shapes/{dataset}/{case}/{structure}/points.ply", tag = "shapes",
    params(("dataset" = String, Path), ("case" = String, Path), ("structure" = String, Path), PointParameters),
    responses(
        (status = 200, description = "A binary PLY file", body = inline(FileSchema), content_type = "application/x-ply"),
        (status = 304, description = "The client has the current one"),
        (status = 400, description = "Too many points", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such shape", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn points(
    State(state): State<AppState>,
    path: IdPath,
    parameters: Result<Query<PointParameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(parameters) = parameters.map_err(|e| Problem::bad_request(e.body_text()))?;
    let n = number("n", parameters.n.as_deref(), DEFAULT_POINTS, 1, state.limits.points)?;
    let seed = number("seed", parameters.seed.as_deref(), 0, 0, usize::MAX)? as u64;
    let view = format!("points.ply {n} {seed}");
    let file = File { view, ending: Some("_points.ply".into()), media_type: MeshFormat::Ply.media_type() };
    file.answer(&state, id(path)?, headers, move |shape| shape.points_bytes(n, seed)).await
}

/// A picture of the shape.
#[utoipa::path(
    get, path = "/api/v1/shapes/{dataset}/{case}/{structure}/thumbnail.png", tag = "shapes",
    params(("dataset" = String, Path), ("case" = String, Path), ("structure" = String, Path)),
    responses(
        (status = 200, description = "The picture", body = inline(FileSchema), content_type = "image/png"),
        (status = 304, description = "The client has the current one"),
        (status = 404, description = "No such shape", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn thumbnail(
    State(state): State<AppState>,
    path: IdPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = File { view: "thumbnail.png".into(), ending: None, media_type: "image/png" };
    file.answer(&state, id(path)?, headers, Shape::thumbnail_png).await
}

/// How a file is answered with.
struct File {
    /// The view and all its parameters: what the tag depends on beside the shape.
    view: String,
    /// The end of the name to save it under; none for what is only shown.
    ending: Option<String>,
    media_type: &'static str,
}

impl File {
    async fn answer(
        self,
        state: &AppState,
        id: ShapeId,
        headers: HeaderMap,
        make: impl FnOnce(&Shape) -> Result<Vec<u8>, CollectionError> + Send + 'static,
    ) -> Result<Response, Problem> {
        let view = self.view.clone();
        let name = self.ending.map(|e| format!("{}_{}_{}{e}", id.dataset(), id.case(), id.structure()));
        let (tag, bytes) = state
            .work(move |collection| {
                let shape = collection.shape(&id)?;
                // The record holds the checksums of all that views are derived from; a new version of this program
                // may derive otherwise.
                let record = shape.record().to_bytes()?;
                let tag = conditional::tag(&[&record, view.as_bytes(), env!("CARGO_PKG_VERSION").as_bytes()]);
                // Known before anything is derived.
                let bytes = if conditional::is_current(&headers, &tag) { None } else { Some(make(&shape)?) };
                Ok((tag, bytes))
            })
            .await?;
        Ok(match bytes {
            Some(bytes) => conditional::content(bytes, self.media_type, &tag, name.as_deref()),
            None => conditional::not_modified(&tag),
        })
    }
}
