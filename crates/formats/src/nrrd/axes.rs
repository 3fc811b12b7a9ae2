//! The axes of a NRRD: their sizes, kinds and directions in space.

use std::path::Path;

use super::header::Header;
use crate::error::FormatError;

/// More axes than Teem itself allows.
const MAX_AXES: usize = 16;

#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) size: u64,
    /// Stored values between neighbours along this axis.
    pub(super) stride: u64,
    /// In lower case; empty if not given.
    pub(super) kind: String,
    /// One step along the axis, in the file's space; `None` for an axis that does not lie in it.
    pub(super) direction: Option<Vec<f64>>,
}

/// All axes, the fastest first. Sizes are at least 1, and their product fits 64 bits.
pub(super) fn axes(header: &Header) -> Result<Vec<Axis>, FormatError> {
    let file = &header.file;
    let text = header.required("dimension")?;
    let dimension = text
        .parse()
        .ok()
        .filter(|n| (1..=MAX_AXES).contains(n))
        .ok_or_else(|| FormatError::header(file, "dimension", text, format!("1 to {MAX_AXES}")))?;
    let text = header.required("sizes")?;
    let sizes: Option<Vec<u64>> = text.split_whitespace().map(|w| w.parse().ok().filter(|n| *n > 0)).collect();
    let sizes = sizes
        .filter(|s| s.len() == dimension && s.iter().try_fold(1_u64, |p, &n| p.checked_mul(n)).is_some())
        .ok_or_else(|| FormatError::header(file, "sizes", text, format!("{dimension} whole numbers above 0")))?;
    let kinds = match header.get("kinds") {
        Some(text) => words(header, "kinds", text, dimension)?,
        None => vec![String::new(); dimension],
    };
    let directions = directions(header, dimension)?;
    let mut stride = 1;
    let axis = |((size, kind), direction)| {
        let axis = Axis { size, stride, kind, direction };
        stride *= size;
        axis
    };
    Ok(sizes.into_iter().zip(kinds).zip(directions).map(axis).collect())
}

/// The error for an axis that makes the file more than one volume.
pub(super) fn not_one_volume(file: &Path, axes: &[Axis], which: usize) -> FormatError {
    let axis = &axes[which];
    let several = ["", "list", "domain", "space", "time", "stub", "???", "none"].contains(&axis.kind.as_str());
    if several {
        let shape = axes.iter().map(|a| a.size).collect();
        return FormatError::SeveralVolumes { file: file.to_owned(), shape, volumes: axis.size };
    }
    FormatError::Unsupported {
        file: file.to_owned(),
        what: format!("a volume of {} numbers a voxel (kind {})", axis.size, axis.kind),
        advice: "label maps and fields have one number a voxel; split the components into files of their own",
    }
}

/// Words or quoted texts, one for each axis, in lower case.
pub(super) fn words(header: &Header, name: &'static str, text: &str, axes: usize) -> Result<Vec<String>, FormatError> {
    let words: Vec<String> = if text.contains('"') {
        text.split('"').skip(1).step_by(2).map(|w| w.trim().to_ascii_lowercase()).collect()
    } else {
        text.split_whitespace().map(str::to_ascii_lowercase).collect()
    };
    if words.len() != axes {
        return Err(FormatError::header(&header.file, name, text, format!("{axes} words")));
    }
    Ok(words)
}

fn directions(header: &Header, dimension: usize) -> Result<Vec<Option<Vec<f64>>>, FormatError> {
    let Some(text) = header.get("spacedirections") else { return Ok(vec![None; dimension]) };
    let wrong = || {
        let expected = format!("{dimension} vectors such as (1,0,0), or `none`");
        FormatError::header(&header.file, "space directions", text, expected)
    };
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('(') {
            let (inner, behind) = inner.split_once(')').ok_or_else(wrong)?;
            let values = vector(inner).ok_or_else(wrong)?;
            // Teem also writes "none" as a vector of NaN.
            out.push(if values.iter().all(|v| v.is_nan()) { None } else { Some(values) });
            rest = behind;
        } else {
            let (word, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            if !word.eq_ignore_ascii_case("none") {
                return Err(wrong());
            }
            out.push(None);
            rest = behind;
        }
        rest = rest.trim_start();
    }
    if out.len() != dimension {
        return Err(wrong());
    }
    Ok(out)
}

/// Numbers separated by commas.
pub(super) fn vector(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(|v| v.trim().parse().ok()).collect()
}
