//! Named segments on label maps: what every volume format of segmentations is read into.

use medshape_shape::LabelMap;

/// The segments of a file and the label maps that they lie in.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// Label maps, voxel index to RAS+ mm. Segments that overlap lie in different layers; a layer may have a grid of its
    /// own.
    pub layers: Vec<LabelMap>,
    /// What the file says of its labels, in its order; empty if it says nothing.
    pub segments: Vec<Segment>,
    /// What was changed or left out while reading, in plain words; empty for most files.
    pub notes: Vec<String>,
}

/// What a file says of one label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// Which of the layers it lies in.
    pub layer: usize,
    /// Its value there.
    pub value: u32,
    /// Its name, as the file has it.
    pub name: Option<String>,
    /// The colour it is shown in, sRGB.
    pub colour: Option<[u8; 3]>,
    /// What sort of thing it is (anatomical structure, morphologically altered structure, ...).
    pub category: Option<Code>,
    /// What it is (liver, kidney, ...).
    pub kind: Option<Code>,
    /// Which of them (left, right, ...).
    pub modifier: Option<Code>,
    /// Where in the body it is, if the kind does not say.
    pub region: Option<Code>,
    /// Which of those places (left, right, ...).
    pub region_modifier: Option<Code>,
    /// How it was made.
    pub method: Option<Method>,
}

/// A term of a coding scheme, as DICOM writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The scheme's short name: `SCT` (SNOMED CT), `SRT`, `FMA`, `UBERON`, `DCM`, ...
    pub scheme: String,
    /// The code, e.g. `10200004`.
    pub value: String,
    /// What it means, e.g. `Liver`.
    pub meaning: String,
}

/// How a segment was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Drawn by a person.
    Manual,
    /// By a person with help of a program.
    SemiAutomatic,
    /// By a program.
    Automatic,
}
