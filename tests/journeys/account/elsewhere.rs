//! Signing in with an account elsewhere: an OpenID Connect issuer of the test's own.

use super::authenticator::Authenticator;
use axum::Router;
use axum::routing::get;
use contracts::Clock;
use futures::future::join_all;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use local::Secrets;
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use testkit::{Answer, Kith, PASSWORD};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// An issuer that serves its key until it is dropped.
pub(crate) struct Issuer {
    key: EncodingKey,
    jwks_url: String,
    serving: JoinHandle<()>,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn key() -> EncodingKey {
    EncodingKey::from_ec_pem(Secrets::new().unwrap().signing_keys.trim().as_bytes()).unwrap()
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let key = key();
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some("issuer-key".to_owned());
        let keys = serde_json::to_string(&JwkSet { keys: vec![jwk] }).unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let jwks_url = format!("http://{}/keys", listener.local_addr().unwrap());
        let router = Router::new().route("/keys", get(move || std::future::ready(keys.clone())));
        let serving = tokio::spawn(async move {
            runtime::serve(listener, router, std::future::pending())
                .await
                .unwrap();
        });
        Self {
            key,
            jwks_url,
            serving,
        }
    }

    /// A Kith that takes its tokens.
    pub(crate) async fn kith(&self) -> Kith {
        Kith::start_with(&[("OAUTH_PROVIDERS", &self.providers())]).await
    }

    /// What the variable says that makes a Kith take its tokens.
    pub(crate) fn providers(&self) -> String {
        json!([{ "name": "own", "issuers": ["https://own.example"], "audiences": ["our-client"], "jwksUrl": self.jwks_url }]).to_string()
    }

    pub(crate) fn token(&self, subject: &str, more: &Value) -> String {
        let now = Clock::system().now().as_seconds();
        let mut claims = json!({ "iss": "https://own.example", "aud": "our-client", "sub": subject, "iat": now, "exp": now + 600 });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        signed(&self.key, &claims)
    }
}

fn signed(key: &EncodingKey, claims: &Value) -> String {
    let header = Header {
        kid: Some("issuer-key".to_owned()),
        ..Header::new(Algorithm::ES256)
    };
    encode(&header, claims, key).unwrap()
}

async fn enter(kith: &Kith, mut body: Value, token: &str) -> Answer {
    body["idToken"] = token.into();
    kith.nobody().post("/api/auth/oauth/own", body).await
}

#[tokio::test]
async fn a_newcomer_gets_an_account_and_finds_it_again() {
    let issuer = Issuer::start().await;
    let kith = issuer.kith().await;
    let token = issuer.token(
        "s-1",
        &json!({ "email": "Ann.Lee@example.com", "email_verified": true, "name": "Ann" }),
    );
    let made = enter(&kith, json!({ "deviceName": "a phone" }), &token).await;
    assert_eq!(made.headers["location"], "/api/auth/me");
    let made = made.expect(201);
    assert_eq!(made["user"]["username"], "ann.lee");
    assert_eq!(made["user"]["displayName"], "Ann");
    assert_eq!(made["user"]["emailVerified"], true);
    // what the issuer says later does not move the account
    let again = issuer.token(
        "s-1",
        &json!({ "email": "other@example.com", "email_verified": true }),
    );
    let again = enter(&kith, json!({}), &again).await;
    assert_eq!((again.cost("reads"), again.cost("writes")), (2, 1));
    assert_eq!(again.expect(200)["user"], made["user"]);
    let me = kith
        .nobody()
        .with_tokens(&made)
        .get("/api/auth/me")
        .await
        .expect(200);
    assert_eq!(me["email"], "Ann.Lee@example.com");
    kith.settled().await;
    assert_eq!(kith.published("identity", "user.registered").await.len(), 1);
    // there is no password to guess
    let login = json!({ "identifier": "ann.lee", "password": PASSWORD });
    kith.nobody()
        .post("/api/auth/login", login)
        .await
        .problem(401, "invalid_credentials");
}

