//! Smoothing by a windowed sinc filter: the sharpest cut between what stays and what goes for so many steps.
//!
//! Taubin, Zhang & Golub 1996 (doi:10.1007/BFb0015544): the ideal low-pass filter of the umbrella operator, expanded in
//! Chebyshev polynomials and damped by a window. The window is Nuttall's, with which the volume stays (a Hamming window
//! scales by up to 1 %), and the pass band is shifted until the filter is 1 at its edge, as in VTK's
//! `vtkWindowedSincPolyDataFilter` (9.5 and later, normalised coordinates), whose values on closed meshes these are.
//! Each step makes one polynomial out of the two before it, in place of the older, and adds its share to the result.

use std::f64::consts::PI;

use crate::{Borders, Mesh, ShapeError};

use super::umbrella::{Umbrella, centred, check_factor, moved};

/// Filters `mesh` by a polynomial of degree `iterations` (20 is usual); `pass_band`, 0 to 2, is the frequency of the
/// umbrella operator below which the surface is kept (0.1 is usual; 0.001 smooths strongly).
///
/// # Errors
/// [`ShapeError::Parameter`] unless `pass_band` is in 0 to 2.
pub fn smooth_windowed_sinc(
    mesh: &Mesh,
    iterations: usize,
    pass_band: f64,
    borders: Borders,
) -> Result<Mesh, ShapeError> {
    check_factor("pass_band", pass_band, 2.0, "0 to 2")?;
    if iterations == 0 {
        return Ok(mesh.clone());
    }
    let umbrella = Umbrella::new(mesh, borders);
    let (mut older, middle) = centred(mesh);
    let coefficients: Vec<f32> = coefficients(iterations, pass_band).into_iter().map(|c| c as f32).collect();
    let mut newer = older.clone();
    umbrella
        .step(&older, &mut newer, |_, to, here, mean| *to = std::array::from_fn(|i| f32::midpoint(here[i], mean[i])));
    let mut sum: Vec<_> = (older.iter().zip(&newer))
        .map(|(a, b)| std::array::from_fn(|i| coefficients[0] * a[i] + coefficients[1] * b[i]))
        .collect();
    for &c in &coefficients[2..] {
        umbrella.step(&newer, &mut older, |_, to, here, mean| {
            *to = std::array::from_fn(|i| here[i] + mean[i] - to[i]);
        });
        std::mem::swap(&mut newer, &mut older);
        for (sum, p) in sum.iter_mut().zip(&newer) {
            *sum = std::array::from_fn(|i| sum[i] + c * p[i]);
        }
    }
    moved(mesh, &umbrella, &sum, middle)
}

/// Chebyshev coefficients of the filter.
fn coefficients(degree: usize, pass_band: f64) -> Vec<f64> {
    let edge = (1.0 - pass_band / 2.0).acos();
    let at_edge = |c: &[f64]| c.iter().enumerate().map(|(n, c)| c * (n as f64 * edge).cos()).sum::<f64>();
    let shifted = |shift: f64| -> Vec<f64> {
        let theta = edge + shift;
        let sinc = |n: f64| if n == 0.0 { theta / PI } else { 2.0 * (n * theta).sin() / (n * PI) };
        (0..=degree).map(|n| window(n as f64 / (degree + 1) as f64) * sinc(n as f64)).collect()
    };
    let mut shift = 0.0;
    let mut found = shifted(shift);
    // Newton's method towards 1 at the edge of the pass band, to a thousandth; a filter of degree 1 has no freedom.
    for _ in 0..500 {
        let miss = at_edge(&found) - 1.0;
        if degree == 1 || miss.abs() < 1e-3 {
            break;
        }
        shift -= miss / derivative(&found, edge);
        found = shifted(shift);
    }
    found
}

/// Slope of the polynomial at the edge of the pass band, without its highest term, as VTK has it: the same steps end at
/// the same shift.
fn derivative(c: &[f64], edge: f64) -> f64 {
    let degree = c.len() - 1;
    let mut slopes = vec![0.0; degree + 2];
    for n in (0..degree - 1).rev() {
        slopes[n] = slopes[n + 2] + 2.0 * (n + 1) as f64 * c[n + 1];
    }
    slopes.iter().enumerate().map(|(n, s)| s * (n as f64 * edge).cos()).sum()
}

/// Nuttall's window, 1 at 0 and nearly nothing at 1.
fn window(x: f64) -> f64 {
    let terms = [0.355_768, 0.487_396, 0.144_232, 0.012_604];
    terms.iter().enumerate().map(|(k, a)| a * (k as f64 * PI * x).cos()).sum()
}
