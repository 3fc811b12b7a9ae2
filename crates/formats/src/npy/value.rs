//! What a numpy file can hold: arrays, and the plain Python data around them.

use std::collections::BTreeMap;

use super::NpyArray;

/// A value of a numpy file.
#[derive(Debug, Clone, PartialEq)]
pub enum NpyValue {
    /// Numbers of one type.
    Array(NpyArray),
    /// A dictionary; keys that were numbers are decimal text.
    Dictionary(BTreeMap<String, NpyValue>),
    /// A list, a tuple, or an array of objects (one of several axes is a list of lists).
    List(Vec<NpyValue>),
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// True or false.
    Bool(bool),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Python's `None`.
    None,
}

impl NpyValue {
    /// The value at a path of names and, in lists, numbers, separated by `/`: `mesh/vertices/0`. An empty path is the
    /// value itself.
    pub fn get(&self, path: &str) -> Option<&Self> {
        path.split('/').filter(|part| !part.is_empty()).try_fold(self, |value, part| match value {
            Self::Dictionary(entries) => entries.get(part),
            Self::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&NpyArray> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Array(array) => format!("an array of shape {:?}", array.shape()),
            Self::Dictionary(entries) => {
                let keys: Vec<&str> = entries.keys().map(String::as_str).take(20).collect();
                format!("a dictionary with {}", keys.join(", "))
            }
            Self::List(items) => format!("a list of {} values", items.len()),
            Self::Integer(_) | Self::Real(_) | Self::Bool(_) => "a number".into(),
            Self::Text(_) | Self::Bytes(_) => "text".into(),
            Self::None => "nothing".into(),
        }
    }
}
