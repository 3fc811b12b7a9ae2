//! A tree of boxes with eight children a node, and its construction.
//!
//! Eight boxes lie side by side, so that one pass of vector instructions measures them all (Wald, Benthin & Boulos 2008,
//! doi:10.1109/RT.2008.4634620). Items are split in halves at the median centroid along the longest side, three times a
//! node, down to single items: meshes have triangles of similar size, for which this is as good as a split by surface
//! area and several times quicker to build. Cost: O(n log n) time, about 35 bytes an item.
//!
//! Boxes are f32 in a frame where the whole tree spans -1 to 1, hence their precision does not depend on where in space
//! the mesh lies, and grown by [`PAD`], which covers all rounding of queries up to a few spans away.

/// Children of a node.
pub(crate) const WIDE: usize = 8;
/// Marks a child that is an item rather than a node.
pub(crate) const ITEM: u32 = 1 << 31;
/// Marks a child that does not exist.
pub(crate) const NONE: u32 = u32::MAX;
/// By how much boxes are larger than what they hold, in spans.
const PAD: f32 = 1e-6;
/// Eight boxes.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    lower: [[f32; WIDE]; 3],
    upper: [[f32; WIDE]; 3],
    /// A node's index, or [`ITEM`] plus an item's, or [`NONE`].
    pub(crate) children: [u32; WIDE],
}

impl Node {
    const EMPTY: Self =
        Self { lower: [[f32::INFINITY; WIDE]; 3], upper: [[f32::NEG_INFINITY; WIDE]; 3], children: [NONE; WIDE] };

    /// Where along `origin + t direction` each box begins, at least 0; infinite when the ray misses it. `reciprocal` is
    /// of `direction`.
    #[inline]
    pub(crate) fn entries(&self, origin: [f32; 3], reciprocal: [f32; 3]) -> [f32; WIDE] {
        let (mut enter, mut leave) = ([0f32; WIDE], [f32::INFINITY; WIDE]);
        for axis in 0..3 {
            let (near, far) =
                if reciprocal[axis] >= 0.0 { (&self.lower, &self.upper) } else { (&self.upper, &self.lower) };
            for lane in 0..WIDE {
                // Along a side of the box this is 0 times infinity; a comparison with it fails and changes nothing.
                enter[lane] = larger((near[axis][lane] - origin[axis]) * reciprocal[axis], enter[lane]);
                leave[lane] = smaller((far[axis][lane] - origin[axis]) * reciprocal[axis], leave[lane]);
            }
        }
        let mut entries = enter;
        for lane in 0..WIDE {
            // The ray itself is rounded: grazing is hitting.
            if enter[lane] * (1.0 - 4e-6) > leave[lane] * (1.0 + 4e-6) + PAD {
                entries[lane] = f32::INFINITY;
            }
        }
        entries
    }

    /// Which boxes overlap the box from `lower` to `upper`.
    #[inline]
    pub(crate) fn overlaps(&self, lower: [f32; 3], upper: [f32; 3]) -> [bool; WIDE] {
        let mut all = [true; WIDE];
        for axis in 0..3 {
            for lane in 0..WIDE {
                all[lane] &= self.lower[axis][lane] <= upper[axis] && self.upper[axis][lane] >= lower[axis];
            }
        }
        all
    }
}

#[inline]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline]
fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The frame of a tree: positions (mm) to spans from its centre.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    centre: [f64; 3],
    /// Spans a mm.
    pub(crate) scale: f64,
}

impl Frame {
    fn around([lower, upper]: [[f32; 3]; 2]) -> Self {
        let half = [0, 1, 2].map(|a| (f64::from(upper[a]) - f64::from(lower[a])) / 2.0);
        let span = half.into_iter().fold(0.0, f64::max);
        Self {
            centre: [0, 1, 2].map(|a| f64::from(lower[a]) + half[a]),
            scale: if span > 0.0 { 1.0 / span } else { 1.0 },
        }
    }

