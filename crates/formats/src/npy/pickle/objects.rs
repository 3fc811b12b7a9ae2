//! The objects that a pickle builds. They name each other by number, so that shared and cyclic ones cost nothing.

use std::ops::Range;

use super::globals::Global;
use crate::npy::header::Element;

/// Number of an object.
pub(super) type Id = u32;

#[derive(Debug, Clone)]
pub(super) enum Object {
    None,
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(Data),
    Bytes(Data),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    Dictionary(Vec<(Id, Id)>),
    Global(Global),
    Dtype(Dtype),
    /// An array whose contents have not come yet.
    EmptyArray,
    Array(Box<Array>),
}

/// Bytes of the pickle itself, or others.
#[derive(Debug, Clone)]
pub(super) enum Data {
    At(Range<usize>),
    Own(Box<[u8]>),
}

impl Data {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::At(range) => range.len(),
            Self::Own(bytes) => bytes.len(),
        }
    }

    pub(super) fn get<'a>(&'a self, pickle: &'a [u8]) -> &'a [u8] {
        match self {
            Self::At(range) => pickle.get(range.clone()).unwrap_or_default(),
            Self::Own(bytes) => bytes,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dtype {
    pub(super) element: Element,
    pub(super) big_endian: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Array {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<u64>,
    pub(super) fortran_order: bool,
    /// Bytes, or the list of an array of objects.
    pub(super) data: Id,
}

/// All objects of a pickle, up to a bound.
pub(super) struct Objects {
    all: Vec<Object>,
    most: usize,
}

impl Objects {
    pub(super) fn new(most: usize) -> Self {
        Self { all: Vec::new(), most: most.min(Id::MAX as usize) }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// `None` when there are too many.
    pub(super) fn add(&mut self, object: Object) -> Option<Id> {
        let id = self.all.len();
        if id >= self.most {
            return None;
        }
        self.all.push(object);
        Some(id as Id)
    }

    pub(super) fn get(&self, id: Id) -> &Object {
        self.all.get(id as usize).unwrap_or(&Object::None)
    }

    /// Bytes or items of an object.
    pub(super) fn size(&self, id: Id) -> usize {
        match self.get(id) {
            Object::Text(data) | Object::Bytes(data) => data.len(),
            Object::List(items) | Object::Tuple(items) => items.len(),
            Object::Dictionary(entries) => entries.len(),
            _ => 1,
        }
    }

    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Object> {
        self.all.get_mut(id as usize)
    }
}
