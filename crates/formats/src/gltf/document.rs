//! The container of a glTF file: its JSON document and its buffers.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;

use super::meshopt;
use crate::base64;
use crate::error::FormatError;
use crate::side_file;

/// Numbers that may be handed out for each byte of the file and its buffers: many parts may share one array, but not so
/// many that a small file fills the memory.
const NUMBERS_A_BYTE: u64 = 64;

pub(super) struct Document<'a> {
    pub(super) file: &'a Path,
    pub(super) json: Value,
    buffers: Vec<Rc<Vec<u8>>>,
    /// What compressed buffer views unpack to.
    unpacked: HashMap<usize, Vec<u8>>,
    budget: Cell<u64>,
}

pub(super) fn open<'a>(file: &'a Path, bytes: &[u8]) -> Result<Document<'a>, FormatError> {
    let (text, binary) = if bytes.starts_with(b"glTF") { chunks(file, bytes)? } else { (bytes, None) };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let json: Value = serde_json::from_slice(text)
        .map_err(|e| FormatError::syntax(file, e.line() as u64, "a glTF document in JSON", e.to_string().as_bytes()))?;
    let version = json["asset"]["version"].as_str().unwrap_or("none");
    if !version.starts_with("2.") {
        return Err(FormatError::header(file, "asset.version", version, "2.0"));
    }
    let mut document = Document { file, json, buffers: Vec::new(), unpacked: HashMap::new(), budget: Cell::new(0) };
    document.refuse_extensions()?;
    document.load_buffers(binary)?;
    let size = document.buffers.iter().map(|b| b.len() as u64).sum::<u64>() + bytes.len() as u64;
    document.budget.set((size * NUMBERS_A_BYTE).max(1 << 20));
    document.unpack_views()?;
    Ok(document)
}

/// The JSON and the binary chunk of a GLB file.
fn chunks<'b>(file: &Path, bytes: &'b [u8]) -> Result<(&'b [u8], Option<&'b [u8]>), FormatError> {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let short = |what, expected: u64| FormatError::Truncated {
        file: file.to_owned(),
        what,
        expected,
        found: bytes.len() as u64,
    };
    let (Some(version), Some(total)) = (word(4), word(8)) else { return Err(short("the GLB header", 12)) };
    if version != 2 {
        return Err(FormatError::header(file, "version", version, 2));
    }
    if (bytes.len() as u64) < u64::from(total) {
        return Err(short("the length in its GLB header", total.into()));
    }
    let (mut text, mut binary, mut at) = (None, None, 12_usize);
    while let (Some(length), Some(kind)) = (word(at), word(at + 4)) {
        let start = at + 8;
        let chunk = start.checked_add(length as usize).and_then(|end| bytes.get(start..end));
        let chunk = chunk.ok_or_else(|| short("a GLB chunk", start as u64 + u64::from(length)))?;
        match &kind.to_le_bytes() {
            b"JSON" => text = text.or(Some(chunk)),
            b"BIN\0" => binary = binary.or(Some(chunk)),
            _ => {}
        }
        at = start + chunk.len();
    }
    Ok((text.ok_or_else(|| FormatError::header(file, "chunk", "none", "a JSON chunk"))?, binary))
}

