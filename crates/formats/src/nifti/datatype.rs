//! The voxel types a `NIfTI` header can name.

use crate::voxels::ScalarType;

/// A voxel type that can hold labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Datatype {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

impl Datatype {
    /// Bytes a voxel.
    pub fn bytes(self) -> usize {
        self.scalar().bytes()
    }

    /// The number `NIfTI` gives the type (`datatype` in the header).
    pub fn code(self) -> i16 {
        match self {
            Self::U8 => 2,
            Self::I16 => 4,
            Self::I32 => 8,
            Self::F32 => 16,
            Self::F64 => 64,
            Self::I8 => 256,
            Self::U16 => 512,
            Self::U32 => 768,
            Self::I64 => 1024,
            Self::U64 => 1280,
        }
    }

    /// The name numpy gives the type.
    pub fn name(self) -> &'static str {
        self.scalar().name()
    }

    pub(super) fn scalar(self) -> ScalarType {
        match self {
            Self::U8 => ScalarType::U8,
            Self::I8 => ScalarType::I8,
            Self::U16 => ScalarType::U16,
            Self::I16 => ScalarType::I16,
            Self::U32 => ScalarType::U32,
            Self::I32 => ScalarType::I32,
            Self::U64 => ScalarType::U64,
            Self::I64 => ScalarType::I64,
            Self::F32 => ScalarType::F32,
            Self::F64 => ScalarType::F64,
        }
    }

    pub(super) fn from_code(code: i16) -> Option<Self> {
        [Self::U8, Self::I8, Self::U16, Self::I16, Self::U32, Self::I32, Self::U64, Self::I64, Self::F32, Self::F64]
            .into_iter()
            .find(|t| t.code() == code)
    }
}

/// The name of a type that exists in `NIfTI` but cannot hold labels.
pub(super) fn name_of_unusable(code: i16) -> Option<&'static str> {
    Some(match code {
        1 => "binary (1 bit a voxel)",
        32 => "complex64",
        128 => "RGB24 (colours)",
        1536 => "float128",
        1792 => "complex128",
        2048 => "complex256",
        2304 => "RGBA32 (colours)",
        _ => return None,
    })
}
