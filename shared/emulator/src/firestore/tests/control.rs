use super::*;
use gcloud_sdk::google::firestore::v1::RunQueryRequest;
use gcloud_sdk::google::firestore::v1::StructuredQuery;
use gcloud_sdk::google::firestore::v1::run_query_request::QueryType;
use gcloud_sdk::google::firestore::v1::structured_query::{CollectionSelector, FieldReference, Order};

impl Served {
    async fn put(&self, path: &str, body: serde_json::Value) -> reqwest::StatusCode {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}/_emulator/{path}", self.address);
        client.put(url).json(&body).send().await.unwrap().status()
    }

    async fn ordered_by(&self, fields: &[&str]) -> Result<(), Status> {
        let order = |field: &&str| Order {
            field: Some(FieldReference {
                field_path: (*field).to_owned(),
            }),
            direction: 1,
        };
        let query = StructuredQuery {
            from: vec![CollectionSelector {
                collection_id: "a".to_owned(),
                all_descendants: false,
            }],
            order_by: fields.iter().map(order).collect(),
            ..StructuredQuery::default()
        };
        let request = RunQueryRequest {
            parent: format!("{DATABASE}/documents"),
            query_type: Some(QueryType::StructuredQuery(query)),
            ..RunQueryRequest::default()
        };
        self.client.clone().run_query(request).await.map(drop)
    }
}

#[tokio::test]
async fn faults_come_before_or_after_the_work() {
    let served = Served::start().await;
    let fault = |after| serde_json::json!({"service": "firestore", "project": "p", "method": "Commit", "kind": "unavailable", "times": 1, "after": after});
    assert!(served.put("faults", fault(false)).await.is_success());
    assert_eq!(
        served.commit(vec![set("a/1", &[])]).await.unwrap_err().code(),
        Code::Unavailable
    );
    assert!(served.get("a/1").await.is_err());
    assert!(served.put("faults", fault(true)).await.is_success());
    assert_eq!(
        served.commit(vec![set("a/1", &[])]).await.unwrap_err().code(),
        Code::Unavailable
    );
    assert!(served.get("a/1").await.is_ok());
    assert!(served.commit(vec![set("a/1", &[])]).await.is_ok());
}

#[tokio::test]
async fn declared_indexes_are_required_also_after_a_restart() {
    let served = Served::start().await;
    assert!(served.ordered_by(&["x", "y"]).await.is_ok());
    let fields = serde_json::json!([{"fieldPath": "x", "order": "ASCENDING"}, {"fieldPath": "z", "order": "ASCENDING"}]);
    let index = serde_json::json!({"collectionGroup": "a", "queryScope": "COLLECTION", "fields": fields});
    let body = serde_json::json!({"project": "p", "indexes": {"indexes": [index], "fieldOverrides": []}});
    assert!(served.put("firestore/indexes", body).await.is_success());
    let served = served.restart().await;
    assert!(served.ordered_by(&["x", "z"]).await.is_ok());
    let refused = served.ordered_by(&["x", "y"]).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(
        refused
            .message()
            .contains(r#"{"fieldPath":"y","order":"ASCENDING"}"#),
        "{}",
        refused.message()
    );
}

#[tokio::test]
async fn what_is_stored_can_be_listed_and_taken_away() {
    let served = Served::start().await;
    let writes = ["a/1", "b/1", "a/1/c/1"].map(|path| set(path, &[("x", integer(1))]));
    served.commit(writes.to_vec()).await.unwrap();
    let root = format!("{DATABASE}/documents");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!(
        "http://{}/_emulator/firestore/collections?project=p",
        served.address
    );
    let paths = async || -> Vec<String> {
        let listed: serde_json::Value = client.get(&url).send().await.unwrap().json().await.unwrap();
        let all = listed["collections"].as_array().unwrap().iter();
        all.map(|one| one["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths().await, [format!("{root}/a"), format!("{root}/b")]);
    let clear = format!("http://{}/emulator/v1/{root}", served.address);
    assert!(client.delete(clear).send().await.unwrap().status().is_success());
    assert_eq!(code(served.get("a/1").await), Code::NotFound);
    assert_eq!(paths().await, Vec::<String>::new());
    served.commit(vec![set("a/1", &[])]).await.unwrap();
    assert!(served.ordered_by(&["x"]).await.is_ok());
    assert_eq!(paths().await, [format!("{root}/a")]);
}
