//! Point clouds in text and PCD.

use std::path::Path;

use medshape_formats::{FormatError, Frame, LengthUnit, PointFile, read_points_bytes};

fn read(name: &str, text: &str) -> Result<PointFile, FormatError> {
    read_points_bytes(Path::new(name), text.as_bytes())
}

#[test]
fn tables_of_every_kind() {
    for text in [
        "1 2 3\n4 5 6\n",
        "# made by hand\r\n1\t2\t3\r\n\r\n4 5 6",
        "2\n1 2 3\n4 5 6\n",
        "x,y,z\n1,2,3\n4,5,6\n",
        "id;z;y;x\n7;3;2;1\n8;6;5;4\n",
        "// X Y Z\n1, 2, 3, 200, 100, 0\n4, 5, 6, 0, 0, 0\n",
    ] {
        let file = read("x.xyz", text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(file.cloud.points(), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "{text}");
        assert_eq!(file.notes.len(), usize::from(text.contains("200")), "{text}");
    }
    let file = read("x.csv", "# SPACE=LPS UNIT=mm\nx,y,z,nx,ny,nz,label\n1,2,3,0,1,0,9\n").unwrap();
    assert_eq!((file.cloud.points(), file.cloud.labels()), (&[[-1.0, -2.0, 3.0]][..], Some(&[9][..])));
    assert_eq!(file.cloud.normals(), Some(&[[0.0, -1.0, 0.0]][..]));
    assert_eq!((file.frame, file.unit), (Frame::Lps, Some(LengthUnit::Millimetre)));
}

#[test]
fn faults_are_named() {
    for (text, line) in [("1 2 3\n4 5\n", 2), ("a b c\n1 2 3\n", 1), ("1 2 3\n4 five 6\n", 2)] {
        let error = read("x.xyz", text).unwrap_err();
        assert!(matches!(error, FormatError::Syntax { line: l, .. } if l == line), "{error}");
    }
    assert!(matches!(read("x.xyz", "1 2 nan\n"), Err(FormatError::NotFinite { element: "point", index: 0, .. })));
    assert!(matches!(read("x.xyz", "\n#\n"), Err(FormatError::Empty { .. })));
}

#[test]
fn pcd_in_text_and_binary() {
    let head = "# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS x y z label\nSIZE 4 4 4 2\nTYPE F F F U\n\
        COUNT 1 1 1 1\nWIDTH 2\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 2\n";
    let file = read("x.pcd", &format!("{head}DATA ascii\n1 2 3 4\n5 6 7 8\n")).unwrap();
    assert_eq!((file.cloud.points()[1], file.cloud.labels()), ([5.0, 6.0, 7.0], Some(&[4, 8][..])));
    let mut bytes = format!("{head}DATA binary\n").into_bytes();
    for (p, label) in [([1.0_f32, 2.0, 3.0], 4_u16), ([5.0, 6.0, 7.0], 8)] {
        bytes.extend(p.iter().flat_map(|c| c.to_le_bytes()));
        bytes.extend(label.to_le_bytes());
    }
    assert_eq!(read_points_bytes(Path::new("x.pcd"), &bytes).unwrap(), file);
    bytes.pop();
    assert!(matches!(read_points_bytes(Path::new("x.pcd"), &bytes), Err(FormatError::Truncated { .. })));
    assert!(matches!(read("x.pcd", &format!("{head}DATA binary_compressed\n")), Err(FormatError::Unsupported { .. })));
}
