//! Multi-frame functional groups (PS3.3 C.7.6.16): what holds for one frame, or for all of them.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use crate::data_set::Item;
use crate::error::DicomError;

const NEED: &str = "frames cannot be placed without it";

/// The functional groups of a file.
pub(crate) struct Groups<'a> {
    root: Item<'a>,
    shared: Option<Item<'a>>,
    frames: Vec<Item<'a>>,
}

impl<'a> Groups<'a> {
    /// Of a file with `frames` frames: there must be an item for each of them, or shared groups alone for one frame.
    pub(crate) fn read(root: Item<'a>, frames: usize) -> Result<Self, DicomError> {
        let tag = tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
        let items = root.items(tag);
        let shared = root.first(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
        if items.len() == 0 && (frames > 1 || shared.is_none()) {
            return Err(root.missing(tag, NEED));
        }
        if items.len() != frames && items.len() > 0 {
            return Err(root.wrong(tag, &format!("{} items", items.len()), &format!("{frames}, one for each frame")));
        }
        Ok(Self { root, shared, frames: items.collect() })
    }

    /// The item of a group for `frame`: its own, or the shared one.
    pub(crate) fn find(&self, frame: usize, group: Tag) -> Option<Item<'a>> {
        let own = self.frames.get(frame).and_then(|f| f.first(group));
        own.or_else(|| self.shared.as_ref().and_then(|s| s.first(group)))
    }

    /// As [`Self::find`], for a group that must be there.
    pub(crate) fn require(&self, frame: usize, group: Tag) -> Result<Item<'a>, DicomError> {
        let missing = || self.frames.get(frame).unwrap_or(&self.root).missing(group, NEED);
        self.find(frame, group).ok_or_else(missing)
    }
}
