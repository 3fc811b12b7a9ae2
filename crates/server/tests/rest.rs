//! The interface, asked as a client asks it.

#[path = "../../collection/tests/common/mod.rs"]
mod common;
#[path = "../../collection/tests/common/real.rs"]
mod real;

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use medshape_collection::{Collection, FileInfo};
use medshape_server::{AppState, Limits, router};
use serde_json::Value;
use tower::ServiceExt;

const BALL: &str = "/api/v1/shapes/kits19/case_1/kidney_left";
const OPEN: &str = "/api/v1/shapes/bones/case_2/femur";

struct Served {
    _folder: tempfile::TempDir,
    collection: Collection,
    router: Router,
}

fn served() -> Served {
    let (folder, collection) = common::collection();
    real::put_ball(&collection, "kits19/case_1/kidney_left");
    real::put_open_mesh(&collection, "bones/case_2/femur");
    let limits = Limits { request: Duration::from_mins(1), concurrent: 2, points: 1000 };
    let router = router(AppState::new(collection.clone(), limits));
    Served { _folder: folder, collection, router }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

async fn ask(router: &Router, method: &str, uri: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 26).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

async fn get(router: &Router, uri: &str) -> Answer {
    ask(router, "GET", uri, &[]).await
}

#[tokio::test]
async fn search_finds_pages_and_counts() {
    let served = served();
    let all = get(&served.router, "/api/v1/search").await.json();
    assert_eq!((all["total"].as_u64(), all["shapes"].as_array().unwrap().len()), (Some(2), 2));
    assert_eq!(all["facets"]["dataset"][0]["value"], "bones");
    assert_eq!(all["shapes"][1]["files"]["core.ply"], "shapes/kits19/case_1/kidney_left/core.ply");
    let first = get(&served.router, "/api/v1/search?limit=1").await.json();
    let cursor = first["next"].as_str().unwrap();
    let second = get(&served.router, &format!("/api/v1/search?limit=1&cursor={cursor}")).await.json();
    assert_eq!((&second["shapes"][0]["id"], &second["next"]), (&all["shapes"][1]["id"], &Value::Null));
    let found = get(&served.router, "/api/v1/search?q=kidney+side%3Aleft").await.json();
    assert_eq!(found["total"], 1);
}

#[tokio::test]
async fn every_file_of_a_shape_is_served() {
    let served = served();
    let record = get(&served.router, BALL).await;
    assert_eq!(record.header("content-type"), "application/json");
    let shape = served.collection.shape(&"kits19/case_1/kidney_left".parse().unwrap()).unwrap();
    assert_eq!(record.body, shape.record().to_bytes().unwrap());
    for (file, media_type, start) in [
        ("mesh.ply", "application/x-ply", &b"ply"[..]),
        ("mesh.stl", "model/stl", b""),
        ("mesh.obj", "model/obj", b"#"),
        ("mesh.glb", "model/gltf-binary", b"glTF"),
        ("mesh.glb?resolution=core", "model/gltf-binary", b"glTF"),
        ("core.ply", "application/x-ply", b"ply"),
        ("core.stl", "model/stl", b""),
        ("core.obj", "model/obj", b"#"),
        ("core.glb", "model/gltf-binary", b"glTF"),
        ("mask.nii.gz", "application/gzip", b"\x1f\x8b"),
        ("points.ply?n=20&seed=3", "application/x-ply", b"ply"),
        ("thumbnail.png", "image/png", b"\x89PNG"),
    ] {
        let answer = get(&served.router, &format!("{BALL}/{file}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, media_type), "{file}");
        assert!(answer.body.starts_with(start) && !answer.body.is_empty(), "{file}");
    }
    let ply = get(&served.router, &format!("{BALL}/mesh.ply")).await;
    assert_eq!(FileInfo::of(&ply.body).blake3, shape.record().mesh.blake3);
    assert_eq!(ply.header("content-disposition"), "attachment; filename=\"kits19_case_1_kidney_left.ply\"");
    assert_eq!(get(&served.router, &format!("{OPEN}/mesh.stl")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let served = served();
    let mut tags = std::collections::BTreeSet::new();
    for file in [
        "",
        "/mesh.stl",
        "/mesh.stl?resolution=core",
        "/mask.nii.gz",
        "/points.ply?n=9",
        "/points.ply?n=8",
        "/thumbnail.png",
    ] {
        let uri = format!("{BALL}{file}");
        let first = get(&served.router, &uri).await;
        let tag = first.header("etag").to_owned();
        let again = ask(&served.router, "GET", &uri, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len(), again.header("etag")), (StatusCode::NOT_MODIFIED, 0, tag.as_str()));
        let other = ask(&served.router, "GET", &uri, &[("if-none-match", "\"x\"")]).await;
        assert_eq!(other.body, first.body);
        let head = ask(&served.router, "HEAD", &uri, &[]).await;
        assert_eq!((head.status, head.body.len(), head.header("etag")), (StatusCode::OK, 0, tag.as_str()));
        assert!(tags.insert(tag), "{file}");
    }
}

#[tokio::test]
async fn every_error_is_a_problem() {
    let served = served();
    for (method, uri, status, part) in [
        ("GET", "/api/v1/search?q=foo:x", 400, "there is no filter"),
        ("GET", "/api/v1/search?limit=0", 400, "from 1 to 1000"),
        ("GET", "/api/v1/search?limit=many", 400, "limit"),
        ("GET", "/api/v1/search?cursor=x", 400, "cursor"),
        ("GET", "/api/v1/shapes/a/b/c", 404, "no shape a/b/c"),
        ("GET", "/api/v1/shapes/a/..%2F..%2Fetc/c", 400, "not a shape id"),
        ("GET", "/api/v1/shapes/a/%ff/c", 400, ""),
        ("GET", "/api/v1/shapes/kits19/case_1/kidney_left/mesh.step", 404, "openapi.json"),
        ("GET", "/api/v1/shapes/kits19/case_1/kidney_left/mesh.stl?resolution=best", 400, "full"),
        ("GET", "/api/v1/shapes/kits19/case_1/kidney_left/points.ply?n=1001", 400, "from 1 to 1000"),
        ("GET", "/api/v1/shapes/kits19/case_1/kidney_left/points.ply?seed=-1", 400, "seed"),
        ("GET", "/api/v1/shapes/bones/case_2/femur/mask.nii.gz", 404, "came as a mesh"),
        ("GET", "/api", 404, "openapi.json"),
        ("GET", "/api/v2/search", 404, "openapi.json"),
        ("POST", "/api/v1/search", 405, "reading"),
        ("DELETE", "/index.html", 405, "reading"),
        ("GET", "/assets/old-1234.js", 404, "reload"),
    ] {
        let answer = ask(&served.router, method, uri, &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{uri}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{uri}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{uri}");
        assert!(problem["detail"].as_str().unwrap().contains(part), "{uri}: {problem}");
    }
    assert_eq!(get(&served.router, "/api/v1/search?q=liver+foo:x").await.json()["position"], 6);
}

#[tokio::test]
async fn trouble_with_the_disk_is_not_told_to_the_client() {
    let served = served();
    let id = "kits19/case_1/kidney_left".parse().unwrap();
    std::fs::write(served.collection.blob_path(&id, "mask.nii.gz"), b"\x1f\x8b broken").unwrap();
    let answer = get(&served.router, &format!("{BALL}/mesh.stl")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let root = served.collection.root().display().to_string();
    assert!(!String::from_utf8_lossy(&answer.body).contains(&root));
}

#[tokio::test]
async fn a_slow_answer_is_given_up() {
    let served = served();
    let limits = Limits { request: Duration::ZERO, ..Limits::default() };
    let router = router(AppState::new(served.collection.clone(), limits));
    let answer = get(&router, &format!("{BALL}/mesh.stl")).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn datasets_health_and_what_an_import_adds() {
    let served = served();
    let datasets = get(&served.router, "/api/v1/datasets").await.json();
    assert_eq!(datasets["datasets"][1]["name"], "kits19");
    assert_eq!(datasets["datasets"][1]["licence"]["spdx"], "CC-BY-NC-SA-4.0");
    let health = get(&served.router, "/healthz").await.json();
    assert_eq!((&health["status"], &health["shapes"]), (&"ok".into(), &2.into()));
    common::fill(&served.collection, &[common::record("x/y/z")]);
    assert_eq!(get(&served.router, "/healthz").await.json()["shapes"], 3);
    served.collection.reindex(medshape_collection::IfLocked::Fail).unwrap();
    assert_eq!(get(&served.router, "/api/v1/search?q=x").await.json()["total"], 1);
}

#[tokio::test]
async fn the_page_is_served_for_every_address_of_its_own() {
    let served = served();
    for uri in ["/", "/index.html", "/shape/kits19/case_1/kidney_left"] {
        let answer = get(&served.router, uri).await;
        assert_eq!(answer.status, StatusCode::OK, "{uri}");
        assert!(answer.header("content-type").starts_with("text/html"), "{uri}");
        assert!(answer.header("content-security-policy").contains("default-src 'self'"), "{uri}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{uri}");
    }
}

#[tokio::test]
async fn text_travels_compressed_and_packed_files_do_not() {
    let served = served();
    let gzip = [("accept-encoding", "gzip")];
    let packed =
        |uri: String| async { ask(&served.router, "GET", &{ uri }, &gzip).await.header("content-encoding").to_owned() };
    assert_eq!(packed(format!("{BALL}/mesh.obj")).await, "gzip");
    assert_eq!(packed("/api/v1/search".into()).await, "gzip");
    assert_eq!(packed(format!("{BALL}/mask.nii.gz")).await, "");
    assert_eq!(packed(format!("{BALL}/thumbnail.png")).await, "");
}

/// Every path of the document is there, and every reference in it leads somewhere.
#[tokio::test]
async fn the_openapi_document_tells_the_truth() {
    let served = served();
    let document = get(&served.router, "/api/v1/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let shape = "/api/v1/shapes/{dataset}/{case}/{structure}";
    let mut expected = vec![
        "/healthz".to_owned(),
        "/api/v1/search".into(),
        "/api/v1/datasets".into(),
        "/api/v1/openapi.json".into(),
        shape.into(),
    ];
    for file in ["mesh.{format}", "core.{format}", "mask.nii.gz", "points.ply", "thumbnail.png"] {
        expected.push(format!("{shape}/{file}"));
    }
    for path in &expected {
        assert!(paths.contains(&path), "{path} is not described");
        for format in ["ply", "stl", "obj", "glb"] {
            let uri =
                path.replace("{dataset}/{case}/{structure}", "kits19/case_1/kidney_left").replace("{format}", format);
            assert_eq!(get(&served.router, &uri).await.status, StatusCode::OK, "{uri}");
        }
    }
    assert_eq!(paths.len(), expected.len());
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    assert!(document.pointer("/components/schemas/Record/properties/subject").is_some());
}
