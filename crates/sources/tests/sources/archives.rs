//! Archives are read as folders, and hostile ones are refused.

use std::io::{Read, Write};
use std::path::Path;

use crate::common::Tree;
use medshape_sources::{Note, Plan, PlanOptions, plan};

const SEGMENTATION: &str = "kits21/data/case_00000/aggregated_MAJ_seg.nii.gz";
const TABLE: (&str, &str) = ("kits21/data/kits.json", r#"[{"case_id": "case_00000", "gender": "female"}]"#);

fn zip(path: &Path, files: &[(&str, &[u8])], deflated: bool) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let method = if deflated { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

fn tar(out: impl Write, files: &[(&str, &[u8])]) {
    let mut archive = tar::Builder::new(out);
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // `append_data` refuses names that lead out.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, *bytes).unwrap();
    }
    archive.into_inner().unwrap();
}

fn check_kits(plan: &Plan, content: &[u8]) {
    assert_eq!((plan.dataset.as_str(), plan.cases.len()), ("kits21", 1), "{}", plan.detection);
    let case = &plan.cases[0];
    assert!(case.subject.sex.is_some(), "the table in the archive is read");
    let input = &case.inputs[0];
    assert!(input.relative.ends_with(SEGMENTATION), "{}", input.relative);
    let fetched = input.fetch().unwrap();
    assert!(fetched.path().ends_with("aggregated_MAJ_seg.nii.gz"));
    assert_eq!(std::fs::read(fetched.path()).unwrap(), content);
    let unpacked = fetched.path().to_owned();
    drop(fetched);
    assert!(!unpacked.exists(), "the copy goes away");
}

#[test]
fn members_of_every_kind_of_archive_are_planned_and_fetched() {
    let content: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
    let files: [(&str, &[u8]); 3] = [(SEGMENTATION, &content), ("kits21/LICENSE", b"x"), (TABLE.0, TABLE.1.as_bytes())];
    for kind in ["zip", "stored.zip", "tar", "tar.gz", "tgz"] {
        let tree = Tree::new(&[]);
        let path = tree.root().join(format!("KiTS data.{kind}"));
        match kind {
            "zip" => zip(&path, &files, true),
            "stored.zip" => zip(&path, &files, false),
            "tar" => tar(std::fs::File::create(&path).unwrap(), &files),
            _ => {
                let out = std::fs::File::create(&path).unwrap();
                let mut out = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
                tar(&mut out, &files);
                out.finish().unwrap();
            }
        }
        check_kits(&tree.plan(), &content);
        // The archive itself may be named instead of its folder.
        check_kits(&plan(&path, &PlanOptions::default()).unwrap(), &content);
    }
}

#[test]
fn what_is_unpacked_already_is_not_read_twice() {
    let tree = Tree::new(&[(SEGMENTATION, "abc"), (TABLE.0, TABLE.1)]);
    let files: [(&str, &[u8]); 2] = [(SEGMENTATION, b"abc"), (TABLE.0, TABLE.1.as_bytes())];
    zip(&tree.root().join("data.zip"), &files, true);
    let plan = tree.plan();
    assert_eq!(plan.cases.len(), 1);
    assert!(plan.cases[0].inputs[0].member.is_none());
    assert!(note(&plan.skipped, "data.zip").contains("unpacked"));
}

#[test]
fn the_data_of_a_detached_header_comes_with_it() {
    let tree = Tree::new(&[]);
    let files: [(&str, &[u8]); 3] = [
        ("training_data/Case00_segmentation.mhd", b"ElementDataFile = Case00_segmentation.raw"),
        ("training_data/Case00_segmentation.raw", b"voxels"),
        ("training_data/Case01_segmentation.raw", b"others"),
    ];
    zip(&tree.root().join("training_data.zip"), &files, true);
    let plan = tree.plan();
    let fetched = plan.cases[0].inputs[0].fetch().unwrap();
    let folder = fetched.path().parent().unwrap();
    assert_eq!(std::fs::read(folder.join("Case00_segmentation.raw")).unwrap(), b"voxels");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2);
}

