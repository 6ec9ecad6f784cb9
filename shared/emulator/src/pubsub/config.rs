//! What topics and subscriptions may be, and what they are when it is not said.

use super::backoff::micros;
use super::filter::Filter;
use super::names;
use gcloud_sdk::google::pubsub::v1::{
    DeadLetterPolicy, ExpirationPolicy, PushConfig, RetryPolicy, Snapshot, Subscription, Topic, subscription,
    topic,
};
use prost_types::Duration;
use std::collections::HashMap;
use tonic::Status;

const DAY: i64 = 24 * 3600;

/// Checks a new or changed topic, and fills in what Google does.
pub(crate) fn complete_topic(mut topic: Topic) -> Result<Topic, Status> {
    names::check_topic(&topic.name)?;
    check_labels(&topic.labels)?;
    refuse_tags(&topic.tags)?;
    refuse(topic.schema_settings.is_some(), "schema_settings of a topic")?;
    refuse(
        topic.ingestion_data_source_settings.is_some(),
        "ingestion_data_source_settings of a topic",
    )?;
    refuse(
        !topic.message_transforms.is_empty(),
        "message_transforms of a topic",
    )?;
    refuse(!topic.kms_key_name.is_empty(), "kms_key_name of a topic")?;
    if let Some(retention) = topic.message_retention_duration {
        within("message_retention_duration", retention, 600, 31 * DAY)?;
    }
    topic.state = topic::State::Active.into();
    Ok(topic)
}

/// Checks a new or changed subscription, and fills in what Google does.
pub(crate) fn complete_subscription(mut subscription: Subscription) -> Result<Subscription, Status> {
    names::check_subscription(&subscription.name)?;
    check_labels(&subscription.labels)?;
    refuse_tags(&subscription.tags)?;
    refuse_what_is_not_here(&subscription)?;
    Filter::parse(&subscription.filter).map_err(|error| Status::invalid_argument(error.to_string()))?;
    if subscription.ack_deadline_seconds == 0 {
        subscription.ack_deadline_seconds = 10;
    }
    if !(10..=600).contains(&subscription.ack_deadline_seconds) {
        return Err(Status::invalid_argument(
            "ack_deadline_seconds must be from 10 to 600.",
        ));
    }
    let retention = *subscription
        .message_retention_duration
        .get_or_insert(seconds(7 * DAY));
    within("message_retention_duration", retention, 600, 31 * DAY)?;
    let expiration = subscription.expiration_policy.get_or_insert(ExpirationPolicy {
        ttl: Some(seconds(31 * DAY)),
    });
    if let Some(ttl) = expiration.ttl.filter(|ttl| micros(Some(*ttl)) != 0) {
        within("expiration_policy.ttl", ttl, DAY, 10_000 * DAY)?;
    }
    let push = subscription.push_config.get_or_insert_default();
    complete_push(push)?;
    if subscription.enable_exactly_once_delivery && !push.push_endpoint.is_empty() {
        return Err(Status::invalid_argument(
            "Exactly-once delivery is for subscriptions that are pulled.",
        ));
    }
    complete_policies(
        subscription.retry_policy.as_mut(),
        subscription.dead_letter_policy.as_mut(),
    )?;
    subscription.state = subscription::State::Active.into();
    Ok(subscription)
}

/// How many labels a resource has at most, and the characters of a label's key and value.
const MAX_LABELS: usize = 64;
const MAX_LABEL: usize = 63;

/// Checks labels: <https://cloud.google.com/pubsub/docs/labels#requirements>.
pub(crate) fn check_labels(labels: &HashMap<String, String>) -> Result<(), Status> {
    let fits = |text: &str| {
        text.chars().count() <= MAX_LABEL
            && text
                .chars()
                .all(|c| (c.is_alphanumeric() && !c.is_uppercase()) || c == '_' || c == '-')
    };
    let key = |key: &str| fits(key) && key.starts_with(|c: char| c.is_alphabetic());
    if labels.len() <= MAX_LABELS && labels.iter().all(|(k, value)| key(k) && fits(value)) {
        return Ok(());
    }
    Err(Status::invalid_argument(
        "A resource has at most 64 labels; their keys and values have at most 63 lower case letters, digits, _ and -, and a key begins with \
         a letter.",
    ))
}

/// Tags are not here.
pub(crate) fn refuse_tags(tags: &HashMap<String, String>) -> Result<(), Status> {
    refuse(!tags.is_empty(), "tags of resources")
}

/// `old` with the fields that `paths` name taken from `new`.
pub(crate) fn merge_snapshot(
    mut old: Snapshot,
    new: &Snapshot,
    paths: &[String],
) -> Result<Snapshot, Status> {
    for path in paths_of(paths)? {
        match path {
            "labels" => old.labels.clone_from(&new.labels),
            "expire_time" => old.expire_time = new.expire_time,
            other => return Err(not_updatable(other)),
        }
    }
    check_labels(&old.labels)?;
    Ok(old)
}

