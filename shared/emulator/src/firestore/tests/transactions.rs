use super::*;
use gcloud_sdk::google::firestore::v1::get_document_request::ConsistencySelector;
use gcloud_sdk::google::firestore::v1::run_query_request::{ConsistencySelector as QuerySelector, QueryType};
use gcloud_sdk::google::firestore::v1::structured_query::CollectionSelector;
use gcloud_sdk::google::firestore::v1::transaction_options::{Mode, ReadOnly};
use gcloud_sdk::google::firestore::v1::{
    BeginTransactionRequest, RollbackRequest, RunQueryRequest, StructuredQuery, TransactionOptions,
};

impl Served {
    pub(super) async fn begin(&self, mode: Option<Mode>) -> Vec<u8> {
        let options = Some(TransactionOptions { mode });
        let request = BeginTransactionRequest {
            database: DATABASE.to_owned(),
            options,
            ..Default::default()
        };
        self.client
            .clone()
            .begin_transaction(request)
            .await
            .unwrap()
            .into_inner()
            .transaction
    }

    pub(super) async fn get_in(&self, path: &str, transaction: &[u8]) -> Result<Document, Status> {
        let consistency_selector = Some(ConsistencySelector::Transaction(transaction.to_vec()));
        let request = GetDocumentRequest {
            name: name(path),
            consistency_selector,
            ..Default::default()
        };
        self.client
            .clone()
            .get_document(request)
            .await
            .map(tonic::Response::into_inner)
    }

    pub(super) async fn count_in(&self, collection: &str, transaction: &[u8]) -> usize {
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
            consistency_selector: Some(QuerySelector::Transaction(transaction.to_vec())),
            ..RunQueryRequest::default()
        };
        let mut answers = self.client.clone().run_query(request).await.unwrap().into_inner();
        let mut count = 0;
        while let Some(answer) = answers.message().await.unwrap() {
            count += usize::from(answer.document.is_some());
        }
        count
    }
}

#[tokio::test]
async fn a_read_only_transaction_sees_its_moment_and_cannot_write() {
    let served = Served::start().await;
    served
        .commit(vec![set("a/1", &[("x", integer(1))])])
        .await
        .unwrap();
    let transaction = served.begin(Some(Mode::ReadOnly(ReadOnly::default()))).await;
    served.commit(vec![delete("a/1")]).await.unwrap();
    assert!(served.get_in("a/1", &transaction).await.is_ok());
    assert!(served.commit_in(vec![], transaction).await.is_ok());
    let transaction = served.begin(Some(Mode::ReadOnly(ReadOnly::default()))).await;
    let refused = served
        .commit_in(vec![set("a/1", &[])], transaction)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_rolled_back_or_unknown_transaction_is_gone() {
    let mut served = Served::start().await;
    let transaction = served.begin(None).await;
    let request = RollbackRequest {
        database: DATABASE.to_owned(),
        transaction,
        ..RollbackRequest::default()
    };
    served.client.rollback(request.clone()).await.unwrap();
    let gone = served.get_in("a/1", &request.transaction).await.unwrap_err();
    assert_eq!(gone.code(), Code::InvalidArgument);
    assert_eq!(
        code(served.commit_in(vec![], request.transaction.clone()).await),
        Code::InvalidArgument
    );
    assert_eq!(code(served.client.rollback(request.clone()).await), Code::Ok);
    let unknown = RollbackRequest {
        transaction: vec![1],
        ..request
    };
    assert_eq!(code(served.client.rollback(unknown).await), Code::InvalidArgument);
}

#[tokio::test]
async fn concurrent_transactions_lose_no_increment() {
    let served = std::sync::Arc::new(Served::start().await);
    served
        .commit(vec![set("a/1", &[("x", integer(0))])])
        .await
        .unwrap();
    let workers = (0..4).map(|_| {
        let served = std::sync::Arc::clone(&served);
        tokio::spawn(async move {
            let mut done = 0;
            while done < 10 {
                let transaction = served.begin(None).await;
                let read = served.get_in("a/1", &transaction).await.unwrap();
                let Some(ValueType::IntegerValue(old)) = read.fields["x"].value_type else {
                    unreachable!()
                };
                match served
                    .commit_in(vec![set("a/1", &[("x", integer(old + 1))])], transaction)
                    .await
                {
                    Ok(_) => done += 1,
                    Err(status) => assert_eq!(status.code(), Code::Aborted),
                }
            }
        })
    });
    futures::future::try_join_all(workers.collect::<Vec<_>>())
        .await
        .unwrap();
    assert_eq!(served.get("a/1").await.unwrap().fields["x"], integer(40));
}
