//! `GET /.well-known/jwks.json` and `GET /.well-known/openid-configuration`

use crate::state::Auth;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use runtime::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// A JSON Web Key Set (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Keys {
    /// Public keys, `kty` `EC`, `crv` `P-256`.
    #[schema(value_type = Vec<Object>)]
    keys: serde_json::Value,
}

/// The public keys that access tokens are verified with.
///
/// A JSON Web Key Set (RFC 7517), to be kept for as long as its `Cache-Control` says: a new key is published before it signs. One read when none is kept.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "auth", responses((status = 200, body = Keys)))]
pub(crate) async fn publish_keys(State(auth): State<Auth>) -> impl IntoResponse {
    let keys = serde_json::to_value(&auth.keys.signer().published().keys).unwrap_or_default();
    // shorter than the time a new key is published before it signs
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(Keys { keys }),
    )
}

/// Where everything about tokens is (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Configuration {
    /// The `iss` of the tokens.
    #[schema(example = "https://kith.example")]
    issuer: String,
    /// Where the keys are.
    #[schema(example = "https://kith.example/.well-known/jwks.json")]
    jwks_uri: String,
    /// `ES256`.
    #[schema(example = json!(["ES256"]))]
    id_token_signing_alg_values_supported: Vec<&'static str>,
    /// `public`.
    #[schema(example = json!(["public"]))]
    subject_types_supported: Vec<&'static str>,
    /// None: there is no authorisation endpoint.
    #[schema(example = json!([]))]
    response_types_supported: Vec<&'static str>,
}

/// Where everything about tokens is.
///
/// As OpenID Connect Discovery 1.0 has it, for libraries that verify tokens and are told nothing but the issuer. Costs nothing.
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "auth", responses((status = 200, body = Configuration)))]
pub(crate) async fn publish_configuration(State(auth): State<Auth>) -> impl IntoResponse {
    let configuration = Configuration {
        issuer: auth.issuer().to_owned(),
        jwks_uri: auth.jwks_url().to_owned(),
        id_token_signing_alg_values_supported: vec!["ES256"],
        subject_types_supported: vec!["public"],
        response_types_supported: Vec::new(),
    };
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(configuration),
    )
}
