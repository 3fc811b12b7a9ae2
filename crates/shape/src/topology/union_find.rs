//! Disjoint sets of numbers (Tarjan 1975, doi:10.1145/321879.321884), the lowest member naming each set.

/// Union-find by path halving. The lowest number of a set is its root, so the result does not depend on the order in
/// which pairs come, and one ascending pass flattens it.
pub(super) struct UnionFind {
    parent: Vec<u32>,
}

impl UnionFind {
    pub(super) fn new(n: usize) -> Self {
        Self { parent: (0..n as u32).collect() }
    }

    #[inline]
    pub(super) fn root(&mut self, mut v: u32) -> u32 {
        while self.parent[v as usize] != v {
            let up = self.parent[self.parent[v as usize] as usize];
            self.parent[v as usize] = up;
            v = up;
        }
        v
    }

    #[inline]
    pub(super) fn join(&mut self, a: u32, b: u32) {
        if self.parent[a as usize] == self.parent[b as usize] {
            return;
        }
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// The root of every number.
    pub(super) fn into_roots(mut self) -> Vec<u32> {
        for v in 0..self.parent.len() {
            // The parent is lower, so it has its root already.
            self.parent[v] = self.parent[self.parent[v] as usize];
        }
        self.parent
    }
}
