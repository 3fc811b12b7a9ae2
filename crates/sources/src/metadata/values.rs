//! Values of metadata tables: sex, age and the rest.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::case::Sex;

/// Older subjects are said to be of this age, so that no one can be known by it (as HIPAA's safe harbour asks).
const OLDEST: f64 = 90.0;
/// A table's words for "not known".
const MISSING: [&str; 9] = ["", "na", "n/a", "nan", "none", "null", "unknown", "-", "?"];

/// A cell as text; nothing for empty cells and lists.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The sex: by the recipe's own values first, else by the usual words.
pub(super) fn sex(value: &Value, own: &BTreeMap<String, String>) -> Option<Sex> {
    let word = text(value)?.trim().to_lowercase();
    let meant =
        own.iter().find(|(written, _)| written.to_lowercase() == word).map(|(_, meaning)| meaning.to_lowercase());
    match meant.unwrap_or(word).as_str() {
        "f" | "female" | "woman" | "w" => Some(Sex::F),
        "m" | "male" | "man" => Some(Sex::M),
        _ => None,
    }
}

/// The age in years: a number, or DICOM's `055Y`, `006M`, `010W`, `012D`; above 89 it is 90.
pub(super) fn age_years(value: &Value) -> Option<f64> {
    let written = text(value)?;
    let written = written.trim().to_lowercase().replace(',', ".");
    let digits = written.trim_end_matches(|character: char| character.is_alphabetic() || character == ' ');
    let age: f64 = digits.parse().ok()?;
    let unit = written.get(digits.len()..).unwrap_or_default().trim();
    let years = match unit {
        "" | "y" | "yr" | "yrs" | "year" | "years" => age,
        "m" | "mo" | "month" | "months" => age / 12.0,
        "w" | "week" | "weeks" => age / 52.18,
        "d" | "day" | "days" => age / 365.25,
        _ => return None,
    };
    if !(0.0..=150.0).contains(&years) {
        return None;
    }
    Some(if years > OLDEST - 1.0 { OLDEST } else { years })
}

/// A further column: text, number or yes/no; nothing when the cell says that it is not known.
pub(super) fn attribute(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) | Value::Number(_) => Some(value.clone()),
        Value::String(text) => {
            let text = text.trim();
            if MISSING.contains(&text.to_lowercase().as_str()) {
                return None;
            }
            Some(match text.to_lowercase().as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
            })
        }
        _ => None,
    }
}

/// A number, but not a code such as `007`.
fn number(text: &str) -> Option<Value> {
    let digits = text.trim_start_matches('-');
    let is_code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if is_code || !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Value::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ages_of_every_form() {
        for (value, years) in [
            (json!(74), Some(74.0)),
            (json!("62"), Some(62.0)),
            (json!("055Y"), Some(55.0)),
            (json!("006M"), Some(0.5)),
            (json!("61,5 years"), Some(61.5)),
            (json!(90), Some(90.0)),
            (json!("97"), Some(90.0)),
            (json!(89), Some(89.0)),
            (json!(-1), None),
            (json!("old"), None),
            (json!("1999-01-01"), None),
            (json!("NaN"), None),
            (json!(null), None),
        ] {
            assert_eq!(age_years(&value), years, "{value}");
        }
    }

    #[test]
    fn sexes() {
        let own = BTreeMap::from([("0".to_owned(), "F".to_owned())]);
        assert_eq!(sex(&json!("Female"), &own), Some(Sex::F));
        assert_eq!(sex(&json!(" m "), &own), Some(Sex::M));
        assert_eq!(sex(&json!(0), &own), Some(Sex::F));
        assert_eq!(sex(&json!(""), &own), None);
    }

    #[test]
    fn attributes_keep_their_type() {
        assert_eq!(attribute(&json!("28.13")), Some(json!(28.13)));
        assert_eq!(attribute(&json!("007")), Some(json!("007")));
        assert_eq!(attribute(&json!("True")), Some(json!(true)));
        assert_eq!(attribute(&json!("n/a")), None);
        assert_eq!(attribute(&json!("inf")), Some(json!("inf")));
        assert_eq!(attribute(&json!([1])), None);
    }
}
