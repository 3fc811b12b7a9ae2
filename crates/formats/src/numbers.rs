//! Arrays of numbers as bytes, in either byte order, for the binary mesh formats.

/// The type of the numbers in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberType {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

/// What numbers of any type are turned into.
pub(crate) trait FromNumber: Copy {
    fn from_whole(value: i64) -> Self;
    fn from_float(value: f64) -> Self;
}

impl FromNumber for f32 {
    fn from_whole(value: i64) -> Self {
        value as f32
    }
    fn from_float(value: f64) -> Self {
        value as f32
    }
}

impl FromNumber for i64 {
    fn from_whole(value: i64) -> Self {
        value
    }
    fn from_float(value: f64) -> Self {
        value as i64
    }
}

impl NumberType {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// All numbers in `bytes`, which the caller has cut to a multiple of [`Self::bytes`].
    pub(crate) fn decode<T: FromNumber>(self, bytes: &[u8], big: bool) -> Vec<T> {
        macro_rules! each {
            ($t:ty, $n:literal, $from:expr) => {{
                let (chunks, _) = bytes.as_chunks::<$n>();
                if big {
                    chunks.iter().map(|b| $from(<$t>::from_be_bytes(*b))).collect()
                } else {
                    chunks.iter().map(|b| $from(<$t>::from_le_bytes(*b))).collect()
                }
            }};
        }
        match self {
            Self::I8 => each!(i8, 1, |v| T::from_whole(i64::from(v))),
            Self::U8 => each!(u8, 1, |v| T::from_whole(i64::from(v))),
            Self::I16 => each!(i16, 2, |v| T::from_whole(i64::from(v))),
            Self::U16 => each!(u16, 2, |v| T::from_whole(i64::from(v))),
            Self::I32 => each!(i32, 4, |v| T::from_whole(i64::from(v))),
            Self::U32 => each!(u32, 4, |v| T::from_whole(i64::from(v))),
            Self::I64 => each!(i64, 8, T::from_whole),
            // Above the range of the signed ones it becomes negative, which no index check lets pass.
            Self::U64 => each!(u64, 8, |v| T::from_whole(v as i64)),
            Self::F32 => each!(f32, 4, |v| T::from_float(f64::from(v))),
            Self::F64 => each!(f64, 8, T::from_float),
        }
    }
}

/// All positions in `bytes`: three numbers each; what is over is left out.
pub(crate) fn positions(kind: NumberType, bytes: &[u8], big: bool) -> Vec<[f32; 3]> {
    if kind != NumberType::F32 {
        return triples(&kind.decode(bytes, big));
    }
    let float = |b: &[u8; 4]| if big { f32::from_be_bytes(*b) } else { f32::from_le_bytes(*b) };
    let triple = |b: &[u8; 12]| {
        let (parts, _) = b.as_chunks::<4>();
        [float(&parts[0]), float(&parts[1]), float(&parts[2])]
    };
    bytes.as_chunks::<12>().0.iter().map(triple).collect()
}

/// Groups of three; what is over is left out.
pub(crate) fn triples(values: &[f32]) -> Vec<[f32; 3]> {
    values.as_chunks::<3>().0.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_give_the_same_numbers() {
        assert_eq!(NumberType::U16.decode::<f32>(&[1, 0, 0, 2], false), [1.0, 512.0]);
        assert_eq!(NumberType::U16.decode::<i64>(&[1, 0, 0, 2], true), [256, 2]);
        assert_eq!(NumberType::F64.decode::<f32>(&2.5_f64.to_be_bytes(), true), [2.5]);
        assert_eq!(NumberType::U64.decode::<i64>(&[255; 8], false), [-1]);
        assert_eq!(NumberType::I8.decode::<i64>(&[255, 3], false), [-1, 3]);
    }
}
