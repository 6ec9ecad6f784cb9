//! What random histories beside Google's emulator have found: its answers to corners that no documentation tells.

use super::*;
use gcloud_sdk::google::firestore::v1::run_aggregation_query_request::QueryType as AggregationType;
use gcloud_sdk::google::firestore::v1::run_query_request::QueryType;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::aggregation::{Operator as Sums, Sum};
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::{Aggregation, QueryType as Nested};
use gcloud_sdk::google::firestore::v1::structured_query::composite_filter::Operator as Join;
use gcloud_sdk::google::firestore::v1::structured_query::field_filter::Operator as Is;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, CompositeFilter, Direction, FieldFilter, FieldReference, Filter, Order,
};
use gcloud_sdk::google::firestore::v1::{
    ArrayValue, RunAggregationQueryRequest, RunQueryRequest, StructuredAggregationQuery, StructuredQuery,
};

fn is(path: &str, op: Is, value: Value) -> Filter {
    let field = Some(FieldReference {
        field_path: path.to_owned(),
    });
    let filter = FieldFilter {
        field,
        op: op.into(),
        value: Some(value),
    };
    Filter {
        filter_type: Some(FilterType::FieldFilter(filter)),
    }
}

fn joined(op: Join, filters: Vec<Filter>) -> Filter {
    let filter = CompositeFilter {
        op: op.into(),
        filters,
    };
    Filter {
        filter_type: Some(FilterType::CompositeFilter(filter)),
    }
}

fn named(path: &str) -> Value {
    Value {
        value_type: Some(ValueType::ReferenceValue(name(path))),
    }
}

fn query(collection: &str, filter: Option<Filter>, orders: &[(&str, Direction)]) -> StructuredQuery {
    let order = |(path, direction): &(&str, Direction)| Order {
        field: Some(FieldReference {
            field_path: (*path).to_owned(),
        }),
        direction: (*direction).into(),
    };
    StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: collection.to_owned(),
            all_descendants: false,
        }],
        r#where: filter,
        order_by: orders.iter().map(order).collect(),
        ..StructuredQuery::default()
    }
}

impl Served {
    async fn asked(&self, query: StructuredQuery) -> Code {
        let request = RunQueryRequest {
            parent: format!("{DATABASE}/documents"),
            query_type: Some(QueryType::StructuredQuery(query)),
            ..RunQueryRequest::default()
        };
        code(self.client.clone().run_query(request).await)
    }

    async fn sum(&self, query: StructuredQuery, path: &str) -> Result<Option<Value>, Status> {
        let field = Some(FieldReference {
            field_path: path.to_owned(),
        });
        let sum = Aggregation {
            alias: "sum".to_owned(),
            operator: Some(Sums::Sum(Sum { field })),
        };
        let query = StructuredAggregationQuery {
            aggregations: vec![sum],
            query_type: Some(Nested::StructuredQuery(query)),
        };
        let request = RunAggregationQueryRequest {
            parent: format!("{DATABASE}/documents"),
            query_type: Some(AggregationType::StructuredAggregationQuery(query)),
            ..RunAggregationQueryRequest::default()
        };
        let mut answers = self
            .client
            .clone()
            .run_aggregation_query(request)
            .await?
            .into_inner();
        let answer = answers.message().await?.and_then(|answer| answer.result);
        Ok(answer.and_then(|result| result.aggregate_fields.get("sum").cloned()))
    }
}

#[tokio::test]
async fn filters_are_combined_as_googles_emulator_combines_them() {
    let served = Served::start().await;
    let asked = async |filter| served.asked(query("a", Some(filter), &[])).await;
    let not_in = || {
        let values = ArrayValue {
            values: vec![integer(9)],
        };
        let list = Value {
            value_type: Some(ValueType::ArrayValue(values)),
        };
        is("b", Is::NotIn, list)
    };
    let alone = joined(Join::Or, vec![is("c", Is::Equal, integer(1))]);
    assert_eq!(
        asked(joined(Join::And, vec![alone, not_in()])).await,
        Code::InvalidArgument
    );
    assert_eq!(asked(not_in()).await, Code::Ok);
    let name_or = |other| joined(Join::Or, vec![is("__name__", Is::Equal, named("a/1")), other]);
    assert_eq!(
        asked(name_or(is("b", Is::LessThan, integer(1)))).await,
        Code::InvalidArgument
    );
    assert_eq!(asked(name_or(is("b", Is::Equal, integer(1)))).await, Code::Ok);
    let null = || Value {
        value_type: Some(ValueType::NullValue(0)),
    };
    assert_eq!(
        asked(name_or(is("b", Is::GreaterThanOrEqual, null()))).await,
        Code::Ok
    );
}

#[tokio::test]
async fn names_are_never_read_backwards_alone() {
    let served = Served::start().await;
    let down = ("__name__", Direction::Descending);
    assert_eq!(
        served.asked(query("a", None, &[down])).await,
        Code::FailedPrecondition
    );
    assert_eq!(
        served.asked(query("a", None, &[down, down])).await,
        Code::FailedPrecondition
    );
    let filter = Some(is("b", Is::Equal, integer(1)));
    assert_eq!(
        served.asked(query("a", filter, &[down, down])).await,
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn fields_are_added_up_over_all_collections_but_not_behind_names() {
    let served = Served::start().await;
    let number = |value| [("x", integer(value))];
    served
        .commit(vec![
            set("a/1", &number(1)),
            set("b/2", &number(2)),
            set("b/3", &[]),
        ])
        .await
        .unwrap();
    assert_eq!(
        served.sum(query("", None, &[]), "x").await.unwrap(),
        Some(integer(3))
    );
    let after = || Some(is("__name__", Is::GreaterThan, named("a/0")));
    assert_eq!(
        code(served.sum(query("a", after(), &[]), "x").await),
        Code::InvalidArgument
    );
    let sorted = query("a", after(), &[("x", Direction::Ascending)]);
    assert_eq!(served.sum(sorted, "x").await.unwrap(), Some(integer(1)));
}

#[tokio::test]
async fn what_is_no_number_changes_nothing_when_it_is_written_again() {
    let served = Served::start().await;
    let nan = Value {
        value_type: Some(ValueType::DoubleValue(f64::NAN)),
    };
    let write = || vec![set("a/1", &[("x", nan.clone())])];
    served.commit(write()).await.unwrap();
    let first = served.get("a/1").await.unwrap().update_time;
    served.commit(write()).await.unwrap();
    assert_eq!(served.get("a/1").await.unwrap().update_time, first);
}

#[tokio::test]
async fn a_version_to_come_is_a_mistake_and_an_old_one_a_failed_condition() {
    let served = Served::start().await;
    let time = async |path| {
        served
            .commit(vec![set(path, &[])])
            .await
            .unwrap()
            .commit_time
            .unwrap()
    };
    let (old, _, new) = (time("a/0").await, time("a/1").await, time("a/2").await);
    let at = async |path, time| {
        code(
            served
                .commit(vec![when(delete(path), ConditionType::UpdateTime(time))])
                .await,
        )
    };
    assert_eq!(at("a/1", new).await, Code::InvalidArgument);
    assert_eq!(at("a/1", old).await, Code::FailedPrecondition);
    assert_eq!(at("a/9", old).await, Code::FailedPrecondition);
    let finer = prost_types::Timestamp {
        nanos: old.nanos + 1,
        ..old
    };
    assert_eq!(at("a/9", finer).await, Code::InvalidArgument);
}
