//! Topics, and publishing to them.

use super::body::{named, paths, read};
use super::page::{Page, names_answer, page_answer};
use super::{Answer, Names, Service, iam};
use crate::pubsub::json::{MessageJson, TopicJson};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use gcloud_sdk::google::pubsub::v1::{PubsubMessage, Topic};
use serde::Deserialize;
use serde_json::{Value, json};
use tonic::Status;

fn answer(topic: Topic) -> Json<Value> {
    Json(json!(TopicJson::from(topic)))
}

pub(super) async fn create(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let topic: TopicJson = read(&body)?;
    let name = named(&project, "topics", &id, &topic.name)?;
    let topic = Topic { name, ..topic.into() };
    Ok(answer(
        inner.step(|broker, store, _| broker.create_topic(store, topic))?,
    ))
}

pub(super) async fn get(State(inner): Service, Path((project, id)): Names) -> Answer {
    let name = format!("projects/{project}/topics/{id}");
    if let Some(resource) = iam::asks_for_policy(&name) {
        return iam::get(&inner, resource);
    }
    let topic = inner.lock().get_topic(&name)?;
    Ok(answer(topic))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Update {
    topic: TopicJson,
    update_mask: String,
}

pub(super) async fn patch(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let update: Update = read(&body)?;
    let name = named(&project, "topics", &id, &update.topic.name)?;
    let topic = Topic {
        name,
        ..update.topic.into()
    };
    let paths = paths(&update.update_mask);
    Ok(answer(inner.step(|broker, store, now| {
        broker.update_topic(store, &topic, &paths, now)
    })?))
}

pub(super) async fn delete(State(inner): Service, Path((project, id)): Names) -> Answer {
    inner.step(|broker, store, _| broker.delete_topic(store, &format!("projects/{project}/topics/{id}")))?;
    Ok(Json(json!({})))
}

pub(super) async fn list(
    State(inner): Service,
    Path(project): Path<String>,
    Query(page): Query<Page>,
) -> Answer {
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

/// The names of a topic's subscriptions.
pub(super) async fn list_subscriptions(
    State(inner): Service,
    Path((project, id)): Names,
    Query(page): Query<Page>,
) -> Answer {
    let topic = format!("projects/{project}/topics/{id}");
    let (names, next) = inner
        .lock()
        .subscriptions_of(&topic, page.page_size, &page.page_token)?;
    Ok(names_answer("subscriptions", names, next))
}

/// The names of a topic's snapshots.
pub(super) async fn list_snapshots(
    State(inner): Service,
    Path((project, id)): Names,
    Query(page): Query<Page>,
) -> Answer {
    let topic = format!("projects/{project}/topics/{id}");
    let (names, next) = inner
        .lock()
        .snapshots_of(&topic, page.page_size, &page.page_token)?;
    Ok(names_answer("snapshots", names, next))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Publish {
    messages: Vec<MessageJson>,
}

/// `:publish`.
pub(super) async fn post(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let (id, verb) = id.rsplit_once(':').unwrap_or((&id, ""));
    if verb != "publish" {
        return iam::post(&inner, format!("projects/{project}/topics/{id}"), verb, &body);
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
