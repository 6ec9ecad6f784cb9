//! A home timeline as Redis keeps it: the places of the newest posts of all whom somebody follows.

use super::place::{PLACE, pack, unpack, unpack_all};
use crate::model::Position;

/// The most places that are kept.
pub(super) const MOST: usize = 800;
/// The bytes before the places: fingerprint, time of building, whether that is all, the oldest place.
pub(super) const HEAD: usize = 8 + 8 + 1 + PLACE;
/// How many places it may have twice, or out of reach, before it is put in order.
const LOOSE: usize = 100;
/// The longest it may grow by what is appended before it is dropped, to be built anew.
pub(super) const LONGEST: usize = HEAD + 2 * MOST * PLACE;

/// The places of the newest posts of an author and all whom they follow.
///
/// In Redis new places are appended in the order in which they come, twice too; reading puts them in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timeline {
    /// Of whom they followed when it was built, and since when.
    pub(super) fingerprint: u64,
    /// When building it began, in microseconds of Redis' clock.
    pub(super) built_at: u64,
    /// It holds every place from the newest to this one, and nothing behind; none: it holds all there are.
    pub(super) floor: Option<Position>,
    /// Newest first, each once, at most [`MOST`].
    pub(super) places: Vec<Position>,
    /// How many bytes it was read from.
    pub(super) bytes: usize,
}

impl Timeline {
    /// One of `found`, newest first, which are all there are when `ended`.
    pub(super) fn new(fingerprint: u64, built_at: u64, found: Vec<Position>, ended: bool) -> Self {
        let floor = found.last().copied().filter(|_| !ended);
        let timeline = Self {
            fingerprint,
            built_at,
            floor,
            places: found,
            bytes: 0,
        };
        timeline.bounded()
    }

    /// The same with what lies right behind it, newest first; `ended` when there is no more.
    pub(super) fn extended(&self, older: &[Position], ended: bool) -> Self {
        let places = [self.places.as_slice(), older].concat();
        let last = places.last().copied().or(self.floor);
        let timeline = Self {
            floor: if ended { None } else { last },
            places,
            ..self.clone()
        };
        timeline.bounded()
    }

    /// As Redis keeps it.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend(self.places.iter().copied().flat_map(pack));
        bytes
    }

    /// What tells it from every other one.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut head = Vec::with_capacity(HEAD + self.places.len() * PLACE);
        head.extend(self.fingerprint.to_be_bytes());
        head.extend(self.built_at.to_be_bytes());
        head.push(u8::from(self.floor.is_none()));
        head.extend(self.floor.map_or([0; PLACE], pack));
        head
    }

    /// The one of these bytes, and of what was appended to them; none when they are not one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (head, places) = bytes.split_at_checked(HEAD)?;
        let (fingerprint, head) = head.split_first_chunk()?;
        let (built_at, head) = head.split_first_chunk()?;
        let (whole, head) = head.split_first()?;
        let floor = unpack(head.first_chunk()?);
        let mut places = unpack_all(places);
        places.sort_unstable_by(|a, b| b.cmp(a));
        places.dedup();
        let timeline = Self {
            fingerprint: u64::from_be_bytes(*fingerprint),
            built_at: u64::from_be_bytes(*built_at),
            floor: (*whole == 0).then_some(floor),
            places,
            bytes: bytes.len(),
        };
        Some(timeline.bounded())
    }

    /// Whether it may take in what lies behind it.
    pub(super) fn has_room(&self) -> bool {
        self.floor.is_some() && self.places.len() < MOST
    }

    /// Whether so much was appended that it is worth putting in order.
    pub(super) fn is_loose(&self) -> bool {
        self.bytes > HEAD + PLACE * (self.places.len() + LOOSE)
    }

    /// Without what lies behind its floor (it came late, and is found in the lists), and not longer than it may be.
    fn bounded(mut self) -> Self {
        if let Some(floor) = self.floor {
            self.places.retain(|place| *place >= floor);
        }
        if self.places.len() > MOST {
            self.places.truncate(MOST);
            self.floor = self.places.last().copied();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{PostId, Timestamp};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn places(most: usize) -> impl Strategy<Value = BTreeSet<Position>> {
        let place = (0_i64..40, any::<[u8; 16]>())
            .prop_map(|(at, id)| (Timestamp::from_millis(at), PostId::from_bytes(id)));
        prop::collection::btree_set(place, 0..most)
    }

    fn newest_first(places: &BTreeSet<Position>) -> Vec<Position> {
        places.iter().rev().copied().collect()
    }

    proptest! {
        #[test]
        fn it_survives_being_kept(found in places(60), ended: bool, fingerprint: u64, built_at: u64) {
            let timeline = Timeline::new(fingerprint, built_at, newest_first(&found), ended);
            let bytes = timeline.encode();
            prop_assert_eq!(bytes.len(), HEAD + PLACE * found.len());
            let read = Timeline::decode(&bytes).unwrap();
            prop_assert_eq!(read, Timeline { bytes: bytes.len(), ..timeline });
        }

        /// Whatever is appended, in any order and twice: it holds all of it that is not behind its floor, in order and once.
        #[test]
        fn what_is_appended_is_put_in_order(found in places(30), late in places(30), ended: bool, shuffled in any::<prop::sample::Index>()) {
            let timeline = Timeline::new(1, 2, newest_first(&found), ended);
            let mut bytes = timeline.encode();
            let mut appended: Vec<Position> = late.iter().chain(&late).copied().collect();
            if !appended.is_empty() {
                let middle = shuffled.index(appended.len());
                appended.rotate_left(middle);
            }
            bytes.extend(appended.iter().copied().flat_map(pack));
            let read = Timeline::decode(&bytes).unwrap();
            let mut all: BTreeSet<Position> = found.union(&late).copied().collect();
            if let Some(floor) = timeline.floor {
                all.retain(|place| *place >= floor);
            }
            prop_assert_eq!(read.places, newest_first(&all));
            prop_assert_eq!(read.floor, timeline.floor);
        }

        /// Building it deeper at once, or extending it, comes to the same.
        #[test]
        fn extending_it_is_building_it_deeper(found in places(60), at in any::<prop::sample::Index>()) {
            let found = newest_first(&found);
            let (near, far) = found.split_at(at.index(found.len() + 1));
            prop_assume!(!near.is_empty());
            let extended = Timeline::new(1, 2, near.to_vec(), false).extended(far, true);
            prop_assert_eq!(extended, Timeline::new(1, 2, found.clone(), true));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(timeline) = Timeline::decode(&bytes) {
                prop_assert!(timeline.places.is_sorted_by(|a, b| a > b));
            }
        }
    }

    #[test]
    fn it_grows_no_longer_than_it_may() {
        let place = |at: i64| (Timestamp::from_millis(at), PostId::from_bytes([7; 16]));
        let found: Vec<Position> = (0..1000).rev().map(place).collect();
        let timeline = Timeline::new(1, 2, found, true);
        assert_eq!((timeline.places.len(), timeline.floor), (MOST, Some(place(200))));
        assert!(!timeline.has_room());
        let mut bytes = timeline.encode();
        bytes.extend(pack(place(1000)));
        let read = Timeline::decode(&bytes).unwrap();
        assert_eq!((read.places.len(), read.places[0]), (MOST, place(1000)));
        assert_eq!(read.floor, Some(place(201)), "what falls out is in the lists");
    }
}
