//! Weighted mean, deviation and percentiles of values on a surface or in a volume.

/// Values with their weights (areas, volumes).
pub(super) struct Weighted(Vec<[f64; 2]>);

impl Weighted {
    /// Pairs of value and weight; those that are not finite are left out.
    pub(super) fn new(values: impl Iterator<Item = [f64; 2]>) -> Self {
        let mut sorted: Vec<_> = values.filter(|v| v[0].is_finite() && v[1] > 0.0).collect();
        sorted.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        Self(sorted)
    }

    pub(super) fn mean(&self) -> f64 {
        let total = |f: fn(&[f64; 2]) -> f64| self.0.iter().map(f).sum::<f64>();
        total(|v| v[0] * v[1]) / total(|v| v[1])
    }

    pub(super) fn standard_deviation(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.0.iter().map(|v| v[1] * (v[0] - mean) * (v[0] - mean)).sum();
        (squares / self.0.iter().map(|v| v[1]).sum::<f64>()).sqrt()
    }

    /// The value that a `share` of the weight does not exceed.
    pub(super) fn percentile(&self, share: f64) -> f64 {
        let goal = share * self.0.iter().map(|v| v[1]).sum::<f64>();
        let mut sum = 0.0;
        for [value, weight] in &self.0 {
            sum += weight;
            if sum >= goal {
                return *value;
            }
        }
        self.0.last().map_or(f64::NAN, |v| v[0])
    }
}
