//! Unpacks gzip (any number of members), zlib and bzip2 streams in bounded steps.

use flate2::{Decompress, FlushDecompress, Status};

use super::Source;
use crate::error::FormatError;

/// Packed bytes handed to the decoder at a time: small, so that what it wrote is checksummed while in cache.
pub(super) const INPUT_STEP: usize = 32 * 1024;

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zlib,
    Bzip2,
}

impl Packing {
    /// The most bytes that `packed` bytes can hold.
    pub(crate) fn upper_bound(self, packed: u64) -> u64 {
        match self {
            Self::Plain => packed,
            // A stored length of 258 in 2 bits, less overhead.
            Self::Gzip | Self::Zlib => packed.saturating_mul(1032),
            // A block of 900,000 symbols takes at least 32 bytes; five symbols stand for a run of at most 259 bytes.
            Self::Bzip2 => (packed / 32 + 1).saturating_mul(46_620_000),
        }
    }

    /// What the next stream of the file starts with, where a file may hold several.
    fn magic(self) -> Option<&'static [u8]> {
        match self {
            Self::Gzip => Some(&[0x1f, 0x8b]),
            Self::Bzip2 => Some(b"BZh"),
            Self::Plain | Self::Zlib => None,
        }
    }
}

enum Decoder {
    Flate(Decompress),
    Bzip2(bzip2::Decompress),
}

impl Decoder {
    fn new(packing: Packing) -> Self {
        match packing {
            Packing::Gzip => Self::Flate(Decompress::new_gzip(15)),
            Packing::Zlib | Packing::Plain => Self::Flate(Decompress::new(true)),
            Packing::Bzip2 => Self::Bzip2(bzip2::Decompress::new(false)),
        }
    }

    fn total_in(&self) -> u64 {
        match self {
            Self::Flate(d) => d.total_in(),
            Self::Bzip2(d) => d.total_in(),
        }
    }

    /// Decodes into the spare capacity of `out`; whether the stream has ended.
    fn step(&mut self, packed: &[u8], out: &mut Vec<u8>) -> Result<bool, String> {
        match self {
            Self::Flate(d) => d
                .decompress_vec(packed, out, FlushDecompress::None)
                .map(|status| status == Status::StreamEnd)
                .map_err(|e| e.to_string()),
            Self::Bzip2(d) => d
                .decompress_vec(packed, out)
                .map(|status| status == bzip2::Status::StreamEnd)
                .map_err(|e| e.to_string()),
        }
    }
}

pub(super) struct Inflate {
    packing: Packing,
    decoder: Decoder,
    buffer: Vec<u8>,
    used: usize,
    consumed: u64,
    /// Inside a stream, from its first byte to its checksum.
    in_stream: bool,
    ended: bool,
}

impl Inflate {
    pub(super) fn new(packing: Packing) -> Self {
        Self {
            packing,
            decoder: Decoder::new(packing),
            buffer: Vec::with_capacity(INPUT_STEP),
            used: 0,
            consumed: 0,
            in_stream: true,
            ended: false,
        }
    }

    pub(super) fn in_stream(&self) -> bool {
        self.in_stream && !self.ended
    }

    /// One step into the spare capacity of `out`; false at the end of the packed bytes.
    pub(super) fn step(&mut self, source: &mut Source<'_>, out: &mut Vec<u8>) -> Result<bool, FormatError> {
        if self.ended {
            return Ok(false);
        }
        let magic = self.packing.magic().unwrap_or_default();
        if self.used == self.buffer.len() || (!self.in_stream && self.buffer.len() - self.used < magic.len()) {
            self.buffer.drain(..self.used);
            self.used = 0;
            let room = INPUT_STEP - self.buffer.len();
            if source.read_into(&mut self.buffer, room as u64)? == 0 {
                self.ended = !self.in_stream;
                return Ok(false);
            }
        }
        let fresh = self.buffer.get(self.used..).unwrap_or_default();
        if !self.in_stream {
            // Another stream, or bytes that do not belong to it (tape padding): those end it.
            if magic.is_empty() || !fresh.starts_with(magic) {
                self.ended = true;
                return Ok(false);
            }
            self.decoder = Decoder::new(self.packing);
            self.in_stream = true;
        }
        let (before, start) = (self.decoder.total_in(), out.len());
        let status = self.decoder.step(fresh, out);
        let taken = self.decoder.total_in() - before;
        self.used += taken as usize;
        self.consumed += taken;
        let damaged =
            |reason: String| FormatError::Compressed { file: source.file().to_owned(), offset: self.consumed, reason };
        let stream_ended = status.map_err(&damaged)?;
        if !stream_ended && taken == 0 && out.len() == start {
            return Err(damaged("the decoder is stuck".into()));
        }
        self.in_stream = !stream_ended;
        Ok(true)
    }
}
