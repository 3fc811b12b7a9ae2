//! Small records and collections for the tests.
#![allow(dead_code, reason = "every test binary uses its own part of this")]

use std::collections::BTreeMap;

use medshape_collection::{
    Anatomy, CameAs, Citation, Collection, Features, FileInfo, Grid, Laterality, Licence, MeshInfo, MeshSize,
    ProcessingStep, Quality, Record, Sex, Source, SourceFile, Subject,
};

/// The blobs every test shape has; their content is not looked into.
pub(crate) const BLOBS: [(&str, &[u8]); 3] =
    [("core.ply", b"a core"), ("mask.nii.gz", b"a mask"), ("thumbnail.png", b"a picture")];

/// A record of a shape that came as a mask, with [`BLOBS`].
pub(crate) fn record(id: &str) -> Record {
    let [dataset, case, structure] = id.split('/').collect::<Vec<_>>().try_into().expect("three parts");
    let side = structure.rsplit('_').next();
    Record {
        schema_version: 1,
        id: id.into(),
        dataset: dataset.into(),
        case: case.into(),
        structure: structure.into(),
        label: structure.replace('_', " "),
        label_value: Some(2),
        anatomy: Anatomy {
            resolved: true,
            display_name: structure.replace('_', " "),
            system: Some(if structure.contains("kidney") { "urinary" } else { "digestive" }.into()),
            region: Some("abdomen".into()),
            laterality: match side {
                Some("left") => Some(Laterality::Left),
                Some("right") => Some(Laterality::Right),
                _ => None,
            },
            ..Anatomy::default()
        },
        subject: Subject { id: case.into(), sex: Some(Sex::F), age_years: Some(40.5), attributes: BTreeMap::new() },
        licence: Licence {
            spdx: Some("CC-BY-NC-SA-4.0".into()),
            statement: "For research".into(),
            commercial: Some(false),
            derivatives: Some(true),
            ..Licence::default()
        },
        citation: Citation { text: format!("The makers of {dataset}, 2019"), doi: vec!["10.1000/xyz".into()] },
        source: Source {
            files: vec![SourceFile { path: format!("{case}/seg.nii.gz"), bytes: 5, blake3: "0".repeat(64) }],
            recipe: dataset.into(),
            recipe_version: "1".into(),
            program_version: "0.1.0".into(),
        },
        came_as: CameAs::Mask,
        grid: Some(Grid {
            shape: [2, 3, 4],
            spacing_mm: [1.0, 1.0, 0.1 + 0.2],
            affine: [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.1 + 0.2, 0.0], [0.0, 0.0, 0.0, 1.0]],
        }),
        processing: vec![ProcessingStep { step: "crop".into(), parameters: serde_json::Map::new() }],
        features: Features {
            volume_mm3: Some(150_000.0),
            surface_area_mm2: 20_000.0,
            extents_mm: [10.0, 20.0, 30.0],
            centroid_mm: [1.0 / 3.0, -2e-7, 1e21],
            sphericity: Some(0.7),
            components: 1,
        },
        quality: Quality { closed: true, manifold: true, oriented: true, components: 1, ..Quality::default() },
        mesh: MeshInfo { vertices: 8, faces: 12, blake3: "a".repeat(64) },
        core: Some(MeshSize { vertices: 8, faces: 12 }),
        files: BLOBS.iter().map(|(name, content)| ((*name).to_owned(), FileInfo::of(content))).collect(),
        aliases: vec![format!("{case}/seg.nii.gz#2")],
    }
}

/// A new collection in a temporary folder.
pub(crate) fn collection() -> (tempfile::TempDir, Collection) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let collection = Collection::create_or_open(folder.path().join("c")).expect("a new collection");
    (folder, collection)
}

/// Stores the records and enters them into the catalogue.
pub(crate) fn fill(collection: &Collection, records: &[Record]) {
    for record in records {
        collection.put_shape(record, &BLOBS).expect("stored");
    }
    collection.writer(medshape_collection::IfLocked::Fail).and_then(|mut w| w.upsert(records)).expect("catalogued");
}
