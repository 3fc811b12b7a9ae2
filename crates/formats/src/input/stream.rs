//! A stream of unpacked bytes, given out in bounded steps.

use std::path::{Path, PathBuf};

use super::Source;
use super::inflate::{INPUT_STEP, Inflate, Packing};
use crate::error::FormatError;

/// Bytes looked at beyond the wanted data to reach the checksum at the end of a gzip member.
const MAX_DRAIN: usize = 1 << 20;

/// A byte stream that knows how many bytes it can at most hold.
pub(crate) struct Input<'a> {
    file: PathBuf,
    source: Source<'a>,
    inflate: Option<Box<Inflate>>,
    upper_bound: u64,
    given: u64,
    /// Decoded beyond the last request.
    pending: Vec<u8>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(source: Source<'a>, packing: Packing) -> Self {
        Self {
            file: source.file().to_owned(),
            upper_bound: packing.upper_bound(source.left()),
            source,
            inflate: (packing != Packing::Plain).then(|| Box::new(Inflate::new(packing))),
            given: 0,
            pending: Vec::new(),
        }
    }

    /// Unpacks gzip if the content is, whatever the name says.
    pub(crate) fn detect(mut source: Source<'a>) -> Result<Self, FormatError> {
        let gzip = source.peek(2)? == [0x1f, 0x8b];
        Ok(Self::new(source, if gzip { Packing::Gzip } else { Packing::Plain }))
    }

    pub(crate) fn from_path(path: &Path) -> Result<Self, FormatError> {
        Self::detect(Source::open(path)?)
    }

    pub(crate) fn from_bytes(name: &Path, bytes: &'a [u8]) -> Result<Self, FormatError> {
        Self::detect(Source::bytes(name, bytes))
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The packed bytes that are left, of which nothing has been decoded yet.
    pub(crate) fn source(&self) -> &Source<'a> {
        &self.source
    }

    /// The most bytes this stream can hold from its very start, known before anything is decoded.
    pub(crate) fn upper_bound(&self) -> u64 {
        self.upper_bound
    }

    /// The next bytes, at most `count`, without taking them.
    pub(crate) fn peek(&mut self, count: usize) -> Result<&[u8], FormatError> {
        let mut head = Vec::with_capacity(count);
        let got = self.read_into(&mut head, count)?;
        self.given -= got as u64;
        head.append(&mut self.pending);
        self.pending = head;
        Ok(self.pending.get(..got).unwrap_or_default())
    }

    /// Appends up to `count` bytes into the spare capacity of `out` (which must have it) and returns how many there
    /// were; fewer only at the end of the stream. Memory beyond what is returned stays untouched.
    pub(crate) fn read_into(&mut self, out: &mut Vec<u8>, count: usize) -> Result<usize, FormatError> {
        let start = out.len();
        let waiting = self.pending.len().min(count);
        out.extend(self.pending.drain(..waiting));
        if self.inflate.is_none() {
            self.source.read_into(out, (count - waiting) as u64)?;
        } else {
            // The decoder fills whatever capacity there is, so the vector must end where the request does.
            debug_assert!(out.capacity() - start >= count);
            while out.len() - start < count && self.step(out, start + count)? {}
        }
        self.given += (out.len() - start) as u64;
        Ok(out.len() - start)
    }

    /// Like [`Self::read_into`], but anything missing is an error that counts bytes from the start of the stream.
    pub(crate) fn read_exact(
        &mut self,
        out: &mut Vec<u8>,
        count: usize,
        what: &'static str,
    ) -> Result<(), FormatError> {
        let before = self.given;
        let got = self.read_into(out, count)?;
        if got < count {
            return Err(FormatError::Truncated {
                file: self.file.clone(),
                what,
                expected: before + count as u64,
                found: before + got as u64,
            });
        }
        Ok(())
    }

    /// Passes over `count` unpacked bytes.
    pub(crate) fn skip(&mut self, mut count: u64) -> Result<(), FormatError> {
        let mut scratch = Vec::with_capacity(INPUT_STEP);
        while count > 0 {
            scratch.clear();
            let step = count.min(INPUT_STEP as u64);
            self.read_exact(&mut scratch, step as usize, "what stands before the voxels")?;
            count -= step;
        }
        Ok(())
    }

    /// Reads on to the end of the current packed stream if it is near, so that its checksum is verified.
    pub(crate) fn finish(&mut self) -> Result<(), FormatError> {
        let mut scratch = Vec::with_capacity(INPUT_STEP);
        let mut drained = 0;
        while self.inflate.as_ref().is_some_and(|i| i.in_stream()) && drained < MAX_DRAIN {
            scratch.clear();
            if !self.step(&mut scratch, INPUT_STEP)? {
                let file = self.file.clone();
                // What is missing is at most a trailer; the exact count cannot be known.
                return Err(FormatError::Truncated { file, what: "the checksum at the end", expected: 1, found: 0 });
            }
            drained += scratch.len();
        }
        Ok(())
    }

    /// One step of decoding into `out`, up to length `end`; false at the end of the input.
    fn step(&mut self, out: &mut Vec<u8>, end: usize) -> Result<bool, FormatError> {
        let Some(inflate) = self.inflate.as_deref_mut() else { return Ok(false) };
        let more = inflate.step(&mut self.source, out)?;
        // An allocator may give more capacity than was asked for: what was decoded too far waits for the next call.
        if out.len() > end {
            self.pending.extend(out.drain(end..));
        }
        Ok(more)
    }
}
