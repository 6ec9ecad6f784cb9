//! A job: its JSON form (<https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs>), its rules, its course.

mod course;
mod fields;
mod retry;
mod rules;
mod target;

pub(crate) use course::{Course, Run};
pub(crate) use fields::State;

use fields::Seconds;
use jiff::Timestamp;
use retry::Retry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use target::HttpTarget;

/// A job as clients see it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Job {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_target: Option<HttpTarget>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pubsub_target: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) app_engine_http_target: Option<Value>,
    pub(crate) schedule: String,
    pub(crate) time_zone: String,
    pub(crate) state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_update_time: Option<Timestamp>,
    /// When it runs next by its schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) schedule_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_attempt_time: Option<Timestamp>,
    /// How the last attempt went: `{}` is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_config: Option<Retry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempt_deadline: Option<Seconds>,
}

/// How an attempt ended, as a `google.rpc.Status` without details.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Outcome {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}
