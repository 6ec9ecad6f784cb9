//! Buckets.

use super::ProvisionError;
use super::api::Api;
use runtime::Bucket;
use serde_json::json;

/// A bucket that browsers may put to and read from as its signed URLs, or its publicity, allow.
pub(super) async fn make_bucket(api: &Api, wanted: &Bucket) -> Result<(), ProvisionError> {
    let name = format!("{}-{}", api.project, wanted.name);
    let cors = json!({
        "origin": ["*"],
        "method": ["GET", "HEAD", "PUT"],
        "responseHeader": ["Content-Type", "Content-Range", "Range", "ETag", "x-goog-content-length-range"],
        "maxAgeSeconds": 3600,
    });
    api.post(
        &format!("/storage/v1/b?project={}", api.project),
        &json!({ "name": name, "cors": [cors] }),
    )
    .await?;
    if wanted.public {
        let policy =
            json!({ "bindings": [{ "role": "roles/storage.objectViewer", "members": ["allUsers"] }] });
        api.put(&format!("/storage/v1/b/{name}/iam"), &policy).await?;
    }
    if let Some(topic) = &wanted.notifies {
        notify(api, &name, topic).await?;
    }
    Ok(())
}

/// Cloud Storage would make a second one; there is to be one.
async fn notify(api: &Api, bucket: &str, topic: &str) -> Result<(), ProvisionError> {
    let path = format!("/storage/v1/b/{bucket}/notificationConfigs");
    let known = api.get(&path).await?;
    if known["items"].as_array().is_some_and(|items| !items.is_empty()) {
        return Ok(());
    }
    let body = json!({
        "topic": format!("//pubsub.googleapis.com/projects/{}/topics/{topic}", api.project),
        "event_types": ["OBJECT_FINALIZE"],
        "payload_format": "JSON_API_V1",
    });
    api.post(&path, &body).await?;
    Ok(())
}
