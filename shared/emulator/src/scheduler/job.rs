//! A job: its JSON form (<https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs>), its rules, its course.

use super::cron::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tonic::Status;

/// How long one attempt may take, when the job does not say; and the bounds of what it may say.
const DEADLINE: Seconds = Seconds(Duration::from_mins(3));
const SHORTEST_DEADLINE: Duration = Duration::from_secs(15);
const LONGEST_DEADLINE: Duration = Duration::from_mins(30);

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

/// Where and how a job calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct HttpTarget {
    pub(crate) uri: String,
    pub(crate) http_method: Method,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    /// Base64.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) oidc_token: Option<Oidc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) oauth_token: Option<Value>,
}

/// The service account that a call is made as.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Oidc {
    pub(crate) service_account_email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) audience: String,
}

/// How a run that fails is tried again: `retryCount` more times, with waits that double `maxDoublings` times and grow evenly then.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "the protocol's own")]
pub(crate) struct Retry {
    pub(crate) retry_count: u32,
    pub(crate) max_retry_duration: Option<Seconds>,
    pub(crate) min_backoff_duration: Option<Seconds>,
    pub(crate) max_backoff_duration: Option<Seconds>,
    pub(crate) max_doublings: Option<u32>,
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

/// Whether a job runs by its schedule. In a request it means nothing: `:pause` and `:resume` set it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    #[default]
    Enabled,
    Paused,
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(if value == "PAUSED" || value == 2 {
            Self::Paused
        } else {
            Self::Enabled
        })
    }
}

/// An HTTP method, by name or by its number in `google.cloud.scheduler.v1.HttpMethod`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Method(pub(crate) String);

impl Default for Method {
    fn default() -> Self {
        Self("POST".to_owned())
    }
}

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const METHODS: [&str; 8] = [
            "HTTP_METHOD_UNSPECIFIED",
            "POST",
            "GET",
            "HEAD",
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
        ];
        let value = Value::deserialize(deserializer)?;
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        let found = METHODS
            .iter()
            .enumerate()
            .find(|(index, name)| value == **name || number == Some(*index));
        match found {
            Some((0, _)) => Ok(Self::default()),
            Some((_, name)) => Ok(Self((*name).to_owned())),
            None => Err(serde::de::Error::custom(format!("{value} is no HTTP method"))),
        }
    }
}

/// A duration as `"3.5s"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) Duration);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}s", self.0.as_secs_f64()))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.strip_suffix('s').and_then(|number| number.parse().ok());
        let duration = number.and_then(|number: f64| Duration::try_from_secs_f64(number).ok());
        duration
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no duration like \"10s\"")))
    }
}

/// A job with its course: what is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Course {
    pub(crate) job: Job,
    /// The run under way, until it went well or is given up.
    pub(crate) run: Option<Run>,
}

/// A run: one time of the schedule, or one that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// The time it stands for.
    pub(crate) scheduled: Timestamp,
    /// When its first attempt began.
    pub(crate) began: Timestamp,
    /// How many attempts failed.
    pub(crate) failed: u32,
    /// When the next attempt is due.
    pub(crate) next: Timestamp,
}

impl Job {
    /// Checks a new or changed job, fills in what Google does, and finds its next time after `now`.
    pub(crate) fn complete(mut self, now: Timestamp) -> Result<Self, Status> {
        refuse(self.pubsub_target.is_some(), "pubsubTarget")?;
        refuse(self.app_engine_http_target.is_some(), "appEngineHttpTarget")?;
        let Some(target) = &self.http_target else {
            return Err(Status::invalid_argument("A job must have a target."));
        };
        refuse(target.oauth_token.is_some(), "oauthToken")?;
        target.check()?;
        if self.time_zone.is_empty() {
            "Etc/UTC".clone_into(&mut self.time_zone);
        }
        let deadline = self.attempt_deadline.get_or_insert(DEADLINE).0;
        if !(SHORTEST_DEADLINE..=LONGEST_DEADLINE).contains(&deadline) {
            return Err(Status::invalid_argument(
                "attemptDeadline must be from 15 seconds to 30 minutes.",
            ));
        }
        if self
            .retry_config
            .as_ref()
            .is_some_and(|retry| retry.retry_count > 5)
        {
            return Err(Status::invalid_argument("retryCount must be from 0 to 5."));
        }
        self.schedule_time = self.next(now)?;
        Ok(self)
    }

