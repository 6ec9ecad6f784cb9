//! What writes do, after their documentation (<https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1#write>), in the
//! plainest way.

use super::generate::Wanted;
use super::name;
use super::values::{V, protos};
use crate::firestore::time::timestamp;
use gcloud_sdk::google::firestore::v1::document_transform::FieldTransform;
use gcloud_sdk::google::firestore::v1::document_transform::field_transform::TransformType;
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{Document, DocumentMask, DocumentTransform, Precondition, Write};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use tonic::Code;

pub(super) type Fields = BTreeMap<String, V>;
/// What there is, by path.
pub(super) type Docs = BTreeMap<&'static str, Doc>;
/// Names of fields inside each other, outermost first.
pub(super) type Path = &'static [&'static str];
/// A write's result: the update time that its document has in the end, and the results of its transforms.
pub(super) type Told = (Option<i64>, Vec<V>);

/// A document; times in microseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Doc {
    pub(super) fields: Fields,
    pub(super) created: i64,
    pub(super) updated: i64,
}

/// One write.
#[derive(Debug, Clone)]
pub(super) struct One {
    pub(super) path: &'static str,
    pub(super) work: Work,
    pub(super) when: Wanted,
}

#[derive(Debug, Clone)]
pub(super) enum Work {
    Delete,
    /// In the old form, without an update.
    Transform(Vec<(Path, Change)>),
    Update {
        fields: Fields,
        mask: Option<Vec<Path>>,
        transforms: Vec<(Path, Change)>,
    },
}

/// A transform.
#[derive(Debug, Clone)]
pub(super) enum Change {
    ServerTime,
    Increment(V),
    Maximum(V),
    Minimum(V),
    Append(Vec<V>),
    Remove(Vec<V>),
}

/// What the writes make of `docs` at `time`, and what is told of each; or how they are refused.
pub(super) fn commit(docs: &Docs, writes: &[One], time: i64) -> Result<(Docs, Vec<Told>), Code> {
    if let Some(code) = malformed(writes) {
        return Err(code);
    }
    let mut docs = docs.clone();
    let mut results = Vec::new();
    for one in writes {
        let old = docs.remove(one.path);
        one.when.hold(old.as_ref())?;
        let (new, told) = one.work.apply(old, time);
        docs.extend(new.map(|new| (one.path, new)));
        results.push(told);
    }
    let updated = |one: &One| docs.get(one.path).map(|doc| doc.updated);
    let told = writes.iter().map(updated).zip(results).collect();
    Ok((docs, told))
}

/// How writes are refused whatever documents there are.
pub(super) fn malformed(writes: &[One]) -> Option<Code> {
    let wrong = |one: &One| match &one.work {
        Work::Delete => false,
        Work::Transform(changes) => changes.is_empty() || cross(changes),
        Work::Update { transforms, .. } => cross(transforms),
    };
    writes.iter().any(wrong).then_some(Code::InvalidArgument)
}

/// Whether one is inside the field of another, or asks to add what is no number.
fn cross(changes: &[(Path, Change)]) -> bool {
    let number = |change: &Change| match change {
        Change::Increment(with) | Change::Maximum(with) | Change::Minimum(with) => with.is_number(),
        _ => true,
    };
    let inside = |inner: Path| {
        changes
            .iter()
            .any(|(outer, _)| *outer != inner && inner.starts_with(outer))
    };
    changes
        .iter()
        .any(|(path, change)| inside(path) || !number(change))
}

impl Wanted {
    fn hold(self, doc: Option<&Doc>) -> Result<(), Code> {
        match (self, doc) {
            (Self::Exists(true), None) => Err(Code::NotFound),
            (Self::Exists(false), Some(_)) => Err(Code::AlreadyExists),
            (Self::Time(_), None) => Err(Code::FailedPrecondition),
            (Self::Time(time), Some(doc)) => match time.cmp(&doc.updated) {
                Ordering::Equal => Ok(()),
                Ordering::Less => Err(Code::FailedPrecondition),
                Ordering::Greater => Err(Code::InvalidArgument),
            },
            _ => Ok(()),
        }
    }
}

impl Work {
    fn apply(&self, old: Option<Doc>, time: i64) -> (Option<Doc>, Vec<V>) {
        let before = old.as_ref().map(|doc| doc.fields.clone()).unwrap_or_default();
        let (mut fields, changes) = match self {
            Self::Delete => return (None, Vec::new()),
            Self::Transform(changes) => (before, changes),
            Self::Update {
                fields,
                mask: None,
                transforms,
            } => (fields.clone(), transforms),
            Self::Update {
                fields,
                mask: Some(mask),
                transforms,
            } => {
                let mut mask = mask.clone();
                mask.sort_unstable(); // what is inside another comes after it
                (
                    mask.iter().fold(before, |to, path| moved(to, fields, path)),
                    transforms,
                )
            }
        };
        let mut results = Vec::new();
        for (path, change) in changes {
            let (value, result) = change.apply(find(&fields, path), time);
            put(&mut fields, path, Some(value));
            results.push(result);
        }
        let doc = match old {
            Some(old) if old.fields == fields => old,
            old => Doc {
                fields,
                created: old.map_or(time, |old| old.created),
                updated: time,
            },
        };
        (Some(doc), results)
    }

