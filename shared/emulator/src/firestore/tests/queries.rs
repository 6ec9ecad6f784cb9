use super::*;
use gcloud_sdk::google::firestore::v1::run_aggregation_query_request::QueryType as AggregationType;
use gcloud_sdk::google::firestore::v1::run_query_request::QueryType;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::aggregation::{
    Avg, Count, Operator, Sum,
};
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::{Aggregation, QueryType as Nested};
use gcloud_sdk::google::firestore::v1::structured_query::{CollectionSelector, FieldReference, Projection};
use gcloud_sdk::google::firestore::v1::{
    ListCollectionIdsRequest, ListDocumentsRequest, RunAggregationQueryRequest, RunQueryRequest,
    StructuredAggregationQuery, StructuredQuery,
};

fn root() -> String {
    format!("{DATABASE}/documents")
}

fn field(path: &str) -> FieldReference {
    FieldReference {
        field_path: path.to_owned(),
    }
}

fn from(collection: &str, all_descendants: bool) -> StructuredQuery {
    let from = vec![CollectionSelector {
        collection_id: collection.to_owned(),
        all_descendants,
    }];
    StructuredQuery {
        from,
        ..StructuredQuery::default()
    }
}

impl Served {
    async fn query(&self, parent: String, query: StructuredQuery) -> Vec<Document> {
        let query_type = Some(QueryType::StructuredQuery(query));
        let request = RunQueryRequest {
            parent,
            query_type,
            ..RunQueryRequest::default()
        };
        let mut answers = self.client.clone().run_query(request).await.unwrap().into_inner();
        let mut documents = Vec::new();
        while let Some(answer) = answers.message().await.unwrap() {
            documents.extend(answer.document);
        }
        documents
    }
}

#[tokio::test]
async fn a_collection_group_reaches_all_depths() {
    let served = Served::start().await;
    let paths = ["s/1", "a/x/s/2", "a/y/s/3", "a/x/s/2/s/4", "a/x/t/5"];
    served
        .commit(paths.iter().map(|path| set(path, &[])).collect())
        .await
        .unwrap();
    let names = |found: Vec<Document>| {
        found
            .into_iter()
            .map(|document| document.name)
            .collect::<Vec<_>>()
    };
    let all = ["a/x/s/2", "a/x/s/2/s/4", "a/y/s/3", "s/1"].map(name);
    assert_eq!(names(served.query(root(), from("s", true)).await), all);
    assert_eq!(names(served.query(name("a/x"), from("s", true)).await), all[..2]);
    assert_eq!(names(served.query(root(), from("s", false)).await), all[3..]);
    assert_eq!(served.query(name("a/x"), from("", true)).await.len(), 3);
}

#[tokio::test]
async fn a_projection_answers_what_it_selects() {
    let served = Served::start().await;
    served
        .commit(vec![set("a/1", &[("x", integer(1)), ("y", integer(2))])])
        .await
        .unwrap();
    let select = Some(Projection {
        fields: vec![field("y")],
    });
    let found = served
        .query(
            root(),
            StructuredQuery {
                select,
                ..from("a", false)
            },
        )
        .await;
    assert_eq!(found[0].fields, document("a/1", &[("y", integer(2))]).fields);
    assert!(found[0].update_time.is_some());
}

#[tokio::test]
async fn counts_sums_and_averages() {
    let served = Served::start().await;
    let values = [integer(1), integer(2), text("no number")];
    let writes = values
        .iter()
        .enumerate()
        .map(|(at, value)| set(&format!("a/{at}"), &[("x", value.clone())]));
    served
        .commit(writes.chain([set("a/none", &[])]).collect())
        .await
        .unwrap();
    let aggregate = |operators: Vec<Operator>| {
        let aggregation = |operator| Aggregation {
            alias: String::new(),
            operator: Some(operator),
        };
        let query = StructuredAggregationQuery {
            query_type: Some(Nested::StructuredQuery(from("a", false))),
            aggregations: operators.into_iter().map(aggregation).collect(),
        };
        let query_type = Some(AggregationType::StructuredAggregationQuery(query));
        RunAggregationQueryRequest {
            parent: root(),
            query_type,
            ..RunAggregationQueryRequest::default()
        }
    };
    let mut client = served.client.clone();
    let mut ask = async |operators| {
        let mut answers = client
            .run_aggregation_query(aggregate(operators))
            .await
            .unwrap()
            .into_inner();
        answers
            .message()
            .await
            .unwrap()
            .unwrap()
            .result
            .unwrap()
            .aggregate_fields
    };
    let count = || Operator::Count(Count::default());
    assert_eq!(ask(vec![count()]).await["field_1"], integer(4));
    let (sum, average) = (
        Operator::Sum(Sum {
            field: Some(field("x")),
        }),
        Operator::Avg(Avg {
            field: Some(field("x")),
        }),
    );
    let found = ask(vec![count(), sum, average]).await;
    let half = Value {
        value_type: Some(ValueType::DoubleValue(1.5)),
    };
    assert_eq!(
        [&found["field_1"], &found["field_2"], &found["field_3"]],
        [&integer(3), &integer(3), &half]
    );
}

#[tokio::test]
async fn lists_come_in_pages_and_show_what_is_missing() {
    let mut served = Served::start().await;
    let paths = ["a/1", "a/2/b/x", "a/3", "c/1"];
    served
        .commit(paths.iter().map(|path| set(path, &[])).collect())
        .await
        .unwrap();
    let mut listed = Vec::new();
    let mut request = ListDocumentsRequest {
        parent: root(),
        collection_id: "a".to_owned(),
        page_size: 2,
        show_missing: true,
        ..ListDocumentsRequest::default()
    };
    loop {
        let page = served
            .client
            .list_documents(request.clone())
            .await
            .unwrap()
            .into_inner();
        listed.extend(page.documents);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let shown: Vec<_> = listed
        .into_iter()
        .map(|document| (document.name, document.create_time.is_some()))
        .collect();
    assert_eq!(
        shown,
        [(name("a/1"), true), (name("a/2"), false), (name("a/3"), true)]
    );
    let ids = ListCollectionIdsRequest {
        parent: root(),
        ..ListCollectionIdsRequest::default()
    };
    let ids = served.client.list_collection_ids(ids).await.unwrap().into_inner();
    assert_eq!(ids.collection_ids, ["a", "c"]);
}
