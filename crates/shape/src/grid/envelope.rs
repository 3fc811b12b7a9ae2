//! The lower envelope of equal parabolas along a line: one pass of the exact distance transform.
//!
//! Felzenszwalb & Huttenlocher 2012, doi:10.4086/toc.2012.v008a019. Each site `x` of a line, with the squared distance
//! `f` that the passes before have found there, costs `f + w (p - x)²` at `p`. All parabolas have the same curvature, so
//! their envelope is the lower convex hull of the points `(x, f + w x²)`.
//!
//! Where it departs from the paper: what makes the scan slow is not its arithmetic but branches that cannot be
//! foreseen. So most points that are not on the hull, those above the line between their neighbours, are dropped
//! beforehand without a branch; Graham's scan of the rest compares slopes instead of dividing, and seldom takes a point
//! back; and the nearest site of each place follows from a running maximum over the places where each site begins to
//! be the nearest. The weights are chosen so that costs are integers that 64-bit floats hold exactly (see `metric`), hence
//! the outcome does not depend on the order of the axes. Cost: linear in the length of the line.

/// The places 1 to `len` of a stretch of a line, between two end sites at 0 and `len + 1`.
pub(super) struct Envelope {
    weight: f64,
    len: usize,
    /// `f` of each place and both ends.
    squares: Vec<f64>,
    /// `f + w x²`.
    heights: Vec<f64>,
    /// Sites, in order.
    sites: Vec<u16>,
    /// For each place, the nearest site.
    nearest: Vec<u16>,
}

impl Envelope {
    /// For stretches of at most `longest` places.
    pub(super) fn new(weight: f64, longest: usize) -> Self {
        let n = longest + 2;
        Self { weight, len: 0, squares: vec![0.0; n], heights: vec![0.0; n], sites: vec![0; n], nearest: vec![0; n] }
    }

    /// Sets the squared distance at each place, infinite where there is no site, and whether there are end sites.
    #[inline]
    pub(super) fn set(&mut self, ends: [bool; 2], places: impl ExactSizeIterator<Item = f64>) {
        let [first, last] = ends.map(|is_there| if is_there { 0.0 } else { f64::INFINITY });
        self.len = places.len();
        self.squares[0] = first;
        for (square, f) in self.squares[1..].iter_mut().zip(places) {
            *square = f;
        }
        self.squares[self.len + 1] = last;
    }

    /// Finds the nearest site of each place; `None` if there is no site.
    #[inline]
    pub(super) fn solve(&mut self) -> Option<Solution<'_>> {
        let n = self.len + 2;
        let (squares, heights, sites) = (&self.squares[..n], &mut self.heights[..n], &mut self.sites[..n]);
        for (x, (height, f)) in heights.iter_mut().zip(squares).enumerate() {
            let x = f64::from(x as i32);
            *height = f + self.weight * x * x;
        }
        let mut count = usize::from(squares[0] < f64::INFINITY);
        sites[0] = 0;
        for (x, w) in heights.windows(3).enumerate() {
            sites[count] = x as u16 + 1;
            count += usize::from(w[0] + w[2] > w[1] + w[1]);
        }
        sites[count] = n as u16 - 1;
        count += usize::from(squares[n - 1] < f64::INFINITY);
        let count = hull(heights, &mut sites[..count]);
        let sites = &sites[..count];

        let nearest = &mut self.nearest[..n];
        nearest.fill(*sites.first()?);
        for pair in sites.windows(2) {
            let (a, b) = (pair[0] as usize, pair[1] as usize);
            // From here on `b` is at least as near as `a`. Rounding can only confuse equals.
            let from = (heights[b] - heights[a]) / (2.0 * self.weight * f64::from((b - a) as i32));
            let from = from.clamp(0.0, (n - 1) as f64);
            let whole = from as u32;
            nearest[(whole + u32::from(f64::from(whole) < from)) as usize] = pair[1];
        }
        let mut last = 0;
        for x in nearest.iter_mut() {
            last = last.max(*x);
            *x = last;
        }
        Some(Solution { weight: self.weight, squares, nearest: &nearest[1..n - 1] })
    }
}

/// Keeps those of the sites, in order, that are on the lower hull; returns how many.
#[inline]
fn hull(heights: &[f64], sites: &mut [u16]) -> usize {
    let point = |site: u16| (f64::from(site), heights[site as usize]);
    let [first, second, ..] = *sites else { return sites.len() };
    // The last two of those kept.
    let (mut a, mut b, mut count) = (point(first), point(second), 2);
    for n in 2..sites.len() {
        let site = sites[n];
        let c = point(site);
        while (b.1 - a.1) * (c.0 - b.0) >= (c.1 - b.1) * (b.0 - a.0) {
            count -= 1;
            b = a;
            if count == 1 {
                break;
            }
            a = point(sites[count - 2]);
        }
        sites[count] = site;
        count += 1;
        (a, b) = (b, c);
    }
    count
}

/// The nearest site of each place of a stretch.
pub(super) struct Solution<'a> {
    weight: f64,
    squares: &'a [f64],
    nearest: &'a [u16],
}

impl Solution<'_> {
    /// Place and nearest site, for each place.
    #[inline]
    pub(super) fn sites(&self) -> impl Iterator<Item = (u16, u16)> {
        (1..).zip(self.nearest.iter().copied())
    }

    /// The cost at each place.
    #[inline]
    pub(super) fn costs(&self) -> impl Iterator<Item = f64> {
        self.sites().map(|(p, site)| {
            let steps = f64::from(p) - f64::from(site);
            self.squares[site as usize] + self.weight * steps * steps
        })
    }
}
