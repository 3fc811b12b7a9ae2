//! What vertices carry, taken along when meshes are taken apart or mended.

use crate::Mesh;

/// `part` with the labels and colours, and if asked the normals, of the vertices of `whole` named by `source`.
pub(super) fn gather(whole: &Mesh, mut part: Mesh, source: &[u32], normals: bool) -> Mesh {
    fn pick<T: Copy>(values: &[T], source: &[u32]) -> Vec<T> {
        source.iter().map(|&v| values[v as usize]).collect()
    }
    part.set_attributes(
        whole.normals().filter(|_| normals).map(|n| pick(n, source)),
        whole.labels().map(|l| pick(l, source)),
        whole.colours().map(|c| pick(c, source)),
    );
    part
}
