//! Label tables in JSON: `dataset.json` of the Decathlon and of nnU-Net, colour maps of `NiiVue`, plain maps and lists.

use serde_json::{Map, Value};

use super::{LabelTable, text};

/// Most labels a table may have.
pub(super) const MOST: usize = 100_000;

/// Reads a table of any form; the reason is in words.
pub(super) fn parse(input: &str) -> Result<LabelTable, String> {
    let is_json = input.trim_start().starts_with(['{', '[']);
    let mut table = if is_json {
        let json = serde_json::from_str(input).map_err(|error| format!("the JSON is damaged: {error}"))?;
        from_json(&json).ok_or("the JSON holds no label values with names")?
    } else {
        text::parse(input)?
    };
    table.remove(&0);
    table.retain(|_, name| !name.is_empty());
    match table.len() {
        0 => Err("it names no label".to_owned()),
        count if count > MOST => Err(format!("it names {count} labels, more than {MOST}")),
        _ => Ok(table),
    }
}

fn from_json(json: &Value) -> Option<LabelTable> {
    match json {
        Value::Object(object) => match object.get("labels") {
            Some(labels) => from_json(labels),
            None => from_object(object),
        },
        Value::Array(values) => from_array(values),
        _ => None,
    }
}

/// `{"1": "liver"}` or `{"liver": 1}`; of nnU-Net's regions (`{"tumour": [1, 2]}`) only those of a single value name it.
fn from_object(object: &Map<String, Value>) -> Option<LabelTable> {
    let by_value: Option<LabelTable> =
        object.iter().map(|(value, name)| Some((value.trim().parse().ok()?, clean(name.as_str()?)))).collect();
    by_value.or_else(|| {
        let mut table = LabelTable::new();
        for (name, values) in object {
            match values {
                Value::Array(values) => {
                    if let [value] = values.as_slice() {
                        table.insert(number(value)?, clean(name));
                    }
                }
                value => {
                    table.insert(number(value)?, clean(name));
                }
            }
        }
        (!table.is_empty()).then_some(table)
    })
}

/// `["", "first", "second"]` counted from 0, or `[{"index": 1, "name": "first"}]`.
fn from_array(values: &[Value]) -> Option<LabelTable> {
    let names: Option<LabelTable> = values
        .iter()
        .enumerate()
        .map(|(value, name)| Some((u32::try_from(value).ok()?, clean(name.as_str()?))))
        .collect();
    names.or_else(|| {
        values
            .iter()
            .map(|entry| {
                let value =
                    ["index", "value", "id", "label", "labelValue"].iter().find_map(|key| number(entry.get(*key)?))?;
                let name = ["name", "label", "structure", "region"].iter().find_map(|key| entry.get(*key)?.as_str())?;
                Some((value, clean(name)))
            })
            .collect()
    })
}

/// A label value, also one written as text or as a float without a fraction.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number
            .as_u64()
            .or_else(|| number.as_f64().filter(|value| value.fract() == 0.0 && *value >= 0.0).map(|value| value as u64))
            .and_then(|value| u32::try_from(value).ok()),
        _ => None,
    }
}

/// A name without blanks around it or control characters in it.
pub(super) fn clean(name: &str) -> String {
    name.replace(char::is_control, " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn read(text: &str) -> Vec<(u32, String)> {
        parse(text).unwrap().into_iter().collect()
    }

    fn pairs(expected: &[(u32, &str)]) -> Vec<(u32, String)> {
        expected.iter().map(|(value, name)| (*value, (*name).to_owned())).collect()
    }

    #[test]
    fn json_of_every_form() {
        let expected = pairs(&[(1, "liver"), (2, "liver tumour")]);
        for text in [
            r#"{"0": "background", "1": "liver", "2": "liver tumour"}"#,
            r#"{"labels": {"0": "background", "1": "liver", "2": " liver tumour "}, "name": "x"}"#,
            r#"{"labels": {"background": 0, "liver": 1, "liver tumour": "2"}}"#,
            r#"{"labels": {"background": 0, "liver": 1.0, "liver tumour": [2], "whole": [1, 2]}}"#,
            r#"{"R": [0, 1, 2], "labels": ["", "liver", "liver tumour"]}"#,
            r#"[{"index": 1, "name": "liver"}, {"index": 2, "name": "liver tumour"}]"#,
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn other_json_is_refused() {
        for text in [
            "{}",
            "[]",
            "{\"a\": \"b\"}",
            "{\"0\": \"background\"}",
            "[1, 2]",
            "{\"labels\": 3}",
            "{\"spleen\": {\"volume\": 2}}",
            "{\"a\": -1}",
            "{",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
