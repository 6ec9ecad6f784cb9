//! Making what the functions need, through the emulator's own APIs. Doing it again changes nothing. In the cloud Terraform does this.

mod api;
mod objects;
mod run;
mod topics;

use crate::Description;
use crate::environment::Addresses;
use api::Api;
use std::collections::BTreeMap;

/// Something could not be made.
pub type ProvisionError = Box<dyn std::error::Error + Send + Sync>;

/// Makes topics, subscriptions, buckets, jobs, schedules and indexes. `job_env` is added to the variables of every job.
///
/// # Errors
/// The emulator is away or refuses something.
pub async fn apply(
    kith: &Description,
    at: &Addresses,
    job_env: &BTreeMap<String, String>,
) -> Result<(), ProvisionError> {
    let api = Api::new(at)?;
    let indexes = serde_json::json!({ "project": at.project, "indexes": kith.indexes });
    api.put("/_emulator/firestore/indexes", &indexes).await?;
    topics::make_topics(&api).await?;
    for function in &kith.functions {
        for subscription in &function.subscriptions {
            topics::subscribe(&api, &function.name, subscription).await?;
        }
        for schedule in &function.schedules {
            run::schedule(&api, &function.name, schedule).await?;
        }
        for need in &function.needs {
            if let runtime::Need::Bucket(bucket) = need {
                objects::make_bucket(&api, bucket).await?;
            }
        }
    }
    for job in &kith.jobs {
        run::make_job(&api, job, job_env).await?;
    }
    Ok(())
}
