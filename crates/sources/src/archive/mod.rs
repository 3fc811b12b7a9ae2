//! Archives as folders: what a `.zip`, `.tar` or `.tar.gz` holds, and one member of it at a time.
//!
//! Refused: names with `..` or from the root, links, encrypted members, more than [`MOST_MEMBERS`] of them, one of more
//! than [`LARGEST_MEMBER`] bytes, members that overlap or expand further than their method can, and archives in archives.

mod tar;
mod zip;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use flate2::read::{DeflateDecoder, MultiGzDecoder};

/// Most members of an archive.
const MOST_MEMBERS: usize = 1_000_000;
/// Bytes of the largest member.
const LARGEST_MEMBER: u64 = 32 << 30;
/// Deflate cannot expand further than this.
const MOST_EXPANSION: u64 = 1032;

/// A file inside an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The archive.
    archive: Arc<Path>,
    /// Bytes once unpacked.
    size: u64,
    place: Place,
    /// Files that belong to it: the data of a detached header.
    companions: Vec<(String, Member)>,
}

/// Where a member lies in its archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the local header that begins here.
    Zip { header: u64, compressed: u64, deflated: bool, crc32: u32 },
    /// As it is, from this byte.
    Tar { offset: u64 },
    /// From this byte of the unpacked stream, which has to be unpacked up to there.
    TarGz { offset: u64 },
}

/// What an archive holds.
pub(crate) struct Contents {
    /// Name (with `/`) and member, in the order of the archive.
    pub(crate) members: Vec<(String, Member)>,
    /// Names of members that were refused, with the reason.
    pub(crate) refused: Vec<(String, String)>,
}

/// Whether a file's name is that of an archive that can be looked into.
pub(crate) fn is_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".zip", ".tar", ".tar.gz", ".tgz"].iter().any(|ending| name.len() > ending.len() && name.ends_with(ending))
}

/// Lists an archive; an error is a reason in words.
pub(crate) fn list(path: &Path) -> Result<Contents, String> {
    let archive: Arc<Path> = Arc::from(path);
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    if ending == "zip" { zip::list(&archive) } else { tar::list(&archive, ending != "tar") }
}

/// A member's name as a relative path with `/`, or why it is none.
fn safe_name(name: &str) -> Result<String, String> {
    let unified = name.replace('\\', "/");
    let parts: Vec<&str> = unified.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let drive = parts.first().is_some_and(|first| first.ends_with(':'));
    if unified.starts_with('/') || drive || parts.contains(&"..") || unified.contains('\0') {
        return Err("the path leads out of the archive".to_owned());
    }
    if parts.is_empty() { Err("it has no name".to_owned()) } else { Ok(parts.join("/")) }
}

impl Member {
    /// Bytes once unpacked.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// At most `limit` of its bytes; only when that is all of them, its checksum is compared.
    pub(crate) fn read(&self, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.copy(limit, &mut bytes)?;
        Ok(bytes)
    }

    /// Unpacks it and what belongs to it into a folder, under `name`.
    pub(crate) fn unpack(&self, folder: &Path, name: &str) -> io::Result<()> {
        for (name, member) in std::iter::once((name, self)).chain(self.companions.iter().map(|(n, m)| (n.as_str(), m)))
        {
            let mut file = io::BufWriter::new(File::create_new(folder.join(name))?);
            member.copy(u64::MAX, &mut file)?;
            file.flush()?;
        }
        Ok(())
    }

    pub(crate) fn add_companions(&mut self, companions: Vec<(String, Self)>) {
        self.companions = companions;
    }

    fn copy(&self, limit: u64, out: &mut impl Write) -> io::Result<()> {
        let mut file = File::open(&self.archive)?;
        match self.place {
            Place::Tar { offset } => {
                file.seek(SeekFrom::Start(offset))?;
                self.pass(&mut file, limit, out).map(|_| ())
            }
            Place::TarGz { offset } => {
                let mut stream = MultiGzDecoder::new(io::BufReader::new(file));
                let skipped = io::copy(&mut stream.by_ref().take(offset), &mut io::sink())?;
                if skipped < offset {
                    return Err(cut_short());
                }
                self.pass(&mut stream, limit, out).map(|_| ())
            }
            Place::Zip { header, compressed, deflated, crc32 } => {
                let start = zip::data_start(&mut file, header)?;
                file.seek(SeekFrom::Start(start))?;
                let stored = io::BufReader::new(file).take(compressed);
                let found = if deflated {
                    self.pass(&mut DeflateDecoder::new(stored), limit, out)?
                } else {
                    self.pass(&mut { stored }, limit, out)?
                };
                if limit >= self.size && found != crc32 {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum in the archive is another"));
                }
                Ok(())
            }
        }
    }

    /// Copies up to `limit` bytes, never more than the member has, and returns their checksum.
    fn pass(&self, from: &mut impl Read, limit: u64, out: &mut impl Write) -> io::Result<u32> {
        let mut checksum = flate2::Crc::new();
        let mut buffer = vec![0; 64 << 10];
        let mut left = self.size.min(limit);
        while left > 0 {
            let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let window = buffer.get_mut(..wanted).unwrap_or_default();
            let count = from.read(window)?;
            if count == 0 {
                return Err(cut_short());
            }
            let read = window.get(..count).unwrap_or_default();
            checksum.update(read);
            out.write_all(read)?;
            left -= count as u64;
        }
        if limit > self.size && from.read(&mut [0])? > 0 && matches!(self.place, Place::Zip { .. }) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is longer than the archive says"));
        }
        Ok(checksum.sum())
    }
}

fn cut_short() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends in the middle of the file")
}

#[cfg(test)]
mod tests {
    use super::{is_archive, safe_name};

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../x", "a/../../x", "/etc/passwd", "\\x", "C:\\x", "a\\..\\x", "", "./", "a\0b"] {
            assert!(safe_name(name).is_err(), "{name:?}");
        }
        assert_eq!(safe_name("./a//b.nii.gz").unwrap(), "a/b.nii.gz");
        assert_eq!(safe_name("a\\b..nii").unwrap(), "a/b..nii");
    }

    #[test]
    fn archives_are_known_by_name() {
        for (name, expected) in
            [("a.ZIP", true), ("x.tar.gz", true), ("x.tgz", true), ("x.nii.gz", false), (".zip", false)]
        {
            assert_eq!(is_archive(name), expected, "{name}");
        }
    }
}
