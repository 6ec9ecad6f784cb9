//! The REST form.

use super::*;

#[tokio::test]
async fn errors_are_google_s() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    let cases = [
        ("PUT", "topics/posts", "{}", 409, "ALREADY_EXISTS"),
        ("GET", "topics/none", "{}", 404, "NOT_FOUND"),
        ("PUT", "topics/x", "{}", 400, "INVALID_ARGUMENT"),
        ("GET", "topics/x", "{}", 400, "INVALID_ARGUMENT"),
        (
            "PUT",
            "subscriptions/feed",
            r#"{"topic": "projects/p/topics/posts", "deadLetterPolicy": {"deadLetterTopic": "projects/p/topics/none"}}"#,
            404,
            "NOT_FOUND",
        ),
        (
            "PUT",
            "topics/other",
            r#"{"nonsense": 1}"#,
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "PUT",
            "topics/other",
            r#"{"schemaSettings": {}}"#,
            501,
            "UNIMPLEMENTED",
        ),
        (
            "PUT",
            "subscriptions/feed",
            r#"{"topic": "projects/p/topics/none"}"#,
            404,
            "NOT_FOUND",
        ),
        (
            "POST",
            "subscriptions/feed:pull",
            r#"{"maxMessages": 1}"#,
            404,
            "NOT_FOUND",
        ),
        ("POST", "subscriptions/feed:seek", "{}", 404, "NOT_FOUND"),
        ("POST", "subscriptions/feed:rewind", "{}", 501, "UNIMPLEMENTED"),
        (
            "POST",
            "topics/none:publish",
            r#"{"messages": [{"data": "aGk="}]}"#,
            404,
            "NOT_FOUND",
        ),
        (
            "POST",
            "topics/posts:publish",
            r#"{"messages": [{"data": "?"}]}"#,
            400,
            "INVALID_ARGUMENT",
        ),
        ("GET", "schemas", "{}", 501, "UNIMPLEMENTED"),
        ("GET", "snapshots/none", "{}", 404, "NOT_FOUND"),
    ];
    for (method, path, body, code, name) in cases {
        let body = serde_json::from_str(body).unwrap();
        let (status, answer) = served.ask(method, &format!("/v1/projects/p/{path}"), body).await;
        let found = (status, answer["error"]["status"].as_str());
        assert_eq!(found, (code, Some(name)), "{method} {path}: {answer}");
    }
}

#[tokio::test]
async fn topics_are_made_listed_in_pages_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let body = json!({"labels": {"a": "b"}, "state": 1});
    let made = served.done("PUT", "/v1/projects/p/topics/posts", body).await;
    assert_eq!(
        made,
        json!({"name": "projects/p/topics/posts", "labels": {"a": "b"}, "state": "ACTIVE"})
    );
    served.topic("videos").await;

    let page = served
        .done("GET", "/v1/projects/p/topics?pageSize=1", json!({}))
        .await;
    assert_eq!(page["topics"], json!([made]));
    let token = page["nextPageToken"].as_str().unwrap();
    let page = served
        .done(
            "GET",
            &format!("/v1/projects/p/topics?pageToken={token}"),
            json!({}),
        )
        .await;
    assert_eq!(page["topics"][0]["name"], "projects/p/topics/videos");
    assert_eq!(page.get("nextPageToken"), None);

    served.subscription("feed", "posts", json!({})).await;
    let names = served
        .done("GET", "/v1/projects/p/topics/posts/subscriptions", json!({}))
        .await;
    assert_eq!(names, json!({"subscriptions": ["projects/p/subscriptions/feed"]}));
    served
        .done("DELETE", "/v1/projects/p/topics/posts", json!({}))
        .await;
    let left = served
        .done("GET", "/v1/projects/p/subscriptions/feed", json!({}))
        .await;
    assert_eq!(left["topic"], "_deleted-topic_");
}

#[tokio::test]
async fn a_subscription_filters_is_changed_pulled_and_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    served
        .subscription("feed", "posts", json!({"filter": "attributes.kind = \"test\""}))
        .await;
    let path = "/v1/projects/p/subscriptions/feed";
    let update = json!({"subscription": {"ackDeadlineSeconds": 60}, "updateMask": "ackDeadlineSeconds"});
    assert_eq!(served.done("PATCH", path, update).await["ackDeadlineSeconds"], 60);

    let unfit = json!({"messages": [{"data": "aGk="}]});
    served
        .done("POST", "/v1/projects/p/topics/posts:publish", unfit)
        .await;
    served.publish("posts", "passes", "").await;
    let pulled = served
        .done("POST", &format!("{path}:pull"), json!({"maxMessages": 9}))
        .await;
    let [received] = &pulled["receivedMessages"].as_array().unwrap()[..] else {
        panic!("{pulled}")
    };
    assert_eq!(received["message"]["data"], "cGFzc2Vz");
    let ack = json!({"ackIds": [received["ackId"]]});
    served.done("POST", &format!("{path}:acknowledge"), ack).await;
    served.settle().await;
    let empty = json!({"maxMessages": 9, "returnImmediately": true});
    assert_eq!(
        served.done("POST", &format!("{path}:pull"), empty).await,
        json!({})
    );
    served.done("DELETE", path, json!({})).await;
}
