//! `Range` of downloads (RFC 9110, section 14) and `Content-Range` of resumable uploads.

use super::failure::{Failure, Kind};
use std::ops::Range;

/// What part of `size` bytes a `Range` header asks for; `None` is all of it: no header, more than one range, or one that is not understood,
/// which HTTP says to ignore.
///
/// # Errors
/// The range lies behind the end.
pub(super) fn requested(header: Option<&str>, size: u64) -> Result<Option<Range<u64>>, Failure> {
    let Some((first, last)) = header
        .and_then(|text| text.strip_prefix("bytes="))
        .and_then(|text| text.split_once('-'))
    else {
        return Ok(None);
    };
    let (first, last) = (first.trim(), last.trim());
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..size.min(last.saturating_add(1)),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(suffix)) if first.is_empty() => size.saturating_sub(suffix)..size,
        _ => return Ok(None),
    };
    if range.start >= size || range.is_empty() {
        return Err(Failure::new(
            Kind::Range,
            "The requested range cannot be satisfied.",
        ));
    }
    Ok(Some(range))
}

/// What a `Content-Range` of a resumable upload says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// `bytes */N` or `bytes */*`: a question, or the end when all `N` are there.
    Status { total: Option<u64> },
    /// `bytes a-b/N`, `a-b/*`, `a-*/*`: bytes from `first` on (`last` when known).
    Bytes {
        first: u64,
        last: Option<u64>,
        total: Option<u64>,
    },
}

/// Reads a `Content-Range`; without one, the body is the whole object.
///
/// # Errors
/// It is not of that form.
pub(super) fn sent(header: Option<&str>) -> Result<Sent, Failure> {
    let Some(text) = header else {
        return Ok(Sent::Bytes {
            first: 0,
            last: None,
            total: None,
        });
    };
    let wrong = || Failure::invalid(format!("Failed to parse Content-Range header: {text}"));
    let (range, total) = text
        .strip_prefix("bytes ")
        .and_then(|rest| rest.split_once('/'))
        .ok_or_else(wrong)?;
    let number = |text: &str| match text.trim() {
        "*" => Ok(None),
        digits => digits.parse::<u64>().map(Some).map_err(|_| wrong()),
    };
    let total = number(total)?;
    if range.trim() == "*" {
        return Ok(Sent::Status { total });
    }
    let (first, last) = range.split_once('-').ok_or_else(wrong)?;
    let first = number(first)?.ok_or_else(wrong)?;
    let last = number(last)?;
    let in_order = last.is_none_or(|last| first <= last && total.is_none_or(|total| last < total))
        && total.is_none_or(|total| first <= total);
    if in_order {
        Ok(Sent::Bytes { first, last, total })
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_ranges() {
        for (header, size, wanted) in [
            ("bytes=0-4", 10, Some(Some(0..5))),
            ("bytes=0-", 10, Some(Some(0..10))),
            ("bytes=9-", 10, Some(Some(9..10))),
            ("bytes=10-", 10, None),
            ("bytes=5-100", 10, Some(Some(5..10))),
            ("bytes=-3", 10, Some(Some(7..10))),
            ("bytes=-30", 10, Some(Some(0..10))),
            ("bytes=-0", 10, None),
            ("bytes=0-", 0, None),
            ("bytes=-1", 0, None),
            ("bytes=4-2", 10, Some(None)),
            ("bytes=0-1,3-4", 10, Some(None)),
            ("bytes=a-b", 10, Some(None)),
            ("lines=0-4", 10, Some(None)),
            ("bytes=0-18446744073709551615", 10, Some(Some(0..10))),
        ] {
            assert_eq!(requested(Some(header), size).ok(), wanted, "{header} of {size}");
        }
        assert_eq!(requested(None, 10), Ok(None));
    }

    #[test]
    fn the_table_of_content_ranges() {
        let bytes = |first, last, total| Some(Sent::Bytes { first, last, total });
        for (header, wanted) in [
            ("bytes */*", Some(Sent::Status { total: None })),
            ("bytes */0", Some(Sent::Status { total: Some(0) })),
            ("bytes 0-9/10", bytes(0, Some(9), Some(10))),
            ("bytes 5-9/*", bytes(5, Some(9), None)),
            ("bytes 5-*/*", bytes(5, None, None)),
            ("bytes 5-*/10", bytes(5, None, Some(10))),
            ("bytes 0-10/10", None),
            ("bytes 9-5/10", None),
            ("bytes x-5/10", None),
            ("0-5/10", None),
        ] {
            assert_eq!(sent(Some(header)).ok(), wanted, "{header}");
        }
        assert_eq!(sent(None).ok(), bytes(0, None, None));
    }

    proptest! {
        #[test]
        fn a_range_lies_within(header in "(bytes=)?([0-9]{0,20}|-|,| |\\*|ä){0,6}", size in prop_oneof![0_u64..20, Just(u64::MAX)]) {
            if let Ok(Some(range)) = requested(Some(&header), size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }

        #[test]
        fn no_content_range_brings_it_down(header in "(bytes )?([0-9]{0,20}|-|/|\\*|ä){0,6}") {
            if let Ok(Sent::Bytes { first, last, total }) = sent(Some(&header)) {
                prop_assert!(last.is_none_or(|last| first <= last && total.is_none_or(|total| last < total)));
            }
        }
    }
}
