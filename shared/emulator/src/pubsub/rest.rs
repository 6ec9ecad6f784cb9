//! Pub/Sub's REST form: topics, subscriptions, publish, pull, acknowledge (<https://cloud.google.com/pubsub/docs/reference/rest>).
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use super::json::{MessageJson, PushJson, SubscriptionJson, TopicJson};
use super::{Inner, subscriber};
use crate::rest::RestError;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::{any, get, put};
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, ModifyAckDeadlineRequest, PubsubMessage, PullRequest, Subscription, Topic,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use tonic::Status;

/// A request of ten megabytes of data is a third larger in base64, and has its attributes besides.
const BODY_LIMIT: usize = 20_000_000;

type Answer = Result<Json<Value>, RestError>;
type Service = State<Arc<Inner>>;
type Names = Path<(String, String)>;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    let topic = put(create_topic)
        .get(get_topic)
        .patch(patch_topic)
        .delete(delete_topic)
        .post(post_topic);
    let subscription = put(create_subscription)
        .get(get_subscription)
        .patch(patch_subscription)
        .delete(delete_subscription)
        .post(post_subscription);
    Router::new()
        .route("/v1/projects/{project}/topics", get(list_topics))
        .route("/v1/projects/{project}/topics/{topic}", topic)
        .route(
            "/v1/projects/{project}/topics/{topic}/subscriptions",
            get(list_topic_subscriptions),
        )
        .route("/v1/projects/{project}/subscriptions", get(list_subscriptions))
        .route(
            "/v1/projects/{project}/subscriptions/{subscription}",
            subscription,
        )
        .route(
            "/v1/projects/{project}/snapshots",
            any(|| std::future::ready(refuse("snapshots"))),
        )
        .route(
            "/v1/projects/{project}/snapshots/{snapshot}",
            any(|| std::future::ready(refuse("snapshots"))),
        )
        .route(
            "/v1/projects/{project}/schemas",
            any(|| std::future::ready(refuse("schemas"))),
        )
        .route(
            "/v1/projects/{project}/schemas/{schema}",
            any(|| std::future::ready(refuse("schemas"))),
        )
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(inner)
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Page {
    page_size: i32,
    page_token: String,
}

fn refuse(what: &str) -> RestError {
    RestError(Status::unimplemented(format!("the emulator has no {what}")))
}

/// Reads a body; none is an empty object.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, RestError> {
    let text = if body.is_empty() { b"{}" } else { &body[..] };
    serde_json::from_slice(text).map_err(|error| {
        RestError(Status::invalid_argument(format!(
            "Invalid JSON payload received. {error}"
        )))
    })
}

/// The name in the path; one in the body too must be the same.
fn named(project: &str, collection: &str, id: &str, in_body: &str) -> Result<String, RestError> {
    let name = format!("projects/{project}/{collection}/{id}");
    if in_body.is_empty() || in_body == name {
        return Ok(name);
    }
    Err(RestError(Status::invalid_argument(
        "The name in the body is not the one in the path.",
    )))
}

/// The fields of an update mask, which JSON writes as one text in camelCase.
fn paths(mask: &str) -> Vec<String> {
    let snake = |path: &str| {
        path.chars().fold(String::new(), |mut text, c| {
            if c.is_ascii_uppercase() {
                text.push('_');
            }
            text.push(c.to_ascii_lowercase());
            text
        })
    };
    mask.split(',')
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(snake)
        .collect()
}

fn topic_answer(topic: Topic) -> Json<Value> {
    Json(json!(TopicJson::from(topic)))
}

fn subscription_answer(subscription: Subscription) -> Json<Value> {
    Json(json!(SubscriptionJson::from(subscription)))
}

/// A list under its name, and the token of the next page where there is one; as the protocol has it, nothing empty.
fn page_answer(name: &str, entries: Vec<Value>, next: String) -> Json<Value> {
    let mut answer = json!({});
    if !entries.is_empty() {
        answer[name] = entries.into();
    }
    if !next.is_empty() {
        answer["nextPageToken"] = next.into();
    }
    Json(answer)
}

async fn create_topic(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let topic: TopicJson = read(&body)?;
    let name = named(&project, "topics", &id, &topic.name)?;
    let topic = Topic { name, ..topic.into() };
    Ok(topic_answer(inner.step(|broker, _, changes| {
        broker.create_topic(topic, changes)
    })?))
}

