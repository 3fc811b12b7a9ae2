//! A plain run of bytes, from disk or from memory, that knows how many are left.

use std::io::{Cursor, Read};
use std::path::{Component, Path, PathBuf};

use super::{open, reserve};
use crate::error::FormatError;

/// Bytes looked at together when searching for the end of a header or a line.
const STEP: usize = 16 * 1024;

/// The rest of a file, or of bytes in memory.
pub(crate) struct Source<'a> {
    file: PathBuf,
    reader: Box<dyn Read + 'a>,
    left: u64,
    on_disk: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn open(path: &Path) -> Result<Self, FormatError> {
        let (file, left) = open(path)?;
        Ok(Self { file: path.to_owned(), reader: Box::new(file), left, on_disk: true })
    }

    /// Bytes under a name that is used in messages, and whose extension may decide the format.
    pub(crate) fn bytes(name: &Path, bytes: &'a [u8]) -> Self {
        Self { file: name.to_owned(), reader: Box::new(bytes), left: bytes.len() as u64, on_disk: false }
    }

    pub(crate) fn owned(name: &Path, bytes: Vec<u8>) -> Self {
        let left = bytes.len() as u64;
        Self { file: name.to_owned(), reader: Box::new(Cursor::new(bytes)), left, on_disk: false }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Whether it is a file with others beside it.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.on_disk
    }

    /// Bytes not yet read.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Appends up to `count` bytes; fewer only at the end.
    pub(crate) fn read_into(&mut self, out: &mut Vec<u8>, count: u64) -> Result<usize, FormatError> {
        let mut part = self.reader.by_ref().take(count.min(self.left));
        let got = part.read_to_end(out).map_err(FormatError::read(&self.file))?;
        self.left = if got == 0 && count > 0 { 0 } else { self.left - got as u64 };
        Ok(got)
    }

    /// The next bytes, at most `count`, without taking them.
    pub(crate) fn peek(&mut self, count: usize) -> Result<Vec<u8>, FormatError> {
        let mut head = Vec::new();
        self.read_into(&mut head, count as u64)?;
        self.put_back(head.clone());
        Ok(head)
    }

    pub(crate) fn read_to_end(&mut self) -> Result<Vec<u8>, FormatError> {
        let mut all = Vec::new();
        reserve(&self.file, &mut all, self.left)?;
        self.read_into(&mut all, u64::MAX)?;
        Ok(all)
    }

    /// Passes over `count` bytes.
    pub(crate) fn skip(&mut self, count: u64) -> Result<(), FormatError> {
        if count > self.left {
            return Err(FormatError::Truncated {
                file: self.file.clone(),
                what: "what stands before the voxels",
                expected: count,
                found: self.left,
            });
        }
        let mut part = self.reader.by_ref().take(count);
        let got = std::io::copy(&mut part, &mut std::io::sink()).map_err(FormatError::read(&self.file))?;
        self.left -= got;
        Ok(())
    }

    /// Passes over `count` lines.
    pub(crate) fn skip_lines(&mut self, count: u64) -> Result<(), FormatError> {
        for _ in 0..count {
            if self.left == 0 {
                return Err(FormatError::header(&self.file, "line skip", count, "no more lines than the file has"));
            }
            self.take_head(u64::MAX, |bytes| bytes.iter().position(|&b| b == b'\n').map(|at| at + 1))?;
        }
        Ok(())
    }

    /// Takes bytes up to where `end` finds the end of the header, which is given more and more of them; all of the
    /// bytes if it never does. A header longer than `most` is an error.
    pub(crate) fn take_head(
        &mut self,
        most: u64,
        end: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<Vec<u8>, FormatError> {
        let mut head = Vec::new();
        let mut step = STEP;
        loop {
            let got = self.read_into(&mut head, step as u64)?;
            if let Some(at) = end(&head) {
                let rest = head.split_off(at.min(head.len()));
                self.put_back(rest);
                return Ok(head);
            }
            if got == 0 {
                return Ok(head);
            }
            if head.len() as u64 > most {
                return Err(FormatError::header(&self.file, "header", "longer", format!("at most {most} bytes")));
            }
            // Doubled, so that looking again from the start costs no more than twice.
            step = head.len();
        }
    }

    /// The file that a header names. It must lie in the header's folder or below, whatever links lead to.
    pub(crate) fn neighbour(&self, name: &str) -> Result<Source<'static>, FormatError> {
        let outside = || FormatError::OutsideFolder { file: self.file.clone(), name: name.to_owned() };
        if !self.on_disk {
            return Err(FormatError::Unsupported {
                file: self.file.clone(),
                what: format!("a header without its data file `{name}`"),
                advice: "give the path of a file on disk, or a format that keeps both together",
            });
        }
        let relative = Path::new(name);
        if name.is_empty() || !relative.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir)) {
            return Err(outside());
        }
        let folder = match self.file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let path = folder.join(relative);
        let real = path.canonicalize().map_err(FormatError::read(&path))?;
        let real_folder = folder.canonicalize().map_err(FormatError::read(folder))?;
        if !real.starts_with(&real_folder) {
            return Err(outside());
        }
        Source::open(&path)
    }

    fn put_back(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        self.left += bytes.len() as u64;
        let rest = std::mem::replace(&mut self.reader, Box::new(std::io::empty()));
        self.reader = Box::new(Cursor::new(bytes).chain(rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_lines_and_bytes_are_taken_where_they_end() {
        let mut source = Source::bytes(Path::new("x"), b"one\ntwo\n\nabcdef");
        assert_eq!(source.peek(2).unwrap(), b"on");
        source.skip_lines(1).unwrap();
        let head = source.take_head(100, |b| b.windows(2).position(|w| w == b"\n\n").map(|at| at + 2)).unwrap();
        assert_eq!((head.as_slice(), source.left()), (&b"two\n\n"[..], 6));
        source.skip(2).unwrap();
        assert_eq!(source.read_to_end().unwrap(), b"cdef");
        assert!(source.skip(1).is_err() && source.skip_lines(1).is_err());
        assert!(matches!(source.neighbour("a.raw"), Err(FormatError::Unsupported { .. })));
    }

    #[test]
    fn a_neighbour_outside_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        for path in [inner.join("x.nhdr"), inner.join("a.raw"), folder.path().join("secret")] {
            std::fs::write(path, b"1").unwrap();
        }
        let source = Source::open(&inner.join("x.nhdr")).unwrap();
        assert!(source.neighbour("a.raw").is_ok() && source.neighbour("./a.raw").is_ok());
        for name in ["../secret", "/etc/hostname", "", "../inner/a.raw"] {
            assert!(matches!(source.neighbour(name), Err(FormatError::OutsideFolder { .. })), "{name}");
        }
        assert!(matches!(source.neighbour("absent"), Err(FormatError::Read { .. })));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret"), inner.join("link")).unwrap();
            assert!(matches!(source.neighbour("link"), Err(FormatError::OutsideFolder { .. })));
        }
    }
}
