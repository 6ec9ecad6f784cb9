//! Notifications reach Pub/Sub, at least once, whatever dies in between.

use super::*;
use crate::storage::notification::Notice;
use crate::storage::store;
use std::collections::BTreeMap;

const TOPIC: &str = "projects/demo/topics/uploads";

impl Fixture {
    async fn topic(&self) {
        let json = [("content-type", "application/json")];
        let made = self.call("PUT", &format!("/v1/{TOPIC}"), &json, "{}").await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    }

    /// What was published, once nothing is on its way any more.
    async fn published(&self) -> Vec<BTreeMap<String, String>> {
        while !self.emulator.storage.pending(Some("demo")).is_empty() {
            tokio::task::yield_now().await;
        }
        let shown = self
            .call(
                "GET",
                &format!("/_emulator/pubsub/messages?topic={TOPIC}"),
                &[],
                "",
            )
            .await
            .json();
        let attributes = |message: &Value| serde_json::from_value(message["attributes"].clone()).unwrap();
        shown["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(attributes)
            .collect()
    }
}

#[tokio::test]
async fn each_change_is_told_with_googles_attributes() {
    let fixture = Fixture::new().await;
    fixture.topic().await;
    let config = format!(
        r#"{{"topic":"//pubsub.googleapis.com/{TOPIC}","payload_format":"JSON_API_V1","object_name_prefix":"in/","custom_attributes":{{"own":"yes"}}}}"#
    );
    let made = fixture
        .call("POST", "/storage/v1/b/media/notificationConfigs", &[], config)
        .await;
    assert_eq!(made.json()["id"], "1");
    let first = fixture.upload("in/a", "1").await.json();
    fixture.upload("out/a", "1").await;
    let second = fixture.upload("in/a", "2").await.json();
    fixture
        .call("DELETE", "/storage/v1/b/media/o/in%2Fa", &[], "")
        .await;
    let told = fixture.published().await;
    let expected = [
        ("OBJECT_FINALIZE", &first, None),
        ("OBJECT_FINALIZE", &second, Some(("overwroteGeneration", &first))),
        (
            "OBJECT_DELETE",
            &first,
            Some(("overwrittenByGeneration", &second)),
        ),
        ("OBJECT_DELETE", &second, None),
    ];
    assert_eq!(told.len(), expected.len());
    for (event, object, other) in expected {
        let generation = object["generation"].as_str().unwrap();
        let of_event = |told: &&BTreeMap<String, String>| {
            told["eventType"] == event && told["objectGeneration"] == generation
        };
        let found = told.iter().find(of_event).unwrap();
        assert_eq!(
            found["notificationConfig"],
            "projects/_/buckets/media/notificationConfigs/1"
        );
        assert_eq!(
            (
                found["bucketId"].as_str(),
                found["objectId"].as_str(),
                found["own"].as_str()
            ),
            ("media", "in/a", "yes")
        );
        let named = ["overwroteGeneration", "overwrittenByGeneration"]
            .into_iter()
            .filter_map(|name| Some((name, found.get(name)?.as_str())));
        assert_eq!(
            named.collect::<Vec<_>>(),
            other
                .iter()
                .map(|(name, object)| (*name, object["generation"].as_str().unwrap()))
                .collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn what_was_stored_and_not_sent_is_sent_at_the_next_start() {
    let fixture = Fixture::new().await;
    fixture.topic().await;
    let attributes = BTreeMap::from([("objectId".to_owned(), "left".to_owned())]);
    let notice = Notice {
        topic: TOPIC.to_owned(),
        attributes,
        data: String::new(),
    };
    // As if the process had died between the transaction and the sending.
    fixture
        .emulator
        .core
        .db
        .write(|transaction| store::put_notices(transaction, vec![notice]))
        .unwrap();
    let fixture = fixture.reopen();
    assert_eq!(fixture.emulator.storage.pending(Some("demo")).len(), 1);
    assert!(fixture.emulator.storage.pending(Some("other")).is_empty());
    assert_eq!(fixture.published().await[0]["objectId"], "left");
    let fixture = fixture.reopen();
    assert!(fixture.emulator.storage.pending(None).is_empty());
}

#[tokio::test]
async fn versions_and_changes_are_told_to_who_asked() {
    let fixture = Fixture::new().await;
    fixture.topic().await;
    let on = r#"{"versioning":{"enabled":true}}"#;
    fixture.call("PATCH", "/storage/v1/b/media", &[], on).await;
    let config = format!(
        r#"{{"topic":"//pubsub.googleapis.com/{TOPIC}","payload_format":"NONE","event_types":["OBJECT_ARCHIVE","OBJECT_METADATA_UPDATE"]}}"#
    );
    let made = fixture
        .call("POST", "/storage/v1/b/media/notificationConfigs", &[], config)
        .await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let first = fixture.upload("a", "1").await.json();
    let second = fixture.upload("a", "2").await.json();
    fixture
        .call(
            "PATCH",
            "/storage/v1/b/media/o/a",
            &[],
            r#"{"metadata":{"k":"v"}}"#,
        )
        .await;
    fixture.call("DELETE", "/storage/v1/b/media/o/a", &[], "").await;
    let mut told: Vec<_> = fixture
        .published()
        .await
        .into_iter()
        .map(|mut told| {
            let mut take = |name: &str| told.remove(name);
            (
                take("eventType"),
                take("objectGeneration"),
                take("overwrittenByGeneration"),
                take("payloadFormat"),
            )
        })
        .collect();
    told.sort();
    let text = |value: &Value| value["generation"].as_str().map(str::to_owned);
    let event = |name: &str, of: &Value, by: Option<String>| {
        (Some(name.to_owned()), text(of), by, Some("NONE".to_owned()))
    };
    assert_eq!(
        told,
        [
            event("OBJECT_ARCHIVE", &first, text(&second)),
            event("OBJECT_ARCHIVE", &second, None),
            event("OBJECT_METADATA_UPDATE", &second, None),
        ]
    );
}
