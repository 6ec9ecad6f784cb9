//! Ids as bytes whose order is that of `__name__`: numeric ids first, others by their bytes.
//!
//! Each one ends by itself, so a path is its ids one after the other, and stands right before all that is below it.

use crate::firestore::name::numeric;

/// What numeric ids begin with.
const NUMBER: u8 = 1;
/// What other ids begin with.
const TEXT: u8 = 2;
/// A zero byte within an id is followed by this...
const ESCAPED: u8 = 0xff;
/// ...and one that ends it by this.
const ENDED: u8 = 1;

/// The bytes of one id.
pub(crate) fn encode(id: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(id.len() + 3);
    append(&mut bytes, id);
    bytes
}

/// The bytes of ids that are separated by `/`; none for no id at all.
pub(crate) fn encode_path(path: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.len() + 16);
    path.split('/')
        .filter(|id| !id.is_empty())
        .for_each(|id| append(&mut bytes, id));
    bytes
}

/// The first id of `bytes`, and what follows it.
pub(crate) fn decode_first(bytes: &[u8]) -> Option<(String, &[u8])> {
    match bytes.split_first()? {
        (&NUMBER, rest) => {
            let (number, rest) = rest.split_first_chunk::<8>()?;
            Some((format!("__id{}__", i64::from_be_bytes(*number) ^ i64::MIN), rest))
        }
        (&TEXT, rest) => text(rest),
        _ => None,
    }
}

/// The ids of `bytes`, separated by `/`.
pub(crate) fn decode_path(mut bytes: &[u8]) -> Option<String> {
    let mut path = String::new();
    while !bytes.is_empty() {
        let (id, rest) = decode_first(bytes)?;
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(&id);
        bytes = rest;
    }
    Some(path)
}

/// The least bytes that stand after everything that begins with `prefix`, which ends with an id.
pub(crate) fn after_all_below(mut prefix: Vec<u8>) -> Vec<u8> {
    prefix.push(0xff);
    prefix
}

fn append(bytes: &mut Vec<u8>, id: &str) {
    if let Some(number) = numeric(id) {
        bytes.push(NUMBER);
        bytes.extend((number ^ i64::MIN).to_be_bytes());
        return;
    }
    bytes.push(TEXT);
    for byte in id.bytes() {
        bytes.push(byte);
        if byte == 0 {
            bytes.push(ESCAPED);
        }
    }
    bytes.extend([0, ENDED]);
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let mut id = Vec::new();
    let mut at = 0;
    loop {
        match (*bytes.get(at)?, bytes.get(at + 1)) {
            (0, Some(&ESCAPED)) => {
                id.push(0);
                at += 2;
            }
            (0, Some(&ENDED)) => return Some((String::from_utf8(id).ok()?, bytes.get(at + 2..)?)),
            (0, _) => return None,
            (byte, _) => {
                id.push(byte);
                at += 1;
            }
        }
    }
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
