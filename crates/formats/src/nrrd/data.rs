//! Finds a NRRD's voxels, behind the header or in other files, and undoes their encoding.

use super::header::Header;
use crate::error::FormatError;
use crate::input::{Input, Packing, Source, reserve};
use crate::voxels::{Layout, ScalarType, check_room, hex_to_bytes, numbers_to_bytes};

/// More data files than a volume has slices.
const MAX_FILES: u64 = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Packed(Packing),
    Text,
    Hex,
}

/// The voxels as a stream of bytes, and whether their most significant byte comes first.
pub(super) fn open<'a>(source: Source<'a>, header: &Header, layout: &Layout) -> Result<(Input<'a>, bool), FormatError> {
    let name = header.required("encoding")?;
    let encoding = match name.to_ascii_lowercase().as_str() {
        "raw" => Encoding::Packed(Packing::Plain),
        "gz" | "gzip" => Encoding::Packed(Packing::Gzip),
        "bz2" | "bzip2" => Encoding::Packed(Packing::Bzip2),
        "txt" | "text" | "ascii" => Encoding::Text,
        "hex" => Encoding::Hex,
        "zrl" => {
            return Err(FormatError::Unsupported {
                file: header.file.clone(),
                what: "encoding zrl".into(),
                advice: "write the file with encoding gzip or raw",
            });
        }
        _ => {
            return Err(FormatError::header(&header.file, "encoding", name, "raw, gzip, bzip2, ascii or hex"));
        }
    };
    // Numbers written as text have no byte order; they were put into ours.
    let big_endian = layout.big_endian && encoding != Encoding::Text;
    let (line_skip, byte_skip) = (header.integer("lineskip")?, header.integer("byteskip")?);
    if line_skip < 0 || byte_skip < -1 {
        return Err(FormatError::header(&header.file, "byte skip", byte_skip, "-1, 0 or more (line skip: 0 or more)"));
    }
    let skip = Skip { lines: line_skip as u64, bytes: u64::try_from(byte_skip).ok() };
    let files = data_files(header)?;
    let input = match files.as_slice() {
        [] => decoded(source, encoding, skip, layout.scalar, layout.count())?,
        [one] => decoded(source.neighbour(one)?, encoding, skip, layout.scalar, layout.count())?,
        several => joined(&source, several, encoding, skip, layout)?,
    };
    Ok((input, big_endian))
}

#[derive(Clone, Copy)]
struct Skip {
    lines: u64,
    /// `None`: whatever stands before the voxels at the end of the file.
    bytes: Option<u64>,
}

/// One file's values as bytes.
fn decoded(
    mut source: Source<'_>,
    encoding: Encoding,
    skip: Skip,
    scalar: ScalarType,
    count: usize,
) -> Result<Input<'_>, FormatError> {
    source.skip_lines(skip.lines)?;
    let needed = (count * scalar.bytes()) as u64;
    let plain = |bytes: Vec<u8>, source: &Source<'_>| Input::new(Source::owned(source.file(), bytes), Packing::Plain);
    match encoding {
        Encoding::Packed(Packing::Plain) => {
            check_room(source.file(), needed, source.left())?;
            source.skip(skip.bytes.unwrap_or(source.left() - needed))?;
            Ok(Input::new(source, Packing::Plain))
        }
        Encoding::Packed(packing) => {
            let mut input = Input::new(source, packing);
            check_room(input.file(), needed, input.upper_bound())?;
            let Some(bytes) = skip.bytes else {
                let tail = tail(&mut input, needed as usize)?;
                return Ok(plain(tail, input.source()));
            };
            input.skip(bytes)?;
            Ok(input)
        }
        Encoding::Text => {
            source.skip(skip.bytes.unwrap_or(0))?;
            let text = source.read_to_end()?;
            let bytes = numbers_to_bytes(source.file(), &text, scalar, count)?;
            Ok(plain(bytes, &source))
        }
        Encoding::Hex => {
            source.skip(skip.bytes.unwrap_or(0))?;
            let text = source.read_to_end()?;
            let bytes = hex_to_bytes(source.file(), &text, needed as usize)?;
            Ok(plain(bytes, &source))
        }
    }
}

