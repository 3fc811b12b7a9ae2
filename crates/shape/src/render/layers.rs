//! What one band of the picture holds: the nearest opaque fragment of every sample, and the transparent ones before it.
//!
//! Transparency needs no order of drawing: each sample keeps its nearest fragments sorted by depth (an A-buffer of fixed
//! depth: Carpenter 1984, doi:10.1145/800031.808585). Farther ones than the eighth are left out, so memory is bounded
//! however many surfaces overlap.

use super::{
    light::light,
    raster::{Fragment, Sink},
};

/// Transparent surfaces that a sample holds.
const DEPTH: usize = 8;

/// The nearest opaque fragment of every sample and the number of its part.
pub(super) struct Opaque {
    pub fragments: Vec<Fragment>,
    pub parts: Vec<u32>,
    /// The part that is being drawn.
    pub part: u32,
}

const NOTHING: Fragment = Fragment { depth: f32::NEG_INFINITY, normal: [0.0; 3] };

impl Opaque {
    pub(super) fn new(samples: usize) -> Self {
        Self { fragments: vec![NOTHING; samples], parts: vec![0; samples], part: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.fragments.fill(NOTHING);
    }
}

impl Sink for Opaque {
    #[inline]
    fn wants(&self, sample: usize, depth: f32) -> bool {
        depth > self.fragments[sample].depth
    }

    #[inline]
    fn put(&mut self, sample: usize, fragment: Fragment) {
        self.fragments[sample] = fragment;
        self.parts[sample] = self.part;
    }
}

/// A transparent surface at a sample.
#[derive(Debug, Clone, Copy, Default)]
struct Layer {
    depth: f32,
    /// Linear light, times the opacity.
    colour: [f32; 3],
    opacity: f32,
}

/// The transparent fragments of every sample, the nearest first.
#[derive(Default)]
pub(super) struct Layers {
    counts: Vec<u8>,
    layers: Vec<[Layer; DEPTH]>,
}

impl Layers {
    pub(super) fn clear(&mut self, samples: usize) {
        self.counts.clear();
        self.counts.resize(samples, 0);
        self.layers.resize(samples, [Layer::default(); DEPTH]);
    }

    /// The light that the layers of a sample send, and the share of what lies behind that they let through.
    #[inline]
    pub(super) fn over(&self, sample: usize) -> ([f32; 3], f32) {
        let (mut sum, mut through) = ([0.0; 3], 1.0);
        let Some(&count) = self.counts.get(sample) else { return (sum, through) };
        for layer in &self.layers[sample][..usize::from(count)] {
            for (s, c) in sum.iter_mut().zip(layer.colour) {
                *s += through * c;
            }
            through *= 1.0 - layer.opacity;
        }
        (sum, through)
    }
}

/// Draws one transparent part into the layers, before what is opaque.
pub(super) struct Glass<'a> {
    pub layers: &'a mut Layers,
    pub behind: &'a Opaque,
    /// Linear light.
    pub colour: [f32; 3],
    pub opacity: f32,
}

impl Sink for Glass<'_> {
    #[inline]
    fn wants(&self, sample: usize, depth: f32) -> bool {
        let count = usize::from(self.layers.counts[sample]);
        depth > self.behind.fragments[sample].depth
            && (count < DEPTH || depth > self.layers.layers[sample][DEPTH - 1].depth)
    }

    fn put(&mut self, sample: usize, fragment: Fragment) {
        let lit = light(fragment.normal);
        // A slanted sheet is looked through along a longer way: its outline shows, its middle does not hide.
        let slant = 1.0 - lit.facing;
        let opacity = self.opacity + (1.0 - self.opacity) * self.opacity * slant * slant;
        let colour = self.colour.map(|c| (c * lit.matt + lit.shine) * opacity);
        let count = usize::from(self.layers.counts[sample]);
        let row = &mut self.layers.layers[sample];
        let at = row[..count].partition_point(|l| l.depth >= fragment.depth);
        let kept = (count + 1).min(DEPTH);
        row.copy_within(at..kept - 1, at + 1);
        row[at] = Layer { depth: fragment.depth, colour, opacity };
        self.layers.counts[sample] = kept as u8;
    }
}
