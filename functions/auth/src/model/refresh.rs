//! Refresh tokens: opaque to clients, recognisable to us without a look-up of the token itself.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use contracts::SessionId;

const SECRET: usize = 32;
const TAG: usize = 16;

/// A session's id, 256 secret bits, and a tag that only we can make: whatever carries a right tag was once given out by us.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) session_id: SessionId,
    secret: [u8; SECRET],
}

impl RefreshToken {
    /// The first token of a session.
    pub(crate) fn first(session_id: SessionId) -> Self {
        let mut secret = [0; SECRET];
        for half in secret.chunks_exact_mut(16) {
            half.copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        }
        Self { session_id, secret }
    }

    /// The one after this one: always the same, so that two uses within the grace period give the same successor although only hashes are stored.
    pub(crate) fn successor(&self, key: &hmac::Key) -> Self {
        let mut secret = [0; SECRET];
        secret.copy_from_slice(self.mac(key, b"next").as_ref());
        Self {
            session_id: self.session_id,
            secret,
        }
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> String {
        cloud::hash::key(&[b"refresh", &self.secret])
    }

    /// As the client gets it.
    pub(crate) fn write(&self, key: &hmac::Key) -> String {
        let tag = self.mac(key, b"tag");
        let parts = [
            self.session_id.as_bytes().as_slice(),
            &self.secret,
            &tag.as_ref()[..TAG],
        ];
        BASE64_URL_SAFE_NO_PAD.encode(parts.concat())
    }

    /// What a client sent, if we once gave it out.
    pub(crate) fn read(text: &str, key: &hmac::Key) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (secret, tag) = rest.split_first_chunk::<SECRET>()?;
        let token = Self {
            session_id: SessionId::from_bytes(*id),
            secret: *secret,
        };
        let right = token.mac(key, b"tag");
        aws_lc_rs::constant_time::verify_slices_are_equal(tag, &right.as_ref()[..TAG])
            .ok()
            .map(|()| token)
    }

    fn mac(&self, key: &hmac::Key, purpose: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(key);
        context.update(purpose);
        context.update(self.session_id.as_bytes());
        context.update(&self.secret);
        context.sign()
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshToken")
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(bytes: &[u8]) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, bytes)
    }

    #[test]
    fn it_survives_the_client_and_has_one_successor() {
        let key = key(b"a key");
        let token = RefreshToken::first(SessionId::random());
        let read = RefreshToken::read(&token.write(&key), &key).unwrap();
        assert_eq!(read, token);
        assert_eq!(read.successor(&key), token.successor(&key));
        assert_ne!(token.successor(&key).hash(), token.hash());
    }

    proptest! {
        #[test]
        fn only_what_we_gave_out_is_read(at in 0_usize..64, flip in 1_u8..=255, other in "\\PC{0,90}") {
            let key = key(b"a key");
            let text = RefreshToken::first(SessionId::random()).write(&key);
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
            bytes[at] ^= flip;
            // version and variant bits of the id are fixed, so flipping only those reads as the same id; the tag then still stands
            let changed = RefreshToken::read(&BASE64_URL_SAFE_NO_PAD.encode(bytes), &key);
            prop_assert!(changed.is_none() || changed == RefreshToken::read(&text, &key));
            prop_assert!(RefreshToken::read(&other, &key).is_none());
            prop_assert!(RefreshToken::read(&text, &super::tests::key(b"another")).is_none());
        }
    }
}
