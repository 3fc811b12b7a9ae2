//! Segments that may overlap, put into as few label volumes as first come, first served needs.

use std::path::Path;

use medshape_shape::{Affine, LabelMap, Labels};

use crate::error::{DicomError, zeros};
use crate::limits::Limits;

/// A set of voxels of one grid.
pub(crate) trait VoxelSet {
    /// Calls `visit` with linear index (i fastest) and length of each run of voxels, as long as it returns true. The
    /// same voxel may come twice.
    fn runs(&self, visit: impl FnMut(usize, usize) -> bool);
}

/// Label volumes of one grid.
pub(crate) struct Layers<'a> {
    file: &'a Path,
    shape: [usize; 3],
    voxels: usize,
    most: u64,
    volumes: Vec<Volume>,
}

enum Volume {
    Narrow(Vec<u8>),
    Wide(Vec<u16>),
}

impl<'a> Layers<'a> {
    /// One empty volume of `shape` (as [`Limits::check`] lets through), and room for as many as the limit allows.
    pub(crate) fn new(
        file: &'a Path,
        shape: [usize; 3],
        largest_label: u32,
        limits: Limits,
    ) -> Result<Self, DicomError> {
        let (_, voxels) = limits.check(file, shape.map(|n| n as u64))?;
        let most = limits.max_voxels / voxels as u64;
        let mut layers = Self { file, shape, voxels, most, volumes: Vec::new() };
        layers.add(largest_label > 255)?;
        Ok(layers)
    }

    /// Writes `label` at the voxels of `set`, in the first layer where all of them are free. The layer's number, or
    /// `None` if the set is empty. Labels are 1 to 65535.
    pub(crate) fn place(&mut self, label: u32, set: &impl VoxelSet) -> Result<Option<usize>, DicomError> {
        let mut layer = 0;
        loop {
            if layer == self.volumes.len() {
                self.add(matches!(self.volumes[0], Volume::Wide(_)))?;
            }
            let placed = match &mut self.volumes[layer] {
                Volume::Narrow(labels) => place(labels, label as u8, set),
                Volume::Wide(labels) => place(labels, label as u16, set),
            };
            match placed {
                Placed::Empty => return Ok(None),
                Placed::Here => return Ok(Some(layer)),
                Placed::Taken => layer += 1,
            }
        }
    }

    /// The volumes as label maps.
    pub(crate) fn into_maps(self, affine: Affine) -> Result<Vec<LabelMap>, DicomError> {
        let (file, shape) = (self.file, self.shape);
        let maps = self.volumes.into_iter().map(|volume| {
            let labels = match volume {
                Volume::Narrow(labels) => Labels::U8(labels),
                Volume::Wide(labels) => Labels::U16(labels),
            };
            LabelMap::new(shape, affine, labels).map_err(DicomError::shape(file))
        });
        maps.collect()
    }

    fn add(&mut self, wide: bool) -> Result<(), DicomError> {
        let count = self.volumes.len() as u64 + 1;
        if count > self.most {
            let [i, j, k] = self.shape.map(|n| n as u64);
            let max_voxels = self.most * self.voxels as u64;
            return Err(DicomError::TooLarge { file: self.file.to_owned(), shape: [i, j, k * count], max_voxels });
        }
        self.volumes.push(if wide {
            Volume::Wide(zeros(self.file, self.voxels)?)
        } else {
            Volume::Narrow(zeros(self.file, self.voxels)?)
        });
        Ok(())
    }
}

enum Placed {
    Empty,
    Here,
    Taken,
}

fn place<T: Copy + Default + PartialEq>(labels: &mut [T], label: T, set: &impl VoxelSet) -> Placed {
    let (mut any, mut taken) = (false, false);
    set.runs(|start, length| {
        any |= length > 0;
        taken |= labels[start..start + length].iter().any(|&other| other != T::default());
        !taken
    });
    if !any {
        return Placed::Empty;
    }
    if taken {
        return Placed::Taken;
    }
    set.runs(|start, length| {
        labels[start..start + length].fill(label);
        true
    });
    Placed::Here
}
