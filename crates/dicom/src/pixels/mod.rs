//! Frames of Pixel Data (PS3.3 C.7.6.3, PS3.5 8 and A.4), one at a time.
//!
//! Native pixels of 1, 8, 16 and 32 bits a sample are slices of the file. Encapsulated ones are decoded frame by frame:
//! uncompressed, RLE, deflated, JPEG baseline, extended (8 bit) and lossless. JPEG 2000, JPEG-LS, JPEG XL and video are
//! refused: their decoders are C, or C translated line by line.
//! Every size is compared with the bytes that are there before memory is asked for.

mod deflated;
mod fragments;
mod jpeg;
mod rle;
mod samples;

use std::borrow::Cow;

use dicom_core::VR;
use dicom_dictionary_std::tags;

use crate::data_set::{Item, Value};
use crate::error::DicomError;
use crate::limits::Limits;

const NEED: &str = "pixels cannot be read without it";

/// How the pixels of a file are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) frames: usize,
    /// 1, 8, 16 or 32.
    pub(crate) bits_allocated: u32,
    pub(crate) bits_stored: u32,
    pub(crate) high_bit: u32,
    pub(crate) signed: bool,
}

impl Layout {
    /// Reads and checks the layout of pixels with one sample each.
    pub(crate) fn read(item: &Item<'_>, limits: Limits) -> Result<Self, DicomError> {
        let number = |tag, range| item.require_integer(tag, range, NEED).map(|v| v as usize);
        let rows = number(tags::ROWS, 1..=65535)?;
        let columns = number(tags::COLUMNS, 1..=65535)?;
        let bits_allocated = number(tags::BITS_ALLOCATED, 1..=32)? as u32;
        let frames = match item.integer(tags::NUMBER_OF_FRAMES)? {
            None => 1,
            Some(_) => number(tags::NUMBER_OF_FRAMES, 1..=i64::from(i32::MAX))?,
        };
        if ![1, 8, 16, 32].contains(&bits_allocated) {
            return Err(item.wrong(tags::BITS_ALLOCATED, &bits_allocated.to_string(), "1, 8, 16 or 32"));
        }
        if let Some(samples) = item.integer(tags::SAMPLES_PER_PIXEL)?.filter(|&s| s != 1) {
            return Err(item.wrong(tags::SAMPLES_PER_PIXEL, &samples.to_string(), "1 (no colours)"));
        }
        let bits_stored = match item.integer(tags::BITS_STORED)? {
            None => bits_allocated,
            Some(_) => number(tags::BITS_STORED, 1..=i64::from(bits_allocated))? as u32,
        };
        let high_bit = match item.integer(tags::HIGH_BIT)? {
            None => bits_stored - 1,
            Some(_) => number(tags::HIGH_BIT, i64::from(bits_stored) - 1..=i64::from(bits_allocated) - 1)? as u32,
        };
        let signed = item.integer(tags::PIXEL_REPRESENTATION)? == Some(1);
        // The axes of a volume are checked where its number of planes is known.
        limits.check(item.file, [columns as u64, rows as u64, 1])?;
        Ok(Self { rows, columns, frames, bits_allocated, bits_stored, high_bit, signed })
    }

    /// Pixels of a frame.
    pub(crate) fn pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// Bytes of a frame as it is stored on its own.
    fn frame_bytes(&self) -> usize {
        (self.pixels() * self.bits_allocated as usize).div_ceil(8)
    }
}

/// The frames of a file.
pub(crate) struct Frames<'a> {
    item: Item<'a>,
    pub(crate) layout: Layout,
    data: Data<'a>,
}

/// The bytes of one frame.
pub(crate) struct Frame<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    /// For pixels of one bit: how many bits of the first byte belong to the frame before.
    pub(crate) first_bit: usize,
}

