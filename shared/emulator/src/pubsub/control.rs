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
    let broker = inner.lock();
    let topic = broker
        .topics
        .get(&asked.topic)
        .ok_or_else(|| super::broker::topic_not_found(&asked.topic))?;
    let messages: Vec<Value> = topic.log.iter().map(|stored| message(stored)).collect();
    Ok(Json(json!({"messages": messages})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfProject {
    project: String,
}

/// The last messages that dead letter policies moved in a project, each with the topic it is in now.
async fn dead_letters(State(inner): Service, Query(asked): Query<OfProject>) -> Json<Value> {
    let broker = inner.lock();
    let ours = broker
        .topics
        .iter()
        .filter(|(name, _)| names::project(name) == asked.project);
    let letters = ours.flat_map(|(name, topic)| {
        let dead = topic.log.iter().filter(|stored| is_dead_letter(stored));
        dead.map(move |stored| json!({"topic": name, "message": message(stored)}))
    });
    Json(json!({"deadLetters": letters.collect::<Vec<_>>()}))
}
