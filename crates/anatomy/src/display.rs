//! From a canonical name to words a person would write.

/// `kidney_left` -> `left kidney`; `vertebra_L3` -> `vertebra L3`; `tooth_fdi46` -> `lower right first molar (FDI 46)`.
pub(crate) fn display_name(name: &str) -> String {
    if let Some(tooth) = name.strip_prefix("tooth_fdi").and_then(tooth_name) {
        return tooth;
    }
    match name.rsplit_once('_') {
        Some((rest, side @ ("left" | "right"))) => format!("{side} {}", rest.replace('_', " ")),
        _ => name.replace('_', " "),
    }
}

/// Names of permanent teeth in the two-digit notation of ISO 3950 (FDI): quadrant, then position from the midline.
fn tooth_name(digits: &str) -> Option<String> {
    let mut characters = digits.chars();
    let (quadrant, position, end) = (characters.next()?, characters.next()?, characters.next());
    let quadrant = match quadrant {
        '1' => "upper right",
        '2' => "upper left",
        '3' => "lower left",
        '4' => "lower right",
        _ => return None,
    };
    let position = match position {
        '1' => "central incisor",
        '2' => "lateral incisor",
        '3' => "canine",
        '4' => "first premolar",
        '5' => "second premolar",
        '6' => "first molar",
        '7' => "second molar",
        '8' => "third molar",
        _ => return None,
    };
    end.is_none().then(|| format!("{quadrant} {position} (FDI {digits})"))
}

#[cfg(test)]
mod tests {
    use super::display_name;

    #[test]
    fn names_read_naturally() {
        for (name, display) in [
            ("kidney_left", "left kidney"),
            ("rib_1_right", "right rib 1"),
            ("kidney_tumor", "kidney tumor"),
            ("vertebra_L3", "vertebra L3"),
            ("liver", "liver"),
            ("tooth_fdi46", "lower right first molar (FDI 46)"),
            ("tooth_fdi99", "tooth fdi99"),
        ] {
            assert_eq!(display_name(name), display);
        }
    }
}
