//! What is posted to a subscription: pulls, and what ends or moves their leases.

use super::body::read;
use super::page::page_answer;
use super::{Answer, Names, Service, iam};
use crate::pubsub::json::{MessageJson, PushJson, SeekJson};
use crate::pubsub::{Inner, subscriber};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, ModifyAckDeadlineRequest, PullRequest, ReceivedMessage, SeekRequest,
};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// `:pull`, `:acknowledge`, `:modifyAckDeadline`, `:modifyPushConfig`, `:detach`, `:seek`, and policies.
pub(super) async fn post(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let (id, verb) = id.rsplit_once(':').unwrap_or((&id, ""));
    let name = format!("projects/{project}/subscriptions/{id}");
    match verb {
        "pull" => return pull(inner, name, read(&body)?).await,
        "acknowledge" => {
            let AckIds { ack_ids } = read(&body)?;
            subscriber::acknowledge(
                &inner,
                AcknowledgeRequest {
                    subscription: name,
                    ack_ids,
                },
            )?;
        }
        "modifyAckDeadline" => {
            let Deadline {
                ack_ids,
                ack_deadline_seconds,
            } = read(&body)?;
            let asked = ModifyAckDeadlineRequest {
                subscription: name,
                ack_ids,
                ack_deadline_seconds,
            };
            subscriber::modify_deadline(&inner, asked)?;
        }
        "modifyPushConfig" => {
            let push: PushUpdate = read(&body)?;
            inner.step(|broker, store, now| {
                broker.modify_push(store, &name, Some(push.push_config.into()), now)
            })?;
        }
        "detach" => inner.step(|broker, store, _| broker.detach(store, &name))?,
        "seek" => {
            let target = read::<SeekJson>(&body)?.target();
            let asked = SeekRequest {
                subscription: name,
                target,
            };
            subscriber::seek(&inner, &asked)?;
        }
        other => return iam::post(&inner, name, other, &body),
    }
    Ok(Json(json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AckIds {
    ack_ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Deadline {
    ack_ids: Vec<String>,
    ack_deadline_seconds: i32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PushUpdate {
    push_config: PushJson,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pull {
    max_messages: i32,
    #[serde(default)]
    return_immediately: bool,
}

async fn pull(inner: Arc<Inner>, subscription: String, pull: Pull) -> Answer {
    #[expect(deprecated, reason = "it has a meaning as long as clients send it")]
    let asked = PullRequest {
        subscription,
        return_immediately: pull.return_immediately,
        max_messages: pull.max_messages,
    };
    let answer = subscriber::pull(inner, asked).await?;
    let message = |received: ReceivedMessage| {
        let mut entry = json!({
            "ackId": received.ack_id,
            "message": MessageJson::from(received.message.unwrap_or_default()),
        });
        if received.delivery_attempt > 0 {
            entry["deliveryAttempt"] = received.delivery_attempt.into();
        }
        entry
    };
    Ok(page_answer(
        "receivedMessages",
        answer.received_messages.into_iter().map(message).collect(),
        String::new(),
    ))
}
