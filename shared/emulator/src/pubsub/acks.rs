//! What clients say of their leases: acknowledged, given back, to end later. Where a subscription delivers exactly once, each id is told
//! whether it counted: <https://cloud.google.com/pubsub/docs/exactly-once-delivery>.

use super::Inner;
use gcloud_sdk::google::rpc::{self, ErrorInfo};
use prost::Message as _;
use prost_types::Any;
use std::collections::HashMap;
use tonic::{Code, Status};

/// The most ids of one request, so that it stays below the limit of 512 KiB
/// (<https://cloud.google.com/pubsub/quotas#resource_limits>) whatever they are.
const MAX_IDS_BYTES: usize = 512 * 1024;
/// The reason for an id that is malformed, or whose lease does not stand any more.
const INVALID_ID: &str = "PERMANENT_FAILURE_INVALID_ACK_ID";

/// What becomes of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Acknowledge,
    /// It ends so many seconds from now; at zero it is given back.
    Deadline(i32),
}

/// How a request went, where that is told.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Whether the subscription delivers exactly once.
    pub(crate) exact: bool,
    pub(crate) done: Vec<String>,
    pub(crate) invalid: Vec<String>,
}

impl Outcome {
    /// The answer of a unary call: an error with the reason of each id that failed, where that is told.
    pub(crate) fn into_answer(self) -> Result<(), Status> {
        if !self.exact || self.invalid.is_empty() {
            return Ok(());
        }
        let reasons = self.invalid.into_iter().map(|id| (id, INVALID_ID.to_owned()));
        Err(failed_ids(reasons.collect()))
    }
}

/// The id by which a client names a lease.
pub(crate) fn ack_id(delivery: u64, attempt: u32) -> String {
    format!("{delivery}-{attempt}")
}

/// The delivery and the attempt that an ack id names.
fn parse(ack_id: &str) -> Option<(u64, u32)> {
    let (id, attempt) = ack_id.split_once('-')?;
    Some((id.parse().ok()?, attempt.parse().ok()?))
}

/// Ends or moves leases, all in one step. Ids of leases that do not stand any more are passed over, or told.
pub(crate) fn settle(inner: &Inner, name: &str, asked: &[(String, Verdict)]) -> Result<Outcome, Status> {
    check(asked)?;
    let outcome = inner.step(|broker, store, now| {
        broker.touch(store, name, now)?;
        let exact = broker.subscription(name)?.config.enable_exactly_once_delivery;
        let mut outcome = Outcome {
            exact,
            ..Outcome::default()
        };
        for (ack_id, verdict) in asked {
            let done = match (parse(ack_id), verdict) {
                (None, _) if exact => false,
                (None, _) => return Err(invalid_id(ack_id)),
                (Some((id, attempt)), Verdict::Acknowledge) => {
                    broker.acknowledge(store, name, id, attempt, now)?
                }
                (Some((id, attempt)), Verdict::Deadline(0)) => {
                    broker.give_back(store, name, id, attempt, now)?
                }
                (Some((id, attempt)), Verdict::Deadline(seconds)) => {
                    let until = now.saturating_add(i64::from(*seconds) * 1_000_000);
                    broker.extend(store, name, id, attempt, until)?
                }
            };
            let told = if done {
                &mut outcome.done
            } else {
                &mut outcome.invalid
            };
            if exact {
                told.push(ack_id.clone());
            }
        }
        Ok(outcome)
    })?;
    // an extended lease is no change to store, but the next time may be another
    inner.changed.notify_one();
    Ok(outcome)
}

/// What can be known of a request before anything is done.
fn check(asked: &[(String, Verdict)]) -> Result<(), Status> {
    if asked.is_empty() {
        return Err(Status::invalid_argument("No ack ids specified."));
    }
    if asked.iter().map(|(id, _)| id.len()).sum::<usize>() > MAX_IDS_BYTES {
        return Err(Status::invalid_argument(format!(
            "The ack ids of a request have at most {MAX_IDS_BYTES} bytes."
        )));
    }
    let deadlines = asked.iter().filter_map(|(_, verdict)| match verdict {
        Verdict::Deadline(seconds) => Some(*seconds),
        Verdict::Acknowledge => None,
    });
    if deadlines.into_iter().any(|seconds| !(0..=600).contains(&seconds)) {
        return Err(Status::invalid_argument(
            "ack_deadline_seconds must be from 0 to 600.",
        ));
    }
    Ok(())
}

fn invalid_id(ack_id: &str) -> Status {
    Status::invalid_argument(format!(
        "You have passed an invalid ack ID to the service (ack_id={ack_id})."
    ))
}

/// An error whose details give each id its reason.
fn failed_ids(reasons: HashMap<String, String>) -> Status {
    let message = "Some acknowledgement ids in the request were invalid.";
    let info = ErrorInfo {
        reason: INVALID_ID.to_owned(),
        domain: "pubsub.googleapis.com".to_owned(),
        metadata: reasons,
    };
    let details = rpc::Status {
        code: Code::FailedPrecondition.into(),
        message: message.to_owned(),
        details: vec![Any {
            type_url: "type.googleapis.com/google.rpc.ErrorInfo".to_owned(),
            value: info.encode_to_vec(),
        }],
    };
    Status::with_details(Code::FailedPrecondition, message, details.encode_to_vec().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_ack_id_names_its_lease(id: u64, attempt: u32) {
            prop_assert_eq!(parse(&ack_id(id, attempt)), Some((id, attempt)));
        }

        #[test]
        fn no_ack_id_brings_the_parser_down(text in "[0-9-]{0,30}|.{0,20}") {
            if let Some((id, attempt)) = parse(&text) {
                prop_assert_eq!(parse(&ack_id(id, attempt)), Some((id, attempt)));
            }
        }
    }

    #[test]
    fn what_failed_is_told_by_its_id_only_where_delivery_is_exact() {
        let outcome = |exact| Outcome {
            exact,
            done: Vec::new(),
            invalid: vec!["7-1".into()],
        };
        assert!(outcome(false).into_answer().is_ok());
        let status = outcome(true).into_answer().unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        let details = rpc::Status::decode(status.details()).unwrap();
        let info = ErrorInfo::decode(&details.details[0].value[..]).unwrap();
        assert_eq!(info.metadata["7-1"], INVALID_ID);
    }
}
