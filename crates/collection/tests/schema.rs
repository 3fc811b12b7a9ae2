//! The published JSON Schema is the one of the type. `UPDATE_SCHEMA=1` writes it.

use std::path::Path;

#[test]
fn the_published_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/shape.schema.json");
    let mut current = serde_json::to_string_pretty(&medshape_collection::record_schema()).unwrap();
    current.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &current).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == current, "run `UPDATE_SCHEMA=1 cargo nextest run -p medshape-collection schema`");
}
