//! Accessors: typed arrays in buffer views, with gaps between elements and with replaced elements.

use serde_json::Value;

use super::document::Document;
use crate::error::FormatError;
use crate::input::reserve;
use crate::numbers::{FromNumber, NumberType};

impl Document<'_> {
    /// All numbers of an accessor, which must have that many components; those said to be normalised are brought to
    /// -1 to 1.
    pub(super) fn floats(&self, index: u64, allowed: &[usize]) -> Result<(Vec<f32>, usize), FormatError> {
        let accessor = self.item("accessors", index)?;
        let components = components(accessor).filter(|c| allowed.contains(c));
        let components = components.ok_or_else(|| {
            FormatError::header(self.file, "accessor.type", &accessor["type"], "another type for its use")
        })?;
        let mut values: Vec<f32> = self.numbers(accessor, components)?;
        if accessor["normalized"].as_bool() == Some(true) {
            let (scale, least) = match self.number_type(accessor)? {
                NumberType::I8 => (127.0, -1.0),
                NumberType::U8 => (255.0, 0.0),
                NumberType::I16 => (32_767.0, -1.0),
                NumberType::U16 => (65_535.0, 0.0),
                _ => (1.0, f32::NEG_INFINITY),
            };
            for v in &mut values {
                *v = (*v / scale).max(least);
            }
        }
        Ok((values, components))
    }

    /// All numbers of an accessor of vertex numbers.
    pub(super) fn indices(&self, index: u64) -> Result<Vec<i64>, FormatError> {
        self.numbers(self.item("accessors", index)?, 1)
    }

    fn numbers<T: FromNumber>(&self, accessor: &Value, components: usize) -> Result<Vec<T>, FormatError> {
        let kind = self.number_type(accessor)?;
        let count = accessor["count"].as_u64().unwrap_or(0);
        let all = count.saturating_mul(components as u64);
        self.charge(all)?;
        let mut values = if let Some(view) = accessor["bufferView"].as_u64() {
            self.strided(view, accessor["byteOffset"].as_u64().unwrap_or(0), count, components, kind)?
        } else {
            let mut zeros = Vec::new();
            reserve(self.file, &mut zeros, all)?;
            zeros.resize(all as usize, T::from_whole(0));
            zeros
        };
        if let Some(sparse) = accessor.get("sparse") {
            self.replace(sparse, &mut values, components, kind)?;
        }
        Ok(values)
    }

    fn strided<T: FromNumber>(
        &self,
        view: u64,
        offset: u64,
        count: u64,
        components: usize,
        kind: NumberType,
    ) -> Result<Vec<T>, FormatError> {
        let (bytes, stride) = self.view(view)?;
        let size = components * kind.bytes();
        let stride = stride.unwrap_or(size).max(1);
        let needed = match count {
            0 => 0,
            _ => (count - 1).saturating_mul(stride as u64).saturating_add(size as u64).saturating_add(offset),
        };
        let found = bytes.len() as u64;
        if needed > found {
            let file = self.file.to_owned();
            return Err(FormatError::Truncated { file, what: "a glTF accessor", expected: needed, found });
        }
        let bytes = bytes.get(offset as usize..).unwrap_or_default();
        if stride == size {
            return Ok(kind.decode(bytes.get(..size * count as usize).unwrap_or_default(), false));
        }
        let mut packed = Vec::new();
        reserve(self.file, &mut packed, count.saturating_mul(size as u64))?;
        for n in 0..count as usize {
            packed.extend_from_slice(bytes.get(n * stride..n * stride + size).unwrap_or_default());
        }
        Ok(kind.decode(&packed, false))
    }

    /// Sparse accessors: some elements are replaced.
    fn replace<T: FromNumber>(
        &self,
        sparse: &Value,
        values: &mut [T],
        components: usize,
        kind: NumberType,
    ) -> Result<(), FormatError> {
        let count = sparse["count"].as_u64().unwrap_or(0);
        self.charge(count.saturating_mul(1 + components as u64))?;
        let part = |name: &str| {
            let view = sparse[name]["bufferView"].as_u64();
            let view =
                view.ok_or_else(|| FormatError::header(self.file, "sparse.bufferView", "missing", "a buffer view"))?;
            Ok::<_, FormatError>((view, sparse[name]["byteOffset"].as_u64().unwrap_or(0)))
        };
        let (view, offset) = part("indices")?;
        let places: Vec<i64> = self.strided(view, offset, count, 1, self.number_type(&sparse["indices"])?)?;
        let (view, offset) = part("values")?;
        let fresh: Vec<T> = self.strided(view, offset, count, components, kind)?;
        for (place, fresh) in places.iter().zip(fresh.chunks_exact(components)) {
            let start = usize::try_from(*place).ok().and_then(|p| p.checked_mul(components));
            let old = start.and_then(|s| values.get_mut(s..s.checked_add(components)?));
            let old =
                old.ok_or_else(|| FormatError::header(self.file, "sparse.indices", place, "elements of the accessor"))?;
            old.copy_from_slice(fresh);
        }
        Ok(())
    }

    fn number_type(&self, accessor: &Value) -> Result<NumberType, FormatError> {
        Ok(match accessor["componentType"].as_u64() {
            Some(5120) => NumberType::I8,
            Some(5121) => NumberType::U8,
            Some(5122) => NumberType::I16,
            Some(5123) => NumberType::U16,
            Some(5125) => NumberType::U32,
            Some(5126) => NumberType::F32,
            _ => {
                let found = &accessor["componentType"];
                return Err(FormatError::header(
                    self.file,
                    "accessor.componentType",
                    found,
                    "5120 to 5126 without 5124",
                ));
            }
        })
    }
}

fn components(accessor: &Value) -> Option<usize> {
    match accessor["type"].as_str()? {
        "SCALAR" => Some(1),
        "VEC2" => Some(2),
        "VEC3" => Some(3),
        "VEC4" => Some(4),
        _ => None,
    }
}
