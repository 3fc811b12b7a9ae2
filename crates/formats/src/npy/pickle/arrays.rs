//! numpy's arrays, types and numbers, and bytes, from the arguments of the functions that would make them.

use super::Context;
use super::globals::Global;
use super::objects::{Array, Data, Dtype, Id, Object, Objects};
use crate::error::FormatError;
use crate::npy::header::{Element, element};
use crate::voxels;

/// What a call of one of the functions around arrays gives.
pub(super) fn call(
    context: &Context<'_>,
    pickle: &[u8],
    objects: &Objects,
    function: Global,
    arguments: &[Id],
) -> Result<Object, FormatError> {
    let argument = |n: usize| arguments.get(n).map_or(&Object::None, |&id| objects.get(id));
    match function {
        Global::Reconstruct if matches!(argument(0), Object::Global(Global::Ndarray)) => Ok(Object::EmptyArray),
        Global::Dtype => {
            let (Object::Text(name) | Object::Bytes(name)) = argument(0) else {
                return Err(context.refused("an array type without a name"));
            };
            let name = String::from_utf8_lossy(name.get(pickle)).into_owned();
            let (element, big_endian) = element(context.file, &name)?;
            Ok(Object::Dtype(Dtype { element, big_endian }))
        }
        Global::Scalar => match (argument(0), argument(1)) {
            (Object::Dtype(dtype), Object::Bytes(data)) => number(context, *dtype, data.get(pickle)),
            _ => Err(context.refused("a number that is not made from a type and bytes")),
        },
        Global::FromBuffer => match (argument(0), argument(1), argument(3)) {
            (Object::Bytes(_), Object::Dtype(dtype), Object::Text(order)) => {
                let data = arguments.first().copied().unwrap_or_default();
                let shape = shape(context, objects, argument(2))?;
                let fortran_order = order.get(pickle) == b"F";
                Ok(Object::Array(Box::new(Array { dtype: *dtype, shape, fortran_order, data })))
            }
            _ => Err(context.refused("an array that is not made from bytes")),
        },
        Global::Bytes | Global::Encode => match argument(0) {
            Object::None if arguments.is_empty() => Ok(Object::Bytes(Data::Own(Box::default()))),
            Object::Bytes(data) => Ok(Object::Bytes(data.clone())),
            Object::Text(data) => latin1(context, data.get(pickle)),
            _ => Err(context.refused("bytes that are not made from text")),
        },
        _ => Err(context.refused(format!("a call of {function:?}"))),
    }
}

/// Gives an object the state it was saved with.
pub(super) fn build(
    context: &Context<'_>,
    pickle: &[u8],
    objects: &mut Objects,
    target: Id,
    state: Id,
) -> Result<(), FormatError> {
    let state = match (objects.get(target), objects.get(state)) {
        // Attributes of a dictionary's class are no data of the file.
        (Object::Dictionary(_), Object::Dictionary(_) | Object::None | Object::Tuple(_)) => return Ok(()),
        (Object::EmptyArray | Object::Dtype(_), Object::Tuple(state)) => state.clone(),
        _ => return Err(context.refused("a state for something that has none")),
    };
    let at = |n: usize| state.get(n).map_or(&Object::None, |&id| objects.get(id));
    let built = if let Object::Dtype(dtype) = objects.get(target) {
        // The third to fifth parts are a sub-array or fields.
        if [2, 3, 4].iter().any(|&n| !matches!(at(n), Object::None)) {
            return Err(context.refused("an array of records"));
        }
        let big_endian = matches!(at(1), Object::Text(o) | Object::Bytes(o) if o.get(pickle) == b">");
        Object::Dtype(Dtype { big_endian, ..*dtype })
    } else {
        // numpy before 1.0 had no version in front.
        let first = usize::from(state.len() == 5);
        let Object::Dtype(dtype) = *at(first + 1) else {
            return Err(context.refused("an array without a type"));
        };
        let fortran_order = matches!(at(first + 2), Object::Bool(true) | Object::Integer(1));
        let data = state.get(first + 3).copied().ok_or_else(|| context.refused("an array without values"))?;
        if !matches!(objects.get(data), Object::Bytes(_) | Object::List(_) | Object::Text(_)) {
            return Err(context.refused("an array whose values are neither bytes nor a list"));
        }
        let shape = shape(context, objects, at(first))?;
        Object::Array(Box::new(Array { dtype, shape, fortran_order, data }))
    };
    if let Some(slot) = objects.get_mut(target) {
        *slot = built;
    }
    Ok(())
}

fn shape(context: &Context<'_>, objects: &Objects, object: &Object) -> Result<Vec<u64>, FormatError> {
    let wrong = || context.refused("an array whose shape is no tuple of at most 32 sizes");
    let Object::Tuple(sizes) = object else { return Err(wrong()) };
    if sizes.len() > 32 {
        return Err(wrong());
    }
    sizes
        .iter()
        .map(|&id| match objects.get(id) {
            Object::Integer(n) => u64::try_from(*n).map_err(|_| wrong()),
            _ => Err(wrong()),
        })
        .collect()
}

fn number(context: &Context<'_>, dtype: Dtype, bytes: &[u8]) -> Result<Object, FormatError> {
    let Element::Number(scalar) = dtype.element else {
        return Err(context.refused("a numpy value that is no number"));
    };
    let mut bytes = bytes.to_vec();
    if bytes.len() != scalar.bytes() {
        return Err(context.refused(format!("a {} of {} bytes", scalar.name(), bytes.len())));
    }
    if dtype.big_endian {
        bytes.reverse();
    }
    let value = voxels::to_f64(&bytes, scalar).first().copied().unwrap_or(f64::NAN);
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(&bytes);
    Ok(match scalar {
        voxels::ScalarType::Bool => Object::Bool(value != 0.0),
        // Above 2^53 the way through a float would not be exact.
        voxels::ScalarType::I64 => Object::Integer(i64::from_le_bytes(wide)),
        voxels::ScalarType::U64 => match i64::try_from(u64::from_le_bytes(wide)) {
            Ok(value) => Object::Integer(value),
            Err(_) => Object::Real(value),
        },
        scalar if scalar.is_float() => Object::Real(value),
        _ => Object::Integer(value as i64),
    })
}

/// Text whose characters are bytes.
fn latin1(context: &Context<'_>, text: &[u8]) -> Result<Object, FormatError> {
    let text = String::from_utf8_lossy(text);
    let bytes: Option<Box<[u8]>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes
        .map(|b| Object::Bytes(Data::Own(b)))
        .ok_or_else(|| context.refused("bytes made from text that is not Latin-1"))
}
