//! A movie fragment: `moof`, which lists the samples of the `mdat` behind it.

use super::{Malformed, Reader, atoms, need};

/// What a fragment of a one-track file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Decode time of the first sample, in ticks.
    pub decode_time: i64,
    /// The sum of the samples' lengths, in ticks.
    pub duration: i64,
    /// Earliest composition time of a sample, in ticks.
    pub start: i64,
    /// Latest end of a sample by composition time, in ticks.
    pub end: i64,
    /// How many samples it holds.
    pub samples: u64,
    /// How many of them are sync samples (keyframes).
    pub keyframes: u64,
    /// Whether the first sample is a sync sample.
    pub begins_with_keyframe: bool,
    /// A digest of all composition times: equal in two renditions only when every frame is shown at the same time.
    pub times: u64,
}

/// The defaults of `tfhd`.
#[derive(Clone, Copy, Default)]
struct Defaults {
    duration: u32,
    flags: u32,
}

/// `sample_is_non_sync_sample`.
const NON_SYNC: u32 = 0x0001_0000;

impl Fragment {
    /// Reads the body of a `moof`.
    pub fn parse(moof: &[u8]) -> Result<Self, Malformed> {
        let traf = need(moof, &[b"traf"])?;
        let defaults = defaults(need(traf, &[b"tfhd"])?)?;
        let decode_time = decode_time(need(traf, &[b"tfdt"])?)?;
        let mut fragment = Self {
            decode_time,
            duration: 0,
            start: i64::MAX,
            end: i64::MIN,
            samples: 0,
            keyframes: 0,
            begins_with_keyframe: false,
            times: 0,
        };
        for run in atoms(traf)?.iter().filter(|atom| &atom.kind == b"trun") {
            fragment.add_run(run.body, defaults)?;
        }
        if fragment.samples == 0 {
            Err(Malformed("a fragment without samples"))
        } else {
            Ok(fragment)
        }
    }

    fn add_run(&mut self, trun: &[u8], defaults: Defaults) -> Result<(), Malformed> {
        let mut reader = Reader(trun);
        let (version, flags) = reader.version_and_flags()?;
        let count = reader.u32()?;
        if flags & 0x1 != 0 {
            reader.skip(4)?; // data offset
        }
        let first_flags = if flags & 0x4 != 0 {
            Some(reader.u32()?)
        } else {
            None
        };
        if flags & 0xf00 == 0 && count > 1 << 20 {
            return Err(Malformed("a run of too many samples"));
        }
        for number in 0..count {
            let duration = if flags & 0x100 != 0 {
                reader.u32()?
            } else {
                defaults.duration
            };
            if flags & 0x200 != 0 {
                reader.skip(4)?; // size
            }
            let own_flags = if flags & 0x400 != 0 {
                reader.u32()?
            } else {
                defaults.flags
            };
            let offset = match (flags & 0x800 != 0, version) {
                (false, _) => 0,
                (true, 0) => i64::from(reader.u32()?),
                (true, _) => i64::from(reader.i32()?),
            };
            let sample_flags = if number == 0 {
                first_flags.unwrap_or(own_flags)
            } else {
                own_flags
            };
            self.add_sample(i64::from(duration), offset, sample_flags & NON_SYNC == 0)?;
        }
        Ok(())
    }

    fn add_sample(&mut self, duration: i64, offset: i64, keyframe: bool) -> Result<(), Malformed> {
        let overflow = Malformed("a time beyond 64 bits");
        let decode = self.decode_time.checked_add(self.duration).ok_or(overflow)?;
        let time = decode.checked_add(offset).ok_or(overflow)?;
        self.begins_with_keyframe |= self.samples == 0 && keyframe;
        self.samples += 1;
        self.keyframes += u64::from(keyframe);
        self.start = self.start.min(time);
        self.end = self.end.max(time.checked_add(duration).ok_or(overflow)?);
        self.duration = self.duration.checked_add(duration).ok_or(overflow)?;
        // a sum, because renditions may store the same frames in different orders; mixed first, so that two errors do not cancel
        self.times = self.times.wrapping_add(mix(time.cast_unsigned()));
        Ok(())
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn defaults(tfhd: &[u8]) -> Result<Defaults, Malformed> {
    let mut reader = Reader(tfhd);
    let (_, flags) = reader.version_and_flags()?;
    reader.skip(4)?; // track id
    for (flag, size) in [(0x1, 8), (0x2, 4)] {
        if flags & flag != 0 {
            reader.skip(size)?; // data offset, sample description
        }
    }
    let duration = if flags & 0x8 != 0 { reader.u32()? } else { 0 };
    if flags & 0x10 != 0 {
        reader.skip(4)?; // size
    }
    let flags = if flags & 0x20 != 0 { reader.u32()? } else { 0 };
    Ok(Defaults { duration, flags })
}

fn decode_time(tfdt: &[u8]) -> Result<i64, Malformed> {
    let mut reader = Reader(tfdt);
    let (version, _) = reader.version_and_flags()?;
    if version == 0 {
        return reader.u32().map(i64::from);
    }
    i64::try_from(reader.u64()?).map_err(|_| Malformed("a time beyond 63 bits"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::tests::make;
    use super::*;

    /// A `moof` whose samples are `(duration, composition offset)`, the first of them a keyframe.
    pub(crate) fn moof(decode_time: u32, samples: &[(u32, i32)]) -> Vec<u8> {
        let words = |all: &[u32]| {
            all.iter()
                .flat_map(|word| word.to_be_bytes())
                .collect::<Vec<u8>>()
        };
        let tfhd = make(*b"tfhd", &words(&[0x0002_0020, 1, NON_SYNC]));
        let tfdt = make(*b"tfdt", &words(&[0, decode_time]));
        let mut run = words(&[0x0100_0905, u32::try_from(samples.len()).unwrap(), 0, 0]);
        for (duration, offset) in samples {
            run.extend([duration.to_be_bytes(), offset.to_be_bytes()].concat());
        }
        make(*b"traf", &[tfhd, tfdt, make(*b"trun", &run)].concat())
    }

    #[test]
    fn samples_are_summed_up() {
        let fragment = Fragment::parse(&moof(100, &[(10, 20), (10, 40), (10, 0), (10, 10)])).unwrap();
        assert_eq!(
            (fragment.decode_time, fragment.duration, fragment.samples),
            (100, 40, 4)
        );
        // shown at 120, 150, 120, 140
        assert_eq!((fragment.start, fragment.end), (120, 160));
        assert_eq!((fragment.keyframes, fragment.begins_with_keyframe), (1, true));
    }

    #[test]
    fn the_digest_is_of_times_not_of_order() {
        let digest = |samples: &[(u32, i32)]| Fragment::parse(&moof(0, samples)).unwrap().times;
        assert_eq!(
            digest(&[(10, 0), (10, 10), (10, -10)]),
            digest(&[(10, 0), (10, 0), (10, 0)])
        );
        assert_ne!(digest(&[(10, 0), (10, 10)]), digest(&[(10, 0), (10, 0)]));
        assert_ne!(digest(&[(10, 1), (10, -1)]), digest(&[(10, 0), (10, 0)]));
    }

    #[test]
    fn an_empty_fragment_is_malformed() {
        assert!(Fragment::parse(&moof(0, &[])).is_err());
    }
}
