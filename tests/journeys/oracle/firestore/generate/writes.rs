//! Writes of every kind.

use super::names;
use super::values::{PATHS, document, flat, integer, mask, number, odd_document, value};
use crate::oracle::chance::Chance;
use crate::oracle::firestore::side::update_time;
use gcloud_sdk::google::firestore::v1::document_transform::FieldTransform;
use gcloud_sdk::google::firestore::v1::document_transform::field_transform::TransformType;
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{ArrayValue, DocumentTransform, Precondition, Write};
use std::collections::BTreeSet;

/// A condition, or none. Those about times name one of the steps before `number`.
pub(super) fn condition(chance: &mut Chance, number: usize) -> Option<Precondition> {
    let exists = |exists| Precondition {
        condition_type: Some(ConditionType::Exists(exists)),
    };
    match chance.below(16) {
        0 | 1 => Some(exists(true)),
        2 => Some(exists(false)),
        3 | 4 => Some(update_time(number.saturating_sub(1 + chance.below(6)))),
        5 => chance.maybe(4, |_| Precondition::default()),
        _ => None,
    }
}

/// A write of a document at `path`.
pub(super) fn write(chance: &mut Chance, path: &str, root: &str, number: usize) -> Write {
    let name = format!("{root}/{path}");
    let current_document = condition(chance, number);
    match chance.below(10) {
        0 | 1 => Write {
            operation: Some(Operation::Delete(name)),
            current_document,
            ..Write::default()
        },
        2 => {
            let transform = DocumentTransform {
                document: name,
                field_transforms: transforms(chance, root),
            };
            Write {
                operation: Some(Operation::Transform(transform)),
                current_document,
                ..Write::default()
            }
        }
        kind => Write {
            operation: Some(Operation::Update(document(chance, name, root))),
            update_mask: mask(chance),
            update_transforms: if kind < 5 {
                transforms(chance, root)
            } else {
                Vec::new()
            },
            current_document,
        },
    }
}

fn transforms(chance: &mut Chance, root: &str) -> Vec<FieldTransform> {
    chance.some(0, 3, |chance| FieldTransform {
        field_path: if chance.one_in(25) {
            chance.of_these(&["", "a.", "m.x.z"]).to_owned()
        } else {
            chance.of_these(&PATHS).to_owned()
        },
        transform_type: chance
            .maybe(1, |chance| kind(chance, root))
            .filter(|_| !chance.one_in(50)),
    })
}

fn kind(chance: &mut Chance, root: &str) -> TransformType {
    let operand = |chance: &mut Chance| {
        if chance.one_in(12) {
            value(chance, 1, root)
        } else {
            number(chance)
        }
    };
    let elements = |chance: &mut Chance| ArrayValue {
        values: chance.some(0, 3, |chance| {
            if chance.one_in(2) {
                integer(1)
            } else {
                flat(chance, root)
            }
        }),
    };
    match chance.below(7) {
        0 => TransformType::SetToServerValue(i32::from(!chance.one_in(10))),
        1 => TransformType::Increment(operand(chance)),
        2 => TransformType::Maximum(operand(chance)),
        3 => TransformType::Minimum(operand(chance)),
        4 | 5 => TransformType::AppendMissingElements(elements(chance)),
        _ => TransformType::RemoveAllFromArray(elements(chance)),
    }
}

/// Writes of several documents.
pub(super) fn writes(chance: &mut Chance, root: &str, number: usize) -> Vec<Write> {
    if chance.one_in(10) {
        let name = format!("{root}/{}", chance.of_these(&["a/1", "b/2"]));
        let operation = Some(Operation::Update(odd_document(chance, name, root)));
        return vec![Write {
            operation,
            ..Write::default()
        }];
    }
    let paths: BTreeSet<String> = chance.some(0, 4, names::path).into_iter().collect();
    paths
        .iter()
        .map(|path| write(chance, path, root, number))
        .collect()
}
