//! The texts of protocol 0, which are written with escapes.

/// A text of protocol 0: in quotes, with Python's escapes.
pub(super) fn unquoted(raw: &[u8]) -> Option<Vec<u8>> {
    let quote = *raw.first().filter(|b| matches!(b, b'\'' | b'"'))?;
    let inner = raw.get(1..)?.strip_suffix(&[quote])?;
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let [byte, behind @ ..] = rest {
        let (value, used) = match (byte, behind) {
            (b'\\', [b'n', ..]) => (b'\n', 1),
            (b'\\', [b'r', ..]) => (b'\r', 1),
            (b'\\', [b't', ..]) => (b'\t', 1),
            (b'\\', [b'x', a, b, ..]) => (hex(&[*a, *b])? as u8, 3),
            (b'\\', [other, ..]) => (*other, 1),
            _ => (*byte, 0),
        };
        out.push(value);
        rest = behind.get(used..)?;
    }
    Some(out)
}

/// Text in Python's raw-unicode-escape: Latin-1 and `\uXXXX`.
pub(super) fn raw_unicode(raw: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let [byte, behind @ ..] = rest {
        let digits = match (byte, behind) {
            (b'\\', [b'u', digits @ ..]) => digits.get(..4),
            (b'\\', [b'U', digits @ ..]) => digits.get(..8),
            _ => None,
        };
        let escaped = digits.and_then(|d| Some((char::from_u32(hex(d)?)?, d.len())));
        if let Some((character, used)) = escaped {
            out.push(character);
            rest = behind.get(1 + used..).unwrap_or_default();
        } else {
            out.push(char::from(*byte));
            rest = behind;
        }
    }
    out.into_bytes()
}

fn hex(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unquoted(br"'a\\b\x41\n\''").unwrap(), b"a\\bA\n'");
        assert_eq!(unquoted(b"abc"), None);
        assert_eq!(raw_unicode(br"\u00e4\U0001f600 \x \u12"), "ä😀 \\x \\u12".as_bytes());
        assert_eq!(raw_unicode(&[0xe4]), "ä".as_bytes());
    }
}
