//! count, sum and avg over the results of a query.
//!
//! Source: `StructuredAggregationQuery` in the published protocol.

use super::execute;
use super::filter::path;
use super::plan::{Order, Plan};
use super::run::select;
use super::source::Source;
use crate::firestore::indexes::Declared;
use crate::firestore::path::FieldPath;
use crate::firestore::value;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::Aggregation as Proto;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::aggregation::Operator;
use gcloud_sdk::google::firestore::v1::structured_query::FieldReference;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, StructuredQuery, Value};
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
                "Aggregation aliases contain duplicate alias: {alias}."
            )));
        }
        read.push(Aggregation {
            alias,
            kind: kind(aggregation)?,
        });
    }
    Ok(read)
}

/// Refuses to add up what a query answers of parts of documents.
pub(crate) fn check(query: &StructuredQuery, aggregations: &[Aggregation]) -> Result<(), Status> {
    if query.select.is_some() && aggregations.iter().any(|one| one.kind.path().is_some()) {
        return Err(Status::invalid_argument(
            "Cannot apply property masks when aggregation fields are present.",
        ));
    }
    Ok(())
}

fn kind(aggregation: &Proto) -> Result<Kind, Status> {
    match aggregation.operator.as_ref() {
        Some(Operator::Count(count)) => match count.up_to {
            Some(most) if most < 0 => Err(Status::invalid_argument(
                "The `up_to` value in a COUNT aggregation must be greater than or equal to zero.",
            )),
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
pub(crate) fn with_fields(mut plan: Plan, aggregations: &[Aggregation]) -> Result<Plan, Status> {
    for aggregation in aggregations {
        let (Kind::Sum(path) | Kind::Average(path)) = &aggregation.kind else {
            continue;
        };
        if plan.orders.iter().any(|order| order.path == *path) {
            continue;
        }
        if plan.names_said {
            return Err(Status::invalid_argument(format!(
                "This query requires an index that has fields [{path}] after __name__ and Firestore does not currently support such an \
                 index. Please try the query again with additional ordering on those fields."
            )));
        }
        let before_name = plan.orders.len().saturating_sub(1);
        let order = Order {
            path: path.clone(),
            descending: plan.name_descending(),
        };
        plan.orders.insert(before_name, order);
    }
    if !plan.is_of_all_collections() {
        plan.check()?; // all collections have no order of their own, but fields can be added up over them
    }
    Ok(plan)
}

/// The numbers by their aliases. Documents are read only if a field of theirs is added up.
pub(crate) fn aggregate(
    plan: &Plan,
    aggregations: &[Aggregation],
    declared: Option<&Declared>,
    source: &dyn Source,
) -> Result<HashMap<String, Value>, Status> {
    let mut numbers: Vec<Numbers> = aggregations.iter().map(|_| Numbers::default()).collect();
    let count = if let Some(most) = most_counted(aggregations) {
        execute::count(plan, most, declared, source)?
    } else {
        let mut count = 0;
        each(plan, declared, source, &mut |document| {
            count += 1;
            for (one, numbers) in aggregations.iter().zip(&mut numbers) {
                numbers.add(one.kind.path().and_then(|path| path.get(&document.fields)));
            }
        })?;
        count
    };
    let answer = |(one, numbers): (&Aggregation, &Numbers)| {
        let value_type = Some(one.kind.answer(count, numbers));
        (one.alias.clone(), Value { value_type })
    };
    Ok(aggregations.iter().zip(&numbers).map(answer).collect())
}

/// Gives each result in turn. No index is of all collections but that of names.
fn each(
    plan: &Plan,
    declared: Option<&Declared>,
    source: &dyn Source,
    take: &mut dyn FnMut(Arc<Document>),
) -> Result<(), Status> {
    if !plan.is_of_all_collections() {
        return execute::each(plan, declared, source, take).map(drop);
    }
    let by_name = Plan {
        orders: plan.orders.last().cloned().into_iter().collect(),
        offset: 0,
        limit: None,
        ..plan.clone()
    };
    let all = execute::run(&by_name, declared, source)?.documents;
    select(plan, all.iter()).documents.into_iter().for_each(take);
    Ok(())
}

impl Kind {
    /// The field that is added up.
    fn path(&self) -> Option<&FieldPath> {
        match self {
            Self::Count(_) => None,
            Self::Sum(path) | Self::Average(path) => Some(path),
        }
    }

    fn answer(&self, count: usize, numbers: &Numbers) -> ValueType {
        match self {
            Self::Count(most) => {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                ValueType::IntegerValue(most.map_or(count, |most| count.min(most)))
            }
            Self::Sum(_) => numbers.sum(),
            Self::Average(_) => numbers.average(),
        }
    }
}

/// How many results must be counted; none if they must be read.
fn most_counted(aggregations: &[Aggregation]) -> Option<usize> {
    let most = aggregations.iter().map(|one| match one.kind {
        Kind::Count(None) => Some(usize::MAX),
        Kind::Count(Some(most)) => Some(usize::try_from(most).unwrap_or(usize::MAX)),
        Kind::Sum(_) | Kind::Average(_) => None,
    });
    most.collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// The numbers among a field's values; whatever else it holds is passed over.
#[derive(Default)]
struct Numbers {
    integers: i128,
    doubles: Option<f64>,
    count: u32,
}

impl Numbers {
    fn add(&mut self, value: Option<&Value>) {
        match value.and_then(|value| value.value_type.as_ref()) {
            Some(ValueType::IntegerValue(integer)) => self.integers += i128::from(*integer),
            Some(ValueType::DoubleValue(double)) => *self.doubles.get_or_insert(0.0) += double,
            _ => return,
        }
        self.count += 1;
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
