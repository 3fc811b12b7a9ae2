//! What is written comes back, and has the same bytes every time.

use std::path::Path;

use medshape_formats::{
    Code, FormatError, Method, ReadVolume, Segment, Segmentation, VolumeFormat, nrrd, read_segmentation_bytes,
    write_label_map,
};
use medshape_shape::{Affine, LabelMap, Labels};
use proptest::prelude::*;

fn oblique(k: f64) -> Affine {
    let rows = [[-0.56, 0.42 * k, 0.1, 12.5], [0.42, 0.56 / k, -0.2, -99.0], [0.0, 0.3, 2.5, 3.25]];
    Affine::from_rows(rows).unwrap()
}

fn labels(shape: [usize; 3], seed: u64, width: u32) -> Labels {
    let count = shape.iter().product::<usize>() as u64;
    let mut wide: Vec<u32> =
        (0..count).map(|n| (n.wrapping_mul(seed | 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) as u32).collect();
    // The first value decides the width that comes back.
    match width {
        0 => Labels::U8(wide.iter().map(|&v| v as u8).collect()),
        1 => {
            wide[0] = 0xffff;
            Labels::U16(wide.iter().map(|&v| v as u16).collect())
        }
        _ => {
            wide[0] = u32::MAX;
            Labels::U32(wide)
        }
    }
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(
        "[a-zA-Zäß0-9\\\\ :=|~^\n]{1,20}".prop_map(|t| t.trim().to_owned()).prop_filter("empty", |t| !t.is_empty()),
    )
}

fn code() -> impl Strategy<Value = Option<Code>> {
    let part = || "[A-Z][a-zA-Z0-9 .]{0,9}[a-z]";
    proptest::option::of((part(), part(), part()).prop_map(|(scheme, value, meaning)| Code { scheme, value, meaning }))
}

fn segment(layers: usize) -> impl Strategy<Value = Segment> {
    let method =
        prop::sample::select(vec![None, Some(Method::Manual), Some(Method::SemiAutomatic), Some(Method::Automatic)]);
    let codes = (code(), code(), code(), code(), code());
    (0..layers, any::<u32>(), text(), any::<Option<[u8; 3]>>(), codes, method).prop_map(
        |(layer, value, name, colour, (category, kind, modifier, region, region_modifier), method)| Segment {
            layer,
            value,
            name,
            colour,
            category,
            kind,
            modifier,
            region,
            region_modifier,
            method,
        },
    )
}

proptest! {
    #[test]
    fn label_maps_of_every_format(
        shape in [1_usize..9, 1_usize..9, 1_usize..9],
        seed in any::<u64>(),
        width in 0_u32..3,
        k in 0.5..2.0_f64,
    ) {
        let map = LabelMap::new(shape, oblique(k), labels(shape, seed, width)).unwrap();
        for format in VolumeFormat::ALL {
            let [mut bytes, mut again] = [Vec::new(), Vec::new()];
            if format == VolumeFormat::Mgh {
                assert!(matches!(write_label_map(format, &map, &mut bytes), Err(FormatError::ReadOnly { .. })));
                continue;
            }
            write_label_map(format, &map, &mut bytes).unwrap();
            write_label_map(format, &map, &mut again).unwrap();
            prop_assert_eq!(&bytes, &again);
            let name = format!("x.{}", format.extensions()[0]);
            // NPY has no place for an affine; the reader is told.
            let affine = (format == VolumeFormat::Npy).then_some(*map.affine());
            let read = read_segmentation_bytes(Path::new(&name), &bytes, &ReadVolume { affine, ..ReadVolume::default() });
            let layer = &read.unwrap().layers[0];
            prop_assert_eq!(layer.labels(), map.labels(), "{:?}", format);
            prop_assert_eq!(layer.shape(), shape);
            let tolerance = match format {
                VolumeFormat::Nifti => 1e-5,
                // Directions and spacings apart: their product is rounded.
                VolumeFormat::MetaImage => 1e-14,
                _ => 0.0,
            };
            for (got, want) in layer.affine().rows().iter().flatten().zip(map.affine().rows().iter().flatten()) {
                prop_assert!((got - want).abs() <= tolerance, "{:?}: {} {}", format, got, want);
            }
        }
    }

    #[test]
    fn segmentations_as_nrrd(
        shape in [1_usize..6, 1_usize..6, 1_usize..6],
        seeds in prop::collection::vec(any::<u64>(), 1..4),
        segments in prop::collection::vec(segment(1), 1..5),
    ) {
        let maps = seeds.iter().map(|&seed| LabelMap::new(shape, oblique(1.1), labels(shape, seed, 0)).unwrap());
        let layers: Vec<LabelMap> = maps.collect();
        let spread = segments.into_iter().enumerate().map(|(n, s)| Segment { layer: n % layers.len(), ..s });
        let segmentation = Segmentation { segments: spread.collect(), notes: Vec::new(), layers };
        let mut bytes = Vec::new();
        nrrd::write_segmentation(&segmentation, &mut bytes).unwrap();
        let mut read = read_segmentation_bytes(Path::new("x.seg.nrrd"), &bytes, &ReadVolume::default()).unwrap();
        for (n, segment) in read.segments.iter_mut().enumerate() {
            // Without a name Slicer shows the identifier, and so do we.
            if segment.name == Some(format!("Segment_{}", n + 1)) && segmentation.segments[n].name.is_none() {
                segment.name = None;
            }
        }
        prop_assert_eq!(read, segmentation);
    }
}

#[test]
fn layers_on_different_grids_and_no_layer_at_all_are_refused() {
    let map = |shape| LabelMap::new(shape, Affine::IDENTITY, labels(shape, 1, 0)).unwrap();
    let mut segmentation =
        Segmentation { layers: vec![map([2, 2, 2]), map([2, 2, 3])], segments: Vec::new(), notes: Vec::new() };
    let refused = nrrd::write_segmentation(&segmentation, Vec::new());
    assert!(matches!(refused, Err(FormatError::SeveralGrids { layer: 1, .. })), "{refused:?}");
    segmentation.layers.clear();
    assert!(matches!(nrrd::write_segmentation(&segmentation, Vec::new()), Err(FormatError::Empty { .. })));
}
