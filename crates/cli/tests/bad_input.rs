//! Whatever is wrong with a file, it is named, the rest is imported, and nothing is lost.

mod common;

use common::{Bench, ball, labels, notes, plain, program, save, stl_box};

/// A volume with bytes of its header replaced.
fn spoiled(changes: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = plain(&ball([9, 8, 7], 5.0, 1));
    for (at, new) in changes {
        bytes[*at..at + new.len()].copy_from_slice(new);
    }
    bytes
}

fn dims(values: [i16; 8]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

#[test]
fn volumes_of_every_fault_are_named_and_the_good_one_is_imported() {
    let bench = Bench::new();
    save(&ball([9, 8, 7], 5.0, 1), &bench.path("bad/liver.nii.gz"));
    let good = std::fs::read(bench.path("bad/liver.nii.gz")).unwrap();
    let nan = f32::NAN.to_le_bytes();
    let zeros = [0; 48];
    for (name, bytes) in [
        ("truncated.nii.gz", good[..good.len() / 2].to_vec()),
        ("short.nii", spoiled(&[])[..2000].to_vec()),
        ("larger.nii", spoiled(&[(40, &dims([3, 200, 180, 160, 1, 1, 1, 1]))])),
        ("zero.nii", spoiled(&[(40, &dims([3, 20, 0, 16, 1, 1, 1, 1]))])),
        ("absurd.nii", spoiled(&[(40, &dims([3, 32767, 32767, 32767, 1, 1, 1, 1]))])),
        ("nan.nii", spoiled(&[(280, &nan)])),
        ("singular.nii", spoiled(&[(280, &zeros)])),
        ("four.nii", spoiled(&[(40, &dims([4, 20, 18, 4, 4, 1, 1, 1]))])),
        ("rgb.nii", spoiled(&[(70, &128i16.to_le_bytes()), (72, &24i16.to_le_bytes())])),
        ("text.nii.gz", b"this is no volume".to_vec()),
        ("empty.nii.gz", Vec::new()),
    ] {
        bench.write(&format!("bad/{name}"), bytes);
    }
    let (summary, code) = bench.import("bad", &["--recipe", "labelmaps"]);
    assert_eq!(code, 1, "{summary}");
    for name in [
        "truncated.nii.gz",
        "short.nii",
        "larger.nii",
        "zero.nii",
        "absurd.nii",
        "nan.nii",
        "singular.nii",
        "four.nii",
        "rgb.nii",
        "text.nii.gz",
        "empty.nii.gz",
    ] {
        assert_eq!(notes(&summary, "failed", &format!("\"file\":\"{name}\"")), 1, "{name}: {summary}");
    }
    assert_eq!(summary["shapes_written"], 1, "{summary}");
    assert_eq!(bench.ids("liver").len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn an_absurd_size_fails_before_memory_is_asked_for() {
    let bench = Bench::new();
    bench.write("bad/liver.nii", spoiled(&[(40, &dims([3, 4000, 4000, 4000, 1, 1, 1, 1]))]));
    bench.write("bad/spleen.stl", [vec![0; 80], u32::MAX.to_le_bytes().to_vec()].concat());
    let shell = "ulimit -v 3000000; exec \"$0\" import bad --recipe labelmaps --json --collection c --jobs 1";
    let output = std::process::Command::new("sh")
        .args(["-c", shell, env!("CARGO_BIN_EXE_medshape")])
        .current_dir(bench.path("x").parent().unwrap())
        .output()
        .unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(notes(&summary, "failed", "liver.nii"), 1, "{summary}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_takes_no_more_is_reported_and_the_next_import_finishes() {
    let bench = Bench::new();
    for name in ["liver", "spleen", "stomach"] {
        save(&ball([9, 8, 7], 6.0, 1), &bench.path(&format!("many/{name}.nii.gz")));
    }
    // No file may grow beyond 16 blocks of 512 bytes: writing fails as it does on a full disk.
    let shell = "trap '' XFSZ; ulimit -f 16; exec \"$0\" --collection collection import many --json";
    let output = std::process::Command::new("sh")
        .args(["-c", shell, env!("CARGO_BIN_EXE_medshape")])
        .current_dir(bench.path("x").parent().unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(errors.contains("collection"), "{errors}");
    let (summary, code) = bench.import("many", &[]);
    assert_eq!((code, bench.ids("").len()), (0, 3), "{summary}");
    assert!(bench.run(&["verify"]).status.success());
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_named_and_the_rest_imported() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    save(&ball([9, 8, 7], 5.0, 1), &bench.path("data/liver.nii.gz"));
    save(&ball([9, 8, 7], 5.0, 1), &bench.path("data/locked/spleen.nii.gz"));
    save(&ball([9, 8, 7], 5.0, 1), &bench.path("data/closed.nii.gz"));
    let set = |name: &str, mode| {
        std::fs::set_permissions(bench.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("data/locked", 0o000);
    set("data/closed.nii.gz", 0o000);
    if std::fs::read_dir(bench.path("data/locked")).is_ok() {
        set("data/locked", 0o755);
        println!("skipped: this user may read everything");
        return;
    }
    let (summary, code) = bench.import("data", &["--recipe", "labelmaps"]);
    set("data/locked", 0o755);
    assert_eq!(code, 1, "{summary}");
    assert_eq!(notes(&summary, "failed", "locked"), 1, "{summary}");
    assert_eq!(notes(&summary, "failed", "closed.nii.gz"), 1, "{summary}");
    assert_eq!(bench.ids("liver").len(), 1);

    // A collection that may not be written is refused with its name.
    set("data", 0o555);
    let output = program()
        .args(["import", "data", "--collection", "data/c"])
        .current_dir(bench.path("x").parent().unwrap())
        .output();
    set("data", 0o755);
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("data/c"), "{output:?}");
}

#[test]
fn odd_masks_are_shapes_too() {
    let bench = Bench::new();
    save(&labels(|_| 0), &bench.path("odd/absent.nii.gz"));
    save(&labels(|at| u8::from(at == [3, 4, 5])), &bench.path("odd/gallbladder.nii.gz"));
    save(&labels(|_| 1), &bench.path("odd/liver.nii.gz"));
    let (summary, code) = bench.import("odd", &[]);
    assert_eq!(code, 0, "{summary}");
    assert_eq!(notes(&summary, "skipped", "absent.nii.gz"), 1, "{summary}");
    let one = bench.record(&bench.ids("gallbladder")[0]);
    assert_eq!((&one["quality"]["closed"], &one["mesh"]["faces"]), (&true.into(), &8.into()));
    let full = bench.record(&bench.ids("liver")[0]);
    assert_eq!((&full["quality"]["closed"], &full["quality"]["touches_border"]), (&true.into(), &true.into()));
}

#[test]
fn float_volumes_of_whole_numbers_are_labels_and_others_are_not() {
    let bench = Bench::new();
    let floats = |scale: f32| {
        let map = ball([9, 8, 7], 5.0, 1);
        let bytes = plain(&map);
        let mut out = bytes[..352].to_vec();
        out[70..72].copy_from_slice(&16i16.to_le_bytes());
        out[72..74].copy_from_slice(&32i16.to_le_bytes());
        bytes[352..].iter().for_each(|&v| out.extend((f32::from(v) * scale).to_le_bytes()));
        out
    };
    bench.write("f/liver.nii", floats(1.0));
    bench.write("f/spleen.nii", floats(0.5));
    let (summary, _) = bench.import("f", &[]);
    assert_eq!(summary["shapes_written"], 1, "{summary}");
    assert_eq!(notes(&summary, "skipped", "spleen.nii") + notes(&summary, "failed", "spleen.nii"), 1, "{summary}");
    assert_eq!(bench.ids("liver").len(), 1);
}

#[test]
fn a_label_without_a_name_keeps_its_number() {
    let bench = Bench::new();
    save(&labels(|[i, ..]| if i < 5 { 1 } else { u8::from(i > 12) * 7 }), &bench.path("atlas/atlas.nii.gz"));
    bench.write("atlas/atlas.csv", "index,name\n1,liver\n");
    let (summary, code) = bench.import("atlas", &[]);
    assert_eq!((code, &summary["shapes_written"]), (0, &2.into()), "{summary}");
    assert!(notes(&summary, "warnings", "no name for this value") == 1, "{summary}");
    assert_eq!(bench.ids("label_7").len(), 1);
}

#[test]
fn names_with_blanks_umlauts_and_dots_and_cases_of_one_name() {
    let bench = Bench::new();
    for folder in ["first/case 1", "second/case 1", "third/a..b ü"] {
        save(&ball([9, 8, 7], 5.0, 1), &bench.path(&format!("data/{folder}/liver.nii.gz")));
        save(&ball([9, 8, 7], 3.0, 1), &bench.path(&format!("data/{folder}/spleen.nii.gz")));
    }
    let (summary, code) = bench.import("data", &[]);
    assert_eq!((code, &summary["shapes_written"]), (0, &6.into()), "{summary}");
    let ids = bench.ids("liver");
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert!(ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b))), "{ids:?}");
    assert!(bench.run(&["verify"]).status.success());
}

#[test]
fn meshes_of_every_fault() {
    let bench = Bench::new();
    let good = stl_box([30.0, 40.0, 50.0]);
    bench.write("m/liver.stl", &good);
    bench.write("m/truncated.stl", &good[..400]);
    bench.write("m/fragment.stl", "vertex 1 2 3\nendloop\nendfacet\nendsolid skull\n".repeat(12));
    // A box without its lid: kept as it is, said to be open, closed in its core.
    let mut open = good.clone();
    open.truncate(84 + 50 * 10);
    open[80..84].copy_from_slice(&10u32.to_le_bytes());
    bench.write("m/spleen.stl", open);
    let (summary, code) = bench.import("m", &[]);
    assert_eq!((code, &summary["shapes_written"]), (1, &2.into()), "{summary}");
    assert_eq!(notes(&summary, "failed", "truncated.stl"), 1, "{summary}");
    assert_eq!(notes(&summary, "failed", "fragment.stl"), 1, "{summary}");
    let record = bench.record(&bench.ids("spleen")[0]);
    assert_eq!(record["quality"]["closed"], false, "{record}");
    assert_eq!(record["quality"]["core_closed"], true, "{record}");
    assert_eq!((&record["mesh"]["faces"], &record["features"]["volume_mm3"]), (&10.into(), &serde_json::Value::Null));
    // What is open encloses nothing; its centroid is that of its surface, which lies within its box.
    for (axis, size) in [30.0, 40.0, 50.0].into_iter().enumerate() {
        let at = record["features"]["centroid_mm"][axis].as_f64().unwrap();
        assert!(at > 0.0 && at < size, "{record}");
    }
}

#[cfg(unix)]
#[test]
fn links_neither_loop_nor_lead_out() {
    let bench = Bench::new();
    save(&ball([9, 8, 7], 5.0, 1), &bench.path("data/case/liver.nii.gz"));
    save(&ball([9, 8, 7], 3.0, 1), &bench.path("data/case/kidney_left.nii.gz"));
    save(&ball([9, 8, 7], 5.0, 1), &bench.path("elsewhere/spleen.nii.gz"));
    std::os::unix::fs::symlink("..", bench.path("data/case/loop")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", bench.path("data/out")).unwrap();
    let (summary, _) = bench.import("data", &[]);
    assert_eq!(summary["shapes_written"], 2, "{summary}");
    assert!(bench.ids("spleen").is_empty());
}

#[test]
fn wrong_use_exits_with_two() {
    let bench = Bench::new();
    save(&ball([9, 8, 7], 5.0, 1), &bench.path("data/liver.nii.gz"));
    let code = |args: &[&str]| bench.run(args).status.code().unwrap();
    assert_eq!(code(&["search", "liver"]), 2, "no collection");
    assert_eq!(code(&["import", "nowhere"]), 2);
    assert_eq!(code(&["import", "data", "--recipe", "nosuch"]), 2);
    assert_eq!(code(&["import", "data"]), 0);
    assert_eq!(code(&["search", "volume:huge"]), 2);
    assert_eq!(code(&["show", "../../etc/passwd"]), 2);
    assert_eq!(code(&["show", "a/b/c"]), 1);
    assert_eq!(code(&["export", "--to", "out", "--format", "docx"]), 2);
    assert_eq!(program().output().unwrap().status.code(), Some(2));
    let said = bench.run(&["search", "liver colour:red"]).stderr;
    assert!(String::from_utf8_lossy(&said).contains("character 7"), "{}", String::from_utf8_lossy(&said));
}
