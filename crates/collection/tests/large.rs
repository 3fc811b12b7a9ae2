//! 100,000 shapes: prints how long searches take. Run it with
//! `cargo nextest run -p medshape-collection --run-ignored all --no-capture hundred_thousand`.

mod common;

use std::time::Instant;

use common::{collection, record};
use medshape_collection::{IfLocked, Query};

/// Structures the queries ask for.
const SOME: [&str; 40] = [
    "liver",
    "kidney_left",
    "kidney_right",
    "spleen",
    "x0",
    "x1",
    "x2",
    "x3",
    "x4",
    "x5",
    "x6",
    "x7",
    "x8",
    "x9",
    "y0",
    "y1",
    "y2",
    "y3",
    "y4",
    "y5",
    "y6",
    "y7",
    "y8",
    "y9",
    "z0",
    "z1",
    "z2",
    "z3",
    "z4",
    "z5",
    "z6",
    "z7",
    "z8",
    "z9",
    "w0",
    "w1",
    "w2",
    "w3",
    "w4",
    "w5",
];

#[test]
#[ignore = "a measurement, takes some seconds"]
fn searches_among_a_hundred_thousand_shapes() {
    let (_folder, collection) = collection();
    let names: Vec<&str> = medshape_anatomy::all().iter().map(|s| s.name).rev().take(60).chain(SOME).collect();
    let mut writer = collection.writer(IfLocked::Fail).unwrap();
    let start = Instant::now();
    for case in 0..1000 {
        let of_case = |name: &&str| {
            let mut record = record(&format!("total{}/s{case:04}/{name}", case % 4));
            record.subject.age_years = Some(f64::from(case % 90));
            record.features.volume_mm3 = Some(f64::from(case) * 1e3 + name.len() as f64);
            record
        };
        let records: Vec<_> = names.iter().map(of_case).collect();
        writer.upsert(&records).unwrap();
    }
    println!("{} shapes entered in {:?}", 1000 * names.len(), start.elapsed());
    drop(writer);
    let queries = [
        "",
        "liver",
        "kidney left",
        "total1",
        "s0123",
        "dataset:total2 kidney",
        "age:40..60",
        "volume:>500ml closed:yes",
        "-liver",
    ];
    for query in queries {
        let query_parsed = Query::parse(query).unwrap();
        let mut best = std::time::Duration::MAX;
        let mut total = 0;
        for _ in 0..5 {
            let start = Instant::now();
            let found = collection.catalogue().unwrap().search(&query_parsed, 60, None).unwrap();
            best = best.min(start.elapsed());
            total = found.total;
        }
        println!("{best:>12.2?}  {total:>7} found  {query:?}");
    }
    let size = std::fs::metadata(collection.root().join("catalogue.sqlite")).unwrap().len();
    println!("catalogue: {} MB", size / 1_000_000);
    assert_eq!(collection.catalogue().unwrap().len().unwrap(), 1000 * names.len() as u64);
}