    #[inline]
    pub(crate) fn place(&self, p: [f64; 3]) -> [f32; 3] {
        let at = |a: usize| ((p[a] - self.centre[a]) * self.scale) as f32;
        [at(0), at(1), at(2)]
    }
}

/// The tree: nodes, the root first and parents before their children.
#[derive(Debug, Clone)]
pub(crate) struct WideBoxes {
    pub(crate) frame: Frame,
    pub(crate) nodes: Vec<Node>,
}

struct Item {
    centre: [f32; 3],
    index: u32,
}

type Bounds = [[f32; 3]; 2];
const NOWHERE: Bounds = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];

impl WideBoxes {
    /// The tree over these boxes (mm), and the order of the items in it: item `n` of the tree is box `order[n]`.
    pub(crate) fn new(bounds: &[Bounds]) -> (Self, Vec<u32>) {
        let frame = Frame::around(bounds.iter().copied().reduce(join).unwrap_or([[0.0; 3]; 2]));
        let placed: Vec<Bounds> = bounds.iter().map(|b| b.map(|p| frame.place(p.map(f64::from)))).collect();
        let mut items: Vec<Item> =
            (0..).zip(&placed).map(|(index, [l, u])| Item { centre: [0, 1, 2].map(|a| l[a] + u[a]), index }).collect();
        let mut tree = Self { frame, nodes: Vec::with_capacity(bounds.len() / 5 + 1) };
        if !items.is_empty() {
            tree.split(&mut items, 0, &placed);
        }
        (tree, items.into_iter().map(|i| i.index).collect())
    }

    /// Adds the node over `items`, the first of which is item `start` of the tree; returns its index and bounds.
    fn split(&mut self, items: &mut [Item], start: usize, bounds: &[Bounds]) -> (u32, Bounds) {
        let index = self.nodes.len();
        self.nodes.push(Node::EMPTY);
        let mut around = NOWHERE;
        for (lane, part) in eighths(items).into_iter().enumerate().filter(|(_, part)| !part.is_empty()) {
            let (child, [lower, upper]) = if part.len() == 1 {
                let at = start + part.start;
                (ITEM | at as u32, bounds[items[part.start].index as usize])
            } else {
                let at = start + part.start;
                self.split(&mut items[part], at, bounds)
            };
            around = join(around, [lower, upper]);
            let node = &mut self.nodes[index];
            node.children[lane] = child;
            for axis in 0..3 {
                node.lower[axis][lane] = lower[axis] - PAD;
                node.upper[axis][lane] = upper[axis] + PAD;
            }
        }
        (index as u32, around)
    }
}

/// Sorts items into eight parts of nearly equal size by halving three times; fewer parts if there are fewer items.
fn eighths(items: &mut [Item]) -> [std::ops::Range<usize>; WIDE] {
    let mut ends = [0; WIDE + 1];
    ends[WIDE] = items.len();
    for step in [4, 2, 1] {
        for lane in (0..WIDE).step_by(2 * step) {
            let (from, to) = (ends[lane], ends[lane + 2 * step]);
            ends[lane + step] = from + halve(&mut items[from..to]);
        }
    }
    std::array::from_fn(|lane| ends[lane]..ends[lane + 1])
}

/// Sorts the items below the median of the longest side before the others; returns how many are before.
fn halve(items: &mut [Item]) -> usize {
    let middle = items.len().div_ceil(2);
    if items.len() < 2 {
        return middle;
    }
    let [lower, upper] = items.iter().fold(NOWHERE, |all, i| join(all, [i.centre; 2]));
    let sides = [0, 1, 2].map(|a| upper[a] - lower[a]);
    let axis = (1..3).fold(0, |best, a| if sides[a] > sides[best] { a } else { best });
    items.select_nth_unstable_by(middle, |a, b| a.centre[axis].total_cmp(&b.centre[axis]));
    middle
}

#[inline]
fn join(a: Bounds, b: Bounds) -> Bounds {
    let mut joined = a;
    for axis in 0..3 {
        joined[0][axis] = smaller(b[0][axis], a[0][axis]);
        joined[1][axis] = larger(b[1][axis], a[1][axis]);
    }
    joined
}
