//! The course of a job: its runs, and their attempts.

use super::{Job, Outcome, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

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
    use serde_json::{Value, json};

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
}
