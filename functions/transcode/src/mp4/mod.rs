//! Just enough of ISO base media (ISO/IEC 14496-12) to package what FFmpeg wrote: boxes, the header, fragments.

pub mod fragment;
pub mod init;
pub mod shift;

use std::ops::Range;

/// Bytes that are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed MP4: {0}")]
pub struct Malformed(pub &'static str);

/// A box: four letters and a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Atom<'a> {
    /// The type, for example `moov`.
    pub kind: [u8; 4],
    /// Everything after the header.
    pub body: &'a [u8],
}

/// The length of a box's header and of the whole box, in bytes, from its first bytes; `None` when more are needed (16 always
/// suffice). A box that goes "to the end of the file" is malformed here: nobody writes one into a stream.
pub fn header(bytes: &[u8]) -> Result<Option<(usize, usize, [u8; 4])>, Malformed> {
    let mut reader = Reader(bytes);
    let (Ok(short), Ok(kind)) = (reader.u32(), reader.array::<4>()) else {
        return Ok(None);
    };
    let (head, size) = match short {
        0 => return Err(Malformed("a box without an end")),
        1 => match reader.u64() {
            Ok(long) => (
                16,
                usize::try_from(long).map_err(|_| Malformed("a box beyond memory"))?,
            ),
            Err(_) => return Ok(None),
        },
        _ => (
            8,
            usize::try_from(short).map_err(|_| Malformed("a box beyond memory"))?,
        ),
    };
    if size < head {
        Err(Malformed("a box smaller than its header"))
    } else {
        Ok(Some((head, size, kind)))
    }
}

/// The boxes that stand side by side in `bytes`.
pub fn atoms(mut bytes: &[u8]) -> Result<Vec<Atom<'_>>, Malformed> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (head, size, kind) = header(bytes)?.ok_or(Malformed("half a box header"))?;
        let body = bytes
            .get(head..size)
            .ok_or(Malformed("a box longer than what holds it"))?;
        found.push(Atom { kind, body });
        bytes = &bytes[size..];
    }
    Ok(found)
}

/// Where the body of the first box at the end of `path` stands in `bytes`, for example `[b"trak", b"mdia"]`.
pub fn locate(bytes: &[u8], path: &[&[u8; 4]]) -> Result<Option<Range<usize>>, Malformed> {
    let mut range = 0..bytes.len();
    for kind in path {
        let mut at = range.start;
        let mut inside = None;
        for atom in atoms(bytes.get(range.clone()).unwrap_or_default())? {
            let head = header(&bytes[at..])?.map_or(8, |(head, ..)| head);
            let body = at + head..at + head + atom.body.len();
            at = body.end;
            if atom.kind == **kind {
                inside = Some(body);
                break;
            }
        }
        match inside {
            Some(body) => range = body,
            None => return Ok(None),
        }
    }
    Ok(Some(range))
}

/// The bytes that [`locate`] finds.
pub fn find<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Result<Option<&'a [u8]>, Malformed> {
    Ok(locate(bytes, path)?.and_then(|range| bytes.get(range)))
}

/// [`find`] where the box must be there.
pub fn need<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Result<&'a [u8], Malformed> {
    find(bytes, path)?.ok_or(Malformed("a required box is missing"))
}

/// Big-endian numbers from the front of a slice.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl Reader<'_> {
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (first, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(Malformed("a box ends too early"))?;
        self.0 = rest;
        Ok(*first)
    }

    pub(crate) fn skip(&mut self, count: usize) -> Result<(), Malformed> {
        self.0 = self.0.get(count..).ok_or(Malformed("a box ends too early"))?;
        Ok(())
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn i32(&mut self) -> Result<i32, Malformed> {
        self.array().map(i32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_be_bytes)
    }

    /// The version and the flags that begin a "full" box.
    pub(crate) fn version_and_flags(&mut self) -> Result<(u8, u32), Malformed> {
        let word = self.u32()?;
        Ok((word.to_be_bytes()[0], word & 0x00ff_ffff))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A box for tests.
    pub(crate) fn make(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len() + 8).unwrap();
        [&size.to_be_bytes()[..], &kind, body].concat()
    }

    #[test]
    fn boxes_side_by_side_and_within() {
        let bytes = [make(*b"ftyp", b"isom"), make(*b"moov", &make(*b"trak", b"x"))].concat();
        assert_eq!(atoms(&bytes).unwrap().len(), 2);
        assert_eq!(find(&bytes, &[b"moov", b"trak"]).unwrap(), Some(&b"x"[..]));
        assert_eq!(find(&bytes, &[b"moov", b"mvex"]).unwrap(), None);
        assert!(need(&bytes, &[b"mdat"]).is_err());
    }

    #[test]
    fn a_large_size_has_a_longer_header() {
        let bytes = [&1u32.to_be_bytes()[..], b"mdat", &17u64.to_be_bytes(), b"x"].concat();
        assert_eq!(header(&bytes).unwrap(), Some((16, 17, *b"mdat")));
        assert_eq!(header(&bytes[..10]).unwrap(), None);
        assert_eq!(atoms(&bytes).unwrap()[0].body, b"x");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = atoms(&bytes);
            let _ = init::Init::parse(&bytes);
            let _ = shift::take_empty_edit(&mut bytes.clone());
            let _ = shift::move_later(&mut bytes.clone(), 5);
            let _ = fragment::Fragment::parse(&bytes);
            for kind in [*b"moov", *b"trun", *b"tfhd", *b"tfdt", *b"elst"] {
                let nested = make(*b"moov", &make(*b"trak", &make(kind, &bytes)));
                let _ = init::Init::parse(&nested);
                let edts = make(*b"moov", &make(*b"trak", &make(*b"edts", &make(kind, &bytes))));
                let _ = shift::take_empty_edit(&mut edts.clone());
                let traf = make(*b"traf", &[make(*b"tfhd", &[0; 8]), make(*b"tfdt", &[0; 8]), make(kind, &bytes)].concat());
                let _ = fragment::Fragment::parse(&traf);
            }
        }
    }
}