#[tokio::test]
async fn many_first_times_at_once_are_one_account() {
    let issuer = Issuer::start().await;
    let kith = issuer.kith().await;
    let token = issuer.token(
        "s-1",
        &json!({ "email": "ann@example.com", "email_verified": true }),
    );
    let tries = (0..6).map(|_| enter(&kith, json!({}), &token));
    let answers: Vec<Value> = join_all(tries).await.into_iter().map(Answer::ok).collect();
    assert!(
        answers.iter().all(|answer| answer["user"] == answers[0]["user"]),
        "{answers:?}"
    );
    // the same name from another address is another person's
    let other = issuer.token(
        "s-2",
        &json!({ "email": "ann@elsewhere.example", "email_verified": true }),
    );
    let other = enter(&kith, json!({}), &other).await.expect(201);
    let name = other["user"]["username"].as_str().unwrap();
    assert!(name.starts_with("ann") && name != "ann", "{name}");
    let third = issuer.token(
        "s-3",
        &json!({ "email": "c@example.com", "email_verified": true }),
    );
    enter(&kith, json!({ "username": "ann" }), &third)
        .await
        .problem(409, "username_taken");
    let nameless = issuer.token("s-4", &json!({}));
    enter(&kith, json!({}), &nameless)
        .await
        .problem(422, "email_required");
}

#[tokio::test]
async fn an_account_is_linked_only_when_both_sides_have_verified_the_address() {
    let issuer = Issuer::start().await;
    let kith = issuer.kith().await;
    let [ann] = kith.people(["ann"]).await;
    let verified = json!({ "email": "ANN@example.com", "email_verified": true });
    let unverified = json!({ "email": "ann@example.com", "email_verified": false });
    for claims in [&verified, &unverified] {
        enter(&kith, json!({}), &issuer.token("s-1", claims))
            .await
            .problem(409, "email_taken");
    }
    let code = kith.code("ann@example.com").await;
    ann.post("/api/auth/email/verify", json!({ "otp": code }))
        .await
        .ok();
    enter(&kith, json!({}), &issuer.token("s-1", &unverified))
        .await
        .problem(409, "email_taken");
    let linked = enter(&kith, json!({}), &issuer.token("s-1", &verified))
        .await
        .expect(200);
    assert_eq!(linked["user"]["userId"], ann.user_id.as_str());
    // from now on the identity alone is enough, and the second factor is asked for all the same
    let app = Authenticator::scan(&ann.post_nothing("/api/auth/mfa/totp").await.expect(200));
    ann.post("/api/auth/mfa/totp/confirm", json!({ "otp": app.code(-1) }))
        .await
        .expect(200);
    let token = issuer.token("s-1", &json!({}));
    enter(&kith, json!({}), &token).await.problem(401, "otp_required");
    enter(&kith, json!({ "otp": app.code(0) }), &token)
        .await
        .expect(200);
}

#[tokio::test]
async fn tokens_that_are_not_for_us_are_refused() {
    let issuer = Issuer::start().await;
    let kith = issuer.kith().await;
    let email = json!({ "email": "ann@example.com", "email_verified": true });
    let good = issuer.token("s-1", &email);
    kith.nobody()
        .post("/api/auth/oauth/google", json!({ "idToken": good }))
        .await
        .problem(404, "not_found");
    let now = Clock::system().now().as_seconds();
    let wrong = [
        json!({ "aud": "another-client" }),
        json!({ "iss": "https://own.example.evil" }),
        json!({ "exp": now - 100 }),
        json!({ "nonce": "n" }),
    ];
    for claims in wrong {
        enter(&kith, json!({}), &issuer.token("s-1", &claims))
            .await
            .problem(401, "invalid_id_token");
    }
    let forged = json!({ "iss": "https://own.example", "aud": "our-client", "sub": "s-1", "iat": now, "exp": now + 600 });
    enter(&kith, json!({}), &signed(&key(), &forged))
        .await
        .problem(401, "invalid_id_token");
    enter(&kith, json!({ "nonce": "n" }), &good)
        .await
        .problem(401, "invalid_id_token");
    let mut bound = email;
    bound["nonce"] = "n".into();
    enter(&kith, json!({ "nonce": "n" }), &issuer.token("s-1", &bound))
        .await
        .expect(201);
}
