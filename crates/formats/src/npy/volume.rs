//! The volume in an NPY or NPZ file: which array it is, which of its axes is which, and where it lies.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use medshape_shape::{Affine, LabelMap};

use super::archive::Archive;
use super::header::{Element, Header};
use super::{NpyArray, NpyValue, array};
use crate::error::FormatError;
use crate::input::{self, Input, Packing, Source};
use crate::volume_file::{AxisOrder, Opened, ReadVolume};
use crate::voxels::{Layout, checked_shape};

/// Names under which collections store masks, in order of preference.
const USUAL_NAMES: [&str; 6] = ["mask", "masks", "label", "labels", "seg", "segmentation"];

/// A label map as plain arrays: `mask` (axes i, j, k) and `affine` (4x4, voxel index to RAS+ mm).
pub(crate) fn label_map_arrays(map: &LabelMap) -> BTreeMap<String, NpyValue> {
    let affine: Vec<f64> = map.affine().matrix().into_iter().flatten().collect();
    let mut arrays = BTreeMap::from([("mask".to_owned(), NpyValue::Array(NpyArray::from_label_map(map)))]);
    if let Some(affine) = NpyArray::from_f64(&[4, 4], &affine) {
        arrays.insert("affine".to_owned(), NpyValue::Array(affine));
    }
    arrays
}

pub(crate) fn open_npy<'a>(mut source: Source<'a>, options: &ReadVolume) -> Result<Opened<'a>, FormatError> {
    let packed = source.left();
    let file = source.file().to_owned();
    let bytes = source.read_to_end()?;
    let value = array::read(&file, "array", bytes, packed, options.limits)?;
    // Of an NPZ the option's first name is the array; here there is only one.
    let place = options.array.as_deref().unwrap_or_default();
    let array = array_at(&file, value, "array", place)?;
    opened(&file, array, &Stated::default(), options)
}

pub(crate) fn open_npz<'a>(mut source: Source<'a>, options: &ReadVolume) -> Result<Opened<'a>, FormatError> {
    let file = source.file().to_owned();
    if source.is_on_disk() {
        let (reader, size) = input::open(&file)?;
        return from_archive(Archive::new(&file, reader, size)?, &file, options);
    }
    let bytes = source.read_to_end()?;
    let size = bytes.len() as u64;
    from_archive(Archive::new(&file, Cursor::new(bytes), size)?, &file, options)
}

fn from_archive<'a, R: Read + Seek>(
    mut archive: Archive<R>,
    file: &Path,
    options: &ReadVolume,
) -> Result<Opened<'a>, FormatError> {
    let names = archive.names();
    let (name, inner) = match &options.array {
        Some(path) => named(file, &names, path)?,
        None => (chosen(&mut archive, file, &names, options)?, ""),
    };
    let value = archive.read(&name, options.limits)?;
    let array = array_at(file, value, &name, inner)?;
    let mut numbers = |name: &str, count: usize| -> Result<Option<Vec<f64>>, FormatError> {
        if !names.iter().any(|n| n == name) {
            return Ok(None);
        }
        match archive.read(name, options.limits)? {
            NpyValue::Array(a) if a.to_f64().len() == count => Ok(Some(a.to_f64())),
            _ => Ok(None),
        }
    };
    let stated = Stated { affine: numbers("affine", 16)?, spacing: numbers("spacing", 3)? };
    opened(file, array, &stated, options)
}

