//! Structure sets: what is read, and contours filled like the script's point-by-point test.

use medshape_dicom::*;

use crate::common::{counts, expected, fixture, same_segments};

fn read(name: &str) -> StructureSet {
    read_rtstruct(&fixture(&format!("rtstruct/{name}.dcm")), Limits::default()).unwrap()
}

fn on_expected_grid<'a>(name: &str) -> ContourOptions<'a> {
    let expected = expected(&format!("rtstruct/{name}"));
    let grid = ContourGrid::Given { shape: expected.shape, affine: expected.affine };
    ContourOptions { grid, ..ContourOptions::default() }
}

#[test]
fn names_colours_codes_and_contours() {
    let set = read("axial");
    assert_eq!(set.referenced_series, ["1.2.826.0.1.3680043.10.999.2"]);
    assert_eq!(set.rois.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2, 4, 7, 9, 12]);
    let hole = &set.rois[0];
    assert_eq!((hole.name.as_deref(), hole.colour), (Some("hole"), Some([1, 128, 255])));
    assert_eq!(hole.interpreted_type.as_deref(), Some("ORGAN"));
    assert_eq!(hole.kind.as_ref().map(|c| c.value.as_str()), Some("10200004"));
    assert_eq!(hole.contours[0].points[1], [-13.7, -1.3, 0.0]);
    let kinds: Vec<_> = set.rois[5].contours.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ContourKind::Points, ContourKind::Open, ContourKind::Closed]);
}

#[test]
fn holes_keyholes_stars_and_gaps() {
    for name in ["axial", "oblique"] {
        let segmentation = rasterize(&read(name), &on_expected_grid(name)).unwrap();
        same_segments(&segmentation, &expected(&format!("rtstruct/{name}")));
        assert_eq!(
            segmentation.notes,
            [
                "ROI 4 (star): contours 1 cross themselves (filled by the even-odd rule)",
                "ROI 7 (skips a slice): slices between contours, left empty: 1",
                "ROI 9 (empty): has no contour",
                "ROI 12 (marks): encloses no voxel's centre; contours 1, 2 are open or points and enclose nothing; \
             contours 3 have fewer than 3 points and enclose nothing",
            ]
        );
    }
}

#[test]
fn a_grid_from_the_contours_lies_along_them() {
    for name in ["axial", "oblique"] {
        let set = read(name);
        let options =
            ContourOptions { grid: ContourGrid::FromContours { spacing_mm: 0.1 }, ..ContourOptions::default() };
        let segmentation = rasterize(&set, &options).unwrap();
        let map = &segmentation.layers[0];
        assert_eq!(map.shape()[2], 3, "{name}");
        assert!((map.affine().spacing()[2] - 2.5).abs() < 1e-5);
        // The keyhole's area, twice, times the distance of slices.
        let keyhole = segmentation.segments.iter().find(|s| s.value == 2).unwrap();
        let voxels = counts(&segmentation.layers[keyhole.layer])[&2];
        let pixel = if name == "axial" { 1.0 } else { 0.8 * 0.625 };
        let exact = 2.0 * (12.4_f64.powi(2) - 6.3 * 6.3 + 3.2 * 0.0) * pixel * 2.5;
        let found = voxels as f64 * map.affine().voxel_volume();
        assert!((found / exact - 1.0).abs() < 0.02, "{name}: {found} {exact}");
    }
}

#[test]
fn gaps_are_filled_when_asked_for() {
    let options = ContourOptions { fill_gaps: 1, ..on_expected_grid("axial") };
    let segmentation = rasterize(&read("axial"), &options).unwrap();
    let segment = segmentation.segments.iter().find(|s| s.value == 7).unwrap();
    let map = &segmentation.layers[segment.layer];
    let in_slice = |k: usize| (256 * k..256 * (k + 1)).filter(|&n| map.labels().get(n) == 7).count();
    assert_eq!((in_slice(0), in_slice(2)), (16, 64));
    assert!(in_slice(1) > 16 && in_slice(1) < 64, "{}", in_slice(1));
    assert!(
        segmentation.notes.contains(&"ROI 7 (skips a slice): slices between contours, filled in by shape: 1".into())
    );
}

#[test]
fn the_images_grid_and_frame_of_reference() {
    let series = read_series(&fixture("series/oblique"), Limits::default()).unwrap();
    let options = ContourOptions { grid: ContourGrid::Series(&series), ..ContourOptions::default() };
    let on_images = rasterize(&read("oblique"), &options).unwrap();
    assert_eq!(on_images.layers[0].shape(), [7, 5, 5]);
    let mut other = series.clone();
    other.frame_of_reference_uid = Some("1.2.3".into());
    let options = ContourOptions { grid: ContourGrid::Series(&other), ..ContourOptions::default() };
    let error = rasterize(&read("oblique"), &options).unwrap_err().to_string();
    assert!(error.contains("ROI 1 (hole) is in another frame of reference than the images"), "{error}");
}

#[test]
fn contours_across_the_slices_are_refused_by_name() {
    let error = rasterize(&read("axial"), &on_expected_grid("oblique")).unwrap_err().to_string();
    assert!(error.contains("contour 1 of ROI 1 (hole): it does not lie along the slices"), "{error}");
}

#[test]
fn planes_beside_slices_are_put_into_the_nearest_and_named() {
    let expected = expected("rtstruct/axial");
    let on = |spacing: f64, height: f64, slices: usize| {
        let mut rows = expected.affine.rows();
        (rows[2][2], rows[2][3]) = (spacing, height);
        let affine = medshape_shape::Affine::from_rows(rows).unwrap();
        let grid = ContourGrid::Given { shape: [16, 16, slices], affine };
        rasterize(&read("axial"), &ContourOptions { grid, ..ContourOptions::default() }).unwrap()
    };
    let shifted = on(2.5, 0.5, 2);
    let says = |notes: &[String], roi: &str, what: &str| {
        assert!(notes.iter().any(|n| n.starts_with(roi) && n.contains(what)), "{notes:?}");
    };
    says(&shifted.notes, "ROI 7", "planes lie up to 0.20 slices beside the slice they were put into");
    says(&shifted.notes, "ROI 4", "contours lie outside of the grid: 1");
    // Slices of 10 mm: what is inside in any of the planes that fall into one is inside.
    let coarse = on(10.0, 2.5, 1);
    let keyhole = coarse.segments.iter().find(|s| s.value == 1).unwrap();
    let union = (0..256).filter(|&n| expected.segments[0].1[n] || expected.segments[0].1[256 + n]).count() as u64;
    assert_eq!(counts(&coarse.layers[keyhole.layer])[&1], union);
    says(&coarse.notes, "ROI 1", "planes lie closer than slices");
}
