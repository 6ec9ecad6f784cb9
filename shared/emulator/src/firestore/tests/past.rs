use super::*;
use gcloud_sdk::google::firestore::v1::get_document_request::ConsistencySelector;
use gcloud_sdk::google::firestore::v1::run_query_request::{ConsistencySelector as QuerySelector, QueryType};
use gcloud_sdk::google::firestore::v1::structured_query::CollectionSelector;
use gcloud_sdk::google::firestore::v1::transaction_options::{
    Mode, ReadOnly, read_only::ConsistencySelector as Past,
};
use gcloud_sdk::google::firestore::v1::{
    BeginTransactionRequest, RunQueryRequest, StructuredQuery, TransactionOptions,
};
use prost_types::Timestamp;

impl Served {
    async fn get_at(&self, path: &str, selector: ConsistencySelector) -> Result<Document, Status> {
        let request = GetDocumentRequest {
            name: name(path),
            consistency_selector: Some(selector),
            ..GetDocumentRequest::default()
        };
        let answer = self.client.clone().get_document(request).await;
        answer.map(tonic::Response::into_inner)
    }

    async fn count_at(&self, collection: &str, time: Timestamp) -> Result<usize, Status> {
        let from = vec![CollectionSelector {
            collection_id: collection.to_owned(),
            all_descendants: false,
        }];
        let query = StructuredQuery {
            from,
            ..StructuredQuery::default()
        };
        let request = RunQueryRequest {
            parent: format!("{DATABASE}/documents"),
            query_type: Some(QueryType::StructuredQuery(query)),
            consistency_selector: Some(QuerySelector::ReadTime(time)),
            ..RunQueryRequest::default()
        };
        let mut answers = self.client.clone().run_query(request).await?.into_inner();
        let mut count = 0;
        while let Some(answer) = answers.message().await? {
            assert_eq!(answer.read_time, Some(time));
            count += usize::from(answer.document.is_some());
        }
        Ok(count)
    }
}

#[tokio::test]
async fn a_read_time_sees_what_was_there_then() {
    let mut served = Served::start().await;
    let x = |value| [("x", integer(value))];
    let first = served.commit(vec![set("a/1", &x(1))]).await.unwrap();
    let first = first.commit_time.unwrap();
    let second = served.commit(vec![set("a/1", &x(2)), set("a/2", &x(2))]).await;
    let second = second.unwrap().commit_time.unwrap();
    served.commit(vec![delete("a/1"), delete("a/2")]).await.unwrap();
    let at = |time| ConsistencySelector::ReadTime(time);
    assert_eq!(
        served.get_at("a/1", at(first)).await.unwrap().fields["x"],
        integer(1)
    );
    assert_eq!(code(served.get_at("a/2", at(first)).await), Code::NotFound);
    assert_eq!(
        served.get_at("a/1", at(second)).await.unwrap().fields["x"],
        integer(2)
    );
    assert_eq!(served.count_at("a", first).await.unwrap(), 1);
    assert_eq!(served.count_at("a", second).await.unwrap(), 2);
    assert_eq!(code(served.get("a/1").await), Code::NotFound);
    let mode = Some(Mode::ReadOnly(ReadOnly {
        consistency_selector: Some(Past::ReadTime(second)),
    }));
    let request = BeginTransactionRequest {
        database: DATABASE.to_owned(),
        options: Some(TransactionOptions { mode }),
        ..BeginTransactionRequest::default()
    };
    let begun = served
        .client
        .begin_transaction(request)
        .await
        .unwrap()
        .into_inner();
    let within = ConsistencySelector::Transaction(begun.transaction);
    assert_eq!(
        served.get_at("a/2", within).await.unwrap().fields["x"],
        integer(2)
    );
    let served = served.restart().await;
    assert_eq!(
        served.get_at("a/1", at(first)).await.unwrap().fields["x"],
        integer(1)
    );
}

#[tokio::test]
async fn a_read_time_is_of_the_last_hour_and_has_microseconds() {
    let served = Served::start().await;
    let time = served.commit(vec![set("a/1", &[])]).await.unwrap();
    let time = time.commit_time.unwrap();
    let read = async |seconds: i64, nanos: i32| {
        let moved = Timestamp {
            seconds: time.seconds + seconds,
            nanos: time.nanos + nanos,
        };
        code(served.get_at("a/1", ConsistencySelector::ReadTime(moved)).await)
    };
    assert_eq!(read(0, 0).await, Code::Ok);
    assert_eq!(read(0, 1).await, Code::InvalidArgument);
    assert_eq!(read(3600, 0).await, Code::InvalidArgument);
    assert_eq!(read(-3590, 0).await, Code::NotFound);
    assert_eq!(read(-3700, 0).await, Code::FailedPrecondition);
}
