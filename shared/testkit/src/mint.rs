//! Tokens for people who never registered: no password is hashed for them, and nothing of `auth` knows them.

use crate::{Kith, Person};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use contracts::{Clock, SessionId, UserId};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use runtime::token::Claims;

/// How long a minted token is good, in seconds.
const LIFETIME: i64 = 900;

/// Signs what it is told to, with the deployment's own key.
pub(crate) struct Mint {
    key: EncodingKey,
    header: Header,
    issuer: String,
    audience: String,
}

impl std::fmt::Debug for Mint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mint")
    }
}

impl Mint {
    /// With the first of `pems`, as `auth` signs.
    pub(crate) fn new(pems: &str, issuer: &str, audience: &str) -> Self {
        let end = "-----END PRIVATE KEY-----";
        let first = pems.split_inclusive(end).next().expect("a key");
        let key = EncodingKey::from_ec_pem(first.trim().as_bytes()).expect("a key");
        let jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).expect("its public half");
        let header = Header {
            kid: Some(jwk.thumbprint(ThumbprintHash::SHA256).expect("its id")),
            ..Header::new(Algorithm::ES256)
        };
        Self {
            key,
            header,
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
        }
    }

    /// A token for somebody, of a session that nobody began.
    pub(crate) fn token(&self, user: UserId, username: &str, roles: &[&str]) -> String {
        let now = Clock::system().now().as_seconds();
        self.sign(&Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user,
            nameid: user,
            sid: SessionId::random(),
            jti: SessionId::random().to_string(),
            iat: now,
            exp: now + LIFETIME,
            username: username.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        })
    }

    /// `token`, with these roles in it.
    pub(crate) fn with_roles(&self, token: &str, roles: &[&str]) -> String {
        let payload = token.split('.').nth(1).expect("a payload");
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).expect("base64");
        let claims: Claims = serde_json::from_slice(&payload).expect("claims");
        self.sign(&Claims {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..claims
        })
    }

    fn sign(&self, claims: &Claims) -> String {
        jsonwebtoken::encode(&self.header, claims, &self.key).expect("a token")
    }
}

impl Kith {
    /// Somebody with a token who never registered, and may do what `roles` may. Nothing is asked of Kith; their username is made unique by a suffix.
    pub fn minted(&self, name: &str, roles: &[&str]) -> Person {
        let user = UserId::random();
        let username = format!("{name}_{}", &user.to_string()[..8]);
        let token = self.mint().token(user, &username, roles);
        let mut person = self.nobody().with_token(Some(&token));
        person.user_id = user.to_string();
        person.username = username;
        person
    }

    /// The same person in the same session, who may do what `roles` may.
    pub fn with_roles(&self, person: &Person, roles: &[&str]) -> Person {
        let token = person.token.as_deref().expect("a token");
        person.with_token(Some(&self.mint().with_roles(token, roles)))
    }
}