    /// When it runs next by its schedule after `now`.
    pub(crate) fn next(&self, now: Timestamp) -> Result<Option<Timestamp>, Status> {
        let cron = Cron::parse(&self.schedule)
            .map_err(|error| Status::invalid_argument(format!("Schedule is invalid: {error}.")))?;
        Ok(cron.next(now, &zone(&self.time_zone)?))
    }

    /// How long one attempt may take.
    pub(crate) fn deadline(&self) -> Duration {
        self.attempt_deadline.unwrap_or(DEADLINE).0
    }
}

impl HttpTarget {
    fn check(&self) -> Result<(), Status> {
        use base64::Engine as _;
        if !reqwest::Url::parse(&self.uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Status::invalid_argument(format!(
                "HttpTarget.uri {:?} is no HTTP address.",
                self.uri
            )));
        }
        if base64::prelude::BASE64_STANDARD.decode(&self.body).is_err() {
            return Err(Status::invalid_argument("HttpTarget.body is no base64."));
        }
        if !self.body.is_empty() && !matches!(self.http_method.0.as_str(), "POST" | "PUT" | "PATCH") {
            return Err(Status::invalid_argument(
                "HttpTarget.body goes with POST, PUT and PATCH only.",
            ));
        }
        Ok(())
    }
}

fn refuse(present: bool, what: &str) -> Result<(), Status> {
    if present {
        Err(Status::unimplemented(format!(
            "the emulator has no {what} of a job"
        )))
    } else {
        Ok(())
    }
}

fn zone(name: &str) -> Result<TimeZone, Status> {
    // these need no database on the machine
    if matches!(name, "Etc/UTC" | "UTC" | "Etc/GMT" | "GMT") {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name)
        .map_err(|error| Status::invalid_argument(format!("timeZone {name:?} is not known here: {error}")))
}

impl Retry {
    /// How long the attempt after `failed` failed ones waits: the shortest wait doubled up to `maxDoublings` times, then evenly longer, never above the
    /// longest.
    fn wait(&self, failed: u32) -> Duration {
        let least = self.min_backoff_duration.map_or(Duration::from_secs(5), |d| d.0);
        let most = self.max_backoff_duration.map_or(Duration::from_hours(1), |d| d.0);
        let doublings = self.max_doublings.unwrap_or(5);
        let steps = failed.saturating_sub(1);
        let doubled = least.saturating_mul(2_u32.saturating_pow(steps.min(doublings)));
        doubled
            .saturating_mul(steps.saturating_sub(doublings) + 1)
            .min(most)
    }

    fn gives_up(&self, failed: u32, since: Duration) -> bool {
        let longest = self.max_retry_duration.filter(|longest| !longest.0.is_zero());
        failed > self.retry_count || longest.is_some_and(|longest| since >= longest.0)
    }
}

