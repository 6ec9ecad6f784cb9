//! Ids and names as bytes, in the order of [`crate::firestore::name::compare`].

use super::{END, escaped, unescaped};
use crate::firestore::name::{Database, numeric};

const NUMBER: u8 = 0x01;
const TEXT: u8 = 0x02;

/// Writes one id.
pub(crate) fn id(out: &mut Vec<u8>, id: &str) {
    if let Some(number) = numeric(id) {
        out.push(NUMBER);
        out.extend((number ^ i64::MIN).to_be_bytes());
    } else {
        out.push(TEXT);
        escaped(out, id.as_bytes());
    }
}

/// One id's bytes: how `firestore_documents` and the entries of one collection name documents.
pub(crate) fn encoded_id(of: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(of.len() + 3);
    id(&mut out, of);
    out
}

/// Writes ids below each other, without an end: all that begins with it is at or below them.
pub(crate) fn ids<'a>(out: &mut Vec<u8>, ids: impl IntoIterator<Item = &'a str>) {
    for one in ids {
        id(out, one);
    }
}

/// Writes a whole path: the ids, and an end.
pub(crate) fn path<'a>(out: &mut Vec<u8>, of: impl IntoIterator<Item = &'a str>) {
    ids(out, of);
    out.push(END);
}

/// The ids of a name below its database's root; none of the root itself.
pub(crate) fn below<'a>(root: &str, name: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
    let rest = name.get(root.len() + 1..).unwrap_or_default();
    rest.split('/').filter(|id| !id.is_empty())
}

/// A document's path from its database's root: how entries of collection-group scope name documents.
pub(crate) fn encoded_path(database: &Database, name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    path(&mut out, below(&database.root(), name));
    out
}

/// Reads one id, and answers what follows.
pub(crate) fn read_id(bytes: &[u8]) -> Option<(String, &[u8])> {
    match bytes {
        [NUMBER, rest @ ..] => {
            let (number, rest) = rest.split_first_chunk()?;
            Some((format!("__id{}__", i64::from_be_bytes(*number) ^ i64::MIN), rest))
        }
        [TEXT, rest @ ..] => {
            let (text, rest) = unescaped(rest)?;
            Some((String::from_utf8(text).ok()?, rest))
        }
        _ => None,
    }
}

/// Reads a whole path: ids with slashes between them. Nothing may follow.
pub(crate) fn read_path(mut bytes: &[u8]) -> Option<String> {
    let mut ids = Vec::new();
    while bytes != [END] {
        let (id, rest) = read_id(bytes)?;
        ids.push(id);
        bytes = rest;
    }
    Some(ids.join("/"))
}

/// Where the first id of `bytes` ends.
pub(crate) fn id_end(bytes: &[u8]) -> Option<usize> {
    read_id(bytes).map(|(_, rest)| bytes.len() - rest.len())
}
