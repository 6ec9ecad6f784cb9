//! Starting Cloud Run Jobs.

use crate::connect::connect;
use crate::deadline::Deadline;
use crate::retry::Call;
use crate::{CloudConfig, Error, JobRun, Result, Timeouts};
use google_cloud_gax::options::RequestOptionsBuilder;
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
    timeouts: Timeouts,
    client: Arc<OnceCell<Client>>,
}

impl Jobs {
    pub(crate) fn new(config: &CloudConfig) -> Self {
        Self {
            parent: format!("projects/{}/locations/{}", config.project, config.region),
            endpoint: config.endpoints.run.clone(),
            timeouts: config.timeouts,
            client: Arc::default(),
        }
    }

    /// Starts an execution; does not wait for it. A lost answer may have started one, so jobs are idempotent. One call.
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
            .set_overrides(Overrides::new().set_container_overrides([container]))
            .with_attempt_timeout(self.timeouts.call);
        let limit = Deadline::after(self.timeouts.retrying).left();
        match tokio::time::timeout(limit, request.send()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Error::unavailable("Cloud Run", error)),
            Err(late) => Err(Error::unavailable("Cloud Run", late)),
        }
    }

    async fn connect(&self) -> Result<Client> {
        let endpoint = self.endpoint.as_deref();
        connect!(
            Client::builder(),
            "Cloud Run",
            endpoint,
            Call::RunJob,
            self.timeouts
        )
    }
}
