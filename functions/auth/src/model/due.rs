//! What a sweep looks after when its time has come.

/// How many shards stand before a due time: a time alone would be an index that rises at one place.
pub(crate) const SHARDS: u8 = 4;

/// The shard of the document with this id.
pub(crate) fn shard_of(id: &[u8]) -> u8 {
    id.iter().copied().fold(0, u8::wrapping_add) % SHARDS
}
