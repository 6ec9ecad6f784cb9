use super::*;
use gcloud_sdk::google::firestore::v1::run_query_request::QueryType;
use gcloud_sdk::google::firestore::v1::structured_query::CollectionSelector;
use gcloud_sdk::google::firestore::v1::{BatchGetDocumentsRequest, RunQueryRequest, StructuredQuery};

fn operations<T>(answer: &tonic::Response<T>) -> String {
    let header = answer.metadata().get("x-emulator-operations").unwrap();
    header
        .to_str()
        .unwrap()
        .split(",entries")
        .next()
        .unwrap()
        .to_owned()
}

fn query(collection: &str, offset: i32) -> RunQueryRequest {
    let from = vec![CollectionSelector {
        collection_id: collection.to_owned(),
        all_descendants: false,
    }];
    let query = StructuredQuery {
        from,
        offset,
        ..StructuredQuery::default()
    };
    RunQueryRequest {
        parent: format!("{DATABASE}/documents"),
        query_type: Some(QueryType::StructuredQuery(query)),
        ..RunQueryRequest::default()
    }
}

#[tokio::test]
async fn answers_say_what_they_cost_and_the_sums_are_kept() {
    let mut served = Served::start().await;
    let request = CommitRequest {
        database: DATABASE.to_owned(),
        writes: vec![set("a/1", &[]), set("a/2", &[]), delete("a/3")],
        ..CommitRequest::default()
    };
    let answer = served.client.commit(request).await.unwrap();
    assert_eq!(operations(&answer), "reads=0,writes=2,deletes=1");
    let answer = served.client.run_query(query("a", 1)).await.unwrap();
    assert_eq!(operations(&answer), "reads=2,writes=0,deletes=0");
    let answer = served.client.run_query(query("nothing", 0)).await.unwrap();
    assert_eq!(operations(&answer), "reads=1,writes=0,deletes=0");
    let request = BatchGetDocumentsRequest {
        database: DATABASE.to_owned(),
        documents: vec![name("a/1"), name("a/9")],
        ..BatchGetDocumentsRequest::default()
    };
    let answer = served.client.batch_get_documents(request).await.unwrap();
    assert_eq!(operations(&answer), "reads=2,writes=0,deletes=0");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!(
        "http://{}/_emulator/firestore/operations?project=p",
        served.address
    );
    let sums = async || -> serde_json::Value { http.get(&url).send().await.unwrap().json().await.unwrap() };
    let billed = sums().await;
    assert_eq!(billed["RunQuery"]["reads"], 3);
    assert_eq!(billed["Commit"]["deletes"], 1);
    assert!(http.delete(&url).send().await.unwrap().status().is_success());
    assert_eq!(sums().await, serde_json::json!({}));
}
