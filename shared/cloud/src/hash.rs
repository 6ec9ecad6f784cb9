//! Hashes that derive ids: the same input gives the same id, so that a repetition finds what is already there.

use aws_lc_rs::digest::{Context, SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use contracts::{DomainEvent, EventId};

/// SHA-256 of the parts, each preceded by its length, so that no two lists of parts look alike.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut input = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        input.extend_from_slice(&(part.len() as u64).to_be_bytes());
        input.extend_from_slice(part);
    }
    let mut output = [0; 32];
    output.copy_from_slice(digest(&SHA256, &input).as_ref());
    output
}

/// The first 16 bytes of [`sha256`]: for ids of the UUID kind.
pub fn id_bytes(parts: &[&[u8]]) -> [u8; 16] {
    let mut output = [0; 16];
    output.copy_from_slice(&sha256(parts)[..16]);
    output
}

/// The id of the event `E` that follows from `cause`: a repetition of the cause is a repetition of the event.
pub fn event_id<E: DomainEvent>(cause: &[&[u8]]) -> EventId {
    let parts = [&[E::TYPE.as_bytes()], cause].concat();
    EventId::from_bytes(id_bytes(&parts))
}

/// SHA-256 of what comes piece by piece.
#[derive(Clone)]
pub struct Running(Context);

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Running")
    }
}

impl Default for Running {
    fn default() -> Self {
        Self::new()
    }
}

impl Running {
    /// Of nothing.
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// And of this.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// That was all.
    pub fn end(self) -> [u8; 32] {
        let mut output = [0; 32];
        output.copy_from_slice(self.0.finish().as_ref());
        output
    }
}

/// [`sha256`] as 43 characters that are safe in a document's name.
pub fn key(parts: &[&[u8]]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(sha256(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_into_parts_counts() {
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
        assert_eq!(key(&[b"a"]).len(), 43);
        let mut running = Running::new();
        running.add(b"a");
        running.add(b"b");
        assert_eq!(running.end(), super::digest(&SHA256, b"ab").as_ref());
    }
}
