//! `POST /api/auth/oauth/{provider}`

use crate::elsewhere::Arrival;
use crate::model::check_username;
use crate::signing_in::SignIn;
use crate::state::Auth;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::resources::Tokens;
use contracts::{Check, Refusal};
use runtime::{Body, ClientIp, Json, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// A proof of who one is elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Proof {
    /// The issuer's ID token (a JWT).
    #[schema(
        example = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20ifQ.c2lnbmF0dXJl"
    )]
    id_token: String,
    /// The nonce that the token was asked for with; a token that has one is good with it alone.
    #[serde(default)]
    #[schema(example = "n-0S6_WzA2Mj")]
    nonce: Option<String>,
    /// The username of a new account; one is derived when it is not given.
    #[serde(default)]
    #[schema(example = "ann")]
    username: Option<String>,
    /// What the device is called in the list of sessions, up to 100 characters.
    #[serde(default)]
    #[schema(example = "a phone")]
    device_name: Option<String>,
    /// A code of the authenticator app, or a recovery code, when the account has a second factor.
    #[serde(default)]
    #[schema(example = "492039")]
    otp: Option<String>,
}

/// Sign in with an account elsewhere.
///
/// 200 for an account that is linked, or becomes linked because both sides have verified its e-mail address; 201 for a new one. 401 `invalid_id_token`,
/// `otp_required` or `invalid_otp`; 404 for an issuer that is not configured; 409 `email_taken` when there is an account with that address that cannot be
/// linked, `username_taken`; 422 `email_required` when the token of a newcomer names no address.
#[utoipa::path(post, path = "/api/auth/oauth/{provider}", tag = "auth", request_body = Proof,
    params(("provider" = String, Path, description = "google, apple, or another issuer of the configuration")),
    responses((status = 200, body = Tokens), (status = 201, body = Tokens), (status = 401), (status = 404), (status = 409)))]
pub(crate) async fn enter_from_elsewhere(
    State(auth): State<Auth>,
    Path(provider): Path<String>,
    ClientIp(ip): ClientIp,
    Body(proof): Body<Proof>,
) -> Result<Response> {
    let mut check = Check::new();
    let device_name = check.optional_text("/deviceName", proof.device_name.as_deref(), 0..=100);
    let username = proof
        .username
        .as_deref()
        .map(|name| check_username(&mut check, name));
    let short = |text: &Option<String>, most| text.as_ref().is_none_or(|text| text.chars().count() <= most);
    check.rule(short(&proof.otp, 40), "/otp", "too_long", "at most 40 characters");
    check.rule(
        short(&proof.nonce, 255),
        "/nonce",
        "too_long",
        "at most 255 characters",
    );
    check.done()?;

    let verifier = auth.providers.get(&provider).ok_or(Refusal::NotFound)?;
    let arrival = Arrival {
        provider: &provider,
        proof: verifier.verify(&proof.id_token, proof.nonce.as_deref()).await?,
        username,
    };
    let how = SignIn {
        otp: proof.otp,
        device_name,
        ip,
        rehashed: None,
    };
    let (new, tokens) = auth.arrive(&arrival, &how).await?;
    Ok(if new {
        let location = [(header::LOCATION, "/api/auth/me")];
        (StatusCode::CREATED, location, Json(tokens)).into_response()
    } else {
        Json(tokens).into_response()
    })
}
