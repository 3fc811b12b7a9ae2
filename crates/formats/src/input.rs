//! Bytes of a file that may or may not be gzip-compressed, decided by content, given out in bounded steps.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::{Decompress, FlushDecompress, Status};

use crate::error::FormatError;

/// Compressed bytes handed to the decoder at a time: small, so that what it wrote is checksummed while in cache.
const INPUT_STEP: usize = 32 * 1024;
/// Deflate cannot expand further than this (a stored length of 258 in 2 bits, less overhead).
const MAX_EXPANSION: u64 = 1032;
/// Bytes looked at beyond the wanted data to reach the checksum at the end of a gzip member.
const MAX_DRAIN: usize = 1 << 20;

/// A byte stream that knows how many bytes it can at most hold.
pub(crate) struct Input<'a> {
    file: &'a Path,
    source: Box<dyn Read + 'a>,
    size: u64,
    gzip: Option<Box<Gzip>>,
    given: u64,
}

struct Gzip {
    decoder: Decompress,
    buffer: Vec<u8>,
    used: usize,
    consumed: u64,
    /// Decoded beyond the last request.
    pending: Vec<u8>,
    /// Inside a member, from its first byte to its checksum.
    in_member: bool,
    ended: bool,
}

/// Opens a regular file; a pipe could block for ever.
pub(crate) fn open(path: &Path) -> Result<(File, u64), FormatError> {
    let file = File::open(path).map_err(FormatError::read(path))?;
    let meta = file.metadata().map_err(FormatError::read(path))?;
    if !meta.is_file() {
        return Err(FormatError::NotAFile { file: path.to_owned() });
    }
    Ok((file, meta.len()))
}

/// The whole content of a regular file.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, FormatError> {
    let (mut file, size) = open(path)?;
    let mut bytes = Vec::new();
    reserve(path, &mut bytes, size)?;
    file.read_to_end(&mut bytes).map_err(FormatError::read(path))?;
    Ok(bytes)
}

/// Room for `count` more items, or a typed error instead of an abort.
pub(crate) fn reserve<T>(file: &Path, vec: &mut Vec<T>, count: u64) -> Result<(), FormatError> {
    let refused = || FormatError::Memory { file: file.to_owned(), bytes: count.saturating_mul(size_of::<T>() as u64) };
    vec.try_reserve_exact(usize::try_from(count).map_err(|_| refused())?).map_err(|_| refused())
}

impl<'a> Input<'a> {
    pub(crate) fn from_path(path: &'a Path) -> Result<Self, FormatError> {
        let (file, size) = open(path)?;
        Self::new(path, Box::new(file), size)
    }

    pub(crate) fn from_bytes(name: &'a Path, bytes: &'a [u8]) -> Result<Self, FormatError> {
        Self::new(name, Box::new(bytes), bytes.len() as u64)
    }

    fn new(file: &'a Path, mut source: Box<dyn Read + 'a>, size: u64) -> Result<Self, FormatError> {
        let mut head = Vec::with_capacity(INPUT_STEP);
        source.by_ref().take(2).read_to_end(&mut head).map_err(FormatError::read(file))?;
        let mut input = Self { file, source, size, gzip: None, given: 0 };
        if head == [0x1f, 0x8b] {
            input.gzip = Some(Box::new(Gzip {
                decoder: Decompress::new_gzip(15),
                buffer: head,
                used: 0,
                consumed: 0,
                pending: Vec::new(),
                in_member: true,
                ended: false,
            }));
        } else {
            let rest = std::mem::replace(&mut input.source, Box::new(io::empty()));
            input.source = Box::new(io::Cursor::new(head).chain(rest));
        }
        Ok(input)
    }

