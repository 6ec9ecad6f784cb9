//! What a job may be, what it is when it is not said, and when it runs.

use super::Job;
use super::fields::Seconds;
use crate::scheduler::cron::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;
use tonic::Status;

/// How long one attempt may take, when the job does not say; and the bounds of what it may say.
const DEADLINE: Seconds = Seconds(Duration::from_mins(3));
const SHORTEST_DEADLINE: Duration = Duration::from_secs(15);
const LONGEST_DESCRIPTION: usize = 500;
const LONGEST_DEADLINE: Duration = Duration::from_mins(30);

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
        if self.description.len() > LONGEST_DESCRIPTION {
            return Err(Status::invalid_argument(
                "The description is longer than 500 bytes.",
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

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
