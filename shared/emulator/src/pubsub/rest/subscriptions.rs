//! Subscriptions.

use super::body::{named, paths, read};
use super::page::{Page, page_answer};
use super::{Answer, Names, Service, iam};
use crate::pubsub::json::SubscriptionJson;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use gcloud_sdk::google::pubsub::v1::Subscription;
use serde::Deserialize;
use serde_json::{Value, json};

fn answer(subscription: Subscription) -> Json<Value> {
    Json(json!(SubscriptionJson::from(subscription)))
}

pub(super) async fn create(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let subscription: SubscriptionJson = read(&body)?;
    let name = named(&project, "subscriptions", &id, &subscription.name)?;
    let subscription = Subscription {
        name,
        ..subscription.into()
    };
    Ok(answer(inner.step(|broker, store, now| {
        broker.create_subscription(store, subscription, now)
    })?))
}

pub(super) async fn get(State(inner): Service, Path((project, id)): Names) -> Answer {
    let name = format!("projects/{project}/subscriptions/{id}");
    if let Some(resource) = iam::asks_for_policy(&name) {
        return iam::get(&inner, resource);
    }
    let config = inner.lock().subscription(&name)?.config.clone();
    Ok(answer(config))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Update {
    subscription: SubscriptionJson,
    update_mask: String,
}

pub(super) async fn patch(State(inner): Service, Path((project, id)): Names, body: Bytes) -> Answer {
    let update: Update = read(&body)?;
    let name = named(&project, "subscriptions", &id, &update.subscription.name)?;
    let new = Subscription {
        name,
        ..update.subscription.into()
    };
    let paths = paths(&update.update_mask);
    Ok(answer(inner.step(|broker, store, now| {
        broker.update_subscription(store, &new, &paths, now)
    })?))
}

pub(super) async fn delete(State(inner): Service, Path((project, id)): Names) -> Answer {
    let name = format!("projects/{project}/subscriptions/{id}");
    inner.step(|broker, store, _| broker.delete_subscription(store, &name))?;
    Ok(Json(json!({})))
}

pub(super) async fn list(
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
