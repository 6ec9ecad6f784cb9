//! Starting Cloud Run Jobs.

use crate::{CloudConfig, Error, JobRun, Result};
use google_cloud_auth::credentials::anonymous;
use google_cloud_gax::retry_policy::{AlwaysRetry, RetryPolicyExt};
use google_cloud_run_v2::client::Jobs as Client;
use google_cloud_run_v2::model::EnvVar;
use google_cloud_run_v2::model::run_job_request::{Overrides, overrides::ContainerOverride};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Starts executions of jobs.
#[derive(Debug, Clone)]
pub struct Jobs {
    parent: String,
    endpoint: Option<String>,
    client: Arc<OnceCell<Client>>,
}

impl Jobs {
    pub(crate) fn new(config: &CloudConfig) -> Self {
        Self {
            parent: format!("projects/{}/locations/{}", config.project, config.region),
            endpoint: config.endpoints.run.clone(),
            client: Arc::default(),
        }
    }

    /// Starts an execution; does not wait for it. A lost answer may have started one, so jobs are idempotent.
    pub(crate) async fn run(&self, run: &JobRun) -> Result<()> {
        let client = self.client.get_or_try_init(|| self.connect()).await?;
        let env = run
            .env
            .iter()
            .map(|(name, value)| EnvVar::new().set_name(name).set_value(value));
        let container = ContainerOverride::new().set_env(env);
        let request = client
            .run_job()
            .set_name(format!("{}/jobs/{}", self.parent, run.job))
            .set_overrides(Overrides::new().set_container_overrides([container]));
        request
            .send()
            .await
            .map(|_| ())
            .map_err(|error| Error::unavailable("Cloud Run", error))
    }

    async fn connect(&self) -> Result<Client> {
        let mut builder = Client::builder().with_retry_policy(AlwaysRetry.with_attempt_limit(2));
        if let Some(endpoint) = &self.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_credentials(anonymous::Builder::new().build());
        }
        builder
            .build()
            .await
            .map_err(|error| Error::unavailable("Cloud Run", error))
    }
}
