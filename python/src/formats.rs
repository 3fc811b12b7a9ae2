//! `medshape.formats`: files to arrays and back.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use medshape_formats as formats;
use medshape_formats::{FormatError, MeshFormat, MeshMeta, ReadVolume, VolumeFormat, nifti};
use medshape_shape::{LabelMap, LabelSlice, Labels};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

use crate::errors;
use crate::shape::{Mesh, Volume, label_array};

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read_mesh, module)?)?;
    module.add_function(wrap_pyfunction!(write_mesh, module)?)?;
    module.add_function(wrap_pyfunction!(read_segmentation, module)?)?;
    module.add_function(wrap_pyfunction!(write_labels, module)?)
}

/// The mesh, its format and what was changed while reading.
#[pyfunction]
fn read_mesh(py: Python<'_>, path: PathBuf) -> PyResult<(Mesh, &'static str, Vec<String>)> {
    let file = py.detach(|| formats::read_mesh(&path)).map_err(|e| errors::format(py, &e))?;
    Ok((file.mesh.into(), file.format.extension(), file.notes))
}

#[pyfunction]
fn write_mesh(py: Python<'_>, mesh: &Mesh, path: PathBuf, name: String, copyright: Option<String>) -> PyResult<()> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let format = MeshFormat::from_extension(extension).map_err(|e| errors::format(py, &e))?;
    let meta = MeshMeta { name, copyright, ..MeshMeta::default() };
    let inner = mesh.inner();
    py.detach(|| save(&path, |out| formats::write_mesh(format, inner, &meta, out))).map_err(|e| e.raise(py))
}

type LabelFile = (Py<PyAny>, [usize; 3], [[f64; 4]; 4], Vec<(u32, String)>);

/// For each label map of the file its labels (i fastest), (I, J, K), affine and names; and what was noted.
#[pyfunction]
fn read_segmentation(py: Python<'_>, path: PathBuf) -> PyResult<(Vec<LabelFile>, Vec<String>)> {
    let options = ReadVolume::default();
    let read = py.detach(|| formats::read_segmentation(&path, &options)).map_err(|e| errors::format(py, &e))?;
    let names = |layer: usize| {
        let own = read.segments.iter().filter(|s| s.layer == layer);
        own.filter_map(|s| Some((s.value, s.name.clone()?))).collect::<Vec<_>>()
    };
    let names: Vec<_> = (0..read.layers.len()).map(names).collect();
    let layers = read.layers.into_iter().zip(names).map(|(map, names)| {
        let (shape, affine) = (map.shape(), map.affine().matrix());
        (label_array(py, map), shape, affine, names)
    });
    Ok((layers.collect(), read.notes))
}

#[pyfunction]
fn write_labels(py: Python<'_>, volume: Volume<'_>, path: PathBuf) -> PyResult<()> {
    let view = volume.view(py)?;
    let labels = match view.labels() {
        LabelSlice::U8(v) => Labels::U8(v.to_vec()),
        LabelSlice::U16(v) => Labels::U16(v.to_vec()),
        LabelSlice::U32(v) => Labels::U32(v.to_vec()),
    };
    let map = LabelMap::new(view.shape(), *view.affine(), labels).map_err(|e| errors::shape(py, &e))?;
    let extension = || path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(format) = VolumeFormat::from_path(&path) else {
        return Err(errors::format(py, &FormatError::UnknownExtension { extension: extension() }));
    };
    let plain = format == VolumeFormat::Nifti && !extension().eq_ignore_ascii_case("gz");
    let write = |out: &mut BufWriter<File>| {
        if plain { nifti::write_label_map(&map, out) } else { formats::write_label_map(format, &map, out) }
    };
    py.detach(|| save(&path, write)).map_err(|e| e.raise(py))
}

enum SaveError {
    Io(PathBuf, std::io::Error),
    Format(FormatError),
}

impl SaveError {
    fn raise(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Io(path, e) => PyOSError::new_err(format!("{}: {e}", path.display())),
            Self::Format(e) => errors::format(py, &e),
        }
    }
}

/// Writes under a name of its own first, so that a failure leaves no half of a file under the name asked for.
fn save(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), FormatError>) -> Result<(), SaveError> {
    let io = |e| SaveError::Io(path.to_owned(), e);
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = File::create(&temporary).map_err(io).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 20, file);
        fill(&mut out).map_err(SaveError::Format)?;
        out.flush().map_err(io)
    });
    let done = written.and_then(|()| std::fs::rename(&temporary, path).map_err(io));
    if done.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    done
}
