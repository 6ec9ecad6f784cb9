//! REST, as every provisioning tool speaks it.

use super::ProvisionError;
use crate::environment::Addresses;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// The emulator's REST APIs for one project.
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    pub(super) project: String,
    pub(super) internal_host: String,
}

/// The region of everything local.
const REGION: &str = "us-central1";

impl Api {
    pub(super) fn new(at: &Addresses) -> Result<Self, ProvisionError> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .no_proxy()
            .build()?;
        let internal_host = at.internal_host();
        Ok(Self {
            http,
            base: format!("http://{}", at.emulator),
            project: at.project.clone(),
            internal_host,
        })
    }

    /// `projects/P/locations/R`.
    pub(super) fn location(&self) -> String {
        format!("projects/{}/locations/{REGION}", self.project)
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, ProvisionError> {
        let answer = self
            .http
            .get(format!("{}{path}", self.base))
            .send()
            .await?
            .error_for_status()?;
        Ok(answer.json().await?)
    }

    /// Makes something; answers whether it was not there yet.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<bool, ProvisionError> {
        self.send(Method::POST, path, body).await
    }

    /// Makes or sets something; answers whether it was not there yet.
    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<bool, ProvisionError> {
        self.send(Method::PUT, path, body).await
    }

    pub(super) async fn patch(&self, path: &str, body: &Value) -> Result<bool, ProvisionError> {
        self.send(Method::PATCH, path, body).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<bool, ProvisionError> {
        let answer = self
            .http
            .request(method, format!("{}{path}", self.base))
            .json(body)
            .send()
            .await?;
        match answer.status() {
            StatusCode::CONFLICT => Ok(false),
            status if status.is_success() => Ok(true),
            status => Err(format!("{path}: {status}: {}", answer.text().await.unwrap_or_default()).into()),
        }
    }
}
