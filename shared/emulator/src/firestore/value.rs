//! What a document may hold: checks, normal forms and sizes.
//!
//! Limits: <https://firebase.google.com/docs/firestore/quotas#limits>; sizes: <https://firebase.google.com/docs/firestore/storage-size>.

use super::path::{FieldPath, Fields};
use super::{name, order};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{ArrayValue, Value};
use tonic::Status;

/// The largest document, in bytes by the formula of [`document_size`].
const LARGEST_DOCUMENT: usize = 1_048_576;
/// The longest string or bytes.
const LONGEST_VALUE: usize = LARGEST_DOCUMENT - 89;
/// The longest name of a field, in bytes.
const LONGEST_FIELD: usize = 1500;
/// The most maps and arrays inside each other.
const DEEPEST: usize = 20;

/// Checks the fields of a document or of a part of one, whatever they are to be put into.
pub(crate) fn check_fields(fields: &Fields) -> Result<(), Status> {
    check_map(fields, 0)
}

/// Checks the elements that a transform adds to an array or takes from it.
pub(crate) fn check_elements(elements: &ArrayValue) -> Result<(), Status> {
    check_array(elements, 1)
}

/// Checks the names on the way to a field that is written.
pub(crate) fn check_path(path: &FieldPath) -> Result<(), Status> {
    path.segments()
        .iter()
        .try_for_each(|segment| check_field(segment))
}

/// Checks the size of a document that is about to be stored under `name`.
pub(crate) fn check_size(name: &str, fields: &Fields) -> Result<(), Status> {
    let size = document_size(name, fields);
    if size > LARGEST_DOCUMENT {
        return Err(Status::invalid_argument(format!(
            "Document '{name}' cannot be written because its size ({size} bytes) exceeds the maximum allowed size of {LARGEST_DOCUMENT} bytes."
        )));
    }
    Ok(())
}

fn check_map(fields: &Fields, depth: usize) -> Result<(), Status> {
    fields.iter().try_for_each(|(field, value)| {
        check_field(field)?;
        check_value(value, depth)
    })
}

/// Checks the name of a field.
pub(crate) fn check_field(field: &str) -> Result<(), Status> {
    let reserved = field.len() >= 4 && field.starts_with("__") && field.ends_with("__");
    if field.is_empty() || reserved {
        return Err(Status::invalid_argument(format!(
            "Property name \"{field}\" is invalid because it is reserved."
        )));
    }
    if field.len() > LONGEST_FIELD {
        return Err(Status::invalid_argument(format!(
            "Property name is longer than {LONGEST_FIELD} bytes."
        )));
    }
    Ok(())
}

fn check_value(value: &Value, depth: usize) -> Result<(), Status> {
    let deeper = depth + 1;
    let too_deep = |deep: bool| {
        let text = format!("Property contains an invalid nested entity: deeper than {DEEPEST} levels.");
        if deep {
            Err(Status::invalid_argument(text))
        } else {
            Ok(())
        }
    };
    match value.value_type.as_ref() {
        None => Err(Status::invalid_argument("Value has no type.")),
        Some(ValueType::FieldReferenceValue(_) | ValueType::VariableReferenceValue(_)) => Err(
            Status::invalid_argument("References to fields and variables cannot be stored."),
        ),
        Some(ValueType::FunctionValue(_) | ValueType::PipelineValue(_)) => Err(Status::invalid_argument(
            "Functions and pipelines cannot be stored.",
        )),
        Some(ValueType::ReferenceValue(name)) => name::check_document(name).map(drop),
        Some(ValueType::GeoPointValue(point)) => check_point(point.latitude, point.longitude),
        Some(ValueType::TimestampValue(time)) => check_time(time.seconds, time.nanos),
        Some(ValueType::ArrayValue(array)) => {
            too_deep(deeper > DEEPEST)?;
            check_array(array, deeper)
        }
        Some(ValueType::StringValue(text)) => check_length(text.len()),
        Some(ValueType::BytesValue(bytes)) => check_length(bytes.len()),
        Some(ValueType::MapValue(map)) if order::vector(map).is_some() => check_vector(order::vector(map)),
        Some(ValueType::MapValue(map)) => {
            too_deep(deeper > DEEPEST).and_then(|()| check_map(&map.fields, deeper))
        }
        Some(_) => Ok(()),
    }
}

