//! Which tokens open a push or schedule route: one, and none of a table of others.

use super::super::testing::{GOOD, KeyServer, Rsa};
use super::*;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;
const ACCOUNT: &str = "events@kith.iam.gserviceaccount.com";

fn claims() -> Value {
    json!({
        "iss": "https://accounts.google.com", "aud": "kith-internal", "azp": "1", "sub": "1",
        "email": ACCOUNT, "email_verified": true, "iat": NOW - 60, "exp": NOW + 3540,
    })
}

/// The good claims with one of them different; `null` takes it away.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

fn sign(algorithm: Algorithm, kid: Option<&str>, key: &EncodingKey, claims: &Value) -> String {
    let header = Header {
        kid: kid.map(str::to_owned),
        ..Header::new(algorithm)
    };
    encode(&header, claims, key).unwrap()
}

fn good(claims: &Value) -> String {
    sign(Algorithm::RS256, Some("good"), &GOOD.encoding(), claims)
}

/// A token with any header and any signature.
fn raw(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

fn verifier(server: &KeyServer, mode: OidcMode) -> OidcVerifier {
    let clock = Clock::fixed(Timestamp::from_millis(NOW * 1000));
    let rule = Rule {
        audience: "kith-internal".to_owned(),
        account: ACCOUNT.to_owned(),
    };
    OidcVerifier::with(Jwks::with_clock(server.url(), clock.clone()), mode, rule, clock)
}

/// What is wrong with the claims, whoever signed them.
fn wrong_claims() -> Vec<(&'static str, Value)> {
    vec![
        ("expired this second", with("exp", json!(NOW))),
        ("expired an hour ago", with("exp", json!(NOW - 3600))),
        ("made in the future", with("iat", json!(NOW + SKEW + 1))),
        ("not valid yet", with("nbf", json!(NOW + SKEW + 1))),
        (
            "another issuer",
            with("iss", json!("https://accounts.google.com.evil.example")),
        ),
        ("our own issuer", with("iss", json!("https://kith.example"))),
        ("another audience", with("aud", json!("https://another.example"))),
        (
            "several audiences",
            with("aud", json!(["kith-internal", "another"])),
        ),
        (
            "another account",
            with("email", json!("events@evil.iam.gserviceaccount.com")),
        ),
        (
            "the account in capitals",
            with("email", json!(ACCOUNT.to_uppercase())),
        ),
        (
            "an e-mail that is not verified",
            with("email_verified", json!(false)),
        ),
        (
            "an e-mail said to be verified",
            with("email_verified", json!("true")),
        ),
        ("no e-mail verification", with("email_verified", Value::Null)),
        ("no e-mail", with("email", Value::Null)),
        ("no expiry", with("exp", Value::Null)),
        ("no time of making", with("iat", Value::Null)),
        ("no issuer", with("iss", Value::Null)),
        ("no audience", with("aud", Value::Null)),
        ("an expiry that is no number", with("exp", json!("tomorrow"))),
        ("no claims at all", json!({})),
    ]
}

/// What is wrong with the token around good claims.
fn wrong_tokens() -> Vec<(&'static str, String)> {
    let claims = claims();
    let other = Rsa::generate();
    let secret = |bytes: &[u8]| EncodingKey::from_secret(bytes);
    let body = good(&claims);
    let (signed, signature) = body.rsplit_once('.').unwrap();
    let mut flipped = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    flipped[0] ^= 1;
    let longer = with("email_verified", json!(true)).to_string() + " ";
    let head = signed.split_once('.').unwrap().0;
    vec![
        (
            "the wrong key",
            sign(Algorithm::RS256, Some("good"), &other.encoding(), &claims),
        ),
        (
            "an unknown kid",
            sign(Algorithm::RS256, Some("bad"), &GOOD.encoding(), &claims),
        ),
        ("no kid", sign(Algorithm::RS256, None, &GOOD.encoding(), &claims)),
        (
            "a stronger algorithm of the right key",
            sign(Algorithm::RS512, Some("good"), &GOOD.encoding(), &claims),
        ),
        (
            "HS256 with the public key as the secret",
            sign(Algorithm::HS256, Some("good"), &secret(&GOOD.modulus()), &claims),
        ),
        (
            "HS256 with an empty secret",
            sign(Algorithm::HS256, Some("good"), &secret(b""), &claims),
        ),
        (
            "alg none",
            raw(&json!({"alg": "none", "kid": "good"}), &claims, ""),
        ),
        (
            "alg none with a good signature",
            raw(&json!({"alg": "none", "kid": "good"}), &claims, signature),
        ),
        ("no alg", raw(&json!({"kid": "good"}), &claims, signature)),
        ("no signature", format!("{signed}.")),
        (
            "a signature that Cloud Run removed",
            format!("{signed}.SIGNATURE_REMOVED_BY_GOOGLE"),
        ),
        (
            "a changed signature",
            format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(flipped)),
        ),
        (
            "a longer payload",
            format!("{head}.{}.{signature}", BASE64_URL_SAFE_NO_PAD.encode(longer)),
        ),
        ("two parts", signed.to_owned()),
        ("four parts", format!("{body}.x")),
        ("nothing", String::new()),
        ("nonsense", "a.b.c".to_owned()),
        (
            "a person's",
            raw(
                &json!({"alg": "ES256", "kid": "users"}),
                &json!({"iss": "https://kith.example", "aud": "kith", "sub": "u"}),
                signature,
            ),
        ),
    ]
}

async fn refused_by(verifier: &OidcVerifier, token: &str) -> bool {
    matches!(
        verifier.verify(token).await,
        Err(Error::Refused(Refusal::Unauthenticated { .. }))
    )
}

#[tokio::test]
async fn one_token_opens_and_every_other_is_refused() {
    let server = KeyServer::start().await;
    let verifier = verifier(&server, OidcMode::Verify);
    verifier.verify(&good(&claims())).await.unwrap();
    let bare = with("iss", json!("accounts.google.com"));
    verifier.verify(&good(&bare)).await.unwrap();
    for (what, claims) in wrong_claims() {
        assert!(refused_by(&verifier, &good(&claims)).await, "{what}");
    }
    for (what, token) in wrong_tokens() {
        assert!(refused_by(&verifier, &token).await, "{what}");
    }
    assert_eq!(
        server.asked(),
        1,
        "nobody can make us ask for keys again and again"
    );
}

#[tokio::test]
async fn behind_cloud_run_the_claims_are_judged_all_the_same() {
    let server = KeyServer::start().await;
    let verifier = verifier(&server, OidcMode::Iam);
    let token = |claims: &Value| raw(&json!({"alg": "RS256"}), claims, "SIGNATURE_REMOVED_BY_GOOGLE");
    verifier.verify(&token(&claims())).await.unwrap();
    for (what, claims) in wrong_claims() {
        assert!(refused_by(&verifier, &token(&claims)).await, "{what}");
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn without_keys_it_is_our_failure_and_not_theirs() {
    let server = KeyServer::start().await;
    server.fail(true);
    let verifier = verifier(&server, OidcMode::Verify);
    let outcome = verifier.verify(&good(&claims())).await;
    assert!(
        matches!(outcome, Err(Error::Unavailable { .. })),
        "it comes again"
    );
}
