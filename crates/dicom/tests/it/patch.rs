//! Faults put into fixtures, byte by byte (explicit little endian).

/// Replaces the value of the first (or only) element with this tag; lengths must agree.
pub(crate) fn set(bytes: &mut [u8], tag: [u16; 2], vr: &str, value: &[u8]) {
    let at = find(bytes, tag, vr);
    let length = usize::from(u16::from_le_bytes([bytes[at + 6], bytes[at + 7]]));
    assert_eq!(length, value.len(), "{tag:04x?}");
    bytes[at + 8..at + 8 + length].copy_from_slice(value);
}

/// Hides every element with this tag behind one that means nothing.
pub(crate) fn hide(bytes: &mut [u8], tag: [u16; 2], vr: &str) {
    let mut hidden = false;
    while let Some(at) = position(bytes, tag, vr) {
        bytes[at + 2..at + 4].copy_from_slice(&0x0FFF_u16.to_le_bytes());
        hidden = true;
    }
    assert!(hidden, "{tag:04x?}");
}

/// Where an element begins.
pub(crate) fn find(bytes: &[u8], tag: [u16; 2], vr: &str) -> usize {
    position(bytes, tag, vr).unwrap_or_else(|| panic!("no element {tag:04x?}"))
}

fn position(bytes: &[u8], [group, element]: [u16; 2], vr: &str) -> Option<usize> {
    let mut pattern = [group.to_le_bytes(), element.to_le_bytes()].concat();
    pattern.extend(vr.as_bytes());
    bytes.windows(pattern.len()).position(|w| w == pattern)
}