impl Course {
    /// When something is to be done: the next attempt of the run under way, else the next time of the schedule.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match &self.run {
            Some(run) => Some(run.next),
            None if self.job.state == State::Paused => None,
            None => self.job.schedule_time,
        }
    }

    /// Begins what is due at `now`. However many times of the schedule went by, they are one run.
    pub(crate) fn begin(&mut self, now: Timestamp) -> Option<Run> {
        if self.due()? > now {
            return None;
        }
        if self.run.is_none() {
            let scheduled = self.job.schedule_time?;
            self.job.schedule_time = self.job.next(now).ok().flatten();
            self.run = Some(Run {
                scheduled,
                began: now,
                failed: 0,
                next: now,
            });
        }
        self.job.last_attempt_time = Some(now);
        self.run.clone()
    }

    /// A run that was asked for, beside the schedule; one under way comes at once.
    pub(crate) fn force(&mut self, now: Timestamp) {
        match &mut self.run {
            Some(run) => run.next = now,
            None => {
                self.run = Some(Run {
                    scheduled: now,
                    began: now,
                    failed: 0,
                    next: now,
                });
            }
        }
    }

    /// An attempt ended at `now`.
    pub(crate) fn end(&mut self, outcome: Outcome, now: Timestamp) {
        let failed = outcome.code.is_some();
        self.job.status = Some(outcome);
        let Some(run) = &mut self.run else { return };
        run.failed += 1;
        let retry = self.job.retry_config.clone().unwrap_or_default();
        let since = Duration::try_from(now.duration_since(run.began)).unwrap_or_default();
        if !failed || retry.gives_up(run.failed, since) {
            self.run = None;
        } else {
            run.next = now.checked_add(retry.wait(run.failed)).unwrap_or(Timestamp::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn course(more: &Value) -> Course {
        let mut json = json!({
            "name": "projects/p/locations/l/jobs/sweep", "schedule": "0 * * * *",
            "httpTarget": {"uri": "https://posts.kith.internal/schedules/sweep", "httpMethod": 1},
        });
        json.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let job: Job = serde_json::from_value(json).unwrap();
        Course {
            job: job.complete(at("2026-11-21T10:30:00Z")).unwrap(),
            run: None,
        }
    }

    fn failure() -> Outcome {
        Outcome {
            code: Some(13),
            message: None,
        }
    }

    #[test]
    fn many_times_that_went_by_are_one_run() {
        let mut course = course(&json!({}));
        assert_eq!(course.job.http_target.as_ref().unwrap().http_method.0, "POST");
        assert_eq!(course.begin(at("2026-11-21T10:59:59Z")), None);
        let run = course.begin(at("2026-11-23T15:20:00Z")).unwrap();
        assert_eq!(run.scheduled, at("2026-11-21T11:00:00Z"));
        course.end(Outcome::default(), at("2026-11-23T15:20:01Z"));
        assert_eq!(course.begin(at("2026-11-23T15:59:00Z")), None);
        assert_eq!(course.due(), Some(at("2026-11-23T16:00:00Z")));
    }

    #[test]
    fn a_run_that_fails_is_tried_again_with_growing_waits_and_then_given_up() {
        let mut course = course(
            &json!({"retryConfig": {"retryCount": 3, "minBackoffDuration": "10s", "maxDoublings": 1}}),
        );
        let mut now = at("2026-11-21T11:00:00Z");
        let mut waits = Vec::new();
        while course.begin(now).is_some() {
            course.end(failure(), now);
            let Some(run) = &course.run else { break };
            waits.push(run.next.duration_since(now).as_secs());
            now = run.next;
        }
        assert_eq!(waits, [10, 20, 40]);
        assert_eq!(course.job.status, Some(failure()));
        assert_eq!(course.due(), Some(at("2026-11-21T12:00:00Z")));
    }

    #[test]
    fn a_paused_job_runs_only_when_asked() {
        let mut course = course(&json!({}));
        course.job.state = State::Paused;
        assert_eq!(course.begin(at("2027-01-01T00:00:00Z")), None);
        course.force(at("2027-01-01T00:00:00Z"));
        assert!(course.begin(at("2027-01-01T00:00:00Z")).is_some());
    }

    #[test]
    fn what_the_emulator_has_not_is_refused_and_what_is_wrong_too() {
        use tonic::Code;
        let code = |json: Value| {
            let mut all = json!({"schedule": "* * * * *", "httpTarget": {"uri": "http://a/"}});
            all.as_object_mut()
                .unwrap()
                .extend(json.as_object().unwrap().clone());
            serde_json::from_value::<Job>(all)
                .unwrap()
                .complete(Timestamp::UNIX_EPOCH)
                .map_err(|status| status.code())
                .err()
        };
        assert_eq!(code(json!({})), None);
        assert_eq!(code(json!({"pubsubTarget": {}})), Some(Code::Unimplemented));
        assert_eq!(
            code(json!({"httpTarget": {"uri": "http://a/", "oauthToken": {}}})),
            Some(Code::Unimplemented)
        );
        for wrong in [
            json!({"schedule": "every 5 minutes"}),
            json!({"timeZone": "Middle/Earth"}),
            json!({"httpTarget": {"uri": "posts"}}),
            json!({"httpTarget": {"uri": "http://a/", "httpMethod": "GET", "body": "aGk="}}),
            json!({"attemptDeadline": "1s"}),
        ] {
            assert_eq!(code(wrong.clone()), Some(Code::InvalidArgument), "{wrong}");
        }
    }
}
