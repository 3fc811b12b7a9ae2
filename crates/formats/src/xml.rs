//! A plain view of an XML document for GIFTI, VTP and 3MF: elements, attributes, text.
//!
//! Refused: entity declarations (they can blow up or read other files); a reference to a document type, as GIFTI files
//! have it, is skipped and never fetched.

use std::borrow::Cow;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use crate::error::FormatError;

/// Elements within elements that are accepted.
const MAX_DEPTH: usize = 200;

pub(crate) struct Xml<'a> {
    file: &'a Path,
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    depth: usize,
}

pub(crate) enum Node<'a> {
    /// An element begins. Every one is followed by its [`Node::End`], also if it is empty.
    Start(Element<'a>),
    End,
    /// A piece of text; one text may come in several.
    Text(Cow<'a, str>),
    Eof,
}

pub(crate) struct Element<'a> {
    start: BytesStart<'a>,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(file: &'a Path, bytes: &'a [u8]) -> Self {
        let mut reader = Reader::from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        reader.config_mut().expand_empty_elements = true;
        Self { file, bytes, reader, depth: 0 }
    }

    pub(crate) fn next(&mut self) -> Result<Node<'a>, FormatError> {
        loop {
            let event = self.reader.read_event();
            let event = event.map_err(|e| self.wrong("well-formed XML", &e.to_string()))?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(self.wrong("at most 200 elements within each other", "more"));
                    }
                    Node::Start(Element { start })
                }
                Event::End(_) => {
                    self.depth -= 1;
                    Node::End
                }
                Event::Text(text) => Node::Text(text.into_inner()),
                Event::CData(text) => Node::Text(text.into_inner()),
                Event::GeneralRef(reference) => Node::Text(Cow::Owned(self.resolved(&reference)?)),
                Event::DocType(text) if text.contains('[') || text.contains("ENTITY") => {
                    return Err(FormatError::Unsupported {
                        file: self.file.to_owned(),
                        what: "an XML document with declarations of its own (entities)".into(),
                        advice: "write it again without a document type",
                    });
                }
                Event::Eof if self.depth > 0 => {
                    return Err(
                        self.wrong("the end of every XML element (the file is cut short)", "the end of the file")
                    );
                }
                Event::Eof => Node::Eof,
                _ => continue,
            });
        }
    }

    /// The text of the element that has just begun, up to its end; elements inside are skipped.
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, FormatError> {
        let outside = self.depth - 1;
        let mut text = Cow::Borrowed("");
        loop {
            match self.next()? {
                Node::Text(piece) if self.depth == outside + 1 => {
                    if text.is_empty() {
                        text = piece;
                    } else {
                        text.to_mut().push_str(&piece);
                    }
                }
                Node::End if self.depth == outside => return Ok(text),
                Node::Eof => return Ok(text),
                _ => {}
            }
        }
    }

    /// Passes over the element that has just begun.
    pub(crate) fn skip(&mut self) -> Result<(), FormatError> {
        let outside = self.depth - 1;
        while self.depth > outside {
            if matches!(self.next()?, Node::Eof) {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn file(&self) -> &'a Path {
        self.file
    }

    pub(crate) fn wrong(&self, expected: &'static str, found: &str) -> FormatError {
        let at = self.reader.buffer_position() as usize;
        let before = self.bytes.get(..at).unwrap_or(self.bytes);
        let line = 1 + before.split(|&b| b == b'\n').skip(1).count() as u64;
        FormatError::syntax(self.file, line, expected, found.as_bytes())
    }

    fn resolved(&self, reference: &quick_xml::events::BytesRef<'a>) -> Result<String, FormatError> {
        let known = reference.resolve_char_ref().ok().flatten().map(String::from);
        let known = known.or_else(|| {
            let text: &str = reference;
            quick_xml::escape::resolve_predefined_entity(text).map(str::to_owned)
        });
        known.ok_or_else(|| self.wrong("one of the five XML entities", reference))
    }
}

impl Element<'_> {
    /// The name without its prefix.
    pub(crate) fn name(&self) -> &str {
        let name = self.start.name().into_inner();
        name.rsplit(':').next().unwrap_or_default()
    }

    /// An attribute by its name without a prefix.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let mut found =
            attributes.with_checks(false).flatten().filter(|a| a.key.into_inner().rsplit(':').next() == Some(name));
        found.next()?.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    }

    /// Calls `f` with every attribute's name and raw value: quicker where thousands of elements are looked at.
    pub(crate) fn each(&self, mut f: impl FnMut(&str, &str)) {
        for attribute in self.start.attributes().with_checks(false).flatten() {
            f(attribute.key.into_inner(), &attribute.value);
        }
    }
}

/// Text made safe inside an element or an attribute.
pub(crate) fn escaped(text: &str) -> String {
    quick_xml::escape::escape(crate::mesh_file::one_line(text)).into_owned()
}
