//! `multipart/related` piece by piece (RFC 2046, section 5.1), without IO and without holding a part.

use crate::storage::failure::Failure;

/// What comes out of a multipart body, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) enum Event {
    /// A part begins.
    Part(PartHeaders),
    /// Some bytes of the part.
    Data(Vec<u8>),
    /// The end boundary.
    End,
}

/// The headers of a part, their names in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::storage) struct PartHeaders(Vec<(String, String)>);

impl PartHeaders {
    pub(in crate::storage) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }

    fn parse(head: &[u8]) -> Self {
        let head = String::from_utf8_lossy(head);
        let fields = head.lines().filter_map(|line| line.split_once(':'));
        Self(
            fields
                .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
                .collect(),
        )
    }
}

/// Headers of a part may not be longer.
const LARGEST_HEAD: usize = 16 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// In the bytes of a part, or before the first.
    Data {
        first: bool,
    },
    /// Behind a boundary.
    Head,
    End,
}

/// A parser that is fed with [`Multipart::push`] and asked with [`Multipart::next`].
#[derive(Debug)]
pub(in crate::storage) struct Multipart {
    delimiter: Vec<u8>,
    buffer: Vec<u8>,
    at: At,
}

impl Multipart {
    pub(in crate::storage) fn new(boundary: &str) -> Self {
        // A line break before the first byte, so that the first boundary is found like the others.
        Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            buffer: b"\r\n".to_vec(),
            at: At::Data { first: true },
        }
    }

    pub(in crate::storage) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next event; `None` until more is pushed.
    pub(in crate::storage) fn next(&mut self) -> Result<Option<Event>, Failure> {
        match self.at {
            At::End => Ok(None),
            At::Head => self.head(),
            At::Data { first } => match find(&self.buffer, &self.delimiter) {
                Some(0) => {
                    self.buffer.drain(..self.delimiter.len());
                    self.at = At::Head;
                    self.head()
                }
                Some(at) => self.data(at, first),
                None => self.data(
                    (self.buffer.len() + 1).saturating_sub(self.delimiter.len()),
                    first,
                ),
            },
        }
    }

    /// The first `count` bytes are no part of a boundary.
    fn data(&mut self, count: usize, preamble: bool) -> Result<Option<Event>, Failure> {
        if count == 0 {
            return Ok(None);
        }
        let bytes: Vec<u8> = self.buffer.drain(..count).collect();
        // What stands before the first boundary is nobody's.
        if preamble {
            self.next()
        } else {
            Ok(Some(Event::Data(bytes)))
        }
    }

    fn head(&mut self) -> Result<Option<Event>, Failure> {
        if self.buffer.starts_with(b"--") {
            self.at = At::End;
            return Ok(Some(Event::End));
        }
        let Some(end) = find(&self.buffer, b"\r\n\r\n") else {
            let too_long = self.buffer.len() > LARGEST_HEAD;
            return if too_long {
                Err(Failure::invalid("The headers of a part are too long."))
            } else {
                Ok(None)
            };
        };
        let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
        self.at = At::Data { first: false };
        Ok(Some(Event::Part(PartHeaders::parse(&head))))
    }
}

/// The boundary that a `Content-Type` names.
pub(in crate::storage) fn boundary(content_type: &str) -> Option<String> {
    let parameters = content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='));
    let mut found = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"));
    found
        .next()
        .map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|boundary| !boundary.is_empty())
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(body: &[u8], cuts: &[usize]) -> Vec<(Option<String>, Vec<u8>)> {
        let mut parser = Multipart::new("b0");
        let mut parts: Vec<(Option<String>, Vec<u8>)> = Vec::new();
        let mut ended = false;
        let mut rest = body;
        for cut in cuts.iter().copied().chain([usize::MAX]) {
            let (piece, tail) = rest.split_at(cut.min(rest.len()));
            rest = tail;
            parser.push(piece);
            while let Some(event) = parser.next().unwrap() {
                match event {
                    Event::Part(headers) => {
                        parts.push((headers.get("content-type").map(str::to_owned), Vec::new()));
                    }
                    Event::Data(bytes) => parts.last_mut().unwrap().1.extend(bytes),
                    Event::End => ended = true,
                }
            }
        }
        assert!(ended);
        parts
    }

    #[test]
    fn a_boundary_may_be_quoted() {
        assert_eq!(
            boundary("multipart/related; boundary=abc").as_deref(),
            Some("abc")
        );
        assert_eq!(
            boundary("multipart/related; type=x; Boundary=\"a b\"").as_deref(),
            Some("a b")
        );
        assert_eq!(boundary("multipart/related"), None);
    }

    proptest! {
        #[test]
        fn no_body_brings_it_down(body in "(--b0|--|\r\n|:|a){0,30}", boundary_of in ".{0,20}") {
            let mut parser = Multipart::new("b0");
            parser.push(body.as_bytes());
            while let Ok(Some(event)) = parser.next() {
                if event == Event::End { break }
            }
            let _ = boundary(&boundary_of);
        }

        #[test]
        fn parts_come_out_whole_however_the_body_is_cut(
            contents in proptest::collection::vec(proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'-'), Just(b'b'), any::<u8>()], 0..60), 1..4),
            cuts in proptest::collection::vec(0_usize..9, 0..60),
            preamble in prop_oneof![Just(""), Just("words before\r\n")],
        ) {
            prop_assume!(contents.iter().all(|content| find(content, b"\r\n--b0").is_none()));
            let mut body = preamble.as_bytes().to_vec();
            for content in &contents {
                body.extend(b"--b0\r\nContent-Type: a/b\r\nX: y\r\n\r\n");
                body.extend(content);
                body.extend(b"\r\n");
            }
            body.extend(b"--b0--\r\nwords behind");
            let expected: Vec<_> = contents.into_iter().map(|content| (Some("a/b".to_owned()), content)).collect();
            prop_assert_eq!(parse(&body, &cuts), expected);
        }
    }
}
