//! Field transforms: changes that start from the value that is there.
//!
//! Their definitions are those of `DocumentTransform.FieldTransform` in the published protocol.

use crate::firestore::path::{FieldPath, Fields};
use crate::firestore::time::timestamp;
use crate::firestore::{order, value};
use gcloud_sdk::google::firestore::v1::document_transform::FieldTransform;
use gcloud_sdk::google::firestore::v1::document_transform::field_transform::{ServerValue, TransformType};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{ArrayValue, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use tonic::Status;

/// The most transforms of one document in a commit (<https://firebase.google.com/docs/firestore/quotas#writes_and_transactions>).
const MOST: usize = 500;

/// Changes `fields` as the transforms say, in their order, and answers each one's result.
pub(crate) fn apply(
    fields: &mut Fields,
    transforms: &[FieldTransform],
    micros: i64,
) -> Result<Vec<Value>, Status> {
    transforms
        .iter()
        .map(|transform| apply_one(fields, transform, micros))
        .collect()
}

/// Checks what transforms say, whatever document they meet.
pub(crate) fn check(transforms: &[FieldTransform]) -> Result<(), Status> {
    if transforms.len() > MOST {
        return Err(Status::invalid_argument(format!(
            "A document cannot have more than {MOST} field transformations in one write."
        )));
    }
    transforms.iter().try_for_each(check_one)?;
    check_paths(transforms)
}

fn check_one(transform: &FieldTransform) -> Result<(), Status> {
    let path = FieldPath::parse(&transform.field_path)?;
    if path.is_name() {
        return Err(Status::invalid_argument(
            "A document's name cannot be transformed.",
        ));
    }
    value::check_path(&path)?;
    match transform.transform_type.as_ref() {
        Some(TransformType::SetToServerValue(kind)) => server_value(*kind, 0).map(drop),
        Some(
            TransformType::Increment(operand)
            | TransformType::Maximum(operand)
            | TransformType::Minimum(operand),
        ) => self::operand(operand).map(drop),
        Some(
            TransformType::AppendMissingElements(elements) | TransformType::RemoveAllFromArray(elements),
        ) => value::check_elements(elements),
        None => Err(Status::invalid_argument(
            "Operation type must be specified for field transformation.",
        )),
    }
}

/// No transform is of what is inside the field of another.
fn check_paths(transforms: &[FieldTransform]) -> Result<(), Status> {
    let paths = transforms
        .iter()
        .map(|transform| FieldPath::parse(&transform.field_path));
    let paths = paths.collect::<Result<BTreeSet<_>, _>>()?;
    match paths
        .iter()
        .zip(paths.iter().skip(1))
        .find(|(outer, inner)| outer.covers(inner))
    {
        None => Ok(()),
        Some((outer, _)) => {
            let text = format!("Cannot transform property {outer} and its nested property at the same time.");
            Err(Status::invalid_argument(text))
        }
    }
}

fn apply_one(fields: &mut Fields, transform: &FieldTransform, micros: i64) -> Result<Value, Status> {
    let path = FieldPath::parse(&transform.field_path)?;
    let old = path.get(fields);
    let (stored, result) = match transform.transform_type.as_ref() {
        Some(TransformType::SetToServerValue(kind)) => both(server_value(*kind, micros)?),
        Some(TransformType::Increment(by)) => both(increment(old, by)?),
        Some(TransformType::Maximum(with)) => both(extreme(old, with, Ordering::Greater)?),
        Some(TransformType::Minimum(with)) => both(extreme(old, with, Ordering::Less)?),
        Some(TransformType::AppendMissingElements(elements)) => (append_missing(old, elements), null()),
        Some(TransformType::RemoveAllFromArray(elements)) => (remove_all(old, elements), null()),
        None => return Ok(null()),
    };
    path.set(fields, stored);
    Ok(result)
}

fn both(value: Value) -> (Value, Value) {
    (value.clone(), value)
}

fn null() -> Value {
    Value {
        value_type: Some(ValueType::NullValue(0)),
    }
}

fn server_value(kind: i32, micros: i64) -> Result<Value, Status> {
    if kind == ServerValue::RequestTime as i32 {
        return Ok(Value {
            value_type: Some(ValueType::TimestampValue(timestamp(micros))),
        });
    }
    Err(Status::invalid_argument(format!("{kind} is no server value.")))
}

#[derive(Clone, Copy)]
enum Number {
    Integer(i64),
    Double(f64),
}

fn number(value: &Value) -> Option<Number> {
    match value.value_type {
        Some(ValueType::IntegerValue(integer)) => Some(Number::Integer(integer)),
        Some(ValueType::DoubleValue(double)) => Some(Number::Double(double)),
        _ => None,
    }
}

fn operand(value: &Value) -> Result<Number, Status> {
    number(value).ok_or_else(|| Status::invalid_argument("Input must be int64 or double."))
}

/// Integers stay integers and stop at the ends of their range; with a double the sum is one.
fn increment(old: Option<&Value>, by: &Value) -> Result<Value, Status> {
    let sum = match (old.and_then(number), operand(by)?) {
        (None, _) => return Ok(by.clone()),
        (Some(Number::Integer(a)), Number::Integer(b)) => ValueType::IntegerValue(a.saturating_add(b)),
        (Some(a), b) => ValueType::DoubleValue(double(a) + double(b)),
    };
    Ok(Value {
        value_type: Some(sum),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a sum with a double is a double")]
fn double(number: Number) -> f64 {
    match number {
        Number::Integer(integer) => integer as f64,
        Number::Double(double) => double,
    }
}

/// The greater or lesser of both; the old one when they are equal; NaN when either is NaN.
fn extreme(old: Option<&Value>, with: &Value, wanted: Ordering) -> Result<Value, Status> {
    operand(with)?;
    let Some(old) = old.filter(|old| number(old).is_some()) else {
        return Ok(with.clone());
    };
    if order::is_nan(old) || order::is_nan(with) {
        return Ok(Value {
            value_type: Some(ValueType::DoubleValue(f64::NAN)),
        });
    }
    Ok(if order::compare(with, old) == wanted {
        with.clone()
    } else {
        old.clone()
    })
}

fn elements(old: Option<&Value>) -> Vec<Value> {
    match old.and_then(|old| old.value_type.as_ref()) {
        Some(ValueType::ArrayValue(array)) => array.values.clone(),
        _ => Vec::new(),
    }
}

fn append_missing(old: Option<&Value>, more: &ArrayValue) -> Value {
    let mut values = elements(old);
    for new in &more.values {
        let mut new = new.clone();
        value::normalize(&mut new);
        if !contains(&values, &new) {
            values.push(new);
        }
    }
    Value {
        value_type: Some(ValueType::ArrayValue(ArrayValue { values })),
    }
}

fn remove_all(old: Option<&Value>, gone: &ArrayValue) -> Value {
    let mut values = elements(old);
    values.retain(|value| !contains(&gone.values, value));
    Value {
        value_type: Some(ValueType::ArrayValue(ArrayValue { values })),
    }
}

fn contains(values: &[Value], wanted: &Value) -> bool {
    values.iter().any(|value| order::compare(value, wanted).is_eq())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(value: i64) -> Value {
        Value {
            value_type: Some(ValueType::IntegerValue(value)),
        }
    }

    fn real(value: f64) -> Value {
        Value {
            value_type: Some(ValueType::DoubleValue(value)),
        }
    }

    fn array(values: Vec<Value>) -> ArrayValue {
        ArrayValue { values }
    }

    fn run(old: Option<Value>, kind: TransformType) -> (Value, Value) {
        let mut fields: Fields = old.map(|old| ("a".to_owned(), old)).into_iter().collect();
        let transform = FieldTransform {
            field_path: "a".to_owned(),
            transform_type: Some(kind),
        };
        let mut results = apply(&mut fields, &[transform], 1_000_000).unwrap();
        (fields.remove("a").unwrap(), results.remove(0))
    }

    #[test]
    fn numbers() {
        use TransformType::{Increment, Maximum, Minimum};
        let same = |value: Value| (value.clone(), value);
        assert_eq!(run(None, Increment(integer(2))), same(integer(2)));
        assert_eq!(
            run(Some(integer(i64::MAX)), Increment(integer(2))),
            same(integer(i64::MAX))
        );
        assert_eq!(run(Some(integer(1)), Increment(real(0.5))), same(real(1.5)));
        assert_eq!(run(Some(integer(3)), Maximum(real(3.0))), same(integer(3)));
        assert_eq!(run(Some(integer(3)), Maximum(real(3.5))), same(real(3.5)));
        assert_eq!(run(Some(integer(3)), Minimum(integer(2))), same(integer(2)));
        assert_eq!(
            run(
                Some(Value {
                    value_type: Some(ValueType::StringValue("x".into()))
                }),
                Minimum(integer(2))
            )
            .0,
            integer(2)
        );
        let bad = FieldTransform {
            field_path: "a".into(),
            transform_type: Some(Increment(null())),
        };
        assert!(check(&[bad]).is_err());
    }

    #[test]
    fn arrays_and_time() {
        use TransformType::{AppendMissingElements, RemoveAllFromArray, SetToServerValue};
        let stored = |values| Value {
            value_type: Some(ValueType::ArrayValue(array(values))),
        };
        let old = || Some(stored(vec![integer(1), integer(2), integer(1)]));
        let more = array(vec![real(2.0), integer(3), integer(3)]);
        let expected = stored(vec![integer(1), integer(2), integer(1), integer(3)]);
        assert_eq!(run(old(), AppendMissingElements(more)), (expected, null()));
        assert_eq!(
            run(old(), RemoveAllFromArray(array(vec![real(1.0)]))),
            (stored(vec![integer(2)]), null())
        );
        assert_eq!(
            run(Some(integer(1)), RemoveAllFromArray(array(vec![]))),
            (stored(vec![]), null())
        );
        let time = Value {
            value_type: Some(ValueType::TimestampValue(timestamp(1_000_000))),
        };
        assert_eq!(run(None, SetToServerValue(1)).0, time);
    }
}
