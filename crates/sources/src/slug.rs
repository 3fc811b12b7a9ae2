//! Names as components of ids and paths.

/// Longest component.
const LONGEST: usize = 120;

/// A name as one component of an id: ASCII letters, digits, `.`, `_` and `-`; never empty, `.`, `..` or hidden; at most
/// 120 characters. Umlauts and accents become plain letters, anything else `_`.
///
/// Two names can share a slug; a name too long, or without a usable character, gets a hash of itself.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => slug.push(character),
            // A combining diaeresis on a, o or u is an umlaut; other combining marks fall away.
            '\u{308}' if slug.ends_with(['a', 'o', 'u', 'A', 'O', 'U']) => slug.push('e'),
            '\u{300}'..='\u{36f}' => {}
            _ => match transliterate(character) {
                Some(letters) => slug.push_str(letters),
                None if slug.ends_with('_') => {}
                None => slug.push('_'),
            },
        }
    }
    let trimmed = slug.trim_start_matches(['_', '.', '-']).trim_end_matches(['_', '.']);
    if trimmed.is_empty() {
        return format!("x-{}", short_hash(name));
    }
    if trimmed.len() <= LONGEST {
        return trimmed.to_owned();
    }
    // All characters are ASCII by now, so any cut is a boundary.
    format!("{}-{}", trimmed.get(..LONGEST - 7).unwrap_or_default(), short_hash(name))
}

/// Six hexadecimal digits that depend on the text alone (FNV-1a), the same on every machine.
pub(crate) fn short_hash(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{:06x}", (hash ^ (hash >> 24) ^ (hash >> 48)) & 0x00ff_ffff)
}

fn transliterate(character: char) -> Option<&'static str> {
    Some(match character {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'Ä' | 'Æ' => "Ae",
        'Ö' | 'Œ' => "Oe",
        'Ü' => "Ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' => "a",
        'ç' | 'č' | 'ć' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ē' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
        'ù' | 'ú' | 'û' | 'ů' => "u",
        'š' | 'ś' => "s",
        'ž' | 'ź' | 'ż' => "z",
        'ý' | 'ÿ' => "y",
        'ł' => "l",
        'ř' => "r",
        'À' | 'Á' | 'Â' | 'Ã' | 'Å' => "A",
        'Ç' | 'Č' => "C",
        'È' | 'É' | 'Ê' | 'Ë' => "E",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'Ñ' => "N",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ø' => "O",
        'Ù' | 'Ú' | 'Û' => "U",
        'Š' => "S",
        'Ž' => "Z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn plain_names_stay() {
        for name in ["case_00002", "s0011", "BraTS-GLI-00000-000", "a..b", "Left-Hippocampus"] {
            assert_eq!(slug(name), name);
        }
    }

    #[test]
    fn others_become_safe() {
        assert_eq!(slug("Training Batch 1/volume"), "Training_Batch_1_volume");
        assert_eq!(slug("Schädel (groß)"), "Schaedel_gross");
        assert_eq!(slug("Scha\u{308}del"), "Schaedel");
        assert_eq!(slug("e\u{301}toile"), "etoile");
        assert_eq!(slug("../../etc/passwd"), "etc_passwd");
        assert_eq!(slug(".hidden"), "hidden");
        assert_eq!(slug("a\0b\nc"), "a_b_c");
    }

    #[test]
    fn never_empty_nor_too_long() {
        for name in ["", ".", "..", "///", "日本", "_"] {
            let slug = slug(name);
            assert!(slug.starts_with("x-") && slug.len() == 8, "{slug}");
        }
        assert_ne!(slug("日本"), slug("中国"));
        let long = slug(&"abc ".repeat(100));
        assert_eq!(long.len(), 120);
        assert_ne!(long, slug(&format!("{}d", "abc ".repeat(100))));
    }
}
