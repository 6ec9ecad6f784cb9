//! What an author posted that is not, or not yet, in the timelines of those who follow them.

use super::place::{PLACE, unpack};
use crate::model::Position;

/// The digits of a stamp: microseconds of Redis' clock.
pub(super) const STAMP: usize = 16;
/// The bytes of a place and the stamp of its announcement.
pub(super) const RECORD: usize = PLACE + STAMP;
/// The most that is remembered of one author.
pub(super) const MOST: usize = 100;

/// What an author posted that is not, or not yet, in the timelines of those who follow them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pending {
    /// The stamp of the last announcement that was forgotten because there were too many: a timeline that was built before may lack that post.
    pub(super) forgotten_at: u64,
    /// In the order in which they were announced.
    pub(super) places: Vec<Position>,
}

impl Pending {
    /// That of these bytes: the stamp of the last forgotten one, then records.
    pub(super) fn decode(bytes: &[u8]) -> Self {
        let Some((forgotten_at, records)) = bytes.split_at_checked(STAMP) else {
            return Self::default();
        };
        let (records, _) = records.as_chunks::<RECORD>();
        Self {
            forgotten_at: stamp(forgotten_at),
            places: records
                .iter()
                .filter_map(|record| record.first_chunk().map(unpack))
                .collect(),
        }
    }
}

/// The stamp that these digits are; what are none is later than everything.
pub(super) fn stamp(digits: &[u8]) -> u64 {
    let digits = std::str::from_utf8(digits).ok();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::place::pack;
    use super::*;
    use contracts::{PostId, Timestamp};
    use proptest::prelude::*;

    #[test]
    fn records_are_read_in_their_order() {
        let place = |at: i64| (Timestamp::from_millis(at), PostId::from_bytes([7; 16]));
        let mut bytes = b"1763745000123456".to_vec();
        for at in [5, 3] {
            bytes.extend(pack(place(at)));
            bytes.extend(b"1763745000999999");
        }
        let pending = Pending::decode(&bytes);
        assert_eq!(pending.forgotten_at, 1_763_745_000_123_456);
        assert_eq!(pending.places, [place(5), place(3)]);
        assert_eq!(Pending::decode(b""), Pending::default());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let pending = Pending::decode(&bytes);
            prop_assert!(pending.places.len() * RECORD <= bytes.len());
        }
    }
}
