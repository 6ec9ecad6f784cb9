//! A job: what is stored of it, and its JSON form.

use super::template::Template;
use super::time::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tonic::Status;

/// A job as it was created or last changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Job {
    /// `projects/P/locations/L/jobs/J`.
    pub(super) name: String,
    uid: String,
    generation: u64,
    created: i64,
    updated: i64,
    /// As it was sent, for showing.
    body: Map<String, Value>,
    pub(super) template: Template,
    pub(super) execution_count: u64,
    pub(super) latest: Option<String>,
}

/// Fields that only answers have.
const OUTPUT_ONLY: [&str; 17] = [
    "name",
    "uid",
    "generation",
    "createTime",
    "updateTime",
    "deleteTime",
    "expireTime",
    "creator",
    "lastModifier",
    "observedGeneration",
    "terminalCondition",
    "conditions",
    "executionCount",
    "latestCreatedExecution",
    "reconciling",
    "satisfiesPzs",
    "etag",
];

impl Job {
    pub(super) fn new(name: String, fields: &Map<String, Value>, now: i64) -> Result<Self, Status> {
        Ok(Self {
            name,
            uid: uuid::Uuid::new_v4().to_string(),
            generation: 1,
            created: now,
            updated: now,
            body: shown(fields)?,
            template: Template::parse(fields)?,
            execution_count: 0,
            latest: None,
        })
    }

    /// What comes of a PATCH, which replaces the whole.
    pub(super) fn replaced(&self, fields: &Map<String, Value>, now: i64) -> Result<Self, Status> {
        Ok(Self {
            generation: self.generation + 1,
            updated: now,
            body: shown(fields)?,
            template: Template::parse(fields)?,
            ..self.clone()
        })
    }

    pub(super) fn etag(&self) -> String {
        format!("\"{}-{}\"", self.uid, self.generation)
    }

    /// The resource as the API shows it.
    pub(super) fn json(&self) -> Value {
        let mut value = json!({
            "name": self.name,
            "uid": self.uid,
            "generation": self.generation.to_string(),
            "observedGeneration": self.generation.to_string(),
            "createTime": rfc3339(self.created),
            "updateTime": rfc3339(self.updated),
            "executionCount": self.execution_count,
            "terminalCondition": {"type": "Ready", "state": "CONDITION_SUCCEEDED", "lastTransitionTime": rfc3339(self.updated)},
            "launchStage": "GA",
            "reconciling": false,
            "etag": self.etag(),
        });
        if let Some(fields) = value.as_object_mut() {
            fields.extend(self.body.clone());
        }
        value
    }
}

/// The part of a sent job that is shown again.
fn shown(fields: &Map<String, Value>) -> Result<Map<String, Value>, Status> {
    const KNOWN: [&str; 9] = [
        "labels",
        "annotations",
        "client",
        "clientVersion",
        "launchStage",
        "template",
        "binaryAuthorization",
        "startExecutionToken",
        "runExecutionToken",
    ];
    let mut body = Map::new();
    for (name, value) in fields
        .iter()
        .filter(|(name, _)| !OUTPUT_ONLY.contains(&name.as_str()))
    {
        match name.as_str() {
            "startExecutionToken" | "runExecutionToken" | "binaryAuthorization"
                if !value.is_null() && value != "" =>
            {
                return Err(Status::unimplemented(format!(
                    "the emulator's jobs have no field `{name}`"
                )));
            }
            known if KNOWN.contains(&known) => drop(body.insert(name.clone(), value.clone())),
            _ => {
                return Err(Status::invalid_argument(format!(
                    "Unknown name \"{name}\" at 'job': Cannot find field."
                )));
            }
        }
    }
    Ok(body)
}

/// The rule for names of jobs.
pub(super) fn check_id(id: &str) -> Result<(), Status> {
    let inner = id
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let good = inner
        && (1..50).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && !id.ends_with('-');
    if good {
        Ok(())
    } else {
        Err(Status::invalid_argument(format!("Invalid job id: {id:?}")))
    }
}
