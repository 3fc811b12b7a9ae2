//! File names of the original MedShapeNet collection, and its text index of one download link a line.
//!
//! The collection is a flat set of STL files in which the name is all that is known of a shape:
//!
//! | name | source |
//! | --- | --- |
//! | `s0485_rib_left_2.nii.g_1.stl` | `TotalSegmentator`: subject, class, component |
//! | `010303_costa10right.stl` | DAP Atlas: last five digits of the autoPET study, after a zero |
//! | `100307_skull.stl` | brain and skull of a six-digit subject of the Human Connectome Project |
//! | `000012_tumoredKidney.stl`, `000012_tumoredbrain.stl`, `000012_vertebrae.stl` | kidneys, brains, vertebrae, counted from 0 |
//! | `ct_skull_00.stl`, `vessel_tree_04.stl`, `face_1.stl`, `CoronaryArtery_1.stl` | sets with the name first |
//! | `001_instrument3DCOSI_BoneForceps.stl` | 3D-COSI: number, type |
//!
//! A number is a subject only within its source. Where nobody has stated the source it is inferred, and marked so.

use std::sync::LazyLock;

use medshape_anatomy::{Laterality, Structure};
use regex::Regex;

/// What a file name of the collection says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeName {
    /// The dataset the shape comes from: the name of its recipe, where there is one.
    pub source: &'static str,
    /// Whether the source is a conclusion from numbers and counts rather than stated.
    pub source_inferred: bool,
    /// The subject's number as the name has it; unique within the source only.
    pub subject: String,
    /// The structure as the name has it.
    pub label: String,
    /// Which of several pieces of the structure it is, where the name counts them.
    pub component: Option<u32>,
}

impl ShapeName {
    /// The structure of the vocabulary, if that is certain.
    pub fn structure(&self) -> Option<&'static Structure> {
        medshape_anatomy::resolve(&self.label)
    }

    /// The side, as far as the structure tells it.
    pub fn side(&self) -> Option<Laterality> {
        self.structure().map(|structure| structure.laterality)
    }
}

/// Expressions for the names, each with the groups `subject` and `label`.
struct Forms {
    totalsegmentator: Regex,
    number_first: Regex,
    instrument: Regex,
    name_first: Regex,
}

static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| {
    let form = |text: &str| Regex::new(text).ok();
    Some(Forms {
        totalsegmentator: form(r"^(?P<subject>s\d{4,5})_(?P<label>\w+)\.nii\.g_(?P<component>\d+)$")?,
        number_first: form(r"^(?P<subject>\d{6})_(?P<label>[A-Za-z]\w*)$")?,
        instrument: form(r"^(?P<subject>\d{3})_instrument3DCOSI_(?P<label>\w+)$")?,
        name_first: form(r"^(?P<label>ct_skull|vessel_tree|face|CoronaryArtery)_(?P<subject>\d+)$")?,
    })
});

/// Reads a file name of the collection, with or without `.stl`; nothing for a name of another form.
pub fn parse_medshapenet_name(file_name: &str) -> Option<ShapeName> {
    let stem = file_name.strip_suffix(".stl").unwrap_or(file_name);
    let forms = FORMS.as_ref()?;
    let read = |form: &Regex, source: Option<(&'static str, bool)>| {
        let found = form.captures(stem)?;
        let group = |name: &str| found.name(name).map(|text| text.as_str().to_owned());
        let (subject, label) = (group("subject")?, group("label")?);
        let (source, source_inferred) = source.unwrap_or_else(|| source_of(&subject, &label));
        let component = group("component").and_then(|number| number.parse().ok());
        Some(ShapeName { source, source_inferred, subject, label, component })
    };
    read(&forms.totalsegmentator, Some(("totalsegmentator", false)))
        .or_else(|| read(&forms.instrument, Some(("3d-cosi", false))))
        .or_else(|| read(&forms.number_first, None))
        .or_else(|| read(&forms.name_first, None))
}

/// The source of a name that does not state it, and whether it is inferred.
fn source_of(subject: &str, label: &str) -> (&'static str, bool) {
    match label {
        "face" => ("facial-models", false),
        "vessel_tree" => ("avt", false),
        "CoronaryArtery" => ("asoca", false),
        "ct_skull" => ("mug500", true),
        // Counted from 0: 300 kidneys, 922 brains, 2,742 vertebrae.
        "tumoredKidney" => ("kits21", true),
        "tumoredbrain" => ("brain-tumor", true),
        "vertebrae" => ("verse", true),
        "brain" | "skull" if !subject.starts_with('0') => ("hcp", true),
        _ => ("dap-atlas", false),
    }
}

/// The file name in a line of the index: a link with a query parameter `files`.
pub fn medshapenet_file_name(link: &str) -> Option<String> {
    let query = link.trim().split_once('?')?.1;
    let value = query.split('&').find_map(|pair| pair.strip_prefix("files="))?;
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let coded = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (byte, coded.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    // A name is one component of a path.
    String::from_utf8(bytes).ok().filter(|name| !name.is_empty() && !name.contains(['/', '\\', '\0']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_form() {
        for (name, source, subject, structure, component) in [
            ("s0485_rib_left_2.nii.g_1.stl", "totalsegmentator", "s0485", "rib_2_left", Some(1)),
            ("010303_costa10right.stl", "dap-atlas", "010303", "rib_10_right", None),
            ("036676_clavicleleft.stl", "dap-atlas", "036676", "clavicle_left", None),
            ("000442_brain.stl", "dap-atlas", "000442", "brain", None),
            ("992673_skull.stl", "hcp", "992673", "skull", None),
            ("ct_skull_00.stl", "mug500", "00", "skull", None),
            ("face_12.stl", "facial-models", "12", "face", None),
            ("vessel_tree_04.stl", "avt", "04", "aortic_vessel_tree", None),
            ("CoronaryArtery_1.stl", "asoca", "1", "coronary_arteries", None),
            ("001_instrument3DCOSI_BoneForceps.stl", "3d-cosi", "001", "bone_forceps", None),
        ] {
            let parsed = parse_medshapenet_name(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!((parsed.source, parsed.subject.as_str()), (source, subject), "{name}");
            assert_eq!(parsed.structure().map(|found| found.name), Some(structure), "{name}");
            assert_eq!(parsed.component, component, "{name}");
        }
        assert_eq!(parse_medshapenet_name("010303_costa10right.stl").unwrap().side(), Some(Laterality::Right));
        for name in ["", "x.stl", "12_liver.stl", "kidney_00102.stl", "s1_liver.stl", "face_.stl", "010303_.stl"] {
            assert_eq!(parse_medshapenet_name(name), None, "{name}");
        }
    }

    #[test]
    fn links_of_the_index() {
        let name = |link: &str| medshapenet_file_name(link);
        let link = "https://x.example/s/a/download?path=%2F&files=000000_tumoredbrain.stl";
        assert_eq!(name(link).as_deref(), Some("000000_tumoredbrain.stl"));
        assert_eq!(name("https://x/?files=a%20b+c%2.stl").as_deref(), Some("a b c%2.stl"));
        for bad in ["", "no link", "https://x/?file=a", "https://x/?files=..%2Fetc", "https://x/?files=%ff"] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }
}
