//! Keys that are handed out sign for their account, and for it alone, until they are deleted.

use crate::{Emulator, Options};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::{rand, signature};
use axum::body::Body;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;

const KEYS: &str = "/v1/projects/-/serviceAccounts/me@demo.iam.gserviceaccount.com/keys";

async fn call(emulator: &Emulator, method: &str, uri: &str) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .body(Body::empty())
        .unwrap();
    let answer = emulator.router().oneshot(request).await.unwrap();
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
        .await
        .unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

fn decoded(value: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(value.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_key_signs_for_its_account_until_it_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::open(Options::new(folder.path())).unwrap();
    let (status, made) = call(&emulator, "POST", KEYS).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let file: Value = serde_json::from_slice(&decoded(&made["privateKeyData"])).unwrap();
    assert_eq!(
        (file["project_id"].as_str(), file["type"].as_str()),
        (Some("demo"), Some("service_account"))
    );
    let pem = file["private_key"].as_str().unwrap();
    let der: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
    let key = KeyPair::from_pkcs8(&BASE64_STANDARD.decode(der).unwrap()).unwrap();
    let mut signed = vec![0; key.public_modulus_len()];
    key.sign(
        &signature::RSA_PKCS1_SHA256,
        &rand::SystemRandom::new(),
        b"hello",
        &mut signed,
    )
    .unwrap();

    let holds = |emulator: &Emulator, account: &str, message: &[u8]| {
        emulator
            .core
            .accounts
            .verify(&emulator.core.issuer, account, message, &signed)
    };
    let (own, other) = (
        "me@demo.iam.gserviceaccount.com",
        "you@demo.iam.gserviceaccount.com",
    );
    assert!(
        holds(&emulator, own, b"hello")
            && !holds(&emulator, own, b"Hello")
            && !holds(&emulator, other, b"hello")
    );

    // It outlives the process.
    drop(emulator);
    let emulator = Emulator::open(Options::new(folder.path())).unwrap();
    assert!(holds(&emulator, own, b"hello"));
    let (_, listed) = call(&emulator, "GET", KEYS).await;
    assert_eq!(listed["keys"][0]["name"], made["name"]);
    let id = made["name"].as_str().unwrap().rsplit('/').next().unwrap();
    let (_, shown) = call(&emulator, "GET", &format!("{KEYS}/{id}")).await;
    assert!(decoded(&shown["publicKeyData"]).starts_with(b"-----BEGIN PUBLIC KEY-----"));
    assert_eq!(
        call(&emulator, "DELETE", &format!("{KEYS}/{id}")).await.0,
        StatusCode::OK
    );
    assert_eq!(
        call(&emulator, "DELETE", &format!("{KEYS}/{id}")).await.0,
        StatusCode::NOT_FOUND
    );
    assert!(!holds(&emulator, own, b"hello"));
}
