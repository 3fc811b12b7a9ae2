//! Texts in the file's own character set.

use dicom_encoding::text::{SpecificCharacterSet, TextCodec};

/// The character set of a file.
#[derive(Debug, Default)]
pub(crate) struct CharacterSet(Option<SpecificCharacterSet>);

impl CharacterSet {
    /// From Specific Character Set (0008,0005): the first that is named. One that is unknown is read as Latin-1.
    pub(super) fn from_value(value: &[u8]) -> Self {
        let value = String::from_utf8_lossy(value);
        let named = value.split('\\').map(str::trim).find(|name| !name.is_empty());
        Self(named.and_then(SpecificCharacterSet::from_code))
    }

    /// The text without padding and control characters. Bytes that are none in the file's character set are taken as
    /// UTF-8 or else as Latin-1, so that a wrong declaration costs a letter and not the file.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let text = if bytes.is_ascii() && !bytes.contains(&0x1b) {
            String::from_utf8_lossy(bytes).into_owned()
        } else {
            let declared = self.0.as_ref().and_then(|set| set.decode(bytes).ok());
            let text = declared.or_else(|| std::str::from_utf8(bytes).ok().map(str::to_owned));
            text.unwrap_or_else(|| bytes.iter().map(|&b| char::from(b)).collect())
        };
        text.trim_matches(['\0', ' ']).chars().filter(|c| !c.is_control()).collect()
    }
}