    pub(crate) fn file(&self) -> &'a Path {
        self.file
    }

    /// The most bytes this stream can hold from its very start, known before anything is decoded.
    pub(crate) fn upper_bound(&self) -> u64 {
        if self.gzip.is_some() { self.size.saturating_mul(MAX_EXPANSION) } else { self.size }
    }

    /// Appends up to `count` bytes into the spare capacity of `out` (which must have it) and returns how many there
    /// were; fewer only at the end of the stream. Memory beyond what is returned stays untouched.
    pub(crate) fn read_into(&mut self, out: &mut Vec<u8>, count: usize) -> Result<usize, FormatError> {
        let start = out.len();
        if self.gzip.is_none() {
            let mut part = self.source.by_ref().take(count as u64);
            part.read_to_end(out).map_err(FormatError::read(self.file))?;
        } else {
            // The decoder fills whatever capacity there is, so the vector must end where the request does.
            debug_assert!(out.capacity() - start >= count);
            while out.len() - start < count && self.inflate(out, start + count)? {}
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
                file: self.file.to_owned(),
                what,
                expected: before + count as u64,
                found: before + got as u64,
            });
        }
        Ok(())
    }

    /// Reads on to the end of the current gzip member if it is near, so that its checksum is verified.
    pub(crate) fn finish(&mut self) -> Result<(), FormatError> {
        let mut scratch = Vec::with_capacity(INPUT_STEP);
        let mut drained = 0;
        while self.gzip.as_ref().is_some_and(|g| g.in_member && !g.ended) && drained < MAX_DRAIN {
            scratch.clear();
            if !self.inflate(&mut scratch, INPUT_STEP)? {
                let (size, file) = (self.size, self.file.to_owned());
                // What is missing is at most the 8-byte trailer; the exact count cannot be known.
                return Err(FormatError::Truncated { file, what: "gzip trailer", expected: size + 1, found: size });
            }
            drained += scratch.len();
        }
        Ok(())
    }

    /// One step of decoding into `out`, up to length `end`; false at the end of the input.
    fn inflate(&mut self, out: &mut Vec<u8>, end: usize) -> Result<bool, FormatError> {
        let Some(gzip) = self.gzip.as_deref_mut() else { return Ok(false) };
        if !gzip.pending.is_empty() {
            let wanted = gzip.pending.len().min(end - out.len());
            out.extend(gzip.pending.drain(..wanted));
            return Ok(true);
        }
        if gzip.ended {
            return Ok(false);
        }
        if gzip.used == gzip.buffer.len() || (!gzip.in_member && gzip.buffer.len() - gzip.used < 2) {
            gzip.buffer.drain(..gzip.used);
            gzip.used = 0;
            let room = (INPUT_STEP - gzip.buffer.len()) as u64;
            let got = self.source.by_ref().take(room).read_to_end(&mut gzip.buffer);
            if got.map_err(FormatError::read(self.file))? == 0 {
                gzip.ended = !gzip.in_member;
                return Ok(false);
            }
        }
        let start = out.len();
        let fresh = gzip.buffer.get(gzip.used..).unwrap_or_default();
        if !gzip.in_member {
            // Another member, or bytes that do not belong to the stream (tape padding): those end it.
            if !fresh.starts_with(&[0x1f, 0x8b]) {
                gzip.ended = true;
                return Ok(false);
            }
            gzip.decoder = Decompress::new_gzip(15);
            gzip.in_member = true;
        }
        let before = gzip.decoder.total_in();
        let status = gzip.decoder.decompress_vec(fresh, out, FlushDecompress::None);
        let taken = gzip.decoder.total_in() - before;
        gzip.used += taken as usize;
        gzip.consumed += taken;
        let damaged =
            |reason: String| FormatError::Compressed { file: self.file.to_owned(), offset: gzip.consumed, reason };
        match status.map_err(|e| damaged(e.to_string()))? {
            Status::StreamEnd => gzip.in_member = false,
            Status::BufError if taken == 0 && out.len() == start => return Err(damaged("the decoder is stuck".into())),
            Status::Ok | Status::BufError => {}
        }
        // An allocator may give more capacity than was asked for: what was decoded too far waits for the next call.
        if out.len() > end {
            gzip.pending = out.split_off(end);
        }
        Ok(true)
    }
}
