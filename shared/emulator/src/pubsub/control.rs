//! Pub/Sub's part of the control surface: holds, and what went through.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use super::broker::is_dead_letter;
use super::envelope::message;
use super::{Inner, names};
use crate::rest::RestError;
use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::routing::{get, put};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tonic::Status;

type Service = State<Arc<Inner>>;
type Body<T> = Result<Json<T>, JsonRejection>;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/_emulator/pubsub/hold", put(hold).delete(release))
        .route("/_emulator/pubsub/messages", get(messages))
        .route("/_emulator/pubsub/dead-letters", get(dead_letters))
        .route("/_emulator/pubsub/pushes", get(pushes))
        .route("/_emulator/pubsub/state", get(state))
        .with_state(inner)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldBody {
    project: String,
    subscription: Option<String>,
    topic: Option<String>,
}

async fn hold(State(inner): Service, body: Body<HoldBody>) -> Result<StatusCode, RestError> {
    set_hold(&inner, body?.0, true)
}

async fn release(State(inner): Service, body: Body<HoldBody>) -> Result<StatusCode, RestError> {
    set_hold(&inner, body?.0, false)
}

fn set_hold(inner: &Inner, asked: HoldBody, held: bool) -> Result<StatusCode, RestError> {
    let name = match (asked.subscription, asked.topic) {
        (Some(subscription), None) => names::full(&asked.project, "subscriptions", &subscription),
        (None, Some(topic)) => names::full(&asked.project, "topics", &topic),
        _ => return Err(Status::invalid_argument("Name a subscription or a topic.").into()),
    };
    inner.hold(name, held);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTopic {
    topic: String,
}

/// The last messages published to a topic (its full name), newest last.
async fn messages(State(inner): Service, Query(asked): Query<OfTopic>) -> Result<Json<Value>, RestError> {
    let messages = inner.step(|broker, store, _| {
        let topic = broker.topics.get(&asked.topic);
        let topic = topic.ok_or_else(|| super::broker::topic_not_found(&asked.topic))?;
        topic
            .logged()
            .map(|id| Ok(message(&store.message(id)?)))
            .collect::<Result<Vec<Value>, Status>>()
    })?;
    Ok(Json(json!({"messages": messages})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfProject {
    project: String,
}

/// The last messages that dead letter policies moved in a project, each with the topic it is in now.
async fn dead_letters(
    State(inner): Service,
    Query(asked): Query<OfProject>,
) -> Result<Json<Value>, RestError> {
    let letters = inner.step(|broker, store, _| {
        let ours = broker.topics.iter();
        let mut letters = Vec::new();
        for (name, topic) in ours.filter(|(name, _)| names::project(name) == asked.project) {
            for id in topic.logged() {
                let stored = store.message(id)?;
                if is_dead_letter(&stored.message) {
                    letters.push(json!({"topic": name, "message": message(&stored)}));
                }
            }
        }
        Ok(letters)
    })?;
    Ok(Json(json!({"deadLetters": letters})))
}

/// The last 64 answers of endpoints to the pushes of each subscription of a project, oldest first.
async fn pushes(State(inner): Service, Query(asked): Query<OfProject>) -> Json<Value> {
    let pushes = inner.answers.list(|name| names::project(name) == asked.project);
    Json(json!({"pushes": pushes}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfProjectOrAll {
    project: Option<String>,
}

/// What each subscription owes, and how much of it is in memory: deliveries that are out. `deliveriesInMemory` is that of all.
async fn state(State(inner): Service, Query(asked): Query<OfProjectOrAll>) -> Json<Value> {
    let broker = inner.lock();
    let ours = |name: &str| asked.project.as_ref().is_none_or(|p| names::project(name) == p);
    let subscriptions = broker.subscriptions.iter().filter(|(name, _)| ours(name));
    let subscriptions: Vec<Value> = subscriptions
        .map(|(name, subscription)| {
            let (backlog, leased) = (subscription.queue.backlog(), subscription.queue.leased());
            json!({"name": name, "undelivered": backlog.open, "deadLetters": backlog.dead, "leased": leased,
                "deliveriesInMemory": leased, "streams": subscription.streams, "held": broker.faults.is_held(name)})
        })
        .collect();
    let in_memory: usize = broker.subscriptions.values().map(|s| s.queue.leased()).sum();
    Json(json!({"subscriptions": subscriptions, "deliveriesInMemory": in_memory}))
}
