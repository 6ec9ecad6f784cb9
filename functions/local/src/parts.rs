//! What Kith is made of.

use runtime::{Function, JobDescription};
use serde::Serialize;
use serde_json::Value;

/// The Firestore indexes, in the Firebase CLI's format: Terraform applies this file, the emulator enforces it.
pub const INDEXES: &str = include_str!("../../../firestore.indexes.json");

/// Every function.
pub fn functions() -> Vec<Function> {
    vec![
        auth::function(),
        media::function(),
        notifications::function(),
        posts::function(),
        profiles::function(),
        realtime::function(),
        videos::function(),
    ]
}

/// Every job.
pub fn jobs() -> Vec<JobDescription> {
    vec![transcode::description()]
}

/// All of Kith as data.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Every function.
    pub functions: Vec<runtime::Description>,
    /// Every job.
    pub jobs: Vec<JobDescription>,
    /// The Firestore indexes.
    pub indexes: Value,
}

/// All of Kith as data.
///
/// # Errors
/// The file of indexes is not JSON.
pub fn describe() -> Result<Description, serde_json::Error> {
    Ok(Description {
        functions: functions()
            .iter()
            .map(|function| function.description().clone())
            .collect(),
        jobs: jobs(),
        indexes: serde_json::from_str(INDEXES)?,
    })
}
