//! Coded terms (PS3.3 8.8), read.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use medshape_formats::Code;

use crate::data_set::Item;

/// The term in the first item of a code sequence, and that item (modifiers stand inside it).
pub(crate) fn read_code<'a>(item: &Item<'a>, sequence: Tag) -> Option<(Code, Item<'a>)> {
    let coded = item.first(sequence)?;
    let mut value = [tags::CODE_VALUE, tags::LONG_CODE_VALUE, tags::URN_CODE_VALUE].into_iter();
    let value = value.find_map(|tag| coded.text(tag))?;
    let scheme = coded.text(tags::CODING_SCHEME_DESIGNATOR).unwrap_or_default();
    let meaning = coded.text(tags::CODE_MEANING).unwrap_or_default();
    Some((Code { scheme, value, meaning }, coded))
}
