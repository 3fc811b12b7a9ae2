//! Sets of label values, as unions are written: `1 | 2 | 4`.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

/// Label values whose voxels together are one structure; in order, each once, none of them 0.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct LabelSet(Vec<u32>);

impl LabelSet {
    /// The values.
    pub fn values(&self) -> &[u32] {
        &self.0
    }
}

impl TryFrom<String> for LabelSet {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no union of label values: write it like \"1 | 2\"");
        let mut values: Vec<u32> =
            text.split('|').map(|value| value.trim().parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
        values.sort_unstable();
        values.dedup();
        if values.first() == Some(&0) { Err(format!("{text:?}: 0 is background")) } else { Ok(Self(values)) }
    }
}

impl fmt::Display for LabelSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self.0.iter().map(u32::to_string).collect();
        formatter.write_str(&values.join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::LabelSet;

    #[test]
    fn unions_are_read() {
        let set = LabelSet::try_from("4|2 | 3|2".to_owned()).unwrap();
        assert_eq!((set.values(), set.to_string().as_str()), (&[2, 3, 4][..], "2 | 3 | 4"));
        for text in ["", "1 |", "0 | 1", "liver", "1 & 2", "-1"] {
            assert!(LabelSet::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
