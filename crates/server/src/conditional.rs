//! Answers with an `ETag`, and none at all when the client has the current one.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// The tag of a content: the first half of its BLAKE3, or of everything it is derived from. Weak, because the same
/// content may travel compressed or not.
pub(crate) fn tag(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    let hex = hasher.finalize().to_hex();
    format!("W/\"{}\"", hex.get(..32).unwrap_or_default())
}

/// Whether the client's `If-None-Match` names the tag.
pub(crate) fn is_current(headers: &HeaderMap, tag: &str) -> bool {
    let plain = |t: &str| t.trim().trim_start_matches("W/").to_owned();
    let sent = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|v| v.to_str().ok());
    sent.flat_map(|v| v.split(',')).any(|t| t.trim() == "*" || plain(t) == plain(tag))
}

/// 304: what the client has is right.
pub(crate) fn not_modified(tag: &str) -> Response {
    finish(StatusCode::NOT_MODIFIED.into_response(), tag, None)
}

/// The content with its type, its tag and, where it is to be saved, a file name.
pub(crate) fn content(bytes: Vec<u8>, media_type: &'static str, tag: &str, name: Option<&str>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    finish(response, tag, name)
}

fn finish(mut response: Response, tag: &str, name: Option<&str>) -> Response {
    // The client may keep it, and asks each time whether it is still right.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let disposition = name.map(|n| (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{n}\"")));
    for (header, value) in disposition.into_iter().chain([(header::ETAG, tag.to_owned())]) {
        match HeaderValue::from_str(&value) {
            Ok(value) => drop(response.headers_mut().insert(header, value)),
            // Names are ids and tags are hexadecimal, so this would be a mistake of ours.
            Err(e) => return Problem::internal(&e).into_response(),
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_tags_weakly_and_in_lists() {
        let headers = |value: &str| HeaderMap::from_iter([(header::IF_NONE_MATCH, value.parse().unwrap())]);
        for (sent, current) in
            [("W/\"a\"", true), ("\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false)]
        {
            assert_eq!(is_current(&headers(sent), "W/\"a\""), current, "{sent}");
        }
        assert!(!is_current(&HeaderMap::new(), "W/\"a\""));
        assert_ne!(tag(&[b"ab", b"c"]), tag(&[b"a", b"bc"]));
    }
}
