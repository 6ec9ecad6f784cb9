//! count, sum and avg over the results of a query.
//!
//! Source: `StructuredAggregationQuery` in the published protocol.

use super::filter::path;
use super::plan::{Order, Plan};
use crate::firestore::path::FieldPath;
use crate::firestore::value;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::Aggregation as Proto;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::aggregation::Operator;
use gcloud_sdk::google::firestore::v1::structured_query::FieldReference;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, Value};
use std::collections::HashMap;
use std::sync::Arc;
use tonic::Status;

/// The most aggregations of one query.
const MOST: usize = 5;

/// One number to be found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aggregation {
    alias: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// How many, at most so many.
    Count(Option<i64>),
    Sum(FieldPath),
    Average(FieldPath),
}

/// Reads the aggregations; those without an alias are `field_1`, `field_2`...
pub(crate) fn read(aggregations: &[Proto]) -> Result<Vec<Aggregation>, Status> {
    if aggregations.is_empty() || aggregations.len() > MOST {
        return Err(Status::invalid_argument(format!(
            "A query has one to {MOST} aggregations."
        )));
    }
    let mut unnamed = 0;
    let mut read: Vec<Aggregation> = Vec::new();
    for aggregation in aggregations {
        let mut alias = aggregation.alias.clone();
        if alias.is_empty() {
            unnamed += 1;
            alias = format!("field_{unnamed}");
        }
        value::check_field(&alias)?;
        if read.iter().any(|earlier| earlier.alias == alias) {
            return Err(Status::invalid_argument(format!(
                "Aggregation aliases must be unique: \"{alias}\"."
            )));
        }
        read.push(Aggregation {
            alias,
            kind: kind(aggregation)?,
        });
    }
    Ok(read)
}

fn kind(aggregation: &Proto) -> Result<Kind, Status> {
    match aggregation.operator.as_ref() {
        Some(Operator::Count(count)) => match count.up_to {
            Some(most) if most < 0 => Err(Status::invalid_argument("up_to is negative.")),
            most => Ok(Kind::Count(most)),
        },
        Some(Operator::Sum(sum)) => field(sum.field.as_ref()).map(Kind::Sum),
        Some(Operator::Avg(average)) => field(average.field.as_ref()).map(Kind::Average),
        None => Err(Status::invalid_argument("An aggregation has no operator.")),
    }
}

/// A field that numbers are added up of: any but the name.
fn field(field: Option<&FieldReference>) -> Result<FieldPath, Status> {
    let path = path(field)?;
    if path.is_name() {
        return Err(Status::invalid_argument(
            "Aggregations are not supported for the property: __key__",
        ));
    }
    Ok(path)
}

/// The query with the fields that are added up: a document without one of them is no result, and its index must have them.
pub(crate) fn with_fields(mut plan: Plan, aggregations: &[Aggregation]) -> Plan {
    for aggregation in aggregations {
        let (Kind::Sum(path) | Kind::Average(path)) = &aggregation.kind else {
            continue;
        };
        let known = plan.orders.iter().any(|order| order.path == *path);
        if !known {
            let before_name = plan
                .orders
                .iter()
                .position(|order| order.path.is_name())
                .unwrap_or(plan.orders.len());
            let descending = plan.orders.last().is_some_and(|last| last.descending);
            plan.orders.insert(
                before_name,
                Order {
                    path: path.clone(),
                    descending,
                },
            );
        }
    }
    plan
}

/// The numbers by their aliases.
pub(crate) fn aggregate(documents: &[Arc<Document>], aggregations: &[Aggregation]) -> HashMap<String, Value> {
    aggregations
        .iter()
        .map(|one| {
            (
                one.alias.clone(),
                Value {
                    value_type: Some(one.kind.of(documents)),
                },
            )
        })
        .collect()
}

impl Kind {
    fn of(&self, documents: &[Arc<Document>]) -> ValueType {
        match self {
            Self::Count(most) => {
                let count = i64::try_from(documents.len()).unwrap_or(i64::MAX);
                ValueType::IntegerValue(most.map_or(count, |most| count.min(most)))
            }
            Self::Sum(path) => Numbers::of(path, documents).sum(),
            Self::Average(path) => Numbers::of(path, documents).average(),
        }
    }
}

/// The numbers among a field's values; whatever else it holds is passed over.
#[derive(Default)]
struct Numbers {
    integers: i128,
    doubles: Option<f64>,
    count: u32,
}

impl Numbers {
    fn of(path: &FieldPath, documents: &[Arc<Document>]) -> Self {
        let mut numbers = Self::default();
        for document in documents {
            match path
                .get(&document.fields)
                .and_then(|value| value.value_type.as_ref())
            {
                Some(ValueType::IntegerValue(integer)) => numbers.integers += i128::from(*integer),
                Some(ValueType::DoubleValue(double)) => *numbers.doubles.get_or_insert(0.0) += double,
                _ => continue,
            }
            numbers.count += 1;
        }
        numbers
    }

    fn sum(&self) -> ValueType {
        match (self.doubles, i64::try_from(self.integers)) {
            (None, Ok(sum)) => ValueType::IntegerValue(sum),
            _ => ValueType::DoubleValue(self.total()),
        }
    }

    fn average(&self) -> ValueType {
        if self.count == 0 {
            return ValueType::NullValue(0);
        }
        ValueType::DoubleValue(self.total() / f64::from(self.count))
    }

    #[expect(clippy::cast_precision_loss, reason = "what no integer holds is a double")]
    fn total(&self) -> f64 {
        self.integers as f64 + self.doubles.unwrap_or(0.0)
    }
}