/// Checks where and how messages are pushed; no endpoint means that they are pulled.
pub(crate) fn complete_push(config: &mut PushConfig) -> Result<(), Status> {
    let endpoint = &config.push_endpoint;
    if !endpoint.is_empty()
        && !reqwest::Url::parse(endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    {
        return Err(Status::invalid_argument(format!(
            "Invalid push endpoint given (endpoint={endpoint})."
        )));
    }
    match config.attributes.get("x-goog-version").map(String::as_str) {
        None | Some("v1" | "v1beta2") => Ok(()),
        Some(version) => Err(Status::unimplemented(format!(
            "x-goog-version {version} of a push_config"
        ))),
    }
}

fn complete_policies(
    retry: Option<&mut RetryPolicy>,
    dead_letter: Option<&mut DeadLetterPolicy>,
) -> Result<(), Status> {
    if let Some(retry) = retry {
        let minimum = *retry.minimum_backoff.get_or_insert(seconds(10));
        let maximum = *retry.maximum_backoff.get_or_insert(seconds(600));
        within("minimum_backoff", minimum, 0, 600)?;
        within("maximum_backoff", maximum, 0, 600)?;
        if micros(Some(minimum)) > micros(Some(maximum)) {
            return Err(Status::invalid_argument(
                "minimum_backoff must not be greater than maximum_backoff.",
            ));
        }
    }
    if let Some(dead_letter) = dead_letter {
        names::check_topic(&dead_letter.dead_letter_topic)?;
        if dead_letter.max_delivery_attempts == 0 {
            dead_letter.max_delivery_attempts = 5;
        }
        if !(5..=100).contains(&dead_letter.max_delivery_attempts) {
            return Err(Status::invalid_argument(
                "max_delivery_attempts must be from 5 to 100.",
            ));
        }
    }
    Ok(())
}

fn refuse_what_is_not_here(subscription: &Subscription) -> Result<(), Status> {
    refuse(
        subscription.bigquery_config.is_some(),
        "bigquery_config of a subscription",
    )?;
    refuse(
        subscription.cloud_storage_config.is_some(),
        "cloud_storage_config of a subscription",
    )?;
    refuse(
        subscription.bigtable_config.is_some(),
        "bigtable_config of a subscription",
    )?;
    refuse(
        !subscription.message_transforms.is_empty(),
        "message_transforms of a subscription",
    )
}

fn refuse(present: bool, what: &str) -> Result<(), Status> {
    if present {
        Err(Status::unimplemented(format!("the emulator has no {what}")))
    } else {
        Ok(())
    }
}

fn within(field: &str, value: Duration, least: i64, most: i64) -> Result<(), Status> {
    if (least * 1_000_000..=most * 1_000_000).contains(&micros(Some(value))) {
        return Ok(());
    }
    Err(Status::invalid_argument(format!(
        "{field} must be from {least} to {most} seconds."
    )))
}

fn seconds(seconds: i64) -> Duration {
    Duration { seconds, nanos: 0 }
}

/// `old` with the fields that `paths` name taken from `new`.
pub(crate) fn merge_topic(mut old: Topic, new: &Topic, paths: &[String]) -> Result<Topic, Status> {
    for path in paths_of(paths)? {
        match path {
            "labels" => old.labels.clone_from(&new.labels),
            "message_retention_duration" => old.message_retention_duration = new.message_retention_duration,
            "kms_key_name" => old.kms_key_name.clone_from(&new.kms_key_name),
            "schema_settings" => old.schema_settings.clone_from(&new.schema_settings),
            "ingestion_data_source_settings" => {
                old.ingestion_data_source_settings
                    .clone_from(&new.ingestion_data_source_settings);
            }
            "message_transforms" => old.message_transforms.clone_from(&new.message_transforms),
            "message_storage_policy" => old.message_storage_policy.clone_from(&new.message_storage_policy),
            other => return Err(not_updatable(other)),
        }
    }
    complete_topic(old)
}

/// `old` with the fields that `paths` name taken from `new`.
pub(crate) fn merge_subscription(
    mut old: Subscription,
    new: &Subscription,
    paths: &[String],
) -> Result<Subscription, Status> {
    for path in paths_of(paths)? {
        match path {
            "ack_deadline_seconds" => old.ack_deadline_seconds = new.ack_deadline_seconds,
            "dead_letter_policy" => old.dead_letter_policy.clone_from(&new.dead_letter_policy),
            "enable_exactly_once_delivery" => {
                old.enable_exactly_once_delivery = new.enable_exactly_once_delivery;
            }
            "expiration_policy" => old.expiration_policy = new.expiration_policy,
            "bigquery_config" => old.bigquery_config.clone_from(&new.bigquery_config),
            "bigtable_config" => old.bigtable_config.clone_from(&new.bigtable_config),
            "cloud_storage_config" => old.cloud_storage_config.clone_from(&new.cloud_storage_config),
            "message_transforms" => old.message_transforms.clone_from(&new.message_transforms),
            "labels" => old.labels.clone_from(&new.labels),
            "message_retention_duration" => old.message_retention_duration = new.message_retention_duration,
            "push_config" => old.push_config.clone_from(&new.push_config),
            "retain_acked_messages" => old.retain_acked_messages = new.retain_acked_messages,
            "retry_policy" => old.retry_policy = new.retry_policy,
            other => return Err(not_updatable(other)),
        }
    }
    complete_subscription(old)
}

fn paths_of(paths: &[String]) -> Result<impl Iterator<Item = &str>, Status> {
    if paths.is_empty() {
        return Err(Status::invalid_argument(
            "The update_mask in the request must be set and not empty.",
        ));
    }
    Ok(paths.iter().map(String::as_str))
}

fn not_updatable(path: &str) -> Status {
    Status::invalid_argument(format!(
        "Invalid update_mask provided in the request: {path} cannot be updated."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gcloud_sdk::google::pubsub::v1::{BigQueryConfig, SchemaSettings};
    use tonic::Code;

    fn subscription() -> Subscription {
        Subscription {
            name: "projects/p/subscriptions/feed".into(),
            topic: "projects/p/topics/posts".into(),
            ..Default::default()
        }
    }

    #[test]
    fn defaults_are_filled_in() {
        let dead_letter = DeadLetterPolicy {
            dead_letter_topic: "projects/p/topics/dead".into(),
            max_delivery_attempts: 0,
        };
        let given = Subscription {
            dead_letter_policy: Some(dead_letter),
            retry_policy: Some(RetryPolicy::default()),
            ..subscription()
        };
        let complete = complete_subscription(given).unwrap();
        assert_eq!(complete.ack_deadline_seconds, 10);
        assert_eq!(complete.message_retention_duration, Some(seconds(7 * DAY)));
        assert_eq!(complete.expiration_policy.unwrap().ttl, Some(seconds(31 * DAY)));
        assert_eq!(complete.dead_letter_policy.unwrap().max_delivery_attempts, 5);
        assert_eq!(complete.retry_policy.unwrap().minimum_backoff, Some(seconds(10)));
        assert_eq!(complete.push_config, Some(PushConfig::default()));
    }

    #[test]
    fn what_is_out_of_range_or_not_here_is_refused() {
        let code = |subscription| complete_subscription(subscription).unwrap_err().code();
        let wrong = [
            Subscription {
                ack_deadline_seconds: 9,
                ..subscription()
            },
            Subscription {
                filter: "attributes".into(),
                ..subscription()
            },
            Subscription {
                message_retention_duration: Some(seconds(1)),
                ..subscription()
            },
            Subscription {
                push_config: Some(PushConfig {
                    push_endpoint: "posts".into(),
                    ..Default::default()
                }),
                ..subscription()
            },
            Subscription {
                name: "projects/p/subscriptions/1".into(),
                ..subscription()
            },
            Subscription {
                labels: [("Upper".into(), "x".into())].into(),
                ..subscription()
            },
            Subscription {
                enable_exactly_once_delivery: true,
                push_config: Some(PushConfig {
                    push_endpoint: "https://posts.kith.internal/".into(),
                    ..Default::default()
                }),
                ..subscription()
            },
        ];
        for case in wrong {
            assert_eq!(code(case.clone()), Code::InvalidArgument, "{case:?}");
        }
        assert_eq!(
            code(Subscription {
                bigquery_config: Some(BigQueryConfig::default()),
                ..subscription()
            }),
            Code::Unimplemented
        );
        let topic = Topic {
            name: "projects/p/topics/posts".into(),
            schema_settings: Some(SchemaSettings::default()),
            ..Default::default()
        };
        assert_eq!(complete_topic(topic).unwrap_err().code(), Code::Unimplemented);
    }

    #[test]
    fn an_update_changes_what_the_mask_names() {
        let old = complete_subscription(subscription()).unwrap();
        let new = Subscription {
            ack_deadline_seconds: 60,
            filter: "attributes:a".into(),
            ..subscription()
        };
        let merged = merge_subscription(old.clone(), &new, &["ack_deadline_seconds".into()]).unwrap();
        assert_eq!(
            merged,
            Subscription {
                ack_deadline_seconds: 60,
                ..old.clone()
            }
        );
        assert!(merge_subscription(old.clone(), &new, &["filter".into()]).is_err());
        assert!(merge_subscription(old, &new, &[]).is_err());
    }
}
