//! `FreeSurfer` MGH volumes, plain or gzip-compressed (MGZ), read only.
//!
//! Source: the MGH format description of `FreeSurfer` (284 bytes of header, big endian, voxels, then optional scan
//! parameters and tags, which are ignored). Read: types uchar, short, ushort, int and float. The affine is `FreeSurfer`'s
//! `vox2ras`, scanner RAS; without a valid orientation its default (coronal, 1 mm, centred), which a note says. Refused:
//! several frames, tensors.

use medshape_shape::Affine;

use crate::error::FormatError;
use crate::input::Input;
use crate::volume_file::Opened;
use crate::voxels::{Layout, Limits, ScalarType, checked_shape};

/// Where the voxels start.
const HEADER: usize = 284;

/// Whether these first four bytes are those of the only version there is.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    head == [0, 0, 0, 1]
}

/// Reads up to the first voxel.
pub(crate) fn open(mut input: Input<'_>, limits: Limits) -> Result<Opened<'_>, FormatError> {
    let file = input.file().to_owned();
    let mut bytes = Vec::with_capacity(HEADER);
    input.read_exact(&mut bytes, HEADER, "header")?;
    let header = Header { bytes: &bytes };

    let axis = |n: i32| u64::try_from(n).unwrap_or(0);
    let [width, height, depth, frames] = [4, 8, 12, 16].map(|at| axis(header.i32(at)));
    let shape = checked_shape(&file, "width, height or depth", [width, height, depth], 1, limits)?;
    if frames != 1 {
        return Err(FormatError::SeveralVolumes { file, shape: vec![width, height, depth, frames], volumes: frames });
    }
    let scalar = match header.i32(20) {
        0 => ScalarType::U8,
        1 => ScalarType::I32,
        3 => ScalarType::F32,
        4 => ScalarType::I16,
        10 => ScalarType::U16,
        other => {
            return Err(FormatError::header(
                &file,
                "type",
                other,
                "0 (uchar), 1 (int), 3 (float), 4 (short) or 10 (ushort)",
            ));
        }
    };

    let mut notes = Vec::new();
    let good = header.i16(28) > 0;
    if !good {
        notes.push("the header states no orientation; taken as coronal, 1 mm and centred, as FreeSurfer does".into());
    }
    let (size, axes, centre) = if good { header.geometry() } else { DEFAULT };
    let affine = affine(size, axes, centre, shape).map_err(|source| FormatError::Affine {
        file,
        origin: "vox2ras transform",
        source: Box::new(source),
    })?;
    let layout = Layout { big_endian: true, ..Layout::new(shape, scalar) };
    Ok(Opened { input, layout, affine, segments: Vec::new(), notes })
}

/// Voxel sizes, directions of the axes, position of the middle.
type Geometry = ([f64; 3], [[f64; 3]; 3], [f64; 3]);

const DEFAULT: Geometry = ([1.0; 3], [[-1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]], [0.0; 3]);

/// The middle voxel (shape / 2, rounded to nothing) lies at `centre`.
fn affine(
    size: [f64; 3],
    axes: [[f64; 3]; 3],
    centre: [f64; 3],
    shape: [usize; 3],
) -> Result<Affine, medshape_shape::ShapeError> {
    Affine::from_rows(std::array::from_fn(|r| {
        let [x, y, z] = [0, 1, 2].map(|a| axes[a][r] * size[a]);
        let [i, j, k] = shape.map(|n| n as f64 / 2.0);
        [x, y, z, centre[r] - (x * i + y * j + z * k)]
    }))
}

struct Header<'a> {
    bytes: &'a [u8],
}

impl Header<'_> {
    fn take<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes.get(at..at + N).and_then(|b| b.try_into().ok()).unwrap_or([0; N])
    }
    fn i16(&self, at: usize) -> i16 {
        i16::from_be_bytes(self.take(at))
    }
    fn i32(&self, at: usize) -> i32 {
        i32::from_be_bytes(self.take(at))
    }
    fn f32s(&self, at: usize) -> [f64; 3] {
        [0, 4, 8].map(|o| f32::from_be_bytes(self.take(at + o)).into())
    }
    fn geometry(&self) -> Geometry {
        (self.f32s(30), [42, 54, 66].map(|at| self.f32s(at)), self.f32s(78))
    }
}
