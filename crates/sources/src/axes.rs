//! Which way the axes of a mesh file point.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The anatomical directions of a file's x, y and z axes, e.g. `RAS`, `LPS`, `ASR`.
///
/// `ASR` says: x points anterior, y superior, z to the person's right (the frame of many biomechanical models).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Axes {
    /// For each file axis: the RAS axis (0 right, 1 anterior, 2 superior) and whether it points the other way.
    axes: [(usize, bool); 3],
}

impl Axes {
    /// The frame of this project: x right, y anterior, z superior.
    pub const RAS: Self = Self { axes: [(0, false), (1, false), (2, false)] };

    /// A point of the file as right, anterior, superior; the unit stays.
    pub fn to_ras(&self, point: [f32; 3]) -> [f32; 3] {
        let mut ras = [0.0; 3];
        for (value, (axis, opposite)) in point.into_iter().zip(self.axes) {
            if let Some(target) = ras.get_mut(axis) {
                *target = if opposite { -value } else { value };
            }
        }
        ras
    }

    /// Whether the file's frame is left-handed: then triangles must be turned round to stay outward.
    pub fn is_mirrored(&self) -> bool {
        let [(a, flip_a), (b, flip_b), (_, flip_c)] = self.axes;
        let odd_order = (a + 1) % 3 != b;
        odd_order ^ flip_a ^ flip_b ^ flip_c
    }
}

impl Default for Axes {
    fn default() -> Self {
        Self::RAS
    }
}

impl FromStr for Axes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is not three letters, one of R/L, one of A/P and one of S/I, e.g. \"RAS\" or \"LPS\"");
        let letters: Vec<(usize, bool)> = text
            .chars()
            .map(|letter| match letter.to_ascii_uppercase() {
                'R' => Ok((0, false)),
                'L' => Ok((0, true)),
                'A' => Ok((1, false)),
                'P' => Ok((1, true)),
                'S' => Ok((2, false)),
                'I' => Ok((2, true)),
                _ => Err(wrong()),
            })
            .collect::<Result<_, _>>()?;
        let axes: [(usize, bool); 3] = letters.try_into().map_err(|_| wrong())?;
        let all = (0..3).all(|axis| axes.iter().any(|&(found, _)| found == axis));
        if all { Ok(Self { axes }) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Axes {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Axes> for String {
    fn from(axes: Axes) -> Self {
        axes.to_string()
    }
}

impl fmt::Display for Axes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (axis, opposite) in self.axes {
            formatter.write_str(match (axis, opposite) {
                (0, false) => "R",
                (0, true) => "L",
                (1, false) => "A",
                (1, true) => "P",
                (_, false) => "S",
                (_, true) => "I",
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Axes;

    fn axes(text: &str) -> Axes {
        text.parse().unwrap()
    }

    #[test]
    fn points_go_where_the_letters_say() {
        let moved = |text: &str| axes(text).to_ras([1.0, 2.0, 3.0]).map(|value| value as i32);
        assert_eq!(moved("RAS"), [1, 2, 3]);
        assert_eq!(moved("LPS"), [-1, -2, 3]);
        assert_eq!(moved("asr"), [3, 1, 2]);
    }

    #[test]
    fn mirrored_is_the_sign_of_the_determinant() {
        for text in ["RAS", "LPS", "ASR", "RSP", "LAI", "RPI", "RAI", "LAS", "ARS", "SAR", "ASL"] {
            let columns = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|point| axes(text).to_ras(point));
            let [a, b, c] = columns;
            let determinant = a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
                + a[2] * (b[0] * c[1] - b[1] * c[0]);
            assert_eq!(axes(text).is_mirrored(), determinant < 0.0, "{text}");
            assert_eq!(axes(text).to_string(), text);
        }
    }

    #[test]
    fn other_words_are_refused() {
        for text in ["", "RA", "RASS", "RRS", "XYZ", "RLS", "ÄAS"] {
            assert!(text.parse::<Axes>().is_err(), "{text}");
        }
    }
}