fn check_length(bytes: usize) -> Result<(), Status> {
    if bytes <= LONGEST_VALUE {
        return Ok(());
    }
    Err(Status::invalid_argument(format!(
        "The value of a property is longer than {LONGEST_VALUE} bytes."
    )))
}

fn check_array(array: &ArrayValue, depth: usize) -> Result<(), Status> {
    let is_array = |inner: &Value| matches!(inner.value_type, Some(ValueType::ArrayValue(_)));
    if array.values.iter().any(is_array) {
        return Err(Status::invalid_argument(
            "Cannot convert an array value in an array value.",
        ));
    }
    array
        .values
        .iter()
        .try_for_each(|inner| check_value(inner, depth))
}

fn check_point(latitude: f64, longitude: f64) -> Result<(), Status> {
    if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) {
        return Ok(());
    }
    Err(Status::invalid_argument(
        "Latitude must be within -90 and 90, longitude within -180 and 180.",
    ))
}

fn check_time(seconds: i64, nanos: i32) -> Result<(), Status> {
    // years 1 to 9999
    if (-62_135_596_800..=253_402_300_799).contains(&seconds) && (0..1_000_000_000).contains(&nanos) {
        return Ok(());
    }
    Err(Status::invalid_argument(format!(
        "Timestamp with seconds: {seconds} and nanos: {nanos} is out of range."
    )))
}

fn check_vector(numbers: Option<&[Value]>) -> Result<(), Status> {
    let numbers = numbers.unwrap_or_default();
    let all = numbers
        .iter()
        .all(|number| matches!(number.value_type, Some(ValueType::DoubleValue(_))));
    if all && (1..=2048).contains(&numbers.len()) {
        return Ok(());
    }
    Err(Status::invalid_argument("A vector has 1 to 2048 doubles."))
}

/// Brings values to the form they are stored in: times have microseconds.
pub(crate) fn normalize(value: &mut Value) {
    match value.value_type.as_mut() {
        Some(ValueType::TimestampValue(time)) => time.nanos -= time.nanos.rem_euclid(1000),
        Some(ValueType::ArrayValue(array)) => array.values.iter_mut().for_each(normalize),
        Some(ValueType::MapValue(map)) => map.fields.values_mut().for_each(normalize),
        _ => {}
    }
}

/// A document's size in bytes, as Firestore counts it.
pub(crate) fn document_size(name: &str, fields: &Fields) -> usize {
    name_size(name) + fields_size(fields) + 32
}

fn fields_size(fields: &Fields) -> usize {
    fields
        .iter()
        .map(|(field, value)| field.len() + 1 + value_size(value))
        .sum()
}

/// Whether fields are the same to the bit: NaN is itself, and zero is not minus zero.
pub(crate) fn same(left: &Fields, right: &Fields) -> bool {
    let equal =
        |(name, value): (&String, &Value)| right.get(name).is_some_and(|other| same_value(value, other));
    left.len() == right.len() && left.iter().all(equal)
}

fn same_value(left: &Value, right: &Value) -> bool {
    match (left.value_type.as_ref(), right.value_type.as_ref()) {
        (Some(ValueType::DoubleValue(left)), Some(ValueType::DoubleValue(right))) => {
            left.to_bits() == right.to_bits()
        }
        (Some(ValueType::ArrayValue(left)), Some(ValueType::ArrayValue(right))) => {
            let mut pairs = left.values.iter().zip(&right.values);
            left.values.len() == right.values.len() && pairs.all(|(left, right)| same_value(left, right))
        }
        (Some(ValueType::MapValue(left)), Some(ValueType::MapValue(right))) => {
            same(&left.fields, &right.fields)
        }
        (left, right) => left == right,
    }
}

/// A document name's size in bytes: the ids after `documents`, each with one byte more, and 16 bytes.
pub(crate) fn name_size(name: &str) -> usize {
    name.split('/').skip(5).map(|id| id.len() + 1).sum::<usize>() + 16
}

