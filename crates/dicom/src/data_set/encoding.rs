//! The three ways in which a data set's elements are encoded, and headers decoded in each.

use dicom_core::header::{DataElementHeader, Header, SequenceItemHeader};
use dicom_encoding::decode::Decode;
use dicom_encoding::decode::explicit_be::ExplicitVRBigEndianDecoder;
use dicom_encoding::decode::explicit_le::ExplicitVRLittleEndianDecoder;
use dicom_encoding::decode::implicit_le::StandardImplicitVRLittleEndianDecoder;

/// How elements are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    ImplicitLittle,
    ExplicitLittle,
    ExplicitBig,
}

impl Encoding {
    /// What the first bytes of a data set look like, if they look like one at all.
    pub(crate) fn guess(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..8)?;
        let explicit = head[4..6].iter().all(u8::is_ascii_uppercase);
        // Data sets begin with a group of a small even number.
        match [head[0], head[1]] {
            [2 | 4 | 8 | 16 | 18, 0] if explicit => Some(Self::ExplicitLittle),
            [2 | 4 | 8 | 16 | 18, 0] if head[7] == 0 && head[6] == 0 => Some(Self::ImplicitLittle),
            [0, 2 | 4 | 8 | 16 | 18] if explicit => Some(Self::ExplicitBig),
            _ => None,
        }
    }

    pub(crate) fn is_big_endian(self) -> bool {
        self == Self::ExplicitBig
    }

    /// The element header at the start of `bytes` and its length; `None` if it is cut short.
    pub(super) fn header(self, bytes: &[u8]) -> Option<(DataElementHeader, usize)> {
        let mut source = bytes;
        let mut decoded = match self {
            Self::ImplicitLittle => StandardImplicitVRLittleEndianDecoder::new().decode_header(&mut source),
            Self::ExplicitLittle => ExplicitVRLittleEndianDecoder::default().decode_header(&mut source),
            Self::ExplicitBig => ExplicitVRBigEndianDecoder::default().decode_header(&mut source),
        }
        .ok()?;
        decoded.1 = bytes.len() - source.len();
        Some(decoded)
    }

    /// The header of an item or a delimiter, always 8 bytes.
    pub(super) fn item_header(self, bytes: &[u8]) -> Result<SequenceItemHeader, String> {
        let mut source = bytes.get(..8).ok_or("the sequence ends within an item's header")?;
        match self {
            Self::ImplicitLittle => StandardImplicitVRLittleEndianDecoder::new().decode_item_header(&mut source),
            Self::ExplicitLittle => ExplicitVRLittleEndianDecoder::default().decode_item_header(&mut source),
            Self::ExplicitBig => ExplicitVRBigEndianDecoder::default().decode_item_header(&mut source),
        }
        .map_err(|_| {
            let tag = self.header(bytes).map_or_else(|| "nothing".to_owned(), |(h, _)| h.tag().to_string());
            format!("expected an item or the end of a sequence, found {tag}")
        })
    }
}