/// The array of that name, or the longest name that the path starts with, and the rest of the path.
fn named<'p>(file: &Path, names: &[String], path: &'p str) -> Result<(String, &'p str), FormatError> {
    let found = names
        .iter()
        .filter_map(|name| {
            let rest = path.strip_prefix(name.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then_some((name.clone(), rest))
        })
        .max_by_key(|(name, _)| name.len());
    found.ok_or_else(|| unnamed(file, &format!("an NPZ file without an array `{path}` (it has {})", names.join(", "))))
}

/// The only volume, or the one with a usual name.
fn chosen<R: Read + Seek>(
    archive: &mut Archive<R>,
    file: &Path,
    names: &[String],
    options: &ReadVolume,
) -> Result<String, FormatError> {
    let mut volumes = Vec::new();
    for name in names {
        if is_volume(&archive.header(name)?, options) {
            volumes.push(name);
        }
    }
    let usual = USUAL_NAMES.iter().find_map(|usual| volumes.iter().find(|n| n.as_str() == *usual));
    match (volumes.as_slice(), usual) {
        (&[one], _) => Ok(one.clone()),
        (_, Some(name)) => Ok((*name).clone()),
        ([], None) => Err(unnamed(file, &format!("an NPZ file without a volume (it has {})", names.join(", ")))),
        (several, None) => {
            let list: Vec<&str> = several.iter().map(|n| n.as_str()).collect();
            Err(unnamed(file, &format!("an NPZ file with several volumes ({})", list.join(", "))))
        }
    }
}

fn is_volume(header: &Header, options: &ReadVolume) -> bool {
    let wanted = if options.item.is_some() { 4 } else { 3 };
    matches!(header.element, Element::Number(_)) && header.shape.len() >= wanted
}

fn unnamed(file: &Path, what: &str) -> FormatError {
    FormatError::Unsupported { file: file.to_owned(), what: what.to_owned(), advice: "name one of its arrays" }
}

fn array_at(file: &Path, value: NpyValue, name: &str, path: &str) -> Result<NpyArray, FormatError> {
    let found = value
        .get(path)
        .ok_or_else(|| unnamed(file, &format!("`{path}` in array `{name}`, which is {},", value.describe())))?;
    match found {
        // The common case: no copy of a large array.
        NpyValue::Array(_) if path.trim_matches('/').is_empty() => match value {
            NpyValue::Array(array) => Ok(array),
            _ => Err(unnamed(file, name)),
        },
        NpyValue::Array(array) => Ok(array.clone()),
        other => Err(unnamed(file, &format!("{} at `{name}{path}` as a volume", other.describe()))),
    }
}

/// What the file itself says of where the volume lies.
#[derive(Default)]
struct Stated {
    affine: Option<Vec<f64>>,
    spacing: Option<Vec<f64>>,
}

fn opened<'a>(file: &Path, array: NpyArray, stated: &Stated, options: &ReadVolume) -> Result<Opened<'a>, FormatError> {
    let mut axes = axes(&array);
    let item = match options.item {
        Some(item) => Some(taken_out(file, &array, &mut axes, item)?),
        None => None,
    };
    // Axes of one value are of no concern, as long as three remain.
    while axes.len() > 3 {
        let Some(at) = axes.iter().position(|(n, _)| *n == 1) else {
            let shape: Vec<u64> = array.shape().iter().map(|&n| n as u64).collect();
            let volumes = axes.first().map_or(0, |(n, _)| *n as u64);
            return Err(FormatError::SeveralVolumes { file: file.to_owned(), shape, volumes });
        };
        axes.remove(at);
    }
    axes.resize(3, (1, 0));
    if options.axis_order == AxisOrder::Kji {
        axes.reverse();
    }
    let sizes = [0, 1, 2].map(|a| axes[a].0 as u64);
    let shape = checked_shape(file, "shape", sizes, 1, options.limits)?;
    let mut notes = Vec::new();
    let affine = place(file, stated, options, &mut notes)?;
    let strides = [0, 1, 2].map(|a| axes[a].1);
    let scalar = array.scalar_type();
    let layout = Layout { strides, ..Layout::new(shape, scalar) };
    let bytes = match item {
        Some(item) => item.bytes(array),
        None => array.into_bytes(),
    };
    let input = Input::new(Source::owned(file, bytes), Packing::Plain);
    Ok(Opened { input, layout, affine, segments: Vec::new(), notes })
}

/// Size and stride of each axis.
fn axes(array: &NpyArray) -> Vec<(usize, usize)> {
    let mut axes = vec![(0, 0); array.shape().len()];
    let mut stride = 1;
    let mut put = |axis: usize| {
        let n = array.shape()[axis];
        axes[axis] = (n, stride);
        stride *= n.max(1);
    };
    if array.is_fortran_order() {
        (0..array.shape().len()).for_each(&mut put);
    } else {
        (0..array.shape().len()).rev().for_each(&mut put);
    }
    axes
}

/// One volume of several along the first axis.
struct Item {
    number: usize,
    of: usize,
}

/// Takes the first axis out, if there are more than three.
fn taken_out(
    file: &Path,
    array: &NpyArray,
    axes: &mut Vec<(usize, usize)>,
    number: usize,
) -> Result<Item, FormatError> {
    let (of, _) = if axes.len() > 3 { axes.remove(0) } else { (1, 0) };
    if number >= of {
        return Err(FormatError::header(file, "item", number, format!("below {of}, the volumes there are")));
    }
    if array.is_fortran_order() {
        // The volumes are interleaved; without the others, neighbours come closer.
        for (_, stride) in axes.iter_mut() {
            *stride /= of;
        }
    }
    Ok(Item { number, of })
}

impl Item {
    /// The volume's own bytes. In C order they lie together.
    fn bytes(&self, array: NpyArray) -> Vec<u8> {
        let width = array.scalar_type().bytes();
        if array.is_fortran_order() {
            let first = self.number * width;
            let chunks = array.bytes().chunks_exact(self.of * width);
            return chunks.flat_map(|chunk| &chunk[first..first + width]).copied().collect();
        }
        let mut bytes = array.into_bytes();
        let size = bytes.len() / self.of;
        bytes.truncate((self.number + 1) * size);
        bytes.drain(..self.number * size);
        bytes
    }
}

fn place(file: &Path, stated: &Stated, options: &ReadVolume, notes: &mut Vec<String>) -> Result<Affine, FormatError> {
    let unusable =
        |origin| move |source| FormatError::Affine { file: file.to_owned(), origin, source: Box::new(source) };
    if let Some(affine) = options.affine {
        return Ok(affine);
    }
    if let Some(spacing) = options.spacing {
        notes.push("the file states no position; the first voxel is the origin, axes run to RAS".into());
        return Affine::from_spacing(spacing, [0.0; 3]).map_err(unusable("spacing asked for"));
    }
    if let Some(m) = &stated.affine {
        notes.push("the array `affine` of the file is taken as voxel index to RAS mm".into());
        let rows = std::array::from_fn(|r| std::array::from_fn(|c| m.get(4 * r + c).copied().unwrap_or(f64::NAN)));
        return Affine::from_rows(rows).map_err(unusable("array `affine`"));
    }
    if let Some(&[x, y, z]) = stated.spacing.as_deref() {
        notes.push(
            "voxel sizes are those of the array `spacing`; the first voxel is the origin, axes run to RAS".into(),
        );
        return Affine::from_spacing([x, y, z], [0.0; 3]).map_err(unusable("array `spacing`"));
    }
    notes.push(
        "the file states no geometry; voxels are taken as 1 mm, the first as the origin, axes as running to RAS".into(),
    );
    Ok(Affine::IDENTITY)
}
