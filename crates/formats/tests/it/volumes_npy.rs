//! NPY and NPZ of numpy, and the pickled dictionaries that `MedShapeNetCore` ships.

use std::collections::BTreeMap;

use medshape_formats::npy::{NpyArray, NpyValue, read_npy, read_npz, read_npz_bytes, write_npz};
use medshape_formats::{AxisOrder, FormatError, Limits, ReadVolume, ScalarType, read_scalars, read_segmentation};
use medshape_shape::Affine;
use proptest::prelude::*;

use crate::common::{files_of, fixtures, labels_of};

#[test]
fn every_type_and_order() {
    for path in files_of(&fixtures("npy"), &["npy"]) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("type_") && !name.starts_with("order_") {
            continue;
        }
        let read = read_segmentation(&path, &ReadVolume::default()).unwrap_or_else(|e| panic!("{e}"));
        let want: Vec<u32> = (0..24).map(|v| if name == "type_b1" { v % 2 } else { v }).collect();
        assert_eq!((read.layers[0].shape(), labels_of(&read.layers[0])), ([4, 3, 2], want), "{name}");
        assert!(read.notes[0].contains("no geometry"), "{:?}", read.notes);
        let values = read_scalars(&path, &ReadVolume::default()).unwrap().values;
        assert_eq!(values[23], if name == "type_b1" { 1.0 } else { 23.0 });
    }
}

#[test]
fn spacing_affine_and_axis_order_are_the_callers() {
    let path = fixtures("npy/order_c.npy");
    let spacing = ReadVolume { spacing: Some([0.5, 1.0, 2.0]), ..ReadVolume::default() };
    assert_eq!(read_segmentation(&path, &spacing).unwrap().layers[0].affine().spacing(), [0.5, 1.0, 2.0]);
    let affine = Affine::from_spacing([3.0, 2.0, 1.0], [9.0, 8.0, 7.0]).unwrap();
    let placed = ReadVolume { affine: Some(affine), axis_order: AxisOrder::Kji, ..ReadVolume::default() };
    let read = read_segmentation(&path, &placed).unwrap();
    assert_eq!((read.layers[0].shape(), read.layers[0].affine()), ([2, 3, 4], &affine));
    assert!(read.notes.is_empty());
    // The array's last axis is now i: value (i, j, k) stands at [k, j, i].
    let labels = labels_of(&read.layers[0]);
    assert_eq!((labels[1], labels[2], labels[6]), (12, 4, 1));
    let bad = ReadVolume { spacing: Some([0.0, 1.0, 1.0]), ..ReadVolume::default() };
    assert!(matches!(read_segmentation(&path, &bad), Err(FormatError::Affine { .. })));
}

