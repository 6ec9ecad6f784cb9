//! The keys of access tokens: ES256. The first signs, all are published, so that keys rotate without logging anybody out.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use runtime::token::Claims;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// Signs access tokens.
#[derive(Clone)]
pub(crate) struct Signer {
    key: EncodingKey,
    header: Header,
    published: JwkSet,
}

/// Why keys cannot be used.
pub(crate) type KeyError = Box<dyn std::error::Error + Send + Sync>;

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("kid", &self.header.kid)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// One or more PKCS#8 keys in PEM, the signing one first.
    pub(crate) fn new(pems: &str) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        for pem in pems.split_inclusive(END).filter(|part| part.contains(BEGIN)) {
            let key = EncodingKey::from_ec_pem(pem.trim().as_bytes())?;
            let jwk = publish(&key)?;
            keys.push((key, jwk));
        }
        let published = JwkSet {
            keys: keys.iter().map(|(_, jwk)| jwk.clone()).collect(),
        };
        let (key, jwk) = keys.into_iter().next().ok_or("no key in PEM")?;
        let header = Header {
            kid: jwk.common.key_id,
            ..Header::new(Algorithm::ES256)
        };
        Ok(Self {
            key,
            header,
            published,
        })
    }

    /// A token that says `claims`.
    pub(crate) fn sign(&self, claims: &Claims) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&self.header, claims, &self.key)
    }

    /// The public keys.
    pub(crate) fn published(&self) -> &JwkSet {
        &self.published
    }
}

/// The public half; its id is its thumbprint (RFC 7638).
fn publish(key: &EncodingKey) -> Result<Jwk, KeyError> {
    let mut jwk = Jwk::from_encoding_key(key, Algorithm::ES256)?;
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
    Ok(jwk)
}

/// A new signing key, PKCS#8 in PEM, for `SIGNING_KEYS`.
///
/// # Errors
/// The machine has no randomness.
pub fn new_signing_key() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let der = pair.to_pkcs8v1()?;
    let encoded = BASE64_STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = (0..encoded.len())
        .step_by(64)
        .map(|at| &encoded[at..encoded.len().min(at + 64)])
        .collect();
    Ok(format!("{BEGIN}\n{}\n{END}\n", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_signs_and_all_are_published() {
        let (old, new) = (new_signing_key().unwrap(), new_signing_key().unwrap());
        let signer = Signer::new(&format!("{new}{old}")).unwrap();
        assert_eq!(signer.published().keys.len(), 2);
        assert_eq!(signer.header.kid, signer.published().keys[0].common.key_id);
        assert!(
            signer
                .published()
                .keys
                .iter()
                .all(|jwk| !serde_json::to_string(jwk).unwrap().contains("\"d\""))
        );
        assert!(Signer::new("nothing").is_err());
    }
}
