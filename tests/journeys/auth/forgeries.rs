//! Access tokens that nobody gave out.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use testkit::{Kith, Person};

/// What a forger may know: the published keys, and a token of their own.
struct Forger {
    keys: JwkSet,
    published: String,
    own: Person,
    claims: Value,
    /// The deployment's own key, for what it would never sign.
    key: EncodingKey,
    header: Header,
}

impl Forger {
    async fn new(kith: &Kith) -> Self {
        let [own] = kith.people(["eve"]).await;
        let published = own.get("/.well-known/jwks.json").await.expect(200);
        let keys: JwkSet = serde_json::from_value(published.clone()).unwrap();
        let pem = &kith.secrets().signing_keys;
        let token = own.token.clone().unwrap();
        Self {
            claims: part(&token, 1),
            key: EncodingKey::from_ec_pem(pem.as_bytes()).unwrap(),
            header: Header {
                kid: keys.keys[0].common.key_id.clone(),
                ..Header::new(Algorithm::ES256)
            },
            published: published.to_string(),
            keys,
            own,
        }
    }

    /// A token of the deployment's own key with some claims changed.
    fn with(&self, changes: &Value) -> String {
        let mut claims = self.claims.clone();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        encode(&self.header, &claims, &self.key).unwrap()
    }

    /// A token whose HMAC is made with something that everybody can read.
    fn with_hmac(&self, secret: &[u8]) -> String {
        let header = Header {
            alg: Algorithm::HS256,
            ..self.header.clone()
        };
        encode(&header, &self.claims, &EncodingKey::from_secret(secret)).unwrap()
    }
}

/// What a part of a token says.
fn part(token: &str, place: usize) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(token.split('.').nth(place).unwrap())
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

async fn refused(person: &Person, token: &str, what: &str) {
    let answer = person.with_token(Some(token)).get("/api/auth/me").await;
    assert_eq!(
        (answer.status, &answer.body["code"]),
        (401, &json!("invalid_token")),
        "{what}"
    );
    assert_eq!(answer.headers["www-authenticate"], "Bearer", "{what}");
}

#[tokio::test]
async fn tokens_that_nobody_signed_are_refused() {
    let kith = Kith::start().await;
    let forger = Forger::new(&kith).await;
    let token = forger.own.token.clone().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let backwards: String = parts[2].chars().rev().collect();
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let none_with_key = json!({ "alg": "none", "typ": "JWT", "kid": forger.header.kid }).to_string();
    let none_with_key = BASE64_URL_SAFE_NO_PAD.encode(none_with_key);
    let mut other = forger.claims.clone();
    other["sub"] = json!("7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a");
    let other = BASE64_URL_SAFE_NO_PAD.encode(other.to_string());
    for (forged, what) in [
        (format!("{none}.{}.", parts[1]), "alg none"),
        (
            format!("{none_with_key}.{}.", parts[1]),
            "alg none with a known key",
        ),
        (
            format!("{none_with_key}.{}.{}", parts[1], parts[2]),
            "alg none and a signature",
        ),
        (format!("{}.{}.", parts[0], parts[1]), "no signature"),
        (
            format!("{}.{}.{backwards}", parts[0], parts[1]),
            "another signature",
        ),
        (format!("{}.{other}.{}", parts[0], parts[2]), "another's claims"),
        (forger.own.refresh_token.clone(), "a refresh token"),
        ("nonsense".to_owned(), "nonsense"),
        ("a.b.c".to_owned(), "three parts of nonsense"),
    ] {
        refused(&forger.own, &forged, what).await;
    }
    kith.nobody()
        .get("/api/auth/me")
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn what_everybody_can_read_is_no_secret_to_sign_with() {
    let kith = Kith::start().await;
    let forger = Forger::new(&kith).await;
    let jwk = serde_json::to_value(&forger.keys.keys[0]).unwrap();
    let (x, y) = (jwk["x"].as_str().unwrap(), jwk["y"].as_str().unwrap());
    let point = [x, y].map(|number| BASE64_URL_SAFE_NO_PAD.decode(number).unwrap());
    let uncompressed = [vec![4], point.concat()].concat();
    for (secret, what) in [
        (forger.published.clone().into_bytes(), "the key set"),
        (jwk.to_string().into_bytes(), "the key"),
        (uncompressed, "the point"),
        (x.as_bytes().to_vec(), "its x"),
        (forger.header.kid.clone().unwrap().into_bytes(), "its id"),
        (Vec::new(), "nothing"),
    ] {
        refused(&forger.own, &forger.with_hmac(&secret), what).await;
    }
}

#[tokio::test]
async fn another_deployments_key_is_no_key() {
    let kith = Kith::start().await;
    let forger = Forger::new(&kith).await;
    let foreign = auth_key();
    let unknown = Header {
        kid: Some("unknown".to_owned()),
        ..forger.header.clone()
    };
    let nameless = Header {
        kid: None,
        ..forger.header.clone()
    };
    for (header, what) in [
        (forger.header.clone(), "a foreign key under a known id"),
        (unknown, "a foreign key under its own id"),
        (nameless, "a foreign key without an id"),
    ] {
        refused(
            &forger.own,
            &encode(&header, &forger.claims, &foreign).unwrap(),
            what,
        )
        .await;
    }
    let other = Kith::start().await;
    let token = forger.own.token.clone().unwrap();
    refused(&other.nobody(), &token, "a token of another deployment").await;
}

#[tokio::test]
async fn tokens_for_another_or_of_another_time_are_refused() {
    let kith = Kith::start().await;
    let forger = Forger::new(&kith).await;
    let now = forger.claims["iat"].as_i64().unwrap();
    let good = forger.with(&json!({ "jti": "x" }));
    let me = forger.own.with_token(Some(&good)).get("/api/auth/me").await;
    assert_eq!(
        me.expect(200)["userId"],
        forger.own.user_id,
        "the key itself is good"
    );
    for (changes, what) in [
        (json!({ "aud": "another" }), "for another"),
        (json!({ "aud": null }), "for nobody"),
        (json!({ "iss": "https://example.com" }), "of another issuer"),
        (json!({ "iat": now - 1000, "exp": now - 100 }), "expired"),
        (json!({ "iat": now + 1000, "exp": now + 2000 }), "of the future"),
        (json!({ "sub": "nobody" }), "about nobody"),
        (json!({ "sid": 7 }), "of no session"),
        (json!({ "exp": null }), "for ever"),
    ] {
        refused(&forger.own, &forger.with(&changes), what).await;
    }
}

/// A key that no deployment has.
fn auth_key() -> EncodingKey {
    let secrets = local::Secrets::new().unwrap();
    EncodingKey::from_ec_pem(secrets.signing_keys.as_bytes()).unwrap()
}