enum Data<'a> {
    /// All frames, without a gap between them: those of 1 bit begin anywhere in a byte.
    Native(&'a [u8]),
    Encapsulated(Vec<Cow<'a, [u8]>>, Codec),
}

#[derive(Clone, Copy)]
enum Codec {
    Uncompressed,
    Rle,
    Deflated,
    Jpeg,
}

impl<'a> Frames<'a> {
    /// Finds the frames and checks that there are as many bytes as they need.
    pub(crate) fn open(item: Item<'a>, layout: Layout, transfer_syntax: &str) -> Result<Self, DicomError> {
        let element = item.element(tags::PIXEL_DATA).ok_or_else(|| item.missing(tags::PIXEL_DATA, NEED))?;
        let data = match &element.value {
            Value::Bytes(_) if item.is_big_endian() && element.vr == VR::OW && layout.bits_allocated < 16 => {
                return Err(DicomError::Unsupported {
                    file: item.file.to_owned(),
                    what: format!("pixels of {} bits in big-endian words of 16", layout.bits_allocated),
                    advice: "convert the file to little endian first, for example with dcmconv +te",
                });
            }
            Value::Bytes(bytes) => {
                check_length(&item, &layout, bytes.len())?;
                Data::Native(bytes)
            }
            Value::Fragments(parts) => {
                let codec = codec(&item, transfer_syntax)?;
                Data::Encapsulated(fragments::frames(&item, parts, layout.frames)?, codec)
            }
            Value::Items(_) => return Err(item.wrong(tags::PIXEL_DATA, "a sequence", "pixels")),
        };
        Ok(Self { item, layout, data })
    }

    /// Frame `frame`, counted from 0.
    pub(crate) fn frame(&self, frame: usize) -> Result<Frame<'_>, DicomError> {
        let bits = self.layout.pixels() * self.layout.bits_allocated as usize;
        match &self.data {
            Data::Native(bytes) => {
                let start = frame * bits;
                let part = bytes.get(start / 8..(start + bits).div_ceil(8));
                let part = part.ok_or_else(|| self.damaged(frame, "it lies outside of the pixels"))?;
                Ok(Frame { bytes: Cow::Borrowed(part), first_bit: start % 8 })
            }
            Data::Encapsulated(frames, codec) => {
                let coded = frames.get(frame).ok_or_else(|| self.damaged(frame, "there is no such fragment"))?;
                let decoded = match codec {
                    Codec::Uncompressed => Ok(Cow::Borrowed(coded.as_ref())),
                    Codec::Rle => rle::decode(coded, &self.layout).map(Cow::Owned),
                    Codec::Deflated => deflated::decode(coded, self.layout.frame_bytes()).map(Cow::Owned),
                    Codec::Jpeg => jpeg::decode(coded, &self.layout).map(Cow::Owned),
                };
                let decoded = decoded.map_err(|reason| self.damaged(frame, &reason))?;
                if decoded.len() < self.layout.frame_bytes() {
                    let reason = format!("it has {} bytes, expected {}", decoded.len(), self.layout.frame_bytes());
                    return Err(self.damaged(frame, &reason));
                }
                Ok(Frame { bytes: decoded, first_bit: 0 })
            }
        }
    }

    /// Whether 16-bit samples are stored most significant byte first.
    fn swapped(&self) -> bool {
        self.item.is_big_endian() && matches!(self.data, Data::Native(_))
    }

    fn damaged(&self, frame: usize, reason: &str) -> DicomError {
        DicomError::damaged(self.item.file, format!("the pixels of frame {}", frame + 1), reason)
    }
}

/// Native pixels need an exact number of bytes, but for one that makes it even.
fn check_length(item: &Item<'_>, layout: &Layout, found: usize) -> Result<(), DicomError> {
    let bits = layout.pixels() as u128 * layout.frames as u128 * u128::from(layout.bits_allocated);
    let expected = u64::try_from(bits.div_ceil(8)).unwrap_or(u64::MAX);
    if (found as u64) < expected {
        let what = format!(
            "{} of {} frames of {} x {} pixels of {} bits",
            item.place(tags::PIXEL_DATA),
            layout.frames,
            layout.columns,
            layout.rows,
            layout.bits_allocated
        );
        return Err(DicomError::Truncated { file: item.file.to_owned(), what, expected, found: found as u64 });
    }
    if found as u64 > expected.next_multiple_of(2) {
        let bytes = format!("{expected} bytes: {} frames without gaps between them", layout.frames);
        return Err(item.wrong(tags::PIXEL_DATA, &format!("{found} bytes"), &bytes));
    }
    Ok(())
}

fn codec(item: &Item<'_>, transfer_syntax: &str) -> Result<Codec, DicomError> {
    Ok(match transfer_syntax {
        "1.2.840.10008.1.2.1.98" => Codec::Uncompressed,
        "1.2.840.10008.1.2.5" => Codec::Rle,
        "1.2.840.10008.1.2.8.1" => Codec::Deflated,
        "1.2.840.10008.1.2.4.50" | "1.2.840.10008.1.2.4.51" | "1.2.840.10008.1.2.4.57" | "1.2.840.10008.1.2.4.70" => {
            Codec::Jpeg
        }
        other => {
            return Err(DicomError::Unsupported {
                file: item.file.to_owned(),
                what: format!("the pixel compression {} (transfer syntax {other})", compression_name(other)),
                advice: "decompress the file first, for example with dcmdjpeg or gdcmconv --raw",
            });
        }
    })
}

fn compression_name(transfer_syntax: &str) -> &'static str {
    match transfer_syntax.strip_prefix("1.2.840.10008.1.2.4.") {
        Some("80" | "81") => "JPEG-LS",
        Some("90" | "91" | "92" | "93") => "JPEG 2000",
        Some("110" | "111" | "112") => "JPEG XL",
        Some("201" | "202" | "203") => "High-Throughput JPEG 2000",
        Some(n) if n.starts_with("10") => "MPEG video",
        _ => "of an unknown kind",
    }
}
