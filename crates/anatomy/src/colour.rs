//! Colours that look like the tissue: for thumbnails and the 3D view.

use crate::structure::Structure;

/// What can be coloured: a structure of the vocabulary, or a name that may resolve to one.
pub enum Named<'a> {
    /// A row of the vocabulary.
    Structure(&'a Structure),
    /// Any name; an unresolved one gets a colour of its own.
    Name(&'a str),
}

impl<'a> From<&'a Structure> for Named<'a> {
    fn from(structure: &'a Structure) -> Self {
        Named::Structure(structure)
    }
}

impl<'a> From<&'a str> for Named<'a> {
    fn from(name: &'a str) -> Self {
        Named::Name(name)
    }
}

/// Colour in sRGB, 0 to 255: bone ivory, arteries red, veins blue, and so on. Both sides of a structure share theirs.
///
/// Parts of the brain, and names that do not resolve, get a muted hue from their own name, so that the regions of an
/// atlas can be told apart; the same name always gets the same colour.
pub fn colour<'a>(what: impl Into<Named<'a>>) -> [u8; 3] {
    match what.into() {
        Named::Structure(structure) => structure_colour(structure),
        Named::Name(name) => match crate::resolve(name) {
            Some(structure) => structure_colour(structure),
            None => own_hue(name),
        },
    }
}

/// The first entry whose words all occur in the name wins.
const BY_NAME: &[(&[&str], [u8; 3])] = &[
    (&["tumor"], [178, 150, 70]),
    (&["schwannoma"], [178, 150, 70]),
    (&["glioblastoma"], [178, 150, 70]),
    (&["nodule"], [178, 150, 70]),
    (&["cyst"], [188, 188, 120]),
    (&["hemorrhage"], [130, 20, 25]),
    (&["effusion"], [150, 175, 200]),
    (&["defective_skull"], [225, 210, 175]),
    (&["kidney"], [158, 72, 62]),
    (&["liver"], [134, 66, 52]),
    (&["gallbladder"], [98, 140, 74]),
    (&["spleen"], [122, 52, 72]),
    (&["pancreas"], [224, 178, 128]),
    (&["stomach"], [214, 150, 132]),
    (&["duodenum"], [216, 164, 130]),
    (&["small_bowel"], [220, 160, 140]),
    (&["colon"], [202, 146, 120]),
    (&["rectum"], [192, 132, 112]),
    (&["esophagus"], [204, 140, 126]),
    (&["tongue"], [206, 112, 112]),
    (&["trachea"], [178, 206, 220]),
    (&["bronch"], [178, 206, 220]),
    (&["airway"], [178, 206, 220]),
    (&["lung_vessels"], [170, 80, 90]),
    (&["sinus", "venous"], [88, 116, 178]),
    (&["sinus"], [190, 205, 210]),
    (&["cavity"], [190, 205, 210]),
    (&["lung"], [228, 168, 164]),
    (&["vena"], [82, 112, 182]),
    (&["vein"], [82, 112, 182]),
    (&["pulmonary_artery"], [96, 120, 186]),
    (&["aort"], [206, 62, 54]),
    (&["arter"], [206, 62, 54]),
    (&["trunk"], [206, 62, 54]),
    (&["atrium"], [192, 96, 96]),
    (&["appendage"], [192, 96, 96]),
    (&["ventricle", "heart"], [176, 72, 72]),
    (&["myocard"], [168, 66, 62]),
    (&["heart"], [180, 74, 68]),
    (&["bladder"], [228, 196, 124]),
    (&["ureter"], [230, 200, 140]),
    (&["prostate"], [210, 150, 130]),
    (&["adrenal"], [226, 186, 84]),
    (&["thyroid_cartilage"], [176, 200, 206]),
    (&["thyroid"], [186, 92, 82]),
    (&["cartilage"], [176, 200, 206]),
    (&["intervertebral"], [168, 192, 204]),
    (&["eye_lens"], [210, 225, 235]),
    (&["eye"], [236, 234, 228]),
    (&["optic"], [232, 208, 110]),
    (&["nerve"], [232, 208, 110]),
    (&["canal", "alveolar"], [232, 208, 110]),
    (&["spinal_cord"], [240, 218, 140]),
    (&["cerebrospinal"], [160, 190, 220]),
    (&["pulp"], [205, 90, 90]),
    (&["gingiva"], [220, 130, 130]),
    (&["fat"], [238, 210, 124]),
    (&["skin"], [224, 184, 156]),
    (&["face"], [224, 184, 156]),
];

