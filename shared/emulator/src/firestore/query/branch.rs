//! A filter as alternatives, each of which is a set of fixed fields and ranges: what indexes can be asked.

use super::disjunctions::{MOST, too_many};
use super::filter::{Filter, Test, has_order};
use super::range::{Ranges, of_values};
use crate::firestore::key::name::{below, path};
use crate::firestore::key::value::encoded;
use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::Value;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use std::collections::{BTreeMap, BTreeSet};
use tonic::Status;

/// The most on the way there: alternatives that contradict themselves or each other's doubles are dropped.
const MOST_ON_THE_WAY: usize = 3000;

/// Conditions that must all hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Branch {
    /// Fields that must equal something, or arrays that must hold it.
    pub(crate) fixed: BTreeSet<Fixed>,
    /// Where other fields' values must be.
    pub(crate) bounds: BTreeMap<FieldPath, Ranges>,
    /// Where the document's path from the root must be.
    pub(crate) names: Ranges,
}

/// A field with the one value that it must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fixed {
    /// The field.
    pub(crate) path: FieldPath,
    /// Whether it is an array with such an element.
    pub(crate) element: bool,
    /// The value's bytes.
    pub(crate) value: Vec<u8>,
}

impl Branch {
    /// No condition.
    fn anything() -> Self {
        Self {
            fixed: BTreeSet::new(),
            bounds: BTreeMap::new(),
            names: Ranges::all(),
        }
    }

    /// The bytes of the value that a field must equal.
    pub(crate) fn value_of(&self, path: &FieldPath) -> Option<&[u8]> {
        let mut fixed = self.fixed.iter().filter(|fixed| !fixed.element);
        Some(fixed.find(|fixed| fixed.path == *path)?.value.as_slice())
    }

    /// Both; none if nothing can be both.
    fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        both.fixed.extend(other.fixed.iter().cloned());
        for (path, ranges) in &other.bounds {
            let joined = both
                .bounds
                .get(path)
                .map_or_else(|| ranges.clone(), |known| known.and(ranges));
            both.bounds.insert(path.clone(), joined);
        }
        both.names = both.names.and(&other.names);
        both.possible()
    }

    /// Without the ranges that fixed fields answer.
    fn possible(mut self) -> Option<Self> {
        let mut values: BTreeMap<&FieldPath, &[u8]> = BTreeMap::new();
        for fixed in self.fixed.iter().filter(|fixed| !fixed.element) {
            if values.insert(&fixed.path, &fixed.value).is_some() {
                return None;
            }
        }
        let mut bounds = std::mem::take(&mut self.bounds);
        for (path, value) in values {
            if bounds.remove(path).is_some_and(|ranges| !ranges.contain(value)) {
                return None;
            }
        }
        let impossible = bounds
            .values()
            .chain([&self.names])
            .any(|ranges| ranges.0.is_empty());
        self.bounds = bounds;
        (!impossible).then_some(self)
    }
}

/// The alternatives of a filter in a database whose documents are below `root`; none if nothing can match.
pub(crate) fn branches(filter: Option<&Filter>, root: &str) -> Result<Vec<Branch>, Status> {
    let all = filter.map_or_else(
        || Ok(BTreeSet::from([Branch::anything()])),
        |filter| alternatives(filter, root),
    )?;
    if all.len() > MOST {
        return Err(too_many(all.len()));
    }
    Ok(all.into_iter().collect())
}

fn alternatives(filter: &Filter, root: &str) -> Result<BTreeSet<Branch>, Status> {
    let all = match filter {
        Filter::Field(path, test) => of_test(path, test, root).into_iter().collect(),
        Filter::Any(filters) => {
            let each = filters.iter().map(|filter| alternatives(filter, root));
            each.collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect()
        }
        Filter::All(filters) => {
            let mut all = BTreeSet::from([Branch::anything()]);
            for filter in filters {
                let next = alternatives(filter, root)?;
                all = all
                    .iter()
                    .flat_map(|a| next.iter().filter_map(|b| a.and(b)))
                    .collect();
            }
            all
        }
    };
    if all.len() > MOST_ON_THE_WAY {
        return Err(too_many(all.len()));
    }
    Ok(all)
}

fn of_test(of: &FieldPath, test: &Test, root: &str) -> Vec<Branch> {
    let fixed = |element: bool, value: Vec<u8>| Branch {
        fixed: BTreeSet::from([Fixed {
            path: of.clone(),
            element,
            value,
        }]),
        ..Branch::anything()
    };
    let each = |element: bool, values: &[Value]| {
        let comparable = values.iter().filter(|value| has_order(value));
        comparable.map(|value| fixed(element, encoded(value))).collect()
    };
    match test {
        _ if of.is_name() => of_name(test, root),
        Test::Equal(value) => each(false, std::slice::from_ref(value)),
        Test::In(values) => each(false, values),
        Test::Contains(value) => each(true, std::slice::from_ref(value)),
        Test::ContainsAny(values) => each(true, values),
        Test::IsNull | Test::IsNan => of_values(test)
            .0
            .into_iter()
            .map(|(from, _)| fixed(false, from))
            .collect(),
        _ => {
            let bounds = BTreeMap::from([(of.clone(), of_values(test))]);
            Branch {
                bounds,
                ..Branch::anything()
            }
            .possible()
            .into_iter()
            .collect()
        }
    }
}

fn of_name(test: &Test, root: &str) -> Vec<Branch> {
    let key = |value: &Value| encoded_name(value, root);
    let keys = |values: &[Value]| values.iter().map(key).collect::<Vec<_>>();
    let after = |value: &Value| crate::firestore::key::after(key(value));
    let top = || vec![crate::firestore::key::TOP];
    let ranges = match test {
        Test::Equal(value) => vec![Ranges::at(key(value))],
        Test::In(values) => values.iter().map(|value| Ranges::at(key(value))).collect(),
        Test::NotEqual(value) => vec![Ranges::around(vec![key(value)])],
        Test::NotIn(values) => vec![Ranges::around(keys(values))],
        Test::Less(value) => vec![Ranges::between(Vec::new(), key(value))],
        Test::LessOrEqual(value) => vec![Ranges::between(Vec::new(), after(value))],
        Test::Greater(value) => vec![Ranges::between(after(value), top())],
        Test::GreaterOrEqual(value) => vec![Ranges::between(key(value), top())],
        _ => Vec::new(), // refused when the query is read
    };
    let branch = |names| {
        Branch {
            names,
            ..Branch::anything()
        }
        .possible()
    };
    ranges.into_iter().filter_map(branch).collect()
}

/// The path of a reference to a document of the database.
pub(crate) fn encoded_name(value: &Value, root: &str) -> Vec<u8> {
    let mut key = Vec::new();
    if let Some(ValueType::ReferenceValue(name)) = value.value_type.as_ref() {
        path(&mut key, below(root, name));
    }
    key
}
