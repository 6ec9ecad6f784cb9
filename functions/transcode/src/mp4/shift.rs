//! A late start, moved from the edit list into the fragments.
//!
//! FFmpeg writes a track that begins after 0 with an empty edit in front of its edit list. Chrome's media source ignores an edit
//! list that begins so (and with it the delay of the B-frames), and the picture would come early by the whole gap. A
//! fragment's decode time says the same and every player obeys it.

use super::{Malformed, Reader, init::Init, locate};

const ELST: [&[u8; 4]; 4] = [b"moov", b"trak", b"edts", b"elst"];

/// Takes one leading empty edit out of a header, keeping its size (the space becomes a `free` box), and returns how many of
/// the track's ticks [`move_later`] must add to each fragment. Without an empty edit: 0, and nothing is touched.
pub fn take_empty_edit(header: &mut [u8]) -> Result<i64, Malformed> {
    let Some(range) = locate(header, &ELST)? else {
        return Ok(0);
    };
    let mut reader = Reader(&header[range.clone()]);
    let (version, _) = reader.version_and_flags()?;
    if reader.u32()? != 2 {
        return Ok(0);
    }
    let entry = if version == 1 { 20 } else { 12 };
    let media_time = if version == 1 {
        reader.skip(8)?;
        reader.i64()?
    } else {
        reader.skip(4)?;
        i64::from(reader.i32()?)
    };
    if media_time >= 0 || range.len() != 8 + 2 * entry {
        return Ok(0);
    }
    let before = Init::parse(header)?.shift;
    drop_first_entry(header, range, entry);
    let after = Init::parse(header)?.shift;
    Ok(before.saturating_sub(after))
}

fn drop_first_entry(header: &mut [u8], body: std::ops::Range<usize>, entry: usize) {
    let (start, end) = (body.start, body.end);
    header.copy_within(start + 8 + entry..end, start + 8);
    header[start + 4..start + 8].copy_from_slice(&1_u32.to_be_bytes());
    // both sizes are 20 to 36: they fit
    let word = |size: usize| u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes();
    header[start - 8..start - 4].copy_from_slice(&word(8 + 8 + entry));
    let free = end - entry;
    header[free..free + 4].copy_from_slice(&word(entry));
    header[free + 4..free + 8].copy_from_slice(b"free");
    header[free + 8..end].fill(0);
}

/// Adds `ticks` to the decode time of a fragment: `moof` with its header.
pub fn move_later(moof: &mut [u8], ticks: i64) -> Result<(), Malformed> {
    if ticks == 0 {
        return Ok(());
    }
    let range = locate(moof, &[b"moof", b"traf", b"tfdt"])?.ok_or(Malformed("a required box is missing"))?;
    let mut reader = Reader(&moof[range.clone()]);
    let (version, _) = reader.version_and_flags()?;
    if version != 1 {
        return Err(Malformed("a decode time of 32 bits cannot be moved"));
    }
    let time = reader
        .u64()?
        .checked_add_signed(ticks)
        .ok_or(Malformed("a time beyond 64 bits"))?;
    moof[range.start + 4..range.start + 12].copy_from_slice(&time.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fragment::Fragment;
    use super::super::init::tests::{avc1, header};
    use super::super::{find, tests::make};
    use super::*;

    #[test]
    fn an_empty_edit_becomes_ticks() {
        let mut bytes = header(&[(500, -1), (0, 1024)], &avc1());
        let size = bytes.len();
        assert_eq!(take_empty_edit(&mut bytes).unwrap(), 7680);
        assert_eq!(bytes.len(), size);
        assert_eq!(Init::parse(&bytes).unwrap().shift, -1024);
        assert!(
            find(&bytes, &[b"moov", b"trak", b"edts", b"free"])
                .unwrap()
                .is_some()
        );
        assert_eq!(take_empty_edit(&mut bytes).unwrap(), 0);
    }

    #[test]
    fn an_ordinary_edit_stays() {
        let bytes = header(&[(0, 1024)], &avc1());
        let mut same = bytes.clone();
        assert_eq!(take_empty_edit(&mut same).unwrap(), 0);
        assert_eq!(same, bytes);
    }

    #[test]
    fn a_fragment_moves_as_a_whole() {
        let tfdt = make(*b"tfdt", &[&[1, 0, 0, 0][..], &100_u64.to_be_bytes()].concat());
        let tfhd = make(*b"tfhd", &[0, 2, 0, 8, 0, 0, 0, 1, 0, 0, 0, 10]);
        let trun = make(*b"trun", &[0, 0, 0, 0, 0, 0, 0, 3]);
        let mut moof = make(*b"moof", &make(*b"traf", &[tfhd, tfdt, trun].concat()));
        move_later(&mut moof, 7680).unwrap();
        let fragment = Fragment::parse(&moof[8..]).unwrap();
        assert_eq!(
            (fragment.decode_time, fragment.start, fragment.end),
            (7780, 7780, 7810)
        );
    }
}
