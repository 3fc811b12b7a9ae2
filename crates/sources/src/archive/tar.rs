//! The members of a tar archive, plain or compressed by gzip.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use ::tar::{Archive, EntryType};
use flate2::read::MultiGzDecoder;

use super::{Contents, LARGEST_MEMBER, MOST_MEMBERS, Member, Place, safe_name};

pub(super) fn list(path: &Arc<Path>, compressed: bool) -> Result<Contents, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let length = file.metadata().map_err(|error| error.to_string())?.len();
    if compressed {
        // The stream is passed over only once, and can never be longer than deflate allows.
        members(path, MultiGzDecoder::new(BufReader::new(file)), |offset| Place::TarGz { offset }, u64::MAX)
    } else {
        members(path, BufReader::new(file), |offset| Place::Tar { offset }, length)
    }
}

fn members(path: &Arc<Path>, stream: impl Read, place: impl Fn(u64) -> Place, length: u64) -> Result<Contents, String> {
    let damaged = |error: io::Error| format!("is no tar archive, or a damaged one: {error}");
    let mut archive = Archive::new(stream);
    let mut contents = Contents { members: Vec::new(), refused: Vec::new() };
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        if contents.members.len() + contents.refused.len() >= MOST_MEMBERS {
            return Err(format!("it has more than {MOST_MEMBERS} members"));
        }
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::Directory | EntryType::XGlobalHeader) {
            continue;
        }
        let given = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let size = entry.size();
        let offset = entry.raw_file_position();
        let name = match safe_name(&given) {
            Err(reason) => Err(reason),
            Ok(_) if !matches!(kind, EntryType::Regular | EntryType::Continuous) => {
                Err("is a link or no ordinary file".to_owned())
            }
            Ok(_) if size > LARGEST_MEMBER => Err(format!("has {size} bytes, more than {LARGEST_MEMBER}")),
            Ok(_) if offset.saturating_add(size) > length => Err("is cut short".to_owned()),
            Ok(name) => Ok(name),
        };
        match name {
            Ok(name) => contents
                .members
                .push((name, Member { archive: path.clone(), size, place: place(offset), companions: Vec::new() })),
            Err(reason) => contents.refused.push((given, reason)),
        }
    }
    Ok(contents)
}
