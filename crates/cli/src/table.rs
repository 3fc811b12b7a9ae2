//! Plain text tables.

/// Columns as wide as their widest cell; the last is not padded.
pub(crate) fn print(header: &[&str], rows: &[Vec<String>]) {
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).chain([header[c].len()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, w)| format!("{cell:w$}"));
        println!("{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    line(&header.iter().map(ToString::to_string).collect::<Vec<_>>());
    for row in rows {
        line(row);
    }
}

/// A volume in millilitres, with as many digits as help.
pub(crate) fn millilitres(mm3: Option<f64>) -> String {
    mm3.map_or_else(
        || "-".to_string(),
        |v| if v < 1000.0 { format!("{:.3}", v / 1000.0) } else { format!("{:.1}", v / 1000.0) },
    )
}

/// `1 case`, `2 cases`.
pub(crate) fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
