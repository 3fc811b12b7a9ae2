//! The stack machine. Instructions are those of Python's `pickletools`, protocols 0 to 5.

use std::collections::HashMap;

use super::Context;
use super::arrays;
use super::globals::{Global, global};
use super::objects::{Data, Id, Object, Objects};
use super::opcodes::{NOT_DATA, Reader};
use super::texts::{raw_unicode, unquoted};
use crate::error::FormatError;

/// Runs a pickle; gives its objects and which of them is the result.
pub(super) fn run(context: &Context<'_>, bytes: &[u8]) -> Result<(Objects, Id), FormatError> {
    let mut machine = Machine {
        context,
        bytes,
        reader: Reader::new(context, bytes),
        objects: Objects::new(context.max_objects()),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        // Each byte may be worked on a few times, whatever objects are used again.
        work_left: bytes.len().saturating_mul(16),
    };
    while machine.step()? {}
    let top = machine.pop()?;
    Ok((machine.objects, top))
}

struct Machine<'a> {
    context: &'a Context<'a>,
    bytes: &'a [u8],
    reader: Reader<'a>,
    objects: Objects,
    stack: Vec<Id>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
    work_left: usize,
}

impl Machine<'_> {
    /// One instruction; false after the last.
    fn step(&mut self) -> Result<bool, FormatError> {
        let code = self.reader.byte()?;
        match code {
            b'.' => return Ok(false),
            // Protocol and frames say nothing about the data.
            0x80 => drop(self.reader.byte()?),
            0x95 => drop(self.reader.u64()?),
            b'(' => {
                // Marks are bounded as objects are: each takes one byte of the pickle.
                if self.marks.len() + self.stack.len() >= self.context.max_objects() {
                    return Err(self.too_many());
                }
                self.marks.push(self.stack.len());
            }
            b'0' => drop(self.pop()?),
            b'1' => drop(self.pop_mark()?),
            b'2' => {
                let top = self.top()?;
                self.push_id(top)?;
            }
            b'N' => self.push(Object::None)?,
            0x88 => self.push(Object::Bool(true))?,
            0x89 => self.push(Object::Bool(false))?,
            b'I' => self.text_integer()?,
            b'L' => {
                let value = self.reader.number()?;
                self.push(Object::Integer(value))?;
            }
            b'J' => {
                let value = i32::from_le_bytes(self.reader.array()?);
                self.push(Object::Integer(value.into()))?;
            }
            b'K' => {
                let value = self.reader.byte()?;
                self.push(Object::Integer(value.into()))?;
            }
            b'M' => {
                let value = u16::from_le_bytes(self.reader.array()?);
                self.push(Object::Integer(value.into()))?;
            }
            0x8a => {
                let count = self.reader.byte()?;
                self.long(count.into())?;
            }
            0x8b => {
                let count = self.reader.u32()?;
                self.long(count.into())?;
            }
            b'F' => {
                let value = self.reader.number()?;
                self.push(Object::Real(value))?;
            }
            b'G' => {
                let value = f64::from_be_bytes(self.reader.array()?);
                self.push(Object::Real(value))?;
            }
            b'S' | b'V' | b'T' | b'U' | b'X' | b'B' | b'C' | 0x8c..=0x8e | 0x96 => self.text_or_bytes(code)?,
            b']' => self.push(Object::List(Vec::new()))?,
            b')' => self.push(Object::Tuple(Vec::new()))?,
            b'}' => self.push(Object::Dictionary(Vec::new()))?,
            b'l' | b't' | b'd' => {
                let items = self.pop_mark()?;
                let object = match code {
                    b'l' => Object::List(items),
                    b't' => Object::Tuple(items),
                    _ => Object::Dictionary(self.pairs(&items)?),
                };
                self.push(object)?;
            }
            0x85..=0x87 => {
                let start = self.stack.len().checked_sub(usize::from(code - 0x84));
                let start = start.filter(|s| *s >= self.floor()).ok_or_else(|| self.underflow())?;
                let items = self.stack.split_off(start);
                self.push(Object::Tuple(items))?;
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            b'e' => {
                let items = self.pop_mark()?;
                self.append(&items)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set_items(&[key, value])?;
            }
            b'u' => {
                let items = self.pop_mark()?;
                self.set_items(&items)?;
            }
            b'p' | b'q' | b'r' | 0x94 => {
                let slot = match code {
                    b'p' => self.reader.number()?,
                    b'q' => self.reader.byte()?.into(),
                    b'r' => self.reader.u32()?.into(),
                    _ => self.memo.len() as u64,
                };
                let top = self.top()?;
                if self.memo.len() >= self.context.max_objects() {
                    return Err(self.too_many());
                }
                self.memo.insert(slot, top);
            }
            b'g' | b'h' | b'j' => {
                let slot: u64 = match code {
                    b'g' => self.reader.number()?,
                    b'h' => self.reader.byte()?.into(),
                    _ => self.reader.u32()?.into(),
                };
                let id = self.memo.get(&slot).copied();
                let id = id
                    .ok_or_else(|| self.context.refused(format!("a reference to object {slot}, which is not there")))?;
                self.push_id(id)?;
            }
            b'c' => {
                let (module, name) = (self.reader.line()?, self.reader.line()?);
                let (module, name) = (self.reader.text(&module)?, self.reader.text(&name)?);
                self.global(module, name)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (module, name) = (self.text(module)?, self.text(name)?);
                self.global(&module, &name)?;
            }
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(function, arguments)?;
            }
            b'b' => {
                let (state, target) = (self.pop()?, self.top()?);
                self.work(self.objects.size(state))?;
                arrays::build(self.context, self.bytes, &mut self.objects, target, state)?;
            }
            other => {
                let name = NOT_DATA.iter().find(|(code, _)| *code == other).map_or("unknown", |(_, name)| name);
                return Err(self.context.refused(format!("the instruction {name} (0x{other:02x})")));
            }
        }
        Ok(true)
    }

    fn global(&mut self, module: &str, name: &str) -> Result<(), FormatError> {
        let known = global(module, name);
        let known = known.ok_or_else(|| self.context.refused(format!("the Python object `{module}.{name}`")))?;
        self.push(Object::Global(known))
    }

    /// What a harmless function would give.
    fn call(&mut self, function: Id, arguments: Id) -> Result<(), FormatError> {
        self.work(self.objects.size(arguments))?;
        let Object::Tuple(arguments) = self.objects.get(arguments).clone() else {
            return Err(self.context.refused("a call without a tuple of arguments"));
        };
        let Object::Global(function) = *self.objects.get(function) else {
            return Err(self.context.refused("a call of something that is no function"));
        };
        self.work(arguments.iter().map(|&id| self.objects.size(id)).sum())?;
        let object = match function {
            Global::Dictionary => self.dictionary(&arguments)?,
            Global::List if arguments.is_empty() => Object::List(Vec::new()),
            _ => arrays::call(self.context, self.bytes, &self.objects, function, &arguments)?,
        };
        self.push(object)
    }

    /// From nothing, a default factory, or a list of pairs (as Python 2 pickled ordered dictionaries).
    fn dictionary(&self, arguments: &[Id]) -> Result<Object, FormatError> {
        let wrong = || self.context.refused("a dictionary made from something else than pairs");
        match arguments.first().map(|&id| self.objects.get(id)) {
            None | Some(Object::Global(_) | Object::None) => Ok(Object::Dictionary(Vec::new())),
            Some(Object::List(pairs)) => pairs
                .iter()
                .map(|&pair| match self.objects.get(pair) {
                    Object::List(kv) | Object::Tuple(kv) if kv.len() == 2 => Ok((kv[0], kv[1])),
                    _ => Err(wrong()),
                })
                .collect::<Result<_, _>>()
                .map(Object::Dictionary),
            Some(_) => Err(wrong()),
        }
    }

    fn text_integer(&mut self) -> Result<(), FormatError> {
        let line = self.reader.line()?;
        let object = match self.reader.text(&line)?.trim() {
            // Protocol 0 has no other way to write these.
            "00" => Object::Bool(false),
            "01" => Object::Bool(true),
            text => Object::Integer(text.parse().map_err(|_| self.context.refused(format!("the number `{text}`")))?),
        };
        self.push(object)
    }

    fn long(&mut self, count: u64) -> Result<(), FormatError> {
        let value = self.reader.long(count)?;
        self.push(Object::Integer(value))
    }

    fn text_or_bytes(&mut self, code: u8) -> Result<(), FormatError> {
        let range = match code {
            b'S' | b'V' => {
                let line = self.reader.line()?;
                let raw = self.bytes.get(line.clone()).unwrap_or_default();
                let own = if code == b'S' { unquoted(raw) } else { Some(raw_unicode(raw)) };
                let own = own.ok_or_else(|| self.context.refused("a text without quotes"))?;
                return self.push(Object::Text(Data::Own(own.into())));
            }
            b'U' | b'C' | 0x8c => {
                let count = self.reader.byte()?;
                self.reader.range(count.into())?
            }
            b'T' | b'X' | b'B' => {
                let count = self.reader.u32()?;
                self.reader.range(count.into())?
            }
            _ => {
                let count = self.reader.u64()?;
                self.reader.range(count)?
            }
        };
        let data = Data::At(range);
        // Python 2's strings were bytes, but serve as names.
        let is_bytes = matches!(code, b'B' | b'C' | 0x8e | 0x96);
        self.push(if is_bytes { Object::Bytes(data) } else { Object::Text(data) })
    }

    fn append(&mut self, items: &[Id]) -> Result<(), FormatError> {
        let target = self.top()?;
        match self.objects.get_mut(target) {
            Some(Object::List(list)) => list.extend_from_slice(items),
            _ => return Err(self.context.refused("values appended to something that is no list")),
        }
        Ok(())
    }

    fn set_items(&mut self, items: &[Id]) -> Result<(), FormatError> {
        let pairs = self.pairs(items)?;
        let target = self.top()?;
        match self.objects.get_mut(target) {
            Some(Object::Dictionary(entries)) => entries.extend(pairs),
            _ => return Err(self.context.refused("keys set on something that is no dictionary")),
        }
        Ok(())
    }

    fn pairs(&self, items: &[Id]) -> Result<Vec<(Id, Id)>, FormatError> {
        let (pairs, rest) = items.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(self.context.refused("a key without a value"));
        }
        Ok(pairs.iter().map(|&[key, value]| (key, value)).collect())
    }

    fn text(&mut self, id: Id) -> Result<String, FormatError> {
        self.work(self.objects.size(id))?;
        match self.objects.get(id) {
            Object::Text(data) => Ok(String::from_utf8_lossy(data.get(self.bytes)).into_owned()),
            _ => Err(self.context.refused("a name that is no text")),
        }
    }

    /// Counts what is copied, so that one large object used again and again does not cost memory or time without bound.
    fn work(&mut self, size: usize) -> Result<(), FormatError> {
        let left = self.work_left.checked_sub(size);
        self.work_left = left.ok_or_else(|| self.context.refused("objects that are used too many times"))?;
        Ok(())
    }

    fn push(&mut self, object: Object) -> Result<(), FormatError> {
        let id = self.objects.add(object).ok_or_else(|| self.too_many())?;
        self.stack.push(id);
        Ok(())
    }

    /// References are bounded as objects are.
    fn push_id(&mut self, id: Id) -> Result<(), FormatError> {
        if self.stack.len() >= self.context.max_objects() {
            return Err(self.too_many());
        }
        self.stack.push(id);
        Ok(())
    }

    /// Where the part of the stack above the last mark starts.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Id, FormatError> {
        let above = self.stack.len() > self.floor();
        self.stack.pop().filter(|_| above).ok_or_else(|| self.underflow())
    }

    fn top(&self) -> Result<Id, FormatError> {
        self.stack.last().copied().ok_or_else(|| self.underflow())
    }

    fn pop_mark(&mut self) -> Result<Vec<Id>, FormatError> {
        let mark = self.marks.pop().ok_or_else(|| self.underflow())?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn underflow(&self) -> FormatError {
        self.context.refused("an instruction without the objects it needs")
    }

    fn too_many(&self) -> FormatError {
        self.context.refused(format!("more than {} objects", self.context.max_objects()))
    }
}
