//! Paths as bytes, on top of the bytes of ids: they stand in the order of names, and right before all that is below them.

use crate::firestore::key::{TOP, name};

/// The bytes of one id.
pub(crate) use name::encoded_id as encode;
/// The first id of some bytes, and what follows it.
pub(crate) use name::read_id as decode_first;

/// The bytes of ids that are separated by `/`; none for no id at all.
pub(crate) fn encode_path(path: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.len() + 16);
    name::ids(&mut bytes, path.split('/').filter(|id| !id.is_empty()));
    bytes
}

/// The ids of `bytes`, separated by `/`.
pub(crate) fn decode_path(mut bytes: &[u8]) -> Option<String> {
    let mut ids = Vec::new();
    while !bytes.is_empty() {
        let (id, rest) = decode_first(bytes)?;
        ids.push(id);
        bytes = rest;
    }
    Some(ids.join("/"))
}

/// The least bytes that stand after everything that begins with `prefix`, which ends with an id.
pub(crate) fn after_all_below(mut prefix: Vec<u8>) -> Vec<u8> {
    prefix.push(TOP);
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firestore::name::compare;
    use proptest::prelude::*;

    fn id() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a\u{0}\u{1}\u{ff}é-]{1,3}",
            any::<i64>().prop_map(|number| format!("__id{number}__")),
            "__id0[0-9]{0,2}__",
        ]
    }

    fn path() -> impl Strategy<Value = String> {
        proptest::collection::vec(id(), 1..4).prop_map(|ids| ids.join("/"))
    }

    proptest! {
        #[test]
        fn bytes_stand_in_the_order_of_names_and_read_back(a in path(), b in path()) {
            let (x, y) = (encode_path(&a), encode_path(&b));
            prop_assert_eq!(x.cmp(&y), compare(&a, &b));
            prop_assert_eq!(decode_path(&x), Some(a.clone()));
            let below = encode_path(&format!("{a}/{b}"));
            prop_assert!(x < below && below < after_all_below(x.clone()));
            prop_assert!(y < x || y.starts_with(&x) || y > after_all_below(x));
        }

        #[test]
        fn whatever_bytes_come_nothing_breaks(bytes in proptest::collection::vec(0_u8..4, 0..12)) {
            if let Some(path) = decode_path(&bytes) {
                prop_assert!(path.is_empty() || decode_path(&encode_path(&path)) == Some(path));
            }
        }
    }
}
