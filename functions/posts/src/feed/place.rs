//! Places in lists, packed: 8 bytes of time, 16 of the post's id.

use crate::model::Position;
use contracts::{PostId, Timestamp};

/// The bytes of a place.
pub(super) const PLACE: usize = 24;

/// A place as bytes, whose order is that of places: big-endian, with the sign of the time turned.
pub(super) fn pack((at, id): Position) -> [u8; PLACE] {
    let mut bytes = [0; PLACE];
    let (time, post) = bytes.split_at_mut(8);
    time.copy_from_slice(&(at.as_millis() ^ i64::MIN).to_be_bytes());
    post.copy_from_slice(id.as_bytes());
    bytes
}

/// The place of these bytes.
pub(super) fn unpack(bytes: &[u8; PLACE]) -> Position {
    let (mut time, mut id) = ([0; 8], [0; 16]);
    time.copy_from_slice(&bytes[..8]);
    id.copy_from_slice(&bytes[8..]);
    let millis = i64::from_be_bytes(time) ^ i64::MIN;
    (Timestamp::from_millis(millis), PostId::from_bytes(id))
}

/// The places of these bytes; what does not make a whole one is left out.
pub(super) fn unpack_all(bytes: &[u8]) -> Vec<Position> {
    let (places, _) = bytes.as_chunks::<PLACE>();
    places.iter().map(unpack).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = Position> {
        let time = prop_oneof![-5_i64..5, 1_700_000_000_000_i64..1_900_000_000_000];
        (time, any::<[u8; 16]>()).prop_map(|(at, id)| (Timestamp::from_millis(at), PostId::from_bytes(id)))
    }

    proptest! {
        #[test]
        fn a_place_survives_its_packing_and_keeps_its_order(a in place(), b in place()) {
            prop_assert_eq!(unpack(&pack(a)), a);
            prop_assert_eq!(pack(a).cmp(&pack(b)), a.cmp(&b));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert_eq!(unpack_all(&bytes).len(), bytes.len() / PLACE);
        }
    }
}