/// The last bytes of a packed stream.
fn tail(input: &mut Input<'_>, needed: usize) -> Result<Vec<u8>, FormatError> {
    const STEP: usize = 1 << 20;
    let mut bytes = Vec::new();
    loop {
        if bytes.len() > needed + 8 * STEP {
            bytes.drain(..bytes.len() - needed);
        }
        reserve(input.file(), &mut bytes, STEP as u64)?;
        if input.read_into(&mut bytes, STEP)? < STEP {
            break;
        }
    }
    check_room(input.file(), needed as u64, bytes.len() as u64)?;
    bytes.drain(..bytes.len() - needed);
    Ok(bytes)
}

/// Files that each hold the same number of slices, one behind the other.
fn joined<'a>(
    header: &Source<'_>,
    files: &[String],
    encoding: Encoding,
    skip: Skip,
    layout: &Layout,
) -> Result<Input<'a>, FormatError> {
    let (count, parts) = (layout.count(), files.len());
    if !count.is_multiple_of(parts) {
        let found = format!("{parts} files");
        return Err(FormatError::header(header.file(), "data file", found, format!("a divisor of {count} values")));
    }
    let each = count / parts;
    let mut bytes = Vec::new();
    for name in files {
        let mut input = decoded(header.neighbour(name)?, encoding, skip, layout.scalar, each)?;
        let size = each * layout.scalar.bytes();
        reserve(header.file(), &mut bytes, size as u64)?;
        input.read_exact(&mut bytes, size, "voxel data")?;
        input.finish()?;
    }
    Ok(Input::new(Source::owned(header.file(), bytes), Packing::Plain))
}

/// The data files that the header names, in order; none if the voxels follow the header.
fn data_files(header: &Header) -> Result<Vec<String>, FormatError> {
    let Some(text) = header.get("datafile") else { return Ok(Vec::new()) };
    if text.starts_with("LIST") {
        if header.list.is_empty() {
            return Err(FormatError::header(&header.file, "data file", text, "file names in the lines behind it"));
        }
        return Ok(header.list.clone());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let numbered = match words.as_slice() {
        [pattern, first, last, step] | [pattern, first, last, step, _] if pattern.contains('%') => {
            first.parse().ok().zip(last.parse().ok()).zip(step.parse().ok()).map(|((f, l), s)| (*pattern, f, l, s))
        }
        _ => None,
    };
    match numbered {
        None => Ok(vec![text.to_owned()]),
        Some((pattern, first, last, step)) => numbered_names(pattern, first, last, step).ok_or_else(|| {
            FormatError::header(&header.file, "data file", text, "a pattern such as slice%03d.raw, first, last, step")
        }),
    }
}

/// The names of `pattern` with one `%d` (or `%03d`), for each number from first to last.
pub(crate) fn numbered_names(pattern: &str, first: i64, last: i64, step: i64) -> Option<Vec<String>> {
    let (before, rest) = pattern.split_once('%')?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = rest.split_at(end);
    let after = rest.strip_prefix(['d', 'i', 'u'])?;
    let (zeros, width) = (digits.starts_with('0'), if digits.is_empty() { 0 } else { digits.parse::<usize>().ok()? });
    if after.contains('%') || step == 0 || width > 64 || (last.checked_sub(first)? < 0) != (step < 0) && last != first {
        return None;
    }
    let count = (last - first).checked_div(step)?.unsigned_abs() + 1;
    if count > MAX_FILES {
        return None;
    }
    let name = |n: i64| {
        let number = if zeros { format!("{n:0width$}") } else { format!("{n:width$}") };
        format!("{before}{number}{after}")
    };
    (0..count).map(|n| Some(name(first.checked_add(step.checked_mul(n as i64)?)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::numbered_names;

    #[test]
    fn numbered_files_are_counted_as_printf_does() {
        assert_eq!(numbered_names("a%03d.raw", 9, 11, 1).unwrap(), ["a009.raw", "a010.raw", "a011.raw"]);
        assert_eq!(numbered_names("%d", 3, 1, -2).unwrap(), ["3", "1"]);
        assert_eq!(numbered_names("x%2d", 1, 1, 1).unwrap(), ["x 1"]);
        for (pattern, first, last, step) in
            [("%s", 1, 2, 1), ("%d%d", 1, 2, 1), ("%d", 1, 2, 0), ("%d", 2, 1, 1), ("%d", i64::MIN, i64::MAX, 1)]
        {
            assert_eq!(numbered_names(pattern, first, last, step), None, "{pattern}");
        }
    }
}
