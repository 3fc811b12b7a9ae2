//! Fragments of encapsulated pixels put together into frames (PS3.5 A.4).

use std::borrow::Cow;

use dicom_dictionary_std::tags;

use crate::data_set::Item;
use crate::error::DicomError;

/// The coded bytes of each frame. `parts` are the offset table and the fragments.
pub(super) fn frames<'a>(item: &Item<'_>, parts: &[&'a [u8]], frames: usize) -> Result<Vec<Cow<'a, [u8]>>, DicomError> {
    let (table, fragments) = parts.split_first().map_or((&[][..], &[][..]), |(t, f)| (*t, f));
    if fragments.len() == frames {
        return Ok(fragments.iter().map(|&f| Cow::Borrowed(f)).collect());
    }
    if frames == 1 && !fragments.is_empty() {
        return Ok(vec![Cow::Owned(fragments.concat())]);
    }
    let wrong = |found: String| {
        let expected = format!("{frames} frames, each of one fragment or found by an offset table");
        item.wrong(tags::PIXEL_DATA, &found, &expected)
    };
    let offsets: Vec<u64> =
        table.chunks_exact(4).map(|b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect();
    if offsets.len() != frames || offsets.first() != Some(&0) || fragments.len() < frames {
        return Err(wrong(format!("{} fragments and {} offsets", fragments.len(), offsets.len())));
    }
    let mut whole: Vec<Cow<'a, [u8]>> = Vec::with_capacity(frames);
    let mut at = 0_u64;
    for fragment in fragments {
        let next = offsets.get(whole.len()).copied();
        match whole.last_mut() {
            Some(frame) if next.is_none_or(|next| at < next) => frame.to_mut().extend_from_slice(fragment),
            _ if next == Some(at) => whole.push(Cow::Borrowed(fragment)),
            _ => return Err(wrong(format!("no fragment at the offset of frame {}", whole.len() + 1))),
        }
        at += fragment.len() as u64 + 8;
    }
    if whole.len() != frames {
        return Err(wrong(format!("{} frames", whole.len())));
    }
    Ok(whole)
}
