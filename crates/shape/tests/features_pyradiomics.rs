//! `PyRadiomics`' shape features, against what it gives itself.

use std::{fs, io::Read, path::PathBuf};

use medshape_shape::{Affine, Features, Group, Mask, MeasureOptions, measure};

fn pyradiomics(mask: &Mask) -> Features {
    measure(mask, &MeasureOptions { groups: vec![Group::Pyradiomics], ..MeasureOptions::default() }).unwrap()
}

/// Compares a row of a table of `PyRadiomics`' values; returns how many were compared.
fn compare(what: &str, names: &[&str], values: &[&str], found: &Features) -> usize {
    let mut compared = 0;
    for (name, value) in names.iter().zip(values) {
        let want: f64 = value.parse().unwrap();
        let got = found.get(&format!("pyradiomics:{name}"));
        // Ratios of axes of no length are undefined; lengths of flat masks are rounding errors there.
        let Some(got) = got else {
            assert!(want.is_nan(), "{what}: no {name}, but {want}");
            continue;
        };
        assert!((got - want).abs() <= 1e-9 * want.abs() + 1e-7, "{what} {name}: {got}, but PyRadiomics gives {want}");
        compared += 1;
    }
    compared
}

/// The masks of `fixtures/features/pyradiomics.py`.
fn formula(name: &str, [i, j, k]: [i64; 3]) -> bool {
    match name {
        "pair" => (3..5).contains(&i) && j == 4 && k == 5,
        "line" => j == 4 && k == 5 && i > 2,
        "slice" => k == 9 && (i - 6).pow(2) + (j - 5).pow(2) < 26,
        "box" => (2..11).contains(&i) && (1..7).contains(&j) && (3..8).contains(&k),
        "ellipsoid" => 36 * (i - 6).pow(2) + 49 * (j - 5).pow(2) + 64 * (k - 5).pow(2) < 1300,
        "diagonal" => (i + j + k) % 3 == 0,
        "sparse" => (i * i * 7 + j * j * 11 + k * k * 13 + i * j * k) % 17 == 0,
        "half" => (i * i * 5 + j * j * 3 + k * k * 7 + i * j * k) % 11 < 5,
        "dense" => (i * i * 3 + j * j * 5 + k * k * 2 + i * j * k) % 13 < 11,
        _ => panic!("no mask {name}"),
    }
}

#[test]
fn masks_given_by_formulas() {
    let table = include_str!("fixtures/features/pyradiomics.csv");
    let mut lines = table.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let mut compared = 0;
    for row in lines {
        let shape = [14usize, 12, 10];
        let voxels =
            (0..1680).map(|v| u8::from(formula(row[0], [v % 14, v / 14 % 12, v / 168].map(|c| c as i64)))).collect();
        let mask = Mask::new(shape, Affine::from_spacing([0.75, 1.25, 3.0], [5.0; 3]).unwrap(), voxels).unwrap();
        compared += compare(row[0], &names[1..], &row[1..], &pyradiomics(&mask));
    }
    assert!(compared > 145, "{compared}");
}

/// Values, 8-bit or wider, of a compressed NIfTI or NRRD label volume, and its size.
fn read(path: &PathBuf) -> ([usize; 3], Vec<u16>) {
    let bytes = fs::read(path).unwrap();
    let unpack = |b: &[u8]| {
        let mut out = Vec::new();
        flate2::read::MultiGzDecoder::new(b).read_to_end(&mut out).unwrap();
        out
    };
    if path.extension().is_some_and(|e| e == "gz") {
        let all = unpack(&bytes);
        let short = |at: usize| usize::from(u16::from_le_bytes([all[at], all[at + 1]]));
        let offset = f32::from_le_bytes([all[108], all[109], all[110], all[111]]) as usize;
        assert_eq!(short(70), 2, "8-bit labels");
        return ([short(42), short(44), short(46)], all[offset..].iter().map(|&v| v.into()).collect());
    }
    let end = bytes.windows(2).position(|w| w == b"\n\n").unwrap();
    let header = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let field = |name: &str| header.lines().find_map(|l| l.strip_prefix(name)).unwrap().trim().to_owned();
    let sizes: Vec<usize> = field("sizes:").split(' ').map(|s| s.parse().unwrap()).collect();
    let width = if field("type:") == "int" { 4 } else { 2 };
    let values = unpack(&bytes[end + 2..]).chunks_exact(width).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    ([sizes[0], sizes[1], sizes[2]], values)
}

#[test]
fn real_masks() {
    let data = std::env::var("MEDSHAPE_DATA").unwrap_or_else(|_| "../../../shared/data".into());
    let reference = PathBuf::from(data).join("../bench/reference");
    if !reference.exists() {
        println!("skipped: {} is not there", reference.display());
        return;
    }
    let mut compared = 0;
    for table in ["pyradiomics_shape_own_data.csv", "pyradiomics_shape_totalsegmentator61.csv"] {
        let text = fs::read_to_string(reference.join(table)).unwrap();
        let mut lines = text.lines().map(|l| l.split(',').collect::<Vec<_>>());
        let names = lines.next().unwrap();
        let mut open: Option<(String, [usize; 3], Vec<u16>)> = None;
        for row in lines {
            let (case, label): (_, u32) = (row[0], row[1].parse().unwrap());
            if open.as_ref().is_none_or(|o| o.0 != case) {
                let inputs = reference.join("inputs");
                let names = [format!("{case}.nii.gz"), format!("{case}_label.nrrd"), format!("{case}-label.nrrd")];
                let path = names.iter().map(|n| inputs.join(n)).find(|p| p.exists()).unwrap();
                let (shape, values) = read(&path);
                open = Some((case.to_owned(), shape, values));
            }
            let (_, shape, values) = open.as_ref().unwrap();
            let spacing: Vec<f64> = row[3].split('x').map(|s| s.parse().unwrap()).collect();
            let affine = Affine::from_spacing([spacing[0], spacing[1], spacing[2]], [0.0; 3]).unwrap();
            let voxels = values.iter().map(|&v| u8::from(u32::from(v) == label)).collect();
            let mask = Mask::new(*shape, affine, voxels).unwrap();
            compared += compare(&format!("{case} {label}"), &names[4..], &row[4..], &pyradiomics(&mask));
        }
    }
    assert_eq!(compared, 67 * 14);
}