impl Document<'_> {
    /// An item of one of the document's lists.
    pub(super) fn item(&self, list: &'static str, index: u64) -> Result<&Value, FormatError> {
        let found = usize::try_from(index).ok().and_then(|i| self.json[list].get(i));
        found.ok_or_else(|| {
            FormatError::header(self.file, list, format!("without item {index}"), "every item that is named")
        })
    }

    /// Counts what is about to be made of the file.
    pub(super) fn charge(&self, numbers: u64) -> Result<(), FormatError> {
        let left = self.budget.get().checked_sub(numbers).ok_or_else(|| FormatError::Unsupported {
            file: self.file.to_owned(),
            what: "a scene many times larger than its file".into(),
            advice: "write it again with every part once",
        })?;
        self.budget.set(left);
        Ok(())
    }

    /// The bytes of a buffer view, and the distance of its elements if it states one.
    pub(super) fn view(&self, index: u64) -> Result<(&[u8], Option<usize>), FormatError> {
        let view = self.item("bufferViews", index)?;
        if let Some(unpacked) = self.unpacked.get(&(index as usize)) {
            let compression = meshopt_of(view).unwrap_or(&Value::Null);
            return Ok((unpacked, compression["byteStride"].as_u64().map(|s| s as usize)));
        }
        let stride = view["byteStride"].as_u64().map(|s| s as usize);
        Ok((self.slice(view)?, stride))
    }

    /// The bytes that an object with `buffer`, `byteOffset` and `byteLength` names.
    fn slice(&self, view: &Value) -> Result<&[u8], FormatError> {
        let buffer = view["buffer"].as_u64().and_then(|b| self.buffers.get(usize::try_from(b).ok()?));
        let buffer =
            buffer.ok_or_else(|| FormatError::header(self.file, "bufferView.buffer", &view["buffer"], "a buffer"))?;
        let (start, length) = (view["byteOffset"].as_u64().unwrap_or(0), view["byteLength"].as_u64().unwrap_or(0));
        let end = start.saturating_add(length);
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        range.and_then(|(start, end)| buffer.get(start..end)).ok_or(FormatError::Truncated {
            file: self.file.to_owned(),
            what: "a glTF buffer view",
            expected: end,
            found: buffer.len() as u64,
        })
    }

    fn refuse_extensions(&self) -> Result<(), FormatError> {
        let required = self.json["extensionsRequired"].as_array().map(Vec::as_slice).unwrap_or_default();
        // What is about looks does not change the shape.
        let looks = ["KHR_materials", "KHR_texture", "KHR_lights", "EXT_texture", "KHR_animation", "KHR_xmp"];
        let known = ["KHR_mesh_quantization", meshopt::EXTENSION];
        for name in required.iter().filter_map(Value::as_str) {
            if !known.contains(&name) && !looks.iter().any(|l| name.starts_with(l)) {
                return Err(FormatError::Unsupported {
                    file: self.file.to_owned(),
                    what: format!("the glTF extension {name}"),
                    advice: "export it again without that extension (without Draco compression)",
                });
            }
        }
        Ok(())
    }

    fn load_buffers(&mut self, binary: Option<&[u8]>) -> Result<(), FormatError> {
        let mut by_name: HashMap<String, Rc<Vec<u8>>> = HashMap::new();
        let list = self.json["buffers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut buffers = Vec::with_capacity(list.len());
        for (n, buffer) in list.iter().enumerate() {
            let length = buffer["byteLength"].as_u64().unwrap_or(0);
            let content = match buffer["uri"].as_str() {
                Some(uri) if uri.starts_with("data:") => Rc::new(data_uri(self.file, uri)?),
                Some(uri) => {
                    if !by_name.contains_key(uri) {
                        by_name.insert(uri.to_owned(), Rc::new(side_file::read(self.file, uri)?));
                    }
                    by_name.get(uri).map(Rc::clone).unwrap_or_default()
                }
                None if n == 0 && binary.is_some() => Rc::new(binary.unwrap_or_default().to_vec()),
                // Stands for a buffer that only readers without meshopt would load.
                None => Rc::new(Vec::new()),
            };
            let is_fallback = content.is_empty() && buffer["extensions"].get(meshopt::EXTENSION).is_some();
            if (content.len() as u64) < length && !is_fallback {
                let (file, found) = (self.file.to_owned(), content.len() as u64);
                return Err(FormatError::Truncated { file, what: "a glTF buffer", expected: length, found });
            }
            buffers.push(content);
        }
        self.buffers = buffers;
        Ok(())
    }

    fn unpack_views(&mut self) -> Result<(), FormatError> {
        let views = self.json["bufferViews"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut unpacked = HashMap::new();
        for (n, view) in views.iter().enumerate() {
            if let Some(compression) = meshopt_of(view) {
                let bytes = meshopt::unpack(self.file, compression, self.slice(compression)?)?;
                self.charge(bytes.len() as u64 / 4)?;
                unpacked.insert(n, bytes);
            }
        }
        self.unpacked = unpacked;
        Ok(())
    }
}

fn meshopt_of(view: &Value) -> Option<&Value> {
    view["extensions"].get(meshopt::EXTENSION)
}

fn data_uri(file: &Path, uri: &str) -> Result<Vec<u8>, FormatError> {
    match uri.split_once(";base64,") {
        Some((_, data)) => base64::decode(file, data.as_bytes()),
        None => Err(FormatError::Unsupported {
            file: file.to_owned(),
            what: "a `data:` URI that is not base64".into(),
            advice: "write it again with base64 or a file of its own",
        }),
    }
}
