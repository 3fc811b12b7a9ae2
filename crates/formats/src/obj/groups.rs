//! Which faces of an OBJ file belong to which object and group.

use std::collections::HashMap;

use crate::scene::Soup;

/// Object and group in force while lines are read, and where each run of faces began.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) object: Option<String>,
    pub(super) group: Option<String>,
    current: Option<(Option<String>, Option<String>, usize)>,
    keys: Vec<[Option<String>; 2]>,
    numbers: HashMap<[Option<String>; 2], usize>,
    /// First face and number of the part, in rising order of faces.
    runs: Vec<(usize, usize)>,
}

impl Groups {
    /// A polygon begins at this triangle.
    pub(super) fn face_at(&mut self, face: usize) {
        if self.current.as_ref().is_some_and(|(object, group, _)| *object == self.object && *group == self.group) {
            return;
        }
        let key = [self.object.clone(), self.group.clone()];
        let fresh = self.keys.len();
        let number = *self.numbers.entry(key.clone()).or_insert(fresh);
        if number == fresh {
            self.keys.push(key);
        }
        self.current = Some((self.object.clone(), self.group.clone(), number));
        self.runs.push((face, number));
    }

    /// The parts in the order in which they first have a face.
    pub(super) fn parts(self, whole: &Soup) -> Vec<Soup> {
        let mut parts: Vec<Soup> = self.keys.into_iter().map(named).collect();
        for (n, &(start, part)) in self.runs.iter().enumerate() {
            let end = self.runs.get(n + 1).map_or(whole.faces.len(), |&(next, _)| next);
            if let (Some(part), Some(faces)) = (parts.get_mut(part), whole.faces.get(start..end)) {
                part.faces.extend_from_slice(faces);
            }
        }
        let mut index = vec![u32::MAX; whole.vertices.len()];
        for part in &mut parts {
            let mut used: Vec<u32> = part.faces.iter().flatten().copied().collect();
            used.sort_unstable();
            used.dedup();
            for (new, &old) in used.iter().enumerate() {
                index[old as usize] = new as u32;
            }
            part.vertices = used.iter().map(|&v| whole.vertices[v as usize]).collect();
            part.colours = whole.colours.as_ref().map(|c| used.iter().map(|&v| c[v as usize]).collect());
            for face in &mut part.faces {
                *face = face.map(|v| index[v as usize]);
            }
        }
        parts
    }
}

/// The innermost name is the part's; an object around a group is its parent.
fn named([object, group]: [Option<String>; 2]) -> Soup {
    match (object, group) {
        (Some(object), Some(group)) => Soup { name: Some(group), parents: vec![object], ..Soup::default() },
        (object, group) => Soup { name: group.or(object), ..Soup::default() },
    }
}
