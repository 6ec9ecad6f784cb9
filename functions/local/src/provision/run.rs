//! Jobs and schedules.

use super::ProvisionError;
use super::api::Api;
use crate::environment::Addresses;
use runtime::{JobDescription, Schedule};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A job whose image has its name.
pub(super) async fn make_job(
    api: &Api,
    wanted: &JobDescription,
    env: &BTreeMap<String, String>,
) -> Result<(), ProvisionError> {
    let env: Vec<Value> = env
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let body = json!({ "template": { "taskCount": 1, "template": {
        "containers": [{ "image": wanted.name, "env": env }],
        "maxRetries": wanted.max_retries,
        "timeout": format!("{}s", wanted.timeout_seconds),
    } } });
    let jobs = format!("/v2/{}/jobs", api.location());
    if !api.post(&format!("{jobs}?jobId={}", wanted.name), &body).await? {
        api.patch(&format!("{jobs}/{}", wanted.name), &body).await?;
    }
    Ok(())
}

/// A call by the clock, with OIDC.
pub(super) async fn schedule(api: &Api, function: &str, wanted: &Schedule) -> Result<(), ProvisionError> {
    let name = format!("{}/jobs/{}", api.location(), wanted.name);
    let body = json!({
        "name": name,
        "schedule": wanted.cron,
        "timeZone": "Etc/UTC",
        "httpTarget": {
            "uri": format!("http://{function}.{}{}", api.internal_host, wanted.path),
            "httpMethod": "POST",
            "oidcToken": { "serviceAccountEmail": Addresses::ACCOUNT, "audience": Addresses::AUDIENCE },
        },
    });
    api.post(&format!("/v1/{}/jobs", api.location()), &body).await?;
    Ok(())
}