fn structure_colour(structure: &Structure) -> [u8; 3] {
    let base_name = structure.name.strip_suffix("_left").or_else(|| structure.name.strip_suffix("_right"));
    let base_name = base_name.unwrap_or(structure.name);
    let by_name = BY_NAME.iter().find(|(words, _)| words.iter().all(|word| base_name.contains(word)));
    if (structure.system != "nervous" || is_nerve(base_name))
        && let Some((_, colour)) = by_name
    {
        return vary(*colour, base_name);
    }
    match structure.system {
        "skeletal" => vary([227, 216, 190], base_name),
        "dental" => vary([240, 234, 216], base_name),
        "muscular" => vary([164, 78, 68], base_name),
        "cardiovascular" => vary([196, 70, 64], base_name),
        "digestive" => vary([212, 156, 126], base_name),
        "urinary" => vary([190, 130, 90], base_name),
        "reproductive" => vary([214, 146, 150], base_name),
        "endocrine" => vary([214, 164, 96], base_name),
        "respiratory" => vary([206, 178, 180], base_name),
        "lymphatic" => vary([170, 140, 100], base_name),
        "sensory" => vary([216, 200, 176], base_name),
        "integumentary" | "body" => vary([222, 186, 160], base_name),
        "pathology" => vary([178, 150, 70], base_name),
        "instrument" => vary([160, 168, 176], base_name),
        "nervous" if matches!(base_name, "brain" | "cerebrum" | "cerebellum" | "brainstem" | "cerebral_hemisphere") => {
            vary([226, 184, 172], base_name)
        }
        _ => own_hue(base_name),
    }
}

/// Structures of the nervous system that are not parts of the brain.
fn is_nerve(name: &str) -> bool {
    ["nerve", "optic", "spinal", "cerebrospinal"].iter().any(|word| name.contains(word))
}

/// A little lighter or darker by name, so that neighbours of one tissue (ribs, vertebrae, muscles) stay apart.
fn vary(colour: [u8; 3], name: &str) -> [u8; 3] {
    let shift = (hash(name) % 17) as i16 - 8;
    colour.map(|channel| (i16::from(channel) + shift).clamp(0, 255) as u8)
}

/// A muted colour whose hue follows from the name's letters and digits.
fn own_hue(name: &str) -> [u8; 3] {
    let hash = hash(&crate::normalise(name));
    let hue = (hash % 360) as f32;
    let saturation = 0.30 + ((hash >> 16) % 100) as f32 / 100.0 * 0.22;
    let lightness = 0.56 + ((hash >> 32) % 100) as f32 / 100.0 * 0.14;
    from_hsl(hue, saturation, lightness)
}

fn from_hsl(hue: f32, saturation: f32, lightness: f32) -> [u8; 3] {
    let amplitude = saturation * lightness.min(1.0 - lightness);
    [0.0f32, 8.0, 4.0].map(|offset| {
        let position = (offset + hue / 30.0) % 12.0;
        let value = lightness - amplitude * (position - 3.0).min(9.0 - position).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    })
}

/// FNV-1a, 64 bit, with a final mix: stable across platforms and versions.
fn hash(text: &str) -> u64 {
    let folded = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (folded ^ (folded >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tissues_look_like_themselves() {
        let [r, g, b] = colour("femur_left");
        assert!(r > 205 && g > 195 && b > 160, "bone is ivory: {r} {g} {b}");
        let [r, g, b] = colour("aorta");
        assert!(r > 180 && g < 90 && b < 90, "arteries are red: {r} {g} {b}");
        let [r, _, b] = colour("inferior_vena_cava");
        assert!(b > r + 40, "veins are blue: {r} {b}");
        let [r, g, b] = colour("liver");
        assert!(r > g + 40 && r > b + 40, "the liver is reddish brown: {r} {g} {b}");
        let [r, g, b] = colour("optic_nerve_left");
        assert!(r > 200 && g > 180 && b < 150, "nerves are yellow: {r} {g} {b}");
    }

    #[test]
    fn both_sides_share_a_colour_and_neighbours_differ() {
        assert_eq!(colour("kidney_left"), colour("kidney_right"));
        assert_eq!(colour("Left-Hippocampus"), colour("hippocampus_right"));
        assert_ne!(colour("putamen_left"), colour("hippocampus_left"));
    }

    #[test]
    fn unresolved_names_are_muted_stable_and_told_apart() {
        assert_eq!(colour("Frontal Sup Orb"), colour("frontal_sup_orb"));
        let mut colours: Vec<[u8; 3]> =
            (0..50).map(|number| colour(format!("no such region {number}").as_str())).collect();
        for [r, g, b] in &colours {
            assert!(r.max(g.max(b)) - r.min(g.min(b)) < 140, "muted: {r} {g} {b}");
        }
        colours.sort_unstable();
        colours.dedup();
        assert!(colours.len() > 45, "{} of 50 differ", colours.len());
    }
}
