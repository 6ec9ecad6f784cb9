//! Tokens of Google's kind, signed with the emulator's own key.
//!
//! The claims are those of Google's service account ID tokens (<https://docs.cloud.google.com/run/docs/tutorials/pubsub>); the key set
//! has the form of `https://www.googleapis.com/oauth2/v3/certs`, so that Google's verifiers work when pointed at it.

use crate::core::StartError;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, KeyPair as _};
use aws_lc_rs::{digest, rand};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::future::ready;
use std::io::Write as _;
use std::path::Path;

/// The service account to name where the emulator's own is meant: it signs blobs and URLs, whatever account is asked for.
pub const SERVICE_ACCOUNT: &str = "emulator@kith.iam.gserviceaccount.com";
/// What the tokens name as their issuer: Google's own, never an address of this process.
const ISSUER: &str = "https://accounts.google.com";
/// How long a token holds.
const LIFETIME_SECONDS: i64 = 3600;

/// An RS256 key, made once and kept in the data folder, and what is signed with it.
pub(crate) struct Issuer {
    key: KeyPair,
    key_id: String,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

impl Issuer {
    /// Reads the key from `data`, or makes it there (readable by the owner only).
    pub(crate) fn open(data: &Path) -> Result<Self, StartError> {
        let path = data.join("signing-key.der");
        let key = match std::fs::read(&path) {
            Ok(der) => KeyPair::from_pkcs8(&der).map_err(|error| StartError::Key(error.to_string()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path)?,
            Err(error) => return Err(StartError::Key(format!("{}: {error}", path.display()))),
        };
        let fingerprint = digest::digest(&digest::SHA256, key.public_key().as_ref());
        let key_id = BASE64_URL_SAFE_NO_PAD.encode(&fingerprint.as_ref()[..15]);
        Ok(Self { key, key_id })
    }

    /// An ID token for `audience`, held by the service account `email`, from `now` (seconds since 1970) on for an hour.
    pub(crate) fn token(&self, audience: &str, email: &str, now: i64) -> Result<String, SignError> {
        let header = json!({"alg": "RS256", "kid": self.key_id, "typ": "JWT"});
        let subject = subject(email);
        let claims = json!({
            "aud": audience, "azp": subject, "email": email, "email_verified": true,
            "exp": now + LIFETIME_SECONDS, "iat": now, "iss": ISSUER, "sub": subject,
        });
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.sign_rsa_sha256(signed.as_bytes())?;
        Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `bytes`: what IAM's `signBlob` and V4 signed URLs use.
    pub(crate) fn sign_rsa_sha256(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = rand::SystemRandom::new();
        self.key
            .sign(&signature::RSA_PKCS1_SHA256, &random, bytes, &mut signature)
            .map_err(|_| SignError)?;
        Ok(signature)
    }

    /// Whether `signature` is this key's, by [`Issuer::sign_rsa_sha256`], over `bytes`.
    pub(crate) fn verify(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let public = self.key.public_key().as_ref();
        signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, public)
            .verify(bytes, signature)
            .is_ok()
    }

    /// The public key as PEM (`SubjectPublicKeyInfo`).
    pub(crate) fn public_key_pem(&self) -> Result<String, SignError> {
        let der: PublicKeyX509Der<'_> = self.key.public_key().as_der().map_err(|_| SignError)?;
        let text = BASE64_STANDARD.encode(der.as_ref());
        let lines = text
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect::<Vec<_>>()
            .join("\n");
        Ok(format!(
            "-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"
        ))
    }

    /// The name of the key in the key set and in tokens.
    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The key set (RFC 7517) that verifiers read.
    pub(crate) fn jwks(&self) -> Value {
        let public = self.key.public_key();
        let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.key_id,
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        }]})
    }

    /// Serves the key set where Google does, `/oauth2/v3/certs`, and the key as PEM for tools that want that, `/_emulator/issuer/key.pem`.
    pub(crate) fn router(&self) -> Router {
        let keys = self.jwks().to_string();
        let pem = self
            .public_key_pem()
            .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()));
        let json = [(http::header::CONTENT_TYPE, "application/json")];
        let keys = (json.clone(), keys);
        // the older form, by key id, which the verifiers for Node and Python ask for: they take public keys like Google's certificates
        let by_id = pem.clone().map(|pem| {
            let mut by_id = serde_json::Map::new();
            by_id.insert(self.key_id.clone(), pem.into());
            (json, serde_json::Value::Object(by_id).to_string())
        });
        Router::new()
            .route("/oauth2/v3/certs", get(move || ready(keys.clone())))
            .route("/oauth2/v1/certs", get(move || ready(by_id.clone())))
            .route("/_emulator/issuer/key.pem", get(move || ready(pem.clone())))
    }
}

/// The key refused to sign: out of memory or of randomness.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the signing key failed")]
pub(crate) struct SignError;

impl From<SignError> for tonic::Status {
    fn from(error: SignError) -> Self {
        Self::internal(error.to_string())
    }
}

/// Makes a key and stores it, whole or not at all.
fn make(path: &Path) -> Result<KeyPair, StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Key(format!("{}: {error}", path.display()));
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(|error| failed(&error))?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|error| failed(&error))?;
    let part = path.with_extension("part");
    write_private(&part, der.as_ref()).map_err(|error| failed(&error))?;
    std::fs::rename(&part, path).map_err(|error| failed(&error))?;
    Ok(key)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Google's accounts have a number of 21 digits: here one that follows from the e-mail.
fn subject(email: &str) -> String {
    let hash = digest::digest(&digest::SHA256, email.as_bytes());
    let number = hash
        .as_ref()
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("1{number:020}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

    #[test]
    fn a_token_holds_against_the_key_set_and_the_key_outlives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let token = Issuer::open(folder.path())
            .unwrap()
            .token("posts", "push@kith.iam", 1_000_000)
            .unwrap();

        let again = Issuer::open(folder.path()).unwrap();
        assert_eq!(
            decode_header(&token).unwrap().kid.as_deref(),
            Some(again.key_id())
        );
        let keys = again.jwks();
        let text = |name: &str| keys["keys"][0][name].as_str().unwrap().to_owned();
        let key = DecodingKey::from_rsa_components(&text("n"), &text("e")).unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        rules.set_audience(&["posts"]);
        rules.set_issuer(&[ISSUER]);
        let claims = decode::<Value>(&token, &key, &rules).unwrap().claims;
        assert_eq!(
            (claims["email"].as_str(), claims["exp"].as_i64()),
            (Some("push@kith.iam"), Some(1_003_600))
        );
        rules.set_audience(&["auth"]);
        assert!(decode::<Value>(&token, &key, &rules).is_err());
    }

    #[test]
    fn signatures_hold_for_their_bytes_only() {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::open(folder.path()).unwrap();
        let signature = issuer.sign_rsa_sha256(b"a blob").unwrap();
        assert!(issuer.verify(b"a blob", &signature));
        assert!(!issuer.verify(b"another", &signature));
        let pem = issuer.public_key_pem().unwrap();
        assert!(DecodingKey::from_rsa_pem(pem.as_bytes()).is_ok(), "{pem}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        Issuer::open(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join("signing-key.der"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
