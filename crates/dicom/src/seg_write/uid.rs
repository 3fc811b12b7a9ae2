//! UIDs made from the content.

use blake3::Hasher;

/// What UIDs are made from.
pub(super) struct Content(Hasher);

impl Content {
    pub(super) fn new() -> Self {
        let mut hasher = Hasher::new();
        hasher.update(b"medshape DICOM segmentation 1");
        Self(hasher)
    }

    /// Adds bytes, with their length, so that parts cannot run into each other.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// `2.25.` and a number of 128 bits that is a valid UUID (version 8, RFC 9562), for one purpose.
    pub(super) fn uid(&self, purpose: &str) -> String {
        let mut hasher = self.0.clone();
        hasher.update(purpose.as_bytes());
        let hash = hasher.finalize();
        let (head, _) = hash.as_bytes().split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        let mut number = u128::from_be_bytes(*head);
        number = number & !(0xF << 76) | 8 << 76;
        number = number & !(0b11 << 62) | 0b10 << 62;
        format!("2.25.{number}")
    }
}
