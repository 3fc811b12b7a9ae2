//! Behaviour of the readers and writers, in one program so that it links once.

mod common;
mod meshes;
mod nifti_bad;
mod nifti_read;
mod nifti_write;
mod real_data;
mod robust;
