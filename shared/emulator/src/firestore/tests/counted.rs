//! What a page costs, whatever the size of its collection.

use super::*;
use gcloud_sdk::google::firestore::v1::run_query_request::QueryType;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, Direction, FieldReference, Order,
};
use gcloud_sdk::google::firestore::v1::{BatchWriteRequest, Cursor, RunQueryRequest, StructuredQuery};

/// Writes of one call.
const BATCH: usize = 500;

impl Served {
    async fn fill(&self, collection: &str, size: usize) {
        let ids: Vec<usize> = (0..size).collect();
        for some in ids.chunks(BATCH) {
            let write = |id: &usize| {
                let number = integer(i64::try_from(id * 7919 % size).unwrap());
                set(&format!("{collection}/{id:06}"), &[("x", number)])
            };
            let request = BatchWriteRequest {
                database: DATABASE.to_owned(),
                writes: some.iter().map(write).collect(),
                ..BatchWriteRequest::default()
            };
            let answer = self
                .client
                .clone()
                .batch_write(request)
                .await
                .unwrap()
                .into_inner();
            assert!(answer.status.iter().all(|status| status.code == 0));
        }
    }

    /// How many entries a page reads that begins in the middle, and how many documents it answers.
    async fn page(&self, collection: &str, middle: usize) -> (String, usize) {
        let order = |field: &str| Order {
            field: Some(FieldReference {
                field_path: field.to_owned(),
            }),
            direction: Direction::Descending.into(),
        };
        let query = StructuredQuery {
            from: vec![CollectionSelector {
                collection_id: collection.to_owned(),
                all_descendants: false,
            }],
            order_by: vec![order("x"), order("__name__")],
            start_at: Some(Cursor {
                values: vec![integer(i64::try_from(middle).unwrap())],
                before: true,
            }),
            limit: Some(20),
            ..StructuredQuery::default()
        };
        let request = RunQueryRequest {
            parent: format!("{DATABASE}/documents"),
            query_type: Some(QueryType::StructuredQuery(query)),
            ..RunQueryRequest::default()
        };
        let mut answers = self.client.clone().run_query(request).await.unwrap();
        let header = answers.metadata().get("x-emulator-operations").unwrap();
        let header = header.to_str().unwrap().to_owned();
        let mut found = 0;
        while let Some(answer) = answers.get_mut().message().await.unwrap() {
            found += usize::from(answer.document.is_some());
        }
        (header, found)
    }
}

#[tokio::test]
async fn a_page_reads_the_same_out_of_300_and_out_of_30_000_documents() {
    let served = Served::start().await;
    served.fill("small", 300).await;
    served.fill("large", 30_000).await;
    let small = served.page("small", 150).await;
    assert_eq!(small, ("reads=20,writes=0,deletes=0,entries=20".to_owned(), 20));
    assert_eq!(served.page("large", 15_000).await, small);
}
