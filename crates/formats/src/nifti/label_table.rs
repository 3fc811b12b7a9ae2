//! The names of labels that some programs put into a header extension.
//!
//! Connectome Workbench and `TotalSegmentator` write XML with `<Label Key="1" ...><![CDATA[spleen]]></Label>`. The extension's
//! code differs between writers (0, 30, 32), so the text itself is looked at; a table that cannot be read is no error,
//! the volume is still good.

use std::collections::BTreeMap;

/// Label names by label number, from the bytes between the header and the voxels.
pub(super) fn parse(extensions: &[u8]) -> BTreeMap<u32, String> {
    let text = String::from_utf8_lossy(extensions);
    let mut table = BTreeMap::new();
    for chunk in text.split("<Label ").skip(1) {
        let Some((attributes, rest)) = chunk.split_once('>') else { continue };
        let Some((content, _)) = rest.split_once("</Label>") else { continue };
        let Some(key) = attribute(attributes, "Key").and_then(|k| k.trim().parse().ok()) else { continue };
        let name = match content.trim().strip_prefix("<![CDATA[").and_then(|c| c.strip_suffix("]]>")) {
            Some(verbatim) => verbatim.trim().to_owned(),
            None => unescape(content.trim()),
        };
        if !name.is_empty() {
            table.entry(key).or_insert(name);
        }
    }
    table
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = attributes.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(value, _)| value)
}

fn unescape(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    // Last, so that "&amp;lt;" becomes "&lt;" and not "<".
    plain.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cdata_plain_text_and_odd_spacing() {
        let xml = br#"....<LabelTable><Label Key="1" Red="0"><![CDATA[spleen]]></Label>
            <Label Red="1" Key = '12'>left &amp; right</Label><Label Key="x">bad</Label><Label Key="3"></Label>"#;
        let table = parse(xml);
        assert_eq!(table, BTreeMap::from([(1, "spleen".into()), (12, "left & right".into())]));
        assert!(parse(&[0xff, 0, 0, 3]).is_empty());
    }
}
