//! The `OpenAPI` 3.1 document: paths from the handlers, schemas from the types of the collection.

use axum::Json;
use medshape_collection::{Record, SearchResult};
use schemars::generate::SchemaSettings;
use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{OpenApi, PartialSchema, ToSchema};

use crate::datasets::Datasets;
use crate::{blobs, datasets, health, problem, records, search};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "medshape",
        description = "A collection of 3D medical shapes. Errors are problem details (RFC 9457). Space is RAS+ in millimetres.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        search::search,
        records::record,
        blobs::mesh,
        blobs::core,
        blobs::mask,
        blobs::points,
        blobs::thumbnail,
        datasets::datasets,
        health::health,
        document,
    ),
    components(schemas(problem::Problem))
)]
struct Document;

/// The `OpenAPI` document of the server, as JSON.
pub fn openapi() -> Value {
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    // OpenAPI 3.1 schemas are JSON Schema 2020-12, which is what the types of the collection already give.
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    generator.subschema_for::<Record>();
    generator.subschema_for::<SearchResult>();
    generator.subschema_for::<Datasets>();
    let schemas = generator.take_definitions(true);
    if let Some(components) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        components.extend(schemas);
    }
    document
}

/// This document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "server",
    responses((status = 200, description = "OpenAPI 3.1", body = inline(AnySchema)))
)]
pub(crate) async fn document() -> Json<Value> {
    Json(openapi())
}

/// Stands for a schema that the collection's own types give.
macro_rules! schema_of {
    ($(#[$doc:meta] $name:ident => $schema:expr;)*) => {$(
        #[$doc]
        pub(crate) struct $name;
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema
            }
        }
        impl ToSchema for $name {}
    )*};
}

schema_of! {
    /// A shape's record.
    RecordSchema => Ref::from_schema_name("Record").into();
    /// A page of a search.
    SearchResultSchema => Ref::from_schema_name("SearchResult").into();
    /// The list of datasets.
    DatasetsSchema => Ref::from_schema_name("Datasets").into();
    /// The bytes of a file.
    FileSchema => ObjectBuilder::new().schema_type(utoipa::openapi::Type::String).content_media_type("application/octet-stream").into();
    /// Any JSON object.
    AnySchema => ObjectBuilder::new().into();
}
