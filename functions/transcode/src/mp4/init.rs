//! The header of a track: `ftyp` and `moov`.

use super::{Malformed, Reader, atoms, find, need};

/// What the header of a one-track file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// Ticks per second of the track's timestamps.
    pub timescale: u32,
    /// What the edit list adds to a composition time to make it a presentation time, in ticks.
    pub shift: i64,
    /// The codec as RFC 6381 writes it: `avc1.64001f`, `mp4a.40.2`.
    pub codec: String,
}

impl Init {
    /// Reads `ftyp` and `moov`, or `moov` alone.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let moov = need(bytes, &[b"moov"])?;
        let trak = need(moov, &[b"trak"])?;
        let timescale = timescale(need(trak, &[b"mdia", b"mdhd"])?)?;
        let movie_timescale = self::timescale(need(moov, &[b"mvhd"])?)?;
        let shift = match find(trak, &[b"edts", b"elst"])? {
            Some(elst) => shift(elst, timescale, movie_timescale)?,
            None => 0,
        };
        let stsd = need(trak, &[b"mdia", b"minf", b"stbl", b"stsd"])?;
        Ok(Self {
            timescale,
            shift,
            codec: codec(stsd)?,
        })
    }
}

/// `mdhd` and `mvhd` begin alike.
fn timescale(body: &[u8]) -> Result<u32, Malformed> {
    let mut reader = Reader(body);
    let (version, _) = reader.version_and_flags()?;
    reader.skip(if version == 1 { 16 } else { 8 })?;
    match reader.u32()? {
        0 => Err(Malformed("a timescale of 0")),
        ticks => Ok(ticks),
    }
}

/// Empty edits move the track later, the first real one takes its media time away.
fn shift(elst: &[u8], timescale: u32, movie_timescale: u32) -> Result<i64, Malformed> {
    let mut reader = Reader(elst);
    let (version, _) = reader.version_and_flags()?;
    let mut later = 0_i64;
    for _ in 0..reader.u32()? {
        let (length, media_time) = if version == 1 {
            (reader.u64()?, reader.i64()?)
        } else {
            (u64::from(reader.u32()?), i64::from(reader.i32()?))
        };
        reader.skip(4)?;
        if media_time >= 0 {
            return Ok(later.saturating_sub(media_time));
        }
        let ticks = u128::from(length) * u128::from(timescale) / u128::from(movie_timescale);
        later = later.saturating_add(i64::try_from(ticks).unwrap_or(i64::MAX));
    }
    Ok(later)
}

fn codec(stsd: &[u8]) -> Result<String, Malformed> {
    let entries = stsd.get(8..).ok_or(Malformed("stsd ends too early"))?;
    let entry = *atoms(entries)?.first().ok_or(Malformed("stsd is empty"))?;
    match &entry.kind {
        b"avc1" => {
            // the fixed fields of a visual sample entry take 78 bytes
            let children = entry.body.get(78..).ok_or(Malformed("avc1 ends too early"))?;
            let mut reader = Reader(need(children, &[b"avcC"])?);
            reader.u8()?;
            let [profile, constraints, level] = reader.array()?;
            Ok(format!("avc1.{profile:02x}{constraints:02x}{level:02x}"))
        }
        // we encode AAC LC and nothing else: object type 0x40, audio object type 2
        b"mp4a" => Ok("mp4a.40.2".to_owned()),
        _ => Err(Malformed("a codec that we never write")),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::tests::make;
    use super::*;

    pub(crate) fn header(edits: &[(u32, i32)], entry: &[u8]) -> Vec<u8> {
        let times = |timescale: u32| [&[0; 12][..], &timescale.to_be_bytes(), &[0; 8]].concat();
        let mut elst = [[0; 4], u32::try_from(edits.len()).unwrap().to_be_bytes()].concat();
        for (length, time) in edits {
            elst.extend([length.to_be_bytes(), time.to_be_bytes(), [0, 1, 0, 0]].concat());
        }
        let stsd = make(*b"stsd", &[&[0; 8][..], entry].concat());
        let mdia = [
            make(*b"mdhd", &times(15_360)),
            make(*b"minf", &make(*b"stbl", &stsd)),
        ]
        .concat();
        let trak = [make(*b"edts", &make(*b"elst", &elst)), make(*b"mdia", &mdia)].concat();
        make(
            *b"moov",
            &[make(*b"mvhd", &times(1000)), make(*b"trak", &trak)].concat(),
        )
    }

    pub(crate) fn avc1() -> Vec<u8> {
        make(
            *b"avc1",
            &[&[0; 78][..], &make(*b"avcC", &[1, 0x64, 0, 0x1f])].concat(),
        )
    }

    #[test]
    fn timescale_codec_and_edit() {
        let init = Init::parse(&header(&[(0, 1024)], &avc1())).unwrap();
        assert_eq!(
            init,
            Init {
                timescale: 15_360,
                shift: -1024,
                codec: "avc1.64001f".into()
            }
        );
    }

    #[test]
    fn an_empty_edit_counts_in_the_movie_s_ticks() {
        let init = Init::parse(&header(&[(500, -1), (0, 1024)], &avc1())).unwrap();
        assert_eq!(init.shift, 7680 - 1024);
    }

    #[test]
    fn sound_has_its_name_and_others_are_refused() {
        assert_eq!(
            Init::parse(&header(&[], &make(*b"mp4a", &[]))).unwrap().codec,
            "mp4a.40.2"
        );
        assert!(Init::parse(&header(&[], &make(*b"hvc1", &[]))).is_err());
    }
}
