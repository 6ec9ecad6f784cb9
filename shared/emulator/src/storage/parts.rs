//! Multipart uploads of the XML API (<https://cloud.google.com/storage/docs/multipart-uploads>): what is stored of one.

use super::checksum::Sums;
use super::encoding::hex;
use super::failure::{Failure, Kind};
use super::session::Target;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An upload whose parts come in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartsUpload {
    pub(super) id: String,
    pub(super) target: Target,
    pub(super) started: i64,
    /// By number; each is a row of its own.
    #[serde(skip)]
    pub(super) parts: BTreeMap<u32, Part>,
}

/// A part that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) upload: String,
    pub(super) number: u32,
    pub(super) file: String,
    pub(super) size: u64,
    pub(super) sums: Sums,
    pub(super) modified: i64,
}

/// Parts are numbered from 1 to this.
pub(super) const MOST_PARTS: u32 = 10_000;

/// The least size of a part that is not the last.
const SMALLEST: u64 = 5 * 1024 * 1024;

impl Part {
    /// The MD5 of its bytes in quotes.
    pub(super) fn etag(&self) -> String {
        format!("\"{}\"", hex(&self.sums.md5.unwrap_or_default()))
    }
}

impl PartsUpload {
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.parts.values().map(|part| part.file.as_str())
    }

    /// The parts that a completion names by number and `ETag`, in order.
    ///
    /// # Errors
    /// One is not there or another than named, they are not in order, or one that is not the last is too small.
    pub(super) fn chosen(&self, named: &[(u32, String)]) -> Result<Vec<Part>, Failure> {
        if named.is_empty() {
            return Err(Failure::new(
                Kind::MalformedXml,
                "The XML you provided names no part.",
            ));
        }
        let rising = named.windows(2).all(|pair| match pair {
            [(first, _), (second, _)] => first < second,
            _ => true,
        });
        if !rising {
            let message =
                "The list of parts was not in ascending order. Parts must be ordered by part number.";
            return Err(Failure::new(Kind::InvalidPartOrder, message));
        }
        let mut chosen = Vec::with_capacity(named.len());
        for (number, etag) in named {
            let part = self.parts.get(number);
            let same = part.filter(|part| part.etag().trim_matches('"') == etag.trim_matches('"'));
            let missing = || {
                let message = "One or more of the specified parts could not be found. The part may not have been uploaded, \
                               or the specified entity tag may not match the part's entity tag.";
                Failure::new(Kind::InvalidPart, message).with("PartNumber", number.to_string())
            };
            chosen.push(same.ok_or_else(missing)?.clone());
        }
        let before_last = chosen.len() - 1;
        if let Some(small) = chosen.iter().take(before_last).find(|part| part.size < SMALLEST) {
            let message = "Your proposed upload is smaller than the minimum allowed object size.";
            return Err(
                Failure::new(Kind::EntityTooSmall, message).with("PartNumber", small.number.to_string())
            );
        }
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(sizes: &[u64]) -> PartsUpload {
        let part = |(at, size): (usize, &u64)| {
            let number = u32::try_from(at + 1).unwrap();
            let sums = Sums {
                crc32c: 0,
                md5: Some([u8::try_from(at).unwrap(); 16]),
            };
            (
                number,
                Part {
                    upload: String::new(),
                    number,
                    file: String::new(),
                    size: *size,
                    sums,
                    modified: 0,
                },
            )
        };
        PartsUpload {
            id: String::new(),
            target: Target::default(),
            started: 0,
            parts: sizes.iter().enumerate().map(part).collect(),
        }
    }

    #[test]
    fn a_completion_names_parts_in_order_and_as_they_are() {
        let upload = upload(&[SMALLEST, 5, 7]);
        let tag = |number: u32| upload.parts[&number].etag();
        let choose = |named: &[(u32, String)]| {
            let chosen = upload.chosen(named);
            chosen
                .map(|parts| parts.iter().map(|part| part.size).sum::<u64>())
                .map_err(|failure| failure.kind)
        };
        assert_eq!(choose(&[(1, tag(1)), (3, tag(3))]), Ok(SMALLEST + 7));
        assert_eq!(choose(&[(2, tag(2).replace('"', ""))]), Ok(5));
        assert_eq!(choose(&[]), Err(Kind::MalformedXml));
        assert_eq!(choose(&[(3, tag(3)), (1, tag(1))]), Err(Kind::InvalidPartOrder));
        assert_eq!(choose(&[(1, tag(1)), (1, tag(1))]), Err(Kind::InvalidPartOrder));
        assert_eq!(choose(&[(1, tag(2))]), Err(Kind::InvalidPart));
        assert_eq!(choose(&[(4, tag(1))]), Err(Kind::InvalidPart));
        assert_eq!(choose(&[(2, tag(2)), (3, tag(3))]), Err(Kind::EntityTooSmall));
    }
}
