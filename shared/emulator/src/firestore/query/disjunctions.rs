//! How many alternatives a filter has, as Google counts them: conditions that contradict each other count, the same ones once.

use super::filter::{Filter, Test};
use crate::firestore::key::value::encoded;
use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::Value;
use std::collections::BTreeSet;
use tonic::Status;

/// The most alternatives of a query.
pub(super) const MOST: usize = 30;
/// The most on the way there.
const MOST_ON_THE_WAY: usize = 3000;

/// A field, how it is compared, and with what.
type Condition = (FieldPath, String, Vec<Vec<u8>>);
/// Conditions that must all hold.
type Conjunction = BTreeSet<Condition>;

/// Refuses a filter of too many alternatives.
pub(super) fn check(filter: &Filter) -> Result<(), Status> {
    match alternatives(filter)?.len() {
        ..=MOST => Ok(()),
        count => Err(too_many(count)),
    }
}

/// What a query of too many alternatives is told.
pub(super) fn too_many(count: usize) -> Status {
    Status::invalid_argument(format!(
        "Too many disjunctions after normalization. Result had {count} disjunctions which is more than the maximum of {MOST}"
    ))
}

fn alternatives(filter: &Filter) -> Result<BTreeSet<Conjunction>, Status> {
    let all = match filter {
        Filter::Field(path, test) => of_test(path, test),
        Filter::Any(filters) => {
            let each: Result<Vec<_>, _> = filters.iter().map(alternatives).collect();
            each?.into_iter().flatten().collect()
        }
        Filter::All(filters) => {
            let mut all = BTreeSet::from([Conjunction::new()]);
            let each: Result<BTreeSet<_>, _> = filters.iter().map(alternatives).collect();
            for next in each? {
                let with = |one: &Conjunction| next.iter().map(|other| one | other).collect::<Vec<_>>();
                all = all.iter().flat_map(with).collect();
                if all.len() > MOST_ON_THE_WAY {
                    return Err(too_many(all.len()));
                }
            }
            all
        }
    };
    Ok(all)
}

fn of_test(path: &FieldPath, test: &Test) -> BTreeSet<Conjunction> {
    let one = |kind: &str, values: &[Value]| {
        let condition = (
            path.clone(),
            kind.to_owned(),
            values.iter().map(encoded).collect(),
        );
        Conjunction::from([condition])
    };
    let each = |kind: &str, values: &[Value]| values.chunks(1).map(|value| one(kind, value)).collect();
    let single = |kind: &str, value: &Value| BTreeSet::from([one(kind, std::slice::from_ref(value))]);
    match test {
        Test::In(values) => each("==", values),
        Test::Equal(value) => single("==", value),
        Test::ContainsAny(values) => each("has", values),
        Test::Contains(value) => single("has", value),
        Test::NotEqual(value) => single("!=", value),
        Test::Less(value) => single("<", value),
        Test::LessOrEqual(value) => single("<=", value),
        Test::Greater(value) => single(">", value),
        Test::GreaterOrEqual(value) => single(">=", value),
        Test::NotIn(values) => BTreeSet::from([one("not in", values)]),
        Test::IsNull | Test::IsNotNull | Test::IsNan | Test::IsNotNan => {
            BTreeSet::from([one(&format!("{test:?}"), &[])])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gcloud_sdk::google::firestore::v1::value::ValueType;

    fn integers(from: i64, to: i64) -> Vec<Value> {
        let value = |number| Value {
            value_type: Some(ValueType::IntegerValue(number)),
        };
        (from..to).map(value).collect()
    }

    fn is_in(field: &str, from: i64, to: i64) -> Filter {
        Filter::Field(FieldPath::of(field), Test::In(integers(from, to)))
    }

    fn count(filters: Vec<Filter>) -> usize {
        alternatives(&Filter::All(filters)).unwrap().len()
    }

    #[test]
    fn alternatives_are_counted_as_googles_emulator_counts_them() {
        assert_eq!(
            count(vec![is_in("c", 99, 100), is_in("c", 0, 4), is_in("b", 0, 10)]),
            40
        );
        assert_eq!(count(vec![is_in("b", 0, 6), is_in("b", 0, 6)]), 6);
        assert_eq!(count(vec![is_in("b", 0, 6), is_in("b", 10, 16)]), 36);
        assert!(check(&Filter::All(vec![is_in("b", 0, 10), is_in("b", 5, 15)])).is_err());
        let same = (0..40).map(|_| is_in("b", 1, 2)).collect();
        assert!(check(&Filter::Any(same)).is_ok());
        assert!(check(&Filter::All(vec![is_in("b", 0, 30), is_in("c", 0, 1)])).is_ok());
    }
}
