//! What an access token says, and where others learn how to verify it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Kith, Person};

/// Head and claims.
fn parts(person: &Person) -> [Value; 2] {
    let mut parts = person.token.as_ref().unwrap().split('.').map(|part| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part);
        bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
    });
    [(); 2].map(|()| parts.next().flatten().expect("JSON"))
}

#[tokio::test]
async fn an_access_token_says_who_and_until_when_and_that_for_dotnet_too() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let published = kith.nobody().get("/.well-known/jwks.json").await.expect(200);
    let [head, claims] = parts(&ann);
    assert_eq!((&head["alg"], &head["typ"]), (&json!("ES256"), &json!("JWT")));
    assert_eq!(head["kid"], published["keys"][0]["kid"]);
    let names: BTreeSet<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    let promised = [
        "iss", "aud", "sub", "nameid", "sid", "jti", "iat", "exp", "username", "roles",
    ];
    assert_eq!(names, BTreeSet::from(promised));
    assert_eq!(claims["sub"], ann.user_id.as_str());
    assert_eq!(claims["nameid"], claims["sub"]);
    assert_eq!(
        (&claims["username"], &claims["roles"]),
        (&json!("ann"), &json!(["user"]))
    );
    let second = |name: &str| claims[name].as_i64().expect("seconds");
    assert_eq!(second("exp") - second("iat"), 900, "a quarter of an hour");

    // of the same session, and never the same
    let exchange = json!({ "refreshToken": ann.refresh_token });
    let tokens = ann.post("/api/auth/refresh", exchange).await.expect(200);
    assert_eq!(tokens["expiresIn"], 900);
    let [_, next] = parts(&ann.with_tokens(&tokens));
    assert_eq!(next["sid"], claims["sid"]);
    assert_ne!(next["jti"], claims["jti"]);
    let sessions = ann.all("/api/auth/sessions").await;
    assert_eq!(sessions[0]["sessionId"], claims["sid"]);
}

#[tokio::test]
async fn others_learn_from_the_configuration_how_tokens_are_verified() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let answer = kith.nobody().get("/.well-known/openid-configuration").await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=300");
    let configuration = answer.expect(200);
    let [head, claims] = parts(&ann);
    assert_eq!(configuration["issuer"], claims["iss"]);
    assert_eq!(
        configuration["id_token_signing_alg_values_supported"],
        json!([head["alg"]])
    );
    assert_eq!(configuration["subject_types_supported"], json!(["public"]));
    assert_eq!(configuration["response_types_supported"], json!([]));
    // where it says that the keys are, they are
    let address = configuration["jwks_uri"].as_str().unwrap();
    let keys = ann
        .send(ann.request(reqwest::Method::GET, address))
        .await
        .expect(200);
    assert_eq!(
        keys,
        kith.nobody().get("/.well-known/jwks.json").await.expect(200)
    );
}

#[tokio::test]
async fn what_is_not_configured_is_as_the_contract_says() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    let mail = &kith.mails("ann@example.com").await[0];
    assert!(
        mail["text"].as_str().unwrap().contains("good for 10 minutes"),
        "{mail}"
    );
    let sessions = ann.all("/api/auth/sessions").await;
    let time = |name: &str| {
        sessions[0][name]
            .as_str()
            .unwrap()
            .parse::<contracts::Timestamp>()
            .unwrap()
    };
    assert_eq!(
        time("expiresAt").since(time("createdAt")).as_secs(),
        30 * 24 * 3600
    );
}
