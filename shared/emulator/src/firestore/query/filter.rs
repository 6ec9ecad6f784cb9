//! Which documents a query matches.

use super::{order, value_of};
use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::structured_query::composite_filter::Operator as Join;
use gcloud_sdk::google::firestore::v1::structured_query::field_filter::Operator as Op;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::unary_filter::{OperandType, Operator as Unary};
use gcloud_sdk::google::firestore::v1::structured_query::{
    CompositeFilter, FieldFilter, FieldReference, Filter as Proto, UnaryFilter,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, Value};
use std::cmp::Ordering;
use tonic::Status;

/// A condition on a document.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    /// All of them.
    All(Vec<Filter>),
    /// At least one of them.
    Any(Vec<Filter>),
    /// One field.
    Field(FieldPath, Test),
}

/// A condition on a field that is there. Nothing compares with null, neither equal nor otherwise, and NaN equals nothing.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// Null.
    IsNull,
    /// Not null.
    IsNotNull,
    /// The double that is no number.
    IsNan,
    /// Neither null nor that double.
    IsNotNan,
    /// Equal.
    Equal(Value),
    /// Neither equal nor null.
    NotEqual(Value),
    /// Of the same type, and so.
    Less(Value),
    /// Of the same type, and so.
    LessOrEqual(Value),
    /// Of the same type, and so.
    Greater(Value),
    /// Of the same type, and so.
    GreaterOrEqual(Value),
    /// Equal to one of them.
    In(Vec<Value>),
    /// Neither null nor equal to one of them, of which none is null.
    NotIn(Vec<Value>),
    /// An array with such an element.
    Contains(Value),
    /// An array with one such element.
    ContainsAny(Vec<Value>),
}

/// Conditions that must all hold.
pub(crate) type Term<'a> = Vec<(&'a FieldPath, &'a Test)>;

fn product<'a>(left: &[Term<'a>], right: &[Term<'a>]) -> Vec<Term<'a>> {
    left.iter()
        .flat_map(|a| right.iter().map(|b| [a.as_slice(), b.as_slice()].concat()))
        .collect()
}

impl Filter {
    /// Reads a filter.
    pub(crate) fn read(filter: &Proto) -> Result<Self, Status> {
        match filter.filter_type.as_ref() {
            Some(FilterType::CompositeFilter(composite)) => Self::composite(composite),
            Some(FilterType::FieldFilter(field)) => Self::field(field),
            Some(FilterType::UnaryFilter(unary)) => Self::unary(unary),
            None => Err(Status::invalid_argument("A filter has no type.")),
        }
    }

    fn composite(composite: &CompositeFilter) -> Result<Self, Status> {
        let filters = composite
            .filters
            .iter()
            .map(Self::read)
            .collect::<Result<Vec<_>, _>>()?;
        if filters.is_empty() && composite.op == i32::from(Join::Or) {
            return Err(Status::invalid_argument(
                "Composite filter must have at least one sub-filter.",
            ));
        }
        match Join::try_from(composite.op) {
            Ok(Join::And) => Ok(Self::All(filters)),
            Ok(Join::Or) => Ok(Self::Any(filters)),
            _ => Err(Status::invalid_argument(format!(
                "{} is no operator of composite filters.",
                composite.op
            ))),
        }
    }

    fn field(filter: &FieldFilter) -> Result<Self, Status> {
        let path = path(filter.field.as_ref())?;
        let value = filter.value.clone().unwrap_or_default();
        check_operand(&path, &value)?;
        let test = match Op::try_from(filter.op) {
            Ok(Op::Equal) => Test::Equal(value),
            Ok(Op::NotEqual) => Test::NotEqual(value),
            Ok(Op::LessThan) => Test::Less(value),
            Ok(Op::LessThanOrEqual) => Test::LessOrEqual(value),
            Ok(Op::GreaterThan) => Test::Greater(value),
            Ok(Op::GreaterThanOrEqual) => Test::GreaterOrEqual(value),
            Ok(Op::ArrayContains) => Test::Contains(value),
            Ok(Op::In) => Test::In(list(&path, "IN", value, 30)?),
            Ok(Op::NotIn) => Test::NotIn(list(&path, "NOT_IN", value, 10)?),
            Ok(Op::ArrayContainsAny) => Test::ContainsAny(list(&path, "ARRAY_CONTAINS_ANY", value, 30)?),
            _ => {
                return Err(Status::invalid_argument(format!(
                    "{} is no operator of field filters.",
                    filter.op
                )));
            }
        };
        Ok(Self::Field(path, test))
    }

    fn unary(filter: &UnaryFilter) -> Result<Self, Status> {
        let Some(OperandType::Field(field)) = filter.operand_type.as_ref() else {
            return Err(Status::invalid_argument("A unary filter has no field."));
        };
        let test = match Unary::try_from(filter.op) {
            Ok(Unary::IsNull) => Test::IsNull,
            Ok(Unary::IsNotNull) => Test::IsNotNull,
            Ok(Unary::IsNan) => Test::IsNan,
            Ok(Unary::IsNotNan) => Test::IsNotNan,
            _ => {
                return Err(Status::invalid_argument(format!(
                    "{} is no operator of unary filters.",
                    filter.op
                )));
            }
        };
        Ok(Self::Field(path(Some(field))?, test))
    }

    /// Whether the document is among the results.
    pub(crate) fn matches(&self, document: &Document) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.matches(document)),
            Self::Any(filters) => filters.iter().any(|filter| filter.matches(document)),
            Self::Field(path, test) => value_of(document, path).is_some_and(|value| test.holds(&value)),
        }
    }

    /// Whether it has an OR, be it of one condition.
    pub(crate) fn has_or(&self) -> bool {
        match self {
            Self::All(filters) => filters.iter().any(Self::has_or),
            Self::Any(_) => true,
            Self::Field(..) => false,
        }
    }

    /// The filter as an OR of ANDs; call it only when there are few.
    pub(crate) fn terms(&self) -> Vec<Term<'_>> {
        match self {
            Self::Field(path, test) => vec![vec![(path, test)]],
            Self::Any(filters) => filters.iter().flat_map(Self::terms).collect(),
            Self::All(filters) => filters
                .iter()
                .map(Self::terms)
                .fold(vec![Vec::new()], |all, next| product(&all, &next)),
        }
    }

    /// The conditions on single fields, wherever they stand.
    pub(crate) fn fields(&self) -> Vec<(&FieldPath, &Test)> {
        match self {
            Self::All(filters) | Self::Any(filters) => filters.iter().flat_map(Self::fields).collect(),
            Self::Field(path, test) => vec![(path, test)],
        }
    }
}

