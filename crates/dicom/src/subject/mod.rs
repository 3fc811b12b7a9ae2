//! What DICOM files say of the person in them that may go into a record: an allow-list.

mod terms;

use std::collections::BTreeSet;
use std::path::PathBuf;

use dicom_dictionary_std::tags;

use crate::data_set::{Content, Item, read_bytes, read_head};
use crate::error::DicomError;
use crate::limits::Limits;
use terms::{BODY_PARTS, MODALITIES};

/// Ages from here on are one.
const OLDEST: f64 = 90.0;

/// De-identified facts of one person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SubjectData {
    /// Sex, as recorded.
    pub sex: Option<Sex>,
    /// Age at the earliest study, years; 90 stands for 90 and above.
    pub age_years: Option<f64>,
    /// Weight, kg.
    pub weight_kg: Option<f64>,
    /// Body parts examined, DICOM defined terms (`CHEST`, ...), in alphabetical order.
    pub body_parts: Vec<String>,
    /// Modalities, DICOM defined terms (`CT`, ...), in alphabetical order.
    pub modalities: Vec<String>,
    /// Days from the earliest study to each study date, ascending, beginning with 0; empty if no date is known.
    pub study_days: Vec<u32>,
}

/// Patient's Sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// `F`.
    Female,
    /// `M`.
    Male,
    /// `O`.
    Other,
}

/// The allowed facts in files of one person:
///
/// | out | from | how |
/// | --- | --- | --- |
/// | sex | Patient's Sex | `M`, `F` or `O`; anything else is left out |
/// | age, years | Patient's Age, else birth date and study date | at the earliest study; 90 and above become 90 |
/// | weight, kg | Patient's Weight | of the earliest study that states it, if above 0 and below 700 |
/// | body part | Body Part Examined | only the terms of the standard's list |
/// | modality | Modality | only the terms of the standard's list |
/// | study interval, days | Study Date | days since the earliest study; no date |
///
/// Nothing else leaves: no name, number, date, place, UID or free text. Values are checked against closed lists, because
/// a person's name may stand in any attribute.
///
/// # Errors
/// [`DicomError::SeveralPatients`] when two files name different patients (their identifiers are compared, and not
/// shown); any error of a file that cannot be read.
pub fn subject_from_dicom(files: &[PathBuf], limits: Limits) -> Result<SubjectData, DicomError> {
    let mut facts = Vec::with_capacity(files.len());
    for file in files {
        let (head, is_all) = read_head(file)?;
        let read = |bytes: &[u8]| {
            let content = Content::open(file, bytes, limits)?;
            Ok(Facts::of(&content.parse_header()?.root()))
        };
        facts.push(match read(&head) {
            Err(DicomError::Truncated { .. } | DicomError::Damaged { .. }) if !is_all => read(&read_bytes(file)?)?,
            other => other?,
        });
    }
    let mut patient = None;
    for (facts, file) in facts.iter().zip(files) {
        let Some(own) = &facts.patient else { continue };
        if patient.get_or_insert(own) != &own {
            return Err(DicomError::SeveralPatients { file: file.clone() });
        }
    }
    // Undated files last: dated ones are known to be early.
    facts.sort_by_key(|f| f.study_day.unwrap_or(i64::MAX));
    let collect = |of: fn(&Facts) -> Option<&'static str>| -> Vec<String> {
        let terms: BTreeSet<&str> = facts.iter().filter_map(of).collect();
        terms.into_iter().map(str::to_owned).collect()
    };
    let days: BTreeSet<i64> = facts.iter().filter_map(|f| f.study_day).collect();
    let first_day = days.first().copied().unwrap_or(0);
    Ok(SubjectData {
        sex: facts.iter().find_map(|f| f.sex),
        age_years: facts.iter().find_map(|f| f.age).map(|age| age.min(OLDEST)),
        weight_kg: facts.iter().find_map(|f| f.weight),
        body_parts: collect(|f| f.body_part),
        modalities: collect(|f| f.modality),
        study_days: days.iter().map(|day| (day - first_day) as u32).collect(),
    })
}

/// What one file says. `patient` is compared only.
struct Facts {
    patient: Option<String>,
    sex: Option<Sex>,
    age: Option<f64>,
    weight: Option<f64>,
    body_part: Option<&'static str>,
    modality: Option<&'static str>,
    /// Days since a fixed date; only differences leave.
    study_day: Option<i64>,
}