    fn operation(&self, path: &str) -> Operation {
        match self {
            Self::Delete => Operation::Delete(name(path)),
            Self::Transform(changes) => Operation::Transform(DocumentTransform {
                document: name(path),
                field_transforms: requests(changes),
            }),
            Self::Update { fields, .. } => Operation::Update(Document {
                name: name(path),
                fields: fields
                    .iter()
                    .map(|(name, value)| (name.clone(), value.proto()))
                    .collect(),
                ..Document::default()
            }),
        }
    }
}

impl Change {
    /// What it makes of a field, and its result.
    fn apply(&self, old: Option<&V>, time: i64) -> (V, V) {
        let number = old.filter(|old| old.is_number());
        let elements = || match old {
            Some(V::Array(elements)) => elements.clone(),
            _ => Vec::new(),
        };
        let both = |value: V| (value.clone(), value);
        match self {
            Self::ServerTime => both(V::Time(time)),
            Self::Increment(by) => both(number.map_or(by.clone(), |old| sum(old, by))),
            Self::Maximum(with) => {
                both(number.map_or(with.clone(), |old| extreme(old, with, Ordering::Greater)))
            }
            Self::Minimum(with) => {
                both(number.map_or(with.clone(), |old| extreme(old, with, Ordering::Less)))
            }
            Self::Append(more) => {
                let mut all = elements();
                for new in more {
                    if !all.iter().any(|one| one.is_alike(new)) {
                        all.push(new.clone());
                    }
                }
                (V::Array(all), V::Null)
            }
            Self::Remove(gone) => {
                let mut all = elements();
                all.retain(|one| !gone.iter().any(|gone| gone.is_alike(one)));
                (V::Array(all), V::Null)
            }
        }
    }

    fn request(&self) -> TransformType {
        match self {
            Self::ServerTime => TransformType::SetToServerValue(1),
            Self::Increment(by) => TransformType::Increment(by.proto()),
            Self::Maximum(with) => TransformType::Maximum(with.proto()),
            Self::Minimum(with) => TransformType::Minimum(with.proto()),
            Self::Append(values) => TransformType::AppendMissingElements(protos(values)),
            Self::Remove(values) => TransformType::RemoveAllFromArray(protos(values)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a sum with a double is one")]
fn sum(old: &V, by: &V) -> V {
    match (old, by) {
        (V::Integer(a), V::Integer(b)) => V::Integer(a.saturating_add(*b)),
        (V::Integer(a), V::Double(b)) => V::Double(*a as f64 + b),
        (V::Double(a), V::Integer(b)) => V::Double(a + *b as f64),
        (V::Double(a), V::Double(b)) => V::Double(a + b),
        other => unreachable!("{other:?}"),
    }
}

/// "If both are equal, the field does not change. The maximum (minimum) of a numeric value and NaN is NaN."
fn extreme(old: &V, with: &V, wanted: Ordering) -> V {
    if old.is_nan() || with.is_nan() {
        return V::Double(f64::NAN);
    }
    if with.worth(old) == Some(wanted) {
        with.clone()
    } else {
        old.clone()
    }
}

fn find<'a>(fields: &'a Fields, path: &[&str]) -> Option<&'a V> {
    match (path, fields.get(path[0])?) {
        ([_], value) => Some(value),
        ([_, rest @ ..], V::Map(inner)) => find(inner, rest),
        _ => None,
    }
}

/// Puts a value, or nothing, at a path; on the way to a value, what is no map becomes one.
fn put(fields: &mut Fields, path: &[&str], value: Option<V>) {
    let [first, rest @ ..] = path else { unreachable!() };
    match (rest, value, fields.get_mut(*first)) {
        ([], Some(value), _) => drop(fields.insert((*first).to_owned(), value)),
        ([], None, _) => drop(fields.remove(*first)),
        (rest, value, Some(V::Map(inner))) => put(inner, rest, value),
        (_, None, _) => {}
        (rest, value, _) => {
            let mut inner = Fields::default();
            put(&mut inner, rest, value);
            fields.insert((*first).to_owned(), V::Map(inner));
        }
    }
}

fn moved(mut to: Fields, from: &Fields, path: Path) -> Fields {
    put(&mut to, path, find(from, path).cloned());
    to
}

fn requests(changes: &[(Path, Change)]) -> Vec<FieldTransform> {
    let one = |(path, change): &(Path, Change)| FieldTransform {
        field_path: path.join("."),
        transform_type: Some(change.request()),
    };
    changes.iter().map(one).collect()
}

impl One {
    /// The write as a client sends it.
    pub(super) fn request(&self) -> Write {
        let condition = match self.when {
            Wanted::Anything | Wanted::Commit(_) => None,
            Wanted::Exists(exists) => Some(ConditionType::Exists(exists)),
            Wanted::Time(time) => Some(ConditionType::UpdateTime(timestamp(time))),
        };
        let (mask, transforms) = match &self.work {
            Work::Update { mask, transforms, .. } => (mask.clone(), requests(transforms)),
            _ => (None, Vec::new()),
        };
        Write {
            operation: Some(self.work.operation(self.path)),
            update_mask: mask.map(|mask| DocumentMask {
                field_paths: mask.iter().map(|path| path.join(".")).collect(),
            }),
            update_transforms: transforms,
            current_document: condition.map(|condition| Precondition {
                condition_type: Some(condition),
            }),
        }
    }
}