impl Test {
    /// Whether a value that is there passes.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        let compare = |other: &Value| order::compare(value, other);
        let like = |other: &Value| {
            order::class(value) == order::class(other) && has_order(value) && has_order(other)
        };
        match self {
            Self::IsNull => order::is_null(value),
            Self::IsNotNull => !order::is_null(value),
            Self::IsNan => order::is_nan(value),
            Self::IsNotNan => has_order(value),
            Self::Equal(other) => equal(value, other),
            Self::NotEqual(other) => differs(value, other),
            Self::Less(other) => like(other) && compare(other) == Ordering::Less,
            Self::LessOrEqual(other) => like(other) && compare(other) != Ordering::Greater,
            Self::Greater(other) => like(other) && compare(other) == Ordering::Greater,
            Self::GreaterOrEqual(other) => like(other) && compare(other) != Ordering::Less,
            Self::In(others) => others.iter().any(|other| equal(value, other)),
            Self::NotIn(others) => others.iter().all(|other| differs(value, other)),
            Self::Contains(other) => elements(value).iter().any(|element| equal(element, other)),
            Self::ContainsAny(others) => elements(value)
                .iter()
                .any(|element| others.iter().any(|other| equal(element, other))),
        }
    }

    /// Whether the results must be sorted by the field when nothing else is said: not by one that is compared with what has no order.
    pub(crate) fn is_inequality(&self) -> bool {
        match self {
            Self::Less(other)
            | Self::LessOrEqual(other)
            | Self::Greater(other)
            | Self::GreaterOrEqual(other) => has_order(other),
            Self::NotEqual(other) => !order::is_null(other),
            Self::NotIn(others) => !others.iter().all(order::is_null),
            _ => self.is_negation(),
        }
    }

    /// Whether it is one of those of which a query has one at most.
    pub(crate) fn is_negation(&self) -> bool {
        matches!(
            self,
            Self::NotEqual(_) | Self::NotIn(_) | Self::IsNotNull | Self::IsNotNan
        )
    }
}

/// Whether filters compare the value with others.
pub(super) fn has_order(value: &Value) -> bool {
    !order::is_null(value) && !order::is_nan(value)
}

fn equal(value: &Value, other: &Value) -> bool {
    has_order(value) && order::compare(value, other).is_eq()
}

fn differs(value: &Value, other: &Value) -> bool {
    !order::is_null(value) && !order::is_null(other) && !equal(value, other)
}

fn elements(value: &Value) -> &[Value] {
    match value.value_type.as_ref() {
        Some(ValueType::ArrayValue(array)) => &array.values,
        _ => &[],
    }
}

/// Reads the path of a field.
pub(crate) fn path(field: Option<&FieldReference>) -> Result<FieldPath, Status> {
    FieldPath::parse(
        &field
            .ok_or_else(|| Status::invalid_argument("A field is missing."))?
            .field_path,
    )
}

fn list(path: &FieldPath, operator: &str, value: Value, most: usize) -> Result<Vec<Value>, Status> {
    let Some(ValueType::ArrayValue(array)) = value.value_type else {
        return Err(Status::invalid_argument(format!(
            "'{operator}' requires an ArrayValue."
        )));
    };
    if array.values.is_empty() {
        return Err(Status::invalid_argument(format!(
            "'{operator}' requires an non-empty ArrayValue."
        )));
    }
    if array.values.len() > most {
        return Err(Status::invalid_argument(format!(
            "'{operator}' supports up to {most} comparison values."
        )));
    }
    array
        .values
        .iter()
        .try_for_each(|value| check_operand(path, value))?;
    Ok(array.values)
}

/// A name is compared with names; everything else with what can be stored.
fn check_operand(path: &FieldPath, value: &Value) -> Result<(), Status> {
    use ValueType::{
        ArrayValue, FieldReferenceValue, FunctionValue, PipelineValue, ReferenceValue, VariableReferenceValue,
    };
    match value.value_type.as_ref() {
        None => Err(Status::invalid_argument(format!(
            "The filter on \"{path}\" has no value."
        ))),
        Some(FieldReferenceValue(_) | VariableReferenceValue(_) | FunctionValue(_) | PipelineValue(_)) => {
            Err(Status::invalid_argument(format!(
                "The value compared with \"{path}\" is an expression."
            )))
        }
        Some(ReferenceValue(_) | ArrayValue(_)) => Ok(()),
        Some(_) if path.is_name() => Err(Status::invalid_argument("__key__ filter value must be a Key")),
        Some(_) => Ok(()),
    }
}
