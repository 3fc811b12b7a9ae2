//! Transforms of glTF nodes.

use serde_json::Value;

/// A map of points: three rows of a 4x4 matrix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Transform([[f64; 4]; 3]);

impl Transform {
    pub(super) const IDENTITY: Self = Self([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]);

    /// What a node states: `matrix` (column by column), or translation, rotation and scale.
    pub(super) fn of_node(node: &Value) -> Self {
        let numbers = |name: &str| -> Option<Vec<f64>> { node[name].as_array()?.iter().map(Value::as_f64).collect() };
        if let Some(m) = numbers("matrix").filter(|m| m.len() == 16) {
            return Self([0, 1, 2].map(|row| [0, 1, 2, 3].map(|column| m[4 * column + row])));
        }
        let three =
            |name, otherwise: f64| numbers(name).and_then(|v| <[f64; 3]>::try_from(v).ok()).unwrap_or([otherwise; 3]);
        let (t, s) = (three("translation", 0.0), three("scale", 1.0));
        let rotation = numbers("rotation").and_then(|v| <[f64; 4]>::try_from(v).ok());
        let [x, y, z, w] = rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]);
        let r = [
            [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)],
            [2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w)],
            [2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y)],
        ];
        Self([0, 1, 2].map(|i| [r[i][0] * s[0], r[i][1] * s[1], r[i][2] * s[2], t[i]]))
    }

    /// This one after `inner`.
    pub(super) fn after(&self, inner: &Self) -> Self {
        let (a, b) = (&self.0, &inner.0);
        Self([0, 1, 2].map(|i| {
            [0, 1, 2, 3].map(|j| {
                let linear = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
                if j == 3 { linear + a[i][3] } else { linear }
            })
        }))
    }

    pub(super) fn point(&self, p: [f32; 3]) -> [f32; 3] {
        let [x, y, z] = p.map(f64::from);
        self.0.map(|[a, b, c, d]| (a * x + b * y + c * z + d) as f32)
    }

    /// A normal, by the cofactors: what stays upright on the surface also under uneven scales.
    pub(super) fn normal(&self, n: [f32; 3]) -> [f32; 3] {
        let m = &self.0;
        let cofactor = |i: usize, j: usize| {
            let (r, s, u, v) = ((i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3);
            m[r][u] * m[s][v] - m[r][v] * m[s][u]
        };
        let sign = if self.is_mirrored() { -1.0 } else { 1.0 };
        let n = n.map(f64::from);
        let turned = [0, 1, 2].map(|i| sign * (0..3).map(|j| cofactor(i, j) * n[j]).sum::<f64>());
        let length = turned.iter().map(|c| c * c).sum::<f64>().sqrt();
        turned.map(|c| if length > 0.0 { (c / length) as f32 } else { 0.0 })
    }

    pub(super) fn is_mirrored(&self) -> bool {
        let m = &self.0;
        let minor = |j: usize| {
            let (u, v) = ((j + 1) % 3, (j + 2) % 3);
            m[1][u] * m[2][v] - m[1][v] * m[2][u]
        };
        (0..3).map(|j| m[0][j] * minor(j)).sum::<f64>() < 0.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_quarter_turn_and_a_mirror() {
        let half = 0.5_f64.sqrt();
        let turn = Transform::of_node(&json!({"rotation": [0.0, 0.0, half, half], "translation": [1, 2, 3]}));
        assert_eq!(turn.point([1.0, 0.0, 0.0]).map(f32::round), [1.0, 3.0, 3.0]);
        let mirror = Transform::of_node(&json!({"scale": [-2, 1, 1]}));
        assert!(mirror.is_mirrored() && !turn.is_mirrored());
        assert_eq!(turn.after(&mirror).point([1.0, 0.0, 0.0]).map(f32::round), [1.0, 0.0, 3.0]);
        assert_eq!(mirror.normal([1.0, 0.0, 0.0]), [-1.0, 0.0, 0.0]);
        let matrix = json!({"matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1]});
        assert_eq!(Transform::of_node(&matrix).point([0.0; 3]), [5.0, 6.0, 7.0]);
    }
}
