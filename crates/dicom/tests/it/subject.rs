//! Only what the allow-list names leaves a file.

use medshape_dicom::{DicomError, Limits, Sex, SubjectData, subject_from_dicom};

use crate::common::fixture;

#[test]
fn facts_and_intervals_without_dates() {
    let files = [fixture("subject/later.dcm"), fixture("series/tilted/0.dcm"), fixture("series/tilted/1.dcm")];
    let subject = subject_from_dicom(&files, Limits::default()).unwrap();
    assert_eq!(
        subject,
        SubjectData {
            sex: Some(Sex::Female),
            age_years: Some(63.0),
            weight_kg: Some(61.5),
            body_parts: vec!["CHEST".into()],
            modalities: vec!["CT".into()],
            study_days: vec![0, 92],
        }
    );
}

#[test]
fn nothing_that_identifies_leaves() {
    // The later file has a name where its body part should stand.
    let subject = subject_from_dicom(&[fixture("subject/later.dcm")], Limits::default()).unwrap();
    assert_eq!((subject.age_years, &subject.body_parts[..], &subject.study_days[..]), (Some(63.0), &[][..], &[0][..]));
    let shown = format!("{subject:?}").to_uppercase();
    for secret in ["SECRET", "1938", "2001", "999."] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn the_oldest_are_one() {
    let subject = subject_from_dicom(&[fixture("subject/old.dcm")], Limits::default()).unwrap();
    assert_eq!(subject.age_years, Some(90.0));
}

#[test]
fn files_of_two_patients_are_refused_without_naming_them() {
    let files = [fixture("subject/later.dcm"), fixture("subject/other.dcm")];
    let error = subject_from_dicom(&files, Limits::default()).unwrap_err();
    assert!(matches!(error, DicomError::SeveralPatients { .. }));
    assert!(!error.to_string().contains("SECRET"));
}
