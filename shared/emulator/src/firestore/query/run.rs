//! What a plan says of documents: which it is about, their order, and what is shown of them.

use super::plan::{Order, Plan};
use super::{order, value_of};
use crate::firestore::name::{compare, split_last};
use crate::firestore::path::project;
use gcloud_sdk::google::firestore::v1::{Cursor, Document, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// What a query answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// The results, whole, in their order.
    pub(crate) documents: Vec<Arc<Document>>,
    /// How many the offset left out.
    pub(crate) skipped: usize,
}

impl Plan {
    /// Whether a document is in the range that the query looks through, or would be if it were there: its limit and offset aside.
    pub(crate) fn covers(&self, document: &Document) -> bool {
        let (collection, _) = split_last(&document.name);
        let (parent, id) = split_last(collection);
        let below = || {
            collection
                .strip_prefix(self.parent.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let there = if self.group {
            below()
        } else {
            parent == self.parent
        };
        there
            && (self.collection.is_empty() || id == self.collection)
            && self.filter.as_ref().is_none_or(|filter| filter.matches(document))
            && position(self, document).is_some_and(|position| within(self, &position))
    }
}

/// The results among `documents`: filtered, sorted, cut by cursors, offset and limit.
pub(crate) fn select<'a>(plan: &Plan, documents: impl Iterator<Item = &'a Arc<Document>>) -> Found {
    let matches = |document: &Document| plan.filter.as_ref().is_none_or(|filter| filter.matches(document));
    let mut found: Vec<(Vec<Cow<'a, Value>>, &'a Arc<Document>)> = documents
        .filter(|document| matches(document))
        .filter_map(|document| position(plan, document).map(|position| (position, document)))
        .filter(|(position, _)| within(plan, position))
        .collect();
    found.sort_unstable_by(|(a, left), (b, right)| {
        by_orders(
            &plan.orders,
            a.iter().map(Cow::as_ref).zip(b.iter().map(Cow::as_ref)),
        )
        .then_with(|| compare(&left.name, &right.name))
    });
    let skipped = plan.offset.min(found.len());
    let results = found
        .into_iter()
        .skip(plan.offset)
        .take(plan.limit.unwrap_or(usize::MAX));
    Found {
        documents: results.map(|(_, document)| Arc::clone(document)).collect(),
        skipped,
    }
}

/// The values that a document is sorted by; none when one of them is not there.
fn position<'a>(plan: &Plan, document: &'a Document) -> Option<Vec<Cow<'a, Value>>> {
    plan.orders
        .iter()
        .map(|order| value_of(document, &order.path))
        .collect()
}

fn by_orders<'a>(orders: &[Order], mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Ordering {
    let directed = |order: &Order, (a, b)| {
        let ordering = order::compare(a, b);
        if order.descending {
            ordering.reverse()
        } else {
            ordering
        }
    };
    let mut orders = orders.iter();
    std::iter::from_fn(|| Some(directed(orders.next()?, pairs.next()?)))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Whether a position lies between the cursors: `before` puts one just before the documents that equal it, else just after.
fn within(plan: &Plan, position: &[Cow<'_, Value>]) -> bool {
    let against =
        |cursor: &Cursor| by_orders(&plan.orders, position.iter().map(Cow::as_ref).zip(&cursor.values));
    let after_start = |cursor: &Cursor| match against(cursor) {
        Ordering::Equal => cursor.before,
        other => other == Ordering::Greater,
    };
    let before_end = |cursor: &Cursor| match against(cursor) {
        Ordering::Equal => !cursor.before,
        other => other == Ordering::Less,
    };
    plan.start.as_ref().is_none_or(after_start) && plan.end.as_ref().is_none_or(before_end)
}

/// The document with only the fields that the plan selects.
pub(crate) fn shown(plan: &Plan, document: &Document) -> Document {
    match &plan.select {
        None => document.clone(),
        Some(paths) => Document {
            fields: project(&document.fields, paths),
            ..document.clone()
        },
    }
}