#[test]
fn the_volume_of_an_npz_is_found_or_asked_for() {
    let path = fixtures("npy/mask_and_affine.npz");
    let read = read_segmentation(&path, &ReadVolume::default()).unwrap();
    assert_eq!(labels_of(&read.layers[0]), (0..24).collect::<Vec<_>>());
    assert_eq!(read.layers[0].affine().rows()[1], [0.4, 0.75, 0.0, -20.0]);

    let path = fixtures("npy/several.npz");
    let of = |array: &str, item| {
        let options = ReadVolume { array: Some(array.into()), item, ..ReadVolume::default() };
        read_segmentation(&path, &options).map(|s| labels_of(&s.layers[0]))
    };
    for array in ["images", "fortran"] {
        assert_eq!(of(array, Some(1)).unwrap(), (0..24).collect::<Vec<_>>(), "{array}");
        assert_eq!(of(array, Some(0)).unwrap(), [0; 24], "{array}");
        assert!(matches!(of(array, Some(2)), Err(FormatError::Header { .. })));
        assert!(matches!(of(array, None), Err(FormatError::SeveralVolumes { volumes: 2, .. })));
    }
    for (array, what) in [(Some("absent"), "images"), (Some("images/0"), "array"), (None, "fortran, images")] {
        let options = ReadVolume { array: array.map(str::to_owned), ..ReadVolume::default() };
        let error = read_segmentation(&path, &options).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[test]
fn texts_and_single_values() {
    let values = read_npz(&fixtures("npy/text.npz"), Limits::default()).unwrap();
    let text = |t: &str| NpyValue::Text(t.into());
    assert_eq!(values["names"], NpyValue::List(vec![text("liver"), text("Niere ä")]));
    assert_eq!(values["codes"], NpyValue::List(vec![NpyValue::Bytes(b"ab".into()), NpyValue::Bytes(b"c".into())]));
    assert_eq!(values["one"], text("x"));
}

/// What every pickled fixture holds.
fn assert_content(value: &NpyValue, name: &str) {
    use NpyValue::{Bool, Bytes, Integer, List, Real, Text};
    let array = |path: &str| value.get(path).and_then(NpyValue::as_array).unwrap_or_else(|| panic!("{name}: {path}"));
    let c_order: Vec<f64> = (0..24).map(|n| f64::from(n / 6 + n / 2 % 3 * 4 + n % 2 * 12)).collect();
    for (path, scalar) in [("liver/mask", ScalarType::U8), ("fortran", ScalarType::I16), ("big", ScalarType::F32)] {
        let array = array(path);
        assert_eq!((array.shape(), array.scalar_type()), (&[4, 3, 2][..], scalar), "{name}: {path}");
        assert_eq!(array.to_f64(), c_order, "{name}: {path}");
    }
    assert_eq!(array("liver/mesh/vertices/1").shape(), [5, 3]);
    assert_eq!(array("liver/mesh/vertices/1").to_f64()[14], 14.0);
    assert_eq!((array("labels").to_f64(), array("3").to_f64()), (vec![0.0, 1.0], vec![0.0, 1.0]));
    let numbers = vec![
        Integer(1),
        Integer(-2),
        Integer(1 << 40),
        Integer(-(1 << 40)),
        Real(0.5),
        Bool(true),
        Bool(false),
        NpyValue::None,
        Real(0.25),
        Integer(7),
        Bool(true),
    ];
    assert_eq!(value.get("numbers"), Some(&List(numbers)), "{name}");
    let texts = vec![Text("a".into()), Text("ä\n\\".into()), Bytes(vec![0, 255]), Bytes(b"xy".into())];
    assert_eq!(value.get("texts"), Some(&List(texts)), "{name}");
}

#[test]
fn pickled_dictionaries_of_every_protocol() {
    let mut read = 0;
    for path in files_of(&fixtures("npy"), &["npy"]) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("pickled_") {
            let value = read_npy(&path, Limits::default()).unwrap_or_else(|e| panic!("{e}"));
            assert_content(&value, &name);
            read += 1;
        }
    }
    assert_eq!(read, 9);
    let path = fixtures("npy/pickled.npz");
    assert_content(&read_npz(&path, Limits::default()).unwrap()["data"], "npz");
    let options = ReadVolume { array: Some("data/liver/mask".into()), ..ReadVolume::default() };
    assert_eq!(labels_of(&read_segmentation(&path, &options).unwrap().layers[0]), (0..24).collect::<Vec<_>>());
    let whole = ReadVolume { array: Some("data".into()), ..ReadVolume::default() };
    let error = read_segmentation(&path, &whole).unwrap_err().to_string();
    assert!(error.contains("liver") && error.contains("dictionary"), "{error}");
}

#[test]
fn pickles_that_are_no_data_are_refused_by_name() {
    for file in ["refused_pairs.npz", "refused_encode.npz"] {
        let error = read_npz(&fixtures("npy").join(file), Limits::default()).unwrap_err();
        assert!(error.to_string().contains("too many times"), "{file}: {error}");
    }
    for (file, what) in [
        ("refused_system.npy", "posix.system"),
        ("refused_eval.npy", "__builtin__.eval"),
        ("refused_class.npy", "pathlib"),
        ("refused_set.npy", "EMPTY_SET"),
        ("refused_loop.npy", "inside themselves"),
        ("refused_laughs.npy", "many"),
    ] {
        let error = read_npy(&fixtures("npy").join(file), Limits::default()).unwrap_err();
        assert!(matches!(&error, FormatError::Pickle { .. }) && error.to_string().contains(what), "{file}: {error}");
    }
}

proptest! {
    #[test]
    fn plain_values_come_back(
        shape in prop::collection::vec(0_usize..5, 0..4),
        seed in any::<i64>(),
        number in any::<i64>(),
        real in -1e300..1e300_f64,
        text in "[a-zA-Zäöü 0-9]{0,12}",
    ) {
        let count: usize = shape.iter().product();
        let values: Vec<i64> = (0..count as i64).map(|n| n.wrapping_mul(seed)).collect();
        let floats: Vec<f64> = values.iter().map(|&v| v as f64 / 3.0).collect();
        let small: Vec<i32> = values.iter().map(|&v| v as i32).collect();
        let arrays = [
            NpyArray::from_i64(&shape, &values), NpyArray::from_f64(&shape, &floats), NpyArray::from_i32(&shape, &small),
            NpyArray::from_u8(&shape, small.iter().map(|&v| v as u8).collect()),
            NpyArray::from_f32(&shape, &floats.iter().map(|&v| v as f32).collect::<Vec<_>>()),
        ];
        let mut written = BTreeMap::new();
        for (n, array) in arrays.into_iter().enumerate() {
            written.insert(format!("array_{n}"), NpyValue::Array(array.unwrap()));
        }
        written.insert("n".into(), NpyValue::Integer(number));
        written.insert("text".into(), NpyValue::Text(text.trim_end().to_owned()));
        let nested = BTreeMap::from([("v".to_owned(), NpyValue::List(vec![NpyValue::Real(real), NpyValue::Bool(true)]))]);
        written.insert("nested".into(), NpyValue::Dictionary(nested));
        let [mut bytes, mut again] = [Vec::new(), Vec::new()];
        write_npz(&written, &mut bytes).unwrap();
        write_npz(&written, &mut again).unwrap();
        prop_assert_eq!(&bytes, &again);
        let read = read_npz_bytes(std::path::Path::new("x.npz"), &bytes, Limits::default()).unwrap();
        for (name, value) in written.iter().filter(|(name, _)| name.starts_with("array") || *name == "text") {
            prop_assert_eq!(&read[name], value);
        }
        // Single numbers come back as arrays without axes, exact in their type.
        prop_assert_eq!(read["n"].as_array().unwrap().bytes(), number.to_le_bytes());
        prop_assert_eq!(read["nested/v/0"].as_array().unwrap().to_f64(), vec![real]);
    }
}