#[test]
fn members_that_lead_out_or_are_archives_are_refused() {
    let bad: [(&str, &[u8]); 5] = [
        ("liver.stl", b"x"),
        ("../outside.stl", b"x"),
        ("/etc/passwd.stl", b"x"),
        ("a/../../b.stl", b"x"),
        ("inner.zip", b"PK"),
    ];
    let tree = Tree::new(&[("spleen.stl", "")]);
    zip(&tree.root().join("a.zip"), &bad, true);
    tar(std::fs::File::create(tree.root().join("b.tar")).unwrap(), &bad);
    let mut link = tar::Builder::new(std::fs::File::create(tree.root().join("c.tar")).unwrap());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    link.append_link(&mut header, "link.stl", "/etc/passwd").unwrap();
    link.finish().unwrap();
    let plan = tree.plan();
    let files: Vec<&str> = plan.cases.iter().flat_map(|c| &c.inputs).map(|input| input.relative.as_str()).collect();
    assert_eq!(files, ["a.zip/liver.stl", "b.tar/liver.stl", "spleen.stl"]);
    for file in ["a.zip/../outside.stl", "a.zip//etc/passwd.stl", "b.tar/a/../../b.stl"] {
        assert!(note(&plan.skipped, file).contains("out of the archive"), "{file}");
    }
    assert!(note(&plan.skipped, "b.tar/inner.zip").contains("archive in an archive"));
    assert!(note(&plan.skipped, "c.tar/link.stl").contains("link"));
}

/// A zip whose directory names the same bytes many times expands without end; one that says too much lies.
#[test]
fn bombs_are_refused() {
    let tree = Tree::new(&[("spleen.stl", "")]);
    let path = tree.root().join("bomb.zip");
    zip(&path, &[("a.stl", &vec![0; 1 << 20]), ("b.stl", &vec![0; 1 << 20])], true);
    let mut bytes = std::fs::read(&path).unwrap();
    // The second entry of the directory is made to point at the first member, whose compressed size is made larger.
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    for (index, byte) in 900_000u32.to_le_bytes().into_iter().enumerate() {
        bytes[directory + 20 + index] = byte;
    }
    std::fs::write(&path, &bytes).unwrap();
    let plan = tree.plan();
    assert!(note(&plan.failed, "bomb.zip").contains("overlap"), "{:?}", plan.failed);

    zip(&path, &[("a.stl", b"x")], true);
    let mut bytes = std::fs::read(&path).unwrap();
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[directory + 24..directory + 28].copy_from_slice(&1_000_000_000u32.to_le_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let plan = tree.plan();
    assert!(note(&plan.skipped, "bomb.zip/a.stl").contains("larger than"), "{:?}", plan.skipped);
}

/// Cut short, or with a byte changed, an archive is an error, a shorter list, or a fetch that fails.
#[test]
fn damaged_archives_never_panic() {
    let tree = Tree::new(&[("spleen.stl", "")]);
    let (zipped, tarred, gzipped) = (tree.root().join("a.zip"), tree.root().join("b.tar"), tree.root().join("c.tgz"));
    let files: [(&str, &[u8]); 2] = [("x/liver.stl", b"solid liver"), ("x/kidney_left.stl", b"solid kidney")];
    zip(&zipped, &files, true);
    tar(std::fs::File::create(&tarred).unwrap(), &files);
    let mut out = flate2::write::GzEncoder::new(std::fs::File::create(&gzipped).unwrap(), flate2::Compression::fast());
    tar(&mut out, &files);
    out.finish().unwrap();
    for path in [zipped, tarred, gzipped] {
        let whole = std::fs::read(&path).unwrap();
        let step = whole.len().div_ceil(80);
        for position in (0..whole.len()).step_by(step) {
            let mut changed = whole.clone();
            changed[position] ^= 0x55;
            for bytes in [whole[..position].to_vec(), changed] {
                std::fs::write(&path, bytes).unwrap();
                let plan = tree.plan();
                for input in plan.cases.iter().flat_map(|case| &case.inputs) {
                    if let Ok(fetched) = input.fetch() {
                        let mut bytes = Vec::new();
                        std::fs::File::open(fetched.path()).unwrap().read_to_end(&mut bytes).unwrap();
                        assert!(bytes.len() < 4096);
                    }
                }
            }
        }
        std::fs::remove_file(&path).unwrap();
    }
}

fn note<'a>(notes: &'a [Note], file: &str) -> &'a str {
    let found = notes.iter().find(|note| note.file == file);
    found.map_or_else(|| panic!("nothing about {file} in {notes:?}"), |note| note.reason.as_str())
}
