//! What the decoder of JPEG leaves unsaid: whether the image is whole (ITU-T T.81, annex B).

/// Whether the bytes of a JPEG go on to its end marker. The decoder fills up with grey what is missing, and says nothing.
///
/// Segments before the first scan are stepped over (a thumbnail in one of them has an end of its own); within a scan `FF` is always followed by a
/// zero or a restart marker, so the next `FF D9` is the end.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    first_scan(bytes)
        .and_then(|at| bytes.get(at..))
        .is_some_and(|scan| scan.windows(2).any(|pair| pair == [0xff, 0xd9]))
}

/// Where the first scan's segment (`SOS`) begins.
fn first_scan(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match *bytes.get(at + 1)? {
            0xff => at += 1,
            0xda => return Some(at),
            // without a length
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                at += 2 + usize::from(length.max(2));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_before_the_scan_is_not_the_end() {
        let thumbnail = [0xff, 0xd8, 0xff, 0xe1, 0, 4, 0xff, 0xd9];
        let scan = [0xff, 0xda, 0, 2, 1, 2, 0xff, 0, 3];
        let cut = [&thumbnail[..], &scan].concat();
        assert!(!is_whole(&cut));
        assert!(is_whole(&[&cut[..], &[0xff, 0xd9, 7]].concat()));
        assert!(!is_whole(&thumbnail) && !is_whole(&[]) && !is_whole(&[0xff, 0xd8, 0xff]));
    }
}