impl Facts {
    fn of(root: &Item<'_>) -> Self {
        let term = |tag, list: &'static str| {
            let text = root.text(tag)?.to_uppercase();
            list.split(' ').find(|&known| known == text)
        };
        let date = |tag| root.text(tag).and_then(|text| Date::parse(&text));
        let (born, study) = (date(tags::PATIENT_BIRTH_DATE), date(tags::STUDY_DATE));
        let from_dates = || Some(born?.years_to(study?)).filter(|age| (0.0..=130.0).contains(age));
        let weight = root.numbers::<1>(tags::PATIENT_WEIGHT).ok().flatten().map(|[kg]| kg);
        Self {
            patient: root.text(tags::PATIENT_ID),
            sex: match root.text(tags::PATIENT_SEX).as_deref() {
                Some("F") => Some(Sex::Female),
                Some("M") => Some(Sex::Male),
                Some("O") => Some(Sex::Other),
                _ => None,
            },
            age: root.text(tags::PATIENT_AGE).and_then(|text| age(&text)).or_else(from_dates),
            weight: weight.filter(|&kg| kg > 0.0 && kg < 700.0),
            body_part: term(tags::BODY_PART_EXAMINED, BODY_PARTS),
            modality: term(tags::MODALITY, MODALITIES),
            study_day: study.map(Date::number),
        }
    }
}

/// Years in an age string: three digits and D, W, M or Y.
fn age(text: &str) -> Option<f64> {
    let (unit, digits) = text.as_bytes().split_last()?;
    if digits.is_empty() || digits.len() > 3 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0.0, |n, d| n * 10.0 + f64::from(d - b'0'));
    let years = match unit {
        b'D' => number / 365.25,
        b'W' => number * 7.0 / 365.25,
        b'M' => number / 12.0,
        b'Y' => number,
        _ => return None,
    };
    Some(years)
}

/// A date as the file writes it.
#[derive(Clone, Copy)]
struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// `YYYYMMDD`, or `YYYY.MM.DD` as older files write it.
    fn parse(text: &str) -> Option<Self> {
        let digits: Vec<i64> = text.bytes().filter(u8::is_ascii_digit).map(|b| i64::from(b - b'0')).collect();
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let &[a, b, c, d, e, f, g, h] = digits.as_slice() else { return None };
        let (year, month, day) = (a * 1000 + b * 100 + c * 10 + d, e * 10 + f, g * 10 + h);
        let valid = plain && (1..=12).contains(&month) && (1..=31).contains(&day) && year >= 1800;
        valid.then_some(Self { year, month, day })
    }

    /// Days since 1 March of year 0, Gregorian.
    fn number(self) -> i64 {
        // A year that begins in March has its leap day at its end.
        let (year, month) = if self.month > 2 { (self.year, self.month - 3) } else { (self.year - 1, self.month + 9) };
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + self.day
    }

    /// Whole years from here to `later`; whole months, as years, below two: as coarse as an age string.
    fn years_to(self, later: Self) -> f64 {
        let months = (later.year - self.year) * 12 + later.month - self.month - i64::from(later.day < self.day);
        if months < 24 { months as f64 / 12.0 } else { (months / 12) as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages() {
        assert_eq!(age("042Y"), Some(42.0));
        assert_eq!(age("006M"), Some(0.5));
        assert_eq!(age("42"), None);
        assert_eq!(age("Meier"), None);
        let between = |born, study| Date::parse(born).unwrap().years_to(Date::parse(study).unwrap());
        assert_eq!(between("19500615", "20000614"), 49.0);
        assert_eq!(between("19500615", "20000615"), 50.0);
        assert_eq!(between("20000101", "20000701"), 0.5);
    }

    #[test]
    fn days_across_leap_years() {
        let days = |a, b| Date::parse(b).unwrap().number() - Date::parse(a).unwrap().number();
        assert_eq!(days("20000228", "20000301"), 2);
        assert_eq!(days("19000228", "19000301"), 1);
        assert_eq!(days("19991231", "2000.01.01"), 1);
        assert_eq!(days("20010101", "20020101"), 365);
        assert!(Date::parse("20011301").is_none());
        assert!(Date::parse("Meier").is_none());
    }
}
