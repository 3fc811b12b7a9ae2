//! The directory of a zip archive.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use ::zip::{CompressionMethod, ZipArchive};

use super::{Contents, LARGEST_MEMBER, MOST_EXPANSION, MOST_MEMBERS, Member, Place, safe_name};

pub(super) fn list(path: &Arc<Path>) -> Result<Contents, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let length = file.metadata().map_err(|error| error.to_string())?.len();
    let mut archive =
        ZipArchive::new(io::BufReader::new(file)).map_err(|error| format!("is no zip archive: {error}"))?;
    if archive.len() > MOST_MEMBERS {
        return Err(format!("it has {} members, more than {MOST_MEMBERS}", archive.len()));
    }
    let mut contents = Contents { members: Vec::with_capacity(archive.len()), refused: Vec::new() };
    let mut all_compressed = 0u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| format!("its directory is damaged: {error}"))?;
        if entry.is_dir() {
            continue;
        }
        let given = String::from_utf8_lossy(entry.name_raw()).into_owned();
        all_compressed = all_compressed.saturating_add(entry.compressed_size());
        let deflated = match entry.compression() {
            CompressionMethod::Stored => Some(false),
            CompressionMethod::Deflated => Some(true),
            _ => None,
        };
        let most = entry.compressed_size().saturating_mul(if deflated == Some(false) { 1 } else { MOST_EXPANSION });
        let member = match (safe_name(&given), deflated) {
            (Err(reason), _) => Err(reason),
            _ if entry.is_symlink() => Err("is a link".to_owned()),
            _ if entry.encrypted() => Err("is encrypted; unpack the archive with its password".to_owned()),
            (_, None) => Err(format!("is compressed by {}; unpack the archive by hand", entry.compression())),
            _ if entry.size() > LARGEST_MEMBER => {
                Err(format!("has {} bytes, more than {LARGEST_MEMBER}", entry.size()))
            }
            _ if entry.size() > most => Err("says it is larger than its compressed bytes can hold".to_owned()),
            (Ok(name), Some(deflated)) => Ok((
                name,
                Place::Zip {
                    header: entry.header_start(),
                    compressed: entry.compressed_size(),
                    deflated,
                    crc32: entry.crc32(),
                },
            )),
        };
        match member {
            Ok((name, place)) => contents
                .members
                .push((name, Member { archive: path.clone(), size: entry.size(), place, companions: Vec::new() })),
            Err(reason) => contents.refused.push((given, reason)),
        }
    }
    if all_compressed > length {
        return Err("its members overlap: it is made to expand without end".to_owned());
    }
    Ok(contents)
}

/// Where the bytes of a member begin: behind its local header, whose name and extra field have lengths of their own.
pub(super) fn data_start(file: &mut File, header: u64) -> io::Result<u64> {
    let mut fixed = [0u8; 30];
    file.seek(SeekFrom::Start(header))?;
    file.read_exact(&mut fixed)?;
    if !fixed.starts_with(b"PK\x03\x04") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "there is no zip member where the directory says"));
    }
    let [.., name_low, name_high, extra_low, extra_high] = fixed;
    let length = |low, high| u64::from(u16::from_le_bytes([low, high]));
    Ok(header + 30 + length(name_low, name_high) + length(extra_low, extra_high))
}
