//! Files named inside another file: only from the same folder or below it.

use std::path::{Component, Path, PathBuf};

use crate::error::FormatError;
use crate::input::read_file;

/// Reads the file `name` (percent-encoded or not) that lies beside `file` or below its folder.
pub(crate) fn read(file: &Path, name: &str) -> Result<Vec<u8>, FormatError> {
    read_file(&resolve(file, name)?)
}

fn resolve(file: &Path, name: &str) -> Result<PathBuf, FormatError> {
    let refused = || FormatError::Unsupported {
        file: file.to_owned(),
        what: format!("the data file {name:?} outside its folder"),
        advice: "put it beside the file and name it without a path",
    };
    let plain = percent_decoded(name).ok_or_else(refused)?;
    let relative = Path::new(&plain);
    let inside = relative.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if plain.is_empty() || plain.contains(['\\', ':', '\0']) || !inside {
        return Err(refused());
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let path = folder.join(relative);
    // A symbolic link must not lead out of the folder either.
    let real = path.canonicalize().map_err(FormatError::read(&path))?;
    let home = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let home = home.canonicalize().map_err(FormatError::read(folder))?;
    if !real.starts_with(home) {
        return Err(refused());
    }
    Ok(path)
}

fn percent_decoded(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%' {
            let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("in");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(folder.path().join("secret"), b"x").unwrap();
        std::fs::write(inner.join("a b.bin"), b"data").unwrap();
        let file = inner.join("x.gltf");
        assert_eq!(read(&file, "a%20b.bin").unwrap(), b"data");
        for name in ["../secret", "%2e%2e/secret", "/etc/passwd", "a/../../secret", "", "file:///etc/passwd", "%2"] {
            assert!(matches!(read(&file, name), Err(FormatError::Unsupported { .. })), "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret"), inner.join("link")).unwrap();
            assert!(matches!(read(&file, "link"), Err(FormatError::Unsupported { .. })));
        }
        assert!(matches!(read(&file, "missing"), Err(FormatError::Read { .. })));
    }
}
