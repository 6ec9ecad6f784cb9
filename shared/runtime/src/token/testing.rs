//! Keys and an address that serves them, for tests.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// An RSA key of 2048 bits.
pub(crate) struct Rsa(KeyPair);

/// The key behind every `kid` that is served.
pub(crate) static GOOD: LazyLock<Rsa> = LazyLock::new(Rsa::generate);

impl Rsa {
    pub(crate) fn generate() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn encoding(&self) -> EncodingKey {
        let der: Pkcs8V1Der<'_> = self.0.as_der().unwrap();
        let text = BASE64_STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
    }

    /// The public modulus: what an attacker knows.
    pub(crate) fn modulus(&self) -> Vec<u8> {
        let modulus = self.0.public_key().modulus();
        modulus.big_endian_without_leading_zero().to_vec()
    }

    fn jwk(&self, kid: &str) -> Value {
        let exponent = self.0.public_key().exponent();
        json!({
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid,
            "n": BASE64_URL_SAFE_NO_PAD.encode(self.modulus()),
            "e": BASE64_URL_SAFE_NO_PAD.encode(exponent.big_endian_without_leading_zero()),
        })
    }
}

/// What is served, and how often it was asked for.
#[derive(Default)]
struct Served {
    keys: Vec<Value>,
    failing: bool,
    asked: usize,
}

/// Serves keys on loopback until it is dropped.
pub(crate) struct KeyServer {
    url: String,
    served: Arc<Mutex<Served>>,
    serving: JoinHandle<()>,
}

impl KeyServer {
    /// One that serves the key `good`.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/certs", listener.local_addr().unwrap());
        let served = Arc::new(Mutex::new(Served::default()));
        let state = Arc::clone(&served);
        let certs = move || {
            let mut state = state.lock().unwrap();
            state.asked += 1;
            let status = if state.failing {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::OK
            };
            std::future::ready((status, json!({ "keys": state.keys }).to_string()))
        };
        let router = Router::new().route("/certs", get(certs));
        let serving = tokio::spawn(async move {
            crate::serve::serve(listener, router, std::future::pending())
                .await
                .unwrap();
        });
        let this = Self { url, served, serving };
        this.publish(&["good"]);
        this
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// From now on these are served.
    pub(crate) fn publish(&self, kids: &[&str]) {
        self.served.lock().unwrap().keys = kids.iter().map(|kid| GOOD.jwk(kid)).collect();
    }

    pub(crate) fn fail(&self, failing: bool) {
        self.served.lock().unwrap().failing = failing;
    }

    pub(crate) fn asked(&self) -> usize {
        self.served.lock().unwrap().asked
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
