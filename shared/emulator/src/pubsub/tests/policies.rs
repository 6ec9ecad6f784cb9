//! IAM policies: kept, told, and in nobody's way.

use super::*;

#[tokio::test]
async fn a_policy_is_kept_and_guarded_by_its_etag() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    let path = "/v1/projects/p/topics/posts";
    let get = format!("{path}:getIamPolicy");
    assert_eq!(served.done("GET", &get, json!({})).await, json!({"etag": "ACAB"}));
    let bindings = json!([{"role": "roles/pubsub.publisher", "members": ["user:a@kith.internal"]}]);
    let set = json!({"policy": {"bindings": bindings, "etag": "ACAB"}});
    let made = served
        .done("POST", &format!("{path}:setIamPolicy"), set.clone())
        .await;
    assert_eq!(made["bindings"], bindings);
    let (status, answer) = served.ask("POST", &format!("{path}:setIamPolicy"), set).await;
    assert_eq!((status, &answer["error"]["status"]), (409, &json!("ABORTED")));
    drop(served);

    let served = Served::open(folder.path()).await;
    assert_eq!(served.done("GET", &get, json!({})).await, made);
    let permissions = json!({"permissions": ["pubsub.topics.publish"]});
    let test = |topic: &str| format!("/v1/projects/p/topics/{topic}:testIamPermissions");
    assert_eq!(
        served.done("POST", &test("posts"), permissions.clone()).await,
        permissions
    );
    let none = served.done("POST", &test("none"), permissions).await;
    assert_eq!(none, json!({"permissions": []}));
    assert_eq!(
        served
            .ask("GET", "/v1/projects/p/topics/none:getIamPolicy", json!({}))
            .await
            .0,
        404
    );
}
