//! Who signs URLs: a service account whose key never leaves IAM.

use crate::{Error, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use google_cloud_auth::credentials::Builder;
use google_cloud_auth::signer::{Signer, SigningError, SigningProvider};
use serde::Deserialize;
use std::time::Duration;

/// In the cloud the metadata server's account signs through IAM; elsewhere the account named, through the IAM at the address given.
pub(super) fn make(iam: Option<&str>, account: Option<&str>) -> Result<Signer> {
    match (iam, account) {
        (Some(base), Some(account)) => {
            let http = reqwest::Client::builder()
                .timeout(Duration::from_secs(5))
                .no_proxy()
                .build();
            let http = http.map_err(|error| Error::rejected("IAM", error))?;
            Ok(Signer::from(SignBlob {
                http,
                base: base.to_owned(),
                account: account.to_owned(),
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
        let url = format!(
            "{}/v1/projects/-/serviceAccounts/{}:signBlob",
            self.base, self.account
        );
        let body = serde_json::json!({ "payload": BASE64_STANDARD.encode(content) });
        let answer = self
            .http
            .post(url)
            .json(&body)
            .send()
            .await
            .map_err(SigningError::from_msg)?;
        let answer = answer.error_for_status().map_err(SigningError::from_msg)?;
        let signed: Signed = answer.json().await.map_err(SigningError::from_msg)?;
        BASE64_STANDARD
            .decode(signed.signed_blob)
            .map(Bytes::from)
            .map_err(SigningError::from_msg)
    }
}
