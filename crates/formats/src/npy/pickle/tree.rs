//! From the objects of a pickle to a value. Shared objects are copied, within bounds.

use std::collections::BTreeMap;

use super::Context;
use super::objects::{Array, Id, Object, Objects};
use crate::error::FormatError;
use crate::npy::header::{Element, Header};
use crate::npy::{NpyValue, array};
use crate::voxels::Limits;

/// Dictionaries and lists inside each other; no file of data goes as deep.
const MAX_DEPTH: usize = 64;

pub(super) fn value(context: &Context<'_>, pickle: &[u8], objects: &Objects, top: Id) -> Result<NpyValue, FormatError> {
    let mut tree = Tree {
        context,
        pickle,
        objects,
        // An object may be shared by a few places, but not by so many that memory goes.
        objects_left: objects.len().saturating_mul(4).saturating_add(1024),
        bytes_left: pickle.len().saturating_mul(4),
    };
    tree.value(top, 0)
}

struct Tree<'a> {
    context: &'a Context<'a>,
    pickle: &'a [u8],
    objects: &'a Objects,
    objects_left: usize,
    bytes_left: usize,
}

impl Tree<'_> {
    fn value(&mut self, id: Id, depth: usize) -> Result<NpyValue, FormatError> {
        if depth > MAX_DEPTH {
            return Err(self.context.refused(format!("values more than {MAX_DEPTH} deep, or inside themselves")));
        }
        self.objects_left = self.objects_left.checked_sub(1).ok_or_else(|| self.context.refused("too many values"))?;
        Ok(match self.objects.get(id) {
            Object::None => NpyValue::None,
            Object::Bool(v) => NpyValue::Bool(*v),
            Object::Integer(v) => NpyValue::Integer(*v),
            Object::Real(v) => NpyValue::Real(*v),
            Object::Text(data) => {
                let bytes = data.get(self.pickle);
                self.spend(bytes.len())?;
                NpyValue::Text(String::from_utf8_lossy(bytes).into_owned())
            }
            Object::Bytes(data) => {
                let bytes = data.get(self.pickle);
                self.spend(bytes.len())?;
                NpyValue::Bytes(bytes.to_vec())
            }
            Object::List(items) | Object::Tuple(items) => {
                NpyValue::List(items.iter().map(|&item| self.value(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Object::Dictionary(entries) => {
                let mut map = BTreeMap::new();
                for &(key, value) in entries {
                    map.insert(self.key(key)?, self.value(value, depth + 1)?);
                }
                NpyValue::Dictionary(map)
            }
            Object::Array(array) => self.array(array, depth)?,
            Object::Global(_) | Object::Dtype(_) | Object::EmptyArray => {
                return Err(self.context.refused("a type where a value is expected"));
            }
        })
    }

    fn key(&mut self, id: Id) -> Result<String, FormatError> {
        match self.objects.get(id) {
            Object::Text(data) | Object::Bytes(data) => {
                let bytes = data.get(self.pickle);
                self.spend(bytes.len())?;
                Ok(String::from_utf8_lossy(bytes).into_owned())
            }
            Object::Integer(v) => Ok(v.to_string()),
            Object::Real(v) => Ok(v.to_string()),
            Object::Bool(v) => Ok(v.to_string()),
            _ => Err(self.context.refused("a key that is neither text nor number")),
        }
    }

    fn array(&mut self, array: &Array, depth: usize) -> Result<NpyValue, FormatError> {
        let count = array.shape.iter().try_fold(1_u64, |p, &n| p.checked_mul(n));
        let wrong = || self.context.refused("an array whose shape does not fit its values");
        if array.dtype.element == Element::Object {
            let Object::List(items) = self.objects.get(array.data) else { return Err(wrong()) };
            if count != Some(items.len() as u64) {
                return Err(wrong());
            }
            let items: Vec<NpyValue> = items.iter().map(|&i| self.value(i, depth + 1)).collect::<Result<_, _>>()?;
            let shape: Vec<usize> = array.shape.iter().map(|&n| n as usize).collect();
            return Ok(array::nested(&shape, &mut items.into_iter()));
        }
        let (Object::Bytes(data) | Object::Text(data)) = self.objects.get(array.data) else { return Err(wrong()) };
        let bytes = data.get(self.pickle);
        if count.and_then(|n| n.checked_mul(array.dtype.element.bytes() as u64)) != Some(bytes.len() as u64) {
            return Err(wrong());
        }
        self.spend(bytes.len())?;
        let header = Header {
            element: array.dtype.element,
            big_endian: array.dtype.big_endian,
            fortran_order: array.fortran_order,
            shape: array.shape.clone(),
            length: 0,
        };
        let limits: Limits = self.context.limits;
        array::plain(self.context.file, &header, bytes.to_vec(), limits)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), FormatError> {
        let left = self.bytes_left.checked_sub(bytes);
        self.bytes_left = left.ok_or_else(|| self.context.refused("values that are used too many times"))?;
        Ok(())
    }
}
