//! What is stored encrypted, because a copy of the database alone must not be enough to use it: AES-256-GCM.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use contracts::UserId;
use std::sync::Arc;

/// Bytes of a nonce.
const NONCE: usize = 12;

/// Seals small secrets of people.
#[derive(Clone)]
pub(crate) struct Sealer {
    key: Arc<RandomizedNonceKey>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// With a key that is derived from `secret` for this purpose alone.
    pub(crate) fn new(secret: &hmac::Key) -> Result<Self, Unspecified> {
        let key = hmac::sign(secret, b"sealed secrets of people");
        Ok(Self {
            key: Arc::new(RandomizedNonceKey::new(&AES_256_GCM, key.as_ref())?),
        })
    }

    /// `secret`, sealed for `owner`: in the place of another's it does not open.
    pub(crate) fn seal(&self, owner: UserId, secret: &[u8]) -> Result<String, Unspecified> {
        let mut sealed = secret.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(owner.as_bytes()), &mut sealed)?;
        let mut text = nonce.as_ref().to_vec();
        text.extend(sealed);
        Ok(BASE64_URL_SAFE_NO_PAD.encode(text))
    }

    /// What was sealed for `owner`.
    pub(crate) fn open(&self, owner: UserId, sealed: &str) -> Result<Vec<u8>, Unspecified> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Unspecified)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Unspecified)?;
        let mut opened = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let secret = self
            .key
            .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut opened)?;
        Ok(secret.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_for_its_owner_alone() {
        let with_key = |key: &[u8]| Sealer::new(&hmac::Key::new(hmac::HMAC_SHA256, key)).unwrap();
        let (ann, bob) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let sealed = with_key(b"a key").seal(ann, b"secret").unwrap();
        assert_ne!(sealed, with_key(b"a key").seal(ann, b"secret").unwrap());
        assert_eq!(with_key(b"a key").open(ann, &sealed).unwrap(), b"secret");
        assert!(with_key(b"a key").open(bob, &sealed).is_err());
        assert!(with_key(b"another").open(ann, &sealed).is_err());
        for broken in ["", "x", "AAAA", &sealed[2..]] {
            assert!(with_key(b"a key").open(ann, broken).is_err(), "{broken}");
        }
    }
}
