//! `EXT_meshopt_compression`: triangles (mode 1) and index sequences (mode 2).
//!
//! Triangles are told by edges and vertices met lately, in one byte each where the order of the mesh allows it.

/// Decodes triangles and hands each on; `None` if the stream is damaged.
pub(super) fn triangles(packed: &[u8], count: usize, mut out: impl FnMut([u32; 3])) -> Option<()> {
    let (&0xe1, rest) = packed.split_first()? else { return None };
    let (codes, rest) = rest.split_at_checked(count)?;
    let (data, table) = rest.split_at_checked(rest.len().checked_sub(16)?)?;
    let mut state = State { data, next: 0, last: 0, edges: Recent::default(), vertices: Recent::default() };
    for &code in codes {
        out(state.triangle(code, table)?);
    }
    state.data.is_empty().then_some(())
}

/// Decodes a sequence of indices; `None` if the stream is damaged.
pub(super) fn sequence(packed: &[u8], count: usize, mut out: impl FnMut(u32)) -> Option<()> {
    let (&0xd1, rest) = packed.split_first()? else { return None };
    let (mut data, _) = rest.split_at_checked(rest.len().checked_sub(4)?)?;
    let mut last = [0_u32; 2];
    for _ in 0..count {
        let word = varint(&mut data)?;
        let slot = &mut last[(word & 1) as usize];
        *slot = slot.wrapping_add(unzigzag(word >> 1));
        out(*slot);
    }
    data.is_empty().then_some(())
}

/// The sixteen items met last.
#[derive(Default)]
struct Recent<T> {
    items: [T; 16],
    at: usize,
}

impl<T: Copy> Recent<T> {
    fn push(&mut self, item: T) {
        self.items[self.at % 16] = item;
        self.at += 1;
    }

    /// 0 is the latest.
    fn get(&self, back: usize) -> T {
        self.items[(self.at + 15 - back % 16) % 16]
    }
}

struct State<'a> {
    data: &'a [u8],
    next: u32,
    last: u32,
    edges: Recent<[u32; 2]>,
    vertices: Recent<u32>,
}

impl State<'_> {
    fn triangle(&mut self, code: u8, table: &[u8]) -> Option<[u32; 3]> {
        let (x, y) = (usize::from(code >> 4), usize::from(code & 15));
        if x < 15 {
            return self.beside_edge(x, y);
        }
        let explicit = y >= 14;
        let pair = if explicit { self.byte()? } else { *table.get(y)? };
        if explicit && pair == 0 {
            self.next = 0;
        }
        let (z, w) = (usize::from(pair >> 4), usize::from(pair & 15));
        let a = if y == 15 { self.stated()? } else { self.fresh() };
        let b = self.corner(z)?;
        let c = self.corner(w)?;
        for edge in [[b, a], [c, b], [a, c]] {
            self.edges.push(edge);
        }
        self.vertices.push(a);
        for (vertex, how) in [(b, z), (c, w)] {
            if matches!(how, 0 | 15) {
                self.vertices.push(vertex);
            }
        }
        Some([a, b, c])
    }

    /// A triangle at an edge met lately.
    fn beside_edge(&mut self, x: usize, y: usize) -> Option<[u32; 3]> {
        let [a, b] = self.edges.get(x);
        let c = match y {
            0 => self.fresh(),
            1..=12 => self.vertices.get(y),
            13 | 14 => {
                self.last = if y == 13 { self.last.wrapping_sub(1) } else { self.last.wrapping_add(1) };
                self.last
            }
            _ => self.stated()?,
        };
        self.edges.push([c, b]);
        self.edges.push([a, c]);
        if y == 0 || y > 12 {
            self.vertices.push(c);
        }
        Some([a, b, c])
    }

    fn corner(&mut self, how: usize) -> Option<u32> {
        match how {
            0 => Some(self.fresh()),
            15 => self.stated(),
            n => Some(self.vertices.get(n - 1)),
        }
    }

    fn fresh(&mut self) -> u32 {
        let index = self.next;
        self.next = self.next.wrapping_add(1);
        index
    }

    fn stated(&mut self) -> Option<u32> {
        self.last = self.last.wrapping_add(unzigzag(varint(&mut self.data)?));
        Some(self.last)
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.data.split_first()?;
        self.data = rest;
        Some(byte)
    }
}

/// LEB128 of at most 32 bits.
fn varint(data: &mut &[u8]) -> Option<u32> {
    let mut value = 0_u32;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = data.split_first()?;
        *data = rest;
        value |= u32::from(byte & 127) << shift;
        if byte < 128 {
            return Some(value);
        }
    }
    None
}

fn unzigzag(v: u32) -> u32 {
    if v & 1 == 1 { !(v >> 1) } else { v >> 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_specification() {
        for (bytes, value) in [(&[0x7f][..], 0x7f), (&[0x81, 0x04], 0x201), (&[0xff, 0xa0, 0x05], 0x1_507f)] {
            assert_eq!(varint(&mut &bytes[..]), Some(value), "{bytes:x?}");
        }
        assert_eq!(varint(&mut &[0x80; 6][..]), None);
    }

    #[test]
    fn a_quad_of_two_triangles() {
        // A first triangle of three fresh vertices by the table, and one at its last edge with a fresh vertex.
        let stream = [&[0xe1, 0xf0, 0x00][..], &[0; 16]].concat();
        let mut faces = Vec::new();
        triangles(&stream, 2, |f| faces.push(f)).unwrap();
        assert_eq!(faces, [[0, 1, 2], [0, 2, 3]]);
        assert!(triangles(&stream[..18], 2, |_| {}).is_none());
    }
}
