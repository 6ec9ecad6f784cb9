//! `multipart/mixed` that is there as a whole (RFC 2046, section 5.1). Google's Python client ends lines with a bare LF, others with CRLF.

use crate::storage::failure::Failure;

/// A part with its headers, their names in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'a> {
    headers: Vec<(String, String)>,
    pub(super) bytes: &'a [u8],
}

impl Part<'_> {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

/// The parts of `body`.
///
/// # Errors
/// The end boundary is missing.
pub(super) fn parts<'a>(boundary: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, Failure> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut parts = Vec::new();
    let mut begin = None;
    let mut at = 0;
    while let Some(line) = body.get(at..).filter(|rest| !rest.is_empty()) {
        let next = line
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(body.len(), |end| at + end + 1);
        if let Some(behind) = line.strip_prefix(delimiter.as_slice()) {
            if let Some(begin) = begin {
                parts.push(part(without_line_end(body.get(begin..at).unwrap_or_default())));
            }
            if behind.starts_with(b"--") {
                return Ok(parts);
            }
            begin = Some(next);
        }
        at = next;
    }
    Err(Failure::invalid("Missing end boundary in multipart body."))
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Takes the headers off.
fn part(bytes: &[u8]) -> Part<'_> {
    let mut headers = Vec::new();
    let mut rest = bytes;
    loop {
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |end| end + 1);
        let (line, tail) = rest.split_at(end);
        rest = tail;
        let line = String::from_utf8_lossy(line);
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
        if line.trim().is_empty() || rest.is_empty() {
            return Part { headers, bytes: rest };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_line_ends_are_understood() {
        for end in ["\n", "\r\n"] {
            let body = format!(
                "words{end}--b{end}A: 1{end}content-id: <x>{end}{end}one{end}two{end}--b{end}{end}{end}--b--{end}"
            );
            let parts = parts("b", body.as_bytes()).unwrap();
            let text = |at: usize| String::from_utf8_lossy(parts[at].bytes).into_owned();
            assert_eq!(
                (parts.len(), text(0), text(1)),
                (2, format!("one{end}two"), String::new())
            );
            assert_eq!(
                (parts[0].header("content-id"), parts[1].header("a")),
                (Some("<x>"), None)
            );
        }
        assert!(parts("b", b"--b\n\nx").is_err());
    }

    proptest! {
        #[test]
        fn no_body_brings_it_down(body in "(--b|--|\r\n|\n|:|a){0,20}") {
            let _ = parts("b", body.as_bytes());
        }
    }
}
