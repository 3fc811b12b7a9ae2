//! The types a stored value can have.

/// The type of a stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ScalarType {
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    F32,
    F64,
}

impl ScalarType {
    /// Bytes a value.
    pub fn bytes(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The name numpy gives the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::U8 => "uint8",
            Self::I8 => "int8",
            Self::U16 => "uint16",
            Self::I16 => "int16",
            Self::U32 => "uint32",
            Self::I32 => "int32",
            Self::U64 => "uint64",
            Self::I64 => "int64",
            Self::F16 => "float16",
            Self::F32 => "float32",
            Self::F64 => "float64",
        }
    }

    /// Whether values can have fractions.
    pub fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::F32 | Self::F64)
    }
}

/// A stored value, from its bytes in the machine's order.
pub(super) trait Value: Copy {
    /// The label it is, and whether it really is one.
    fn label(self) -> (u32, bool);
    fn to_f64(self) -> f64;
    fn to_f32(self) -> f32;
}

macro_rules! integer_value {
    ($($t:ty),*) => {$(
        impl Value for $t {
            fn label(self) -> (u32, bool) {
                (self as u32, u32::try_from(self).is_ok())
            }
            fn to_f64(self) -> f64 {
                self as f64
            }
            fn to_f32(self) -> f32 {
                self as f32
            }
        }
    )*};
}
integer_value!(u8, i8, u16, i16, u32, i32, u64, i64);

/// Largest distance from a whole number that counts as round-off.
const TOLERANCE: f64 = 1e-4;

impl Value for f64 {
    fn label(self) -> (u32, bool) {
        // `as` sends NaN to 0 and clamps, so whatever is no label differs from what it became.
        let label = (self + 0.5) as u32;
        (label, (self - f64::from(label)).abs() <= TOLERANCE)
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn to_f32(self) -> f32 {
        self as f32
    }
}

impl Value for f32 {
    fn label(self) -> (u32, bool) {
        f64::from(self).label()
    }
    fn to_f64(self) -> f64 {
        self.into()
    }
    fn to_f32(self) -> f32 {
        self
    }
}

/// A 16-bit float (IEEE 754 binary16), widened exactly.
pub(super) fn half(bytes: [u8; 2]) -> f32 {
    let bits = u32::from(u16::from_le_bytes(bytes));
    let (sign, exponent, fraction) = (bits >> 15 << 31, bits >> 10 & 31, bits & 0x3ff);
    match exponent {
        // Subnormal: a whole number of 2^-24.
        0 => f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

/// Runs `$body` with `$value` bound to the function from little-endian bytes to the value of type `$scalar`.
macro_rules! with_value {
    ($scalar:expr, $value:ident => $body:expr) => {
        match $scalar {
            ScalarType::Bool => {
                let $value = |b: [u8; 1]| u8::from(b[0] != 0);
                $body
            }
            ScalarType::U8 => {
                let $value = |b: [u8; 1]| b[0];
                $body
            }
            ScalarType::I8 => {
                let $value = i8::from_le_bytes;
                $body
            }
            ScalarType::U16 => {
                let $value = u16::from_le_bytes;
                $body
            }
            ScalarType::I16 => {
                let $value = i16::from_le_bytes;
                $body
            }
            ScalarType::U32 => {
                let $value = u32::from_le_bytes;
                $body
            }
            ScalarType::I32 => {
                let $value = i32::from_le_bytes;
                $body
            }
            ScalarType::U64 => {
                let $value = u64::from_le_bytes;
                $body
            }
            ScalarType::I64 => {
                let $value = i64::from_le_bytes;
                $body
            }
            ScalarType::F16 => {
                let $value = $crate::voxels::types::half;
                $body
            }
            ScalarType::F32 => {
                let $value = f32::from_le_bytes;
                $body
            }
            ScalarType::F64 => {
                let $value = f64::from_le_bytes;
                $body
            }
        }
    };
}
pub(super) use with_value;

pub(super) fn swapped<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
    bytes.reverse();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_are_those_of_ieee_754() {
        for (bits, value) in [
            (0x3c00_u16, 1.0_f32),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0x7c00, f32::INFINITY),
            (0x8000, -0.0),
        ] {
            assert_eq!(half(bits.to_le_bytes()).to_bits(), value.to_bits(), "{bits:04x}");
        }
        assert!(half(0x7e00_u16.to_le_bytes()).is_nan());
    }
}