async fn get_topic(State(inner): Service, Path((project, id)): Names) -> Answer {
    Ok(topic_answer(
        inner
            .lock()
            .get_topic(&format!("projects/{project}/topics/{id}"))?,
    ))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TopicUpdate {
    topic: TopicJson,
    update_mask: String,
}

async fn patch_topic(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let update: TopicUpdate = read(&body)?;
    let name = named(&project, "topics", &id, &update.topic.name)?;
    let topic = Topic {
        name,
        ..update.topic.into()
    };
    let paths = paths(&update.update_mask);
    Ok(topic_answer(inner.step(|broker, _, changes| {
        broker.update_topic(&topic, &paths, changes)
    })?))
}

async fn delete_topic(State(inner): Service, Path((project, id)): Names) -> Answer {
    inner.step(|broker, _, changes| {
        broker.delete_topic(&format!("projects/{project}/topics/{id}"), changes)
    })?;
    Ok(Json(json!({})))
}

async fn list_topics(State(inner): Service, Path(project): Path<String>, Query(page): Query<Page>) -> Answer {
    let project = format!("projects/{project}");
    let (topics, next) = inner
        .lock()
        .list_topics(&project, page.page_size, &page.page_token)?;
    Ok(page_answer(
        "topics",
        topics
            .into_iter()
            .map(|topic| json!(TopicJson::from(topic)))
            .collect(),
        next,
    ))
}

async fn list_topic_subscriptions(
    State(inner): Service,
    Path((project, id)): Names,
    Query(page): Query<Page>,
) -> Answer {
    let topic = format!("projects/{project}/topics/{id}");
    let (names, next) = inner
        .lock()
        .subscriptions_of(&topic, page.page_size, &page.page_token)?;
    Ok(page_answer(
        "subscriptions",
        names.into_iter().map(Value::String).collect(),
        next,
    ))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Publish {
    messages: Vec<MessageJson>,
}

/// `:publish`.
async fn post_topic(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let (id, verb) = id.rsplit_once(':').unwrap_or((&id, ""));
    if verb != "publish" {
        return Err(refuse(&format!("POST topics/ID:{verb}")));
    }
    let publish: Publish = read(&body)?;
    let messages = publish
        .messages
        .into_iter()
        .map(PubsubMessage::try_from)
        .collect::<Result<Vec<_>, _>>();
    let messages =
        messages.map_err(|error| Status::invalid_argument(format!("data is no base64: {error}")))?;
    let ids = inner
        .publish(&format!("projects/{project}/topics/{id}"), messages)
        .await?;
    Ok(Json(json!({"messageIds": ids})))
}

async fn create_subscription(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let subscription: SubscriptionJson = read(&body)?;
    let name = named(&project, "subscriptions", &id, &subscription.name)?;
    let subscription = Subscription {
        name,
        ..subscription.into()
    };
    Ok(subscription_answer(inner.step(|broker, _, changes| {
        broker.create_subscription(subscription, changes)
    })?))
}

async fn get_subscription(State(inner): Service, Path((project, id)): Names) -> Answer {
    let name = format!("projects/{project}/subscriptions/{id}");
    let config = inner.lock().subscription(&name)?.config.clone();
    Ok(subscription_answer(config))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SubscriptionUpdate {
    subscription: SubscriptionJson,
    update_mask: String,
}

async fn patch_subscription(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let update: SubscriptionUpdate = read(&body)?;
    let name = named(&project, "subscriptions", &id, &update.subscription.name)?;
    let new = Subscription {
        name,
        ..update.subscription.into()
    };
    let paths = paths(&update.update_mask);
    Ok(subscription_answer(inner.step(|broker, _, changes| {
        broker.update_subscription(&new, &paths, changes)
    })?))
}

async fn delete_subscription(State(inner): Service, Path((project, id)): Names) -> Answer {
    let name = format!("projects/{project}/subscriptions/{id}");
    inner.step(|broker, _, changes| broker.delete_subscription(&name, changes))?;
    Ok(Json(json!({})))
}

async fn list_subscriptions(
    State(inner): Service,
    Path(project): Path<String>,
    Query(page): Query<Page>,
) -> Answer {
    let project = format!("projects/{project}");
    let (found, next) = inner
        .lock()
        .list_subscriptions(&project, page.page_size, &page.page_token)?;
    Ok(page_answer(
        "subscriptions",
        found
            .into_iter()
            .map(|s| json!(SubscriptionJson::from(s)))
            .collect(),
        next,
    ))
}

/// `:pull`, `:acknowledge`, `:modifyAckDeadline`, `:modifyPushConfig`, `:detach`.
async fn post_subscription(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let (id, verb) = id.rsplit_once(':').unwrap_or((&id, ""));
    let name = format!("projects/{project}/subscriptions/{id}");
    match verb {
        "pull" => return pull(inner, name, read(&body)?).await,
        "acknowledge" => {
            let AckIds { ack_ids } = read(&body)?;
            subscriber::acknowledge(
                &inner,
                &AcknowledgeRequest {
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
            subscriber::modify_deadline(&inner, &asked)?;
        }
        "modifyPushConfig" => {
            let push: PushUpdate = read(&body)?;
            inner.step(|broker, _, changes| {
                broker.modify_push(&name, Some(push.push_config.into()), changes)
            })?;
        }
        "detach" => inner.step(|broker, _, changes| broker.detach(&name, changes))?,
        other => return Err(refuse(&format!("POST subscriptions/ID:{other}"))),
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
    let message = |received: gcloud_sdk::google::pubsub::v1::ReceivedMessage| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_name_fields_as_the_protocol_does() {
        assert_eq!(
            paths("ackDeadlineSeconds, pushConfig"),
            ["ack_deadline_seconds", "push_config"]
        );
        assert_eq!(paths("labels"), ["labels"]);
        assert!(paths("").is_empty());
    }
}
