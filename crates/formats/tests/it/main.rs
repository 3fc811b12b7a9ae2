//! Behaviour of the readers and writers, in one program so that it links once.

#![expect(clippy::float_cmp, reason = "exact values are meant")]

mod common;
mod gltf;
mod mesh_fixtures;
mod meshes;
mod mutated_meshes;
mod nifti_bad;
mod nifti_read;
mod nifti_write;
mod points;
mod real_data;
mod real_meshes;
mod real_repair;
mod real_volumes;
mod robust;
mod scenes;
mod volumes_bad;
mod volumes_npy;
mod volumes_read;
mod volumes_spoiled;
mod volumes_write;
