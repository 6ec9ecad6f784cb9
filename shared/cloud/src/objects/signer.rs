//! Who signs URLs: a service account whose key never leaves IAM.

use crate::retry::{Call, of_http, repeat};
use crate::{Error, Result, Timeouts};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use google_cloud_auth::credentials::Builder;
use google_cloud_auth::signer::{Signer, SigningError, SigningProvider};
use serde::Deserialize;
use std::time::Duration;
use tonic::Status;

/// In the cloud the metadata server's account signs through IAM; elsewhere the account named, through the IAM at the address given.
pub(super) fn make(iam: Option<&str>, account: Option<&str>, timeouts: Timeouts) -> Result<Signer> {
    match (iam, account) {
        (Some(base), Some(account)) => {
            let http = reqwest::Client::builder()
                .timeout(timeouts.call)
                .no_proxy()
                .build();
            let http = http.map_err(|error| Error::rejected("IAM", error))?;
            Ok(Signer::from(SignBlob {
                http,
                base: base.to_owned(),
                account: account.to_owned(),
                timeouts,
            }))
        }
        _ => Builder::default()
            .build_signer()
            .map_err(|error| Error::rejected("IAM", error)),
    }
}

/// IAM Credentials' `signBlob` at an address of choice (Google's own client has that address built in).
#[derive(Debug)]
struct SignBlob {
    http: reqwest::Client,
    base: String,
    account: String,
    timeouts: Timeouts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signed {
    signed_blob: String,
}

impl SigningProvider for SignBlob {
    async fn client_email(&self) -> std::result::Result<String, SigningError> {
        Ok(self.account.clone())
    }

    async fn sign(&self, content: &[u8]) -> std::result::Result<Bytes, SigningError> {
        let body = serde_json::json!({ "payload": BASE64_STANDARD.encode(content) });
        let signed = repeat(self.timeouts, Call::Sign, |limit| self.ask(&body, limit))
            .await
            .map_err(SigningError::from_msg)?;
        BASE64_STANDARD
            .decode(signed.signed_blob)
            .map(Bytes::from)
            .map_err(SigningError::from_msg)
    }
}

impl SignBlob {
    async fn ask(&self, body: &serde_json::Value, limit: Duration) -> std::result::Result<Signed, Status> {
        let url = format!(
            "{}/v1/projects/-/serviceAccounts/{}:signBlob",
            self.base, self.account
        );
        let away = |error: reqwest::Error| Status::unavailable(error.to_string());
        let answer = self.http.post(url).timeout(limit).json(body).send().await;
        let answer = answer.map_err(away)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(Status::new(of_http(status.as_u16()), status.to_string()));
        }
        answer.json().await.map_err(away)
    }
}
