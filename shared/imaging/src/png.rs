//! What the decoder of PNG leaves unsaid: whether the palette is one. It breaks down over a part of an entry.

/// The most bytes of a palette: 256 entries of three.
const LARGEST: usize = 3 * 256;
/// Length and type of a chunk, and its check sum behind.
const HEAD: usize = 8;
const SUM: usize = 4;

/// Whether every palette before the pixels is a whole number of entries, and not too many (PNG, third edition, 5.3 and 11.2.2).
pub(crate) fn has_whole_palette(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(HEAD..).unwrap_or_default();
    while let Some(([a, b, c, d, kind @ ..], data)) = rest.split_first_chunk::<HEAD>() {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        match kind {
            b"PLTE" if !length.is_multiple_of(3) || length > LARGEST => return false,
            b"IDAT" | b"IEND" => return true,
            _ => rest = data.get(length.saturating_add(SUM)..).unwrap_or_default(),
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: [u8; 4], length: usize) -> Vec<u8> {
        let size = u32::try_from(length).unwrap().to_be_bytes();
        [&size[..], &kind, &vec![0; length + SUM]].concat()
    }

    #[test]
    fn a_palette_has_whole_entries_and_256_at_most() {
        let begin = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(*b"IHDR", 13)].concat();
        for (length, whole) in [
            (3, true),
            (768, true),
            (0, true),
            (1, false),
            (25, false),
            (771, false),
        ] {
            let image = [begin.clone(), chunk(*b"PLTE", length), chunk(*b"IDAT", 5)].concat();
            assert_eq!(has_whole_palette(&image), whole, "{length}");
        }
        // what stands behind the pixels is nobody's business, and what is cut off the decoder's
        let late = [begin.clone(), chunk(*b"IDAT", 5), chunk(*b"PLTE", 1)].concat();
        assert!(has_whole_palette(&late) && has_whole_palette(&begin) && has_whole_palette(b""));
        let endless = [begin, vec![0xff; 12]].concat();
        assert!(has_whole_palette(&endless));
    }
}