/// A value's size in bytes, as Firestore counts it.
pub(crate) fn value_size(value: &Value) -> usize {
    match value.value_type.as_ref() {
        None | Some(ValueType::NullValue(_) | ValueType::BooleanValue(_)) => 1,
        Some(ValueType::StringValue(text)) => text.len() + 1,
        Some(ValueType::BytesValue(bytes)) => bytes.len(),
        Some(ValueType::ReferenceValue(name)) => name_size(name),
        Some(ValueType::GeoPointValue(_)) => 16,
        Some(ValueType::ArrayValue(array)) => array.values.iter().map(value_size).sum(),
        Some(ValueType::MapValue(map)) => fields_size(&map.fields),
        Some(_) => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gcloud_sdk::google::firestore::v1::MapValue;
    use gcloud_sdk::google::r#type::LatLng;

    const NAME: &str = "projects/p/databases/(default)/documents/users/jeff/tasks/my_task_id";

    fn value(kind: ValueType) -> Value {
        Value {
            value_type: Some(kind),
        }
    }

    fn text(text: &str) -> Value {
        value(ValueType::StringValue(text.to_owned()))
    }

    fn array(values: Vec<Value>) -> Value {
        value(ValueType::ArrayValue(ArrayValue { values }))
    }

    fn map(field: &str, inner: Value) -> Value {
        value(ValueType::MapValue(MapValue {
            fields: Fields::from([(field.to_owned(), inner)]),
        }))
    }

    fn check(field: &str, value: Value) -> Result<(), Status> {
        let fields = Fields::from([(field.to_owned(), value)]);
        check_fields(&fields).and_then(|()| check_size(NAME, &fields))
    }

    #[test]
    fn the_size_is_that_of_the_documented_example() {
        let fields = Fields::from([
            ("type".to_owned(), text("Personal")),
            ("done".to_owned(), value(ValueType::BooleanValue(false))),
            ("priority".to_owned(), value(ValueType::IntegerValue(1))),
            ("description".to_owned(), text("Learn Cloud Firestore")),
        ]);
        assert_eq!(document_size(NAME, &fields), 147);
    }

    #[test]
    fn limits_are_kept() {
        assert!(check("a", text(&"x".repeat(LARGEST_DOCUMENT - 200))).is_ok());
        assert!(check("a", text(&"x".repeat(LARGEST_DOCUMENT))).is_err());
        let check_alone = |text| check_fields(&Fields::from([("a".to_owned(), text)]));
        assert!(check_alone(text(&"x".repeat(LONGEST_VALUE))).is_ok());
        assert!(check_alone(text(&"x".repeat(LONGEST_VALUE + 1))).is_err());
        let nested = |levels| (0..levels).fold(text("x"), |inner, _| map("m", inner));
        assert!(check("a", nested(20)).is_ok());
        assert!(check("a", nested(21)).is_err());
        assert!(check("a", array(vec![array(vec![])])).is_err());
        assert!(check("a", array(vec![map("b", array(vec![]))])).is_ok());
        assert!(check("", text("x")).is_err());
        assert!(check("__a__", text("x")).is_err());
        assert!(check("a", map("__type__", text("x"))).is_err());
        assert!(check(&"f".repeat(1501), text("x")).is_err());
        assert!(check("a", Value::default()).is_err());
        assert!(
            check(
                "a",
                value(ValueType::GeoPointValue(LatLng {
                    latitude: 91.0,
                    longitude: 0.0
                }))
            )
            .is_err()
        );
    }

    #[test]
    fn not_a_number_is_the_same_as_itself() {
        let fields = |number: f64| {
            let number = || value(ValueType::DoubleValue(number));
            let inner = map("m", array(vec![number()]));
            Fields::from([("a".to_owned(), inner), ("b".to_owned(), number())])
        };
        assert!(same(&fields(f64::NAN), &fields(f64::NAN)));
        assert!(!same(&fields(0.0), &fields(-0.0)));
        assert!(!same(&fields(0.0), &Fields::new()));
    }

    #[test]
    fn times_lose_their_nanoseconds() {
        let time = |nanos| {
            array(vec![value(ValueType::TimestampValue(prost_types::Timestamp {
                seconds: 1,
                nanos,
            }))])
        };
        let mut stored = time(1_234_567);
        normalize(&mut stored);
        assert_eq!(stored, time(1_234_000));
    }
}
