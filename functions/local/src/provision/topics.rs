//! Topics and subscriptions.

use super::ProvisionError;
use super::api::Api;
use crate::environment::Addresses;
use contracts::events::TOPICS;
use runtime::Subscription;
use serde_json::json;

/// Where messages go that were delivered ten times in vain.
const DEAD_LETTERS: &str = "dead-letters";

/// One topic a domain, and the dead letters with a subscription, without which they would be lost.
pub(super) async fn make_topics(api: &Api) -> Result<(), ProvisionError> {
    let project = &api.project;
    for topic in TOPICS.iter().copied().chain([DEAD_LETTERS]) {
        api.put(&format!("/v1/projects/{project}/topics/{topic}"), &json!({}))
            .await?;
    }
    let keep =
        json!({ "topic": format!("projects/{project}/topics/{DEAD_LETTERS}"), "expirationPolicy": {} });
    api.put(
        &format!("/v1/projects/{project}/subscriptions/{DEAD_LETTERS}"),
        &keep,
    )
    .await?;
    Ok(())
}

/// A push subscription with OIDC, backoff and dead letter.
pub(super) async fn subscribe(
    api: &Api,
    function: &str,
    wanted: &Subscription,
) -> Result<(), ProvisionError> {
    let project = &api.project;
    let body = json!({
        "topic": format!("projects/{project}/topics/{}", wanted.topic),
        "filter": wanted.filter,
        "ackDeadlineSeconds": 60,
        "expirationPolicy": {},
        "retryPolicy": { "minimumBackoff": "0.2s", "maximumBackoff": "60s" },
        "deadLetterPolicy": {
            "deadLetterTopic": format!("projects/{project}/topics/{DEAD_LETTERS}"),
            "maxDeliveryAttempts": 10,
        },
        "pushConfig": {
            "pushEndpoint": format!("http://{function}.{}{}", api.internal_host, wanted.path),
            "oidcToken": { "serviceAccountEmail": Addresses::ACCOUNT, "audience": Addresses::AUDIENCE },
        },
    });
    api.put(
        &format!("/v1/projects/{project}/subscriptions/{}", wanted.name),
        &body,
    )
    .await?;
    Ok(())
}
