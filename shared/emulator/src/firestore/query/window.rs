//! Between which keys the results of a branch are: ranges of what is sorted by, cut by the cursors.

use super::branch::{Branch, encoded_name};
use super::plan::{Order, Plan};
use super::range::Ranges;
use super::space::Space;
use crate::firestore::key::value::encoded;
use crate::firestore::key::{TOP, after, directed};
use gcloud_sdk::google::firestore::v1::Cursor;
use std::cmp::Ordering;

/// The ranges of a branch's keys after their fixed fields, in the plan's directions: values sorted by, then the document.
pub(crate) fn windows(plan: &Plan, branch: &Branch, sorted: &[Order], space: &Space) -> Ranges {
    let whole = match sorted.first() {
        Some(first) => branch
            .bounds
            .get(&first.path)
            .cloned()
            .unwrap_or_else(Ranges::all)
            .directed(first.descending),
        None => space.ranges(&branch.names).directed(plan.name_descending()),
    };
    let from = plan
        .start
        .as_ref()
        .map_or_else(Vec::new, |start| edge(start, plan, branch, space));
    let to = plan
        .end
        .as_ref()
        .map_or_else(|| vec![TOP], |end| edge(end, plan, branch, space));
    whole.and(&Ranges::between(from, to))
}

/// The key at which a cursor stands: what is before the cursor is below it, and nothing else is.
fn edge(cursor: &Cursor, plan: &Plan, branch: &Branch, space: &Space) -> Vec<u8> {
    let mut key = Vec::new();
    for (value, order) in cursor.values.iter().zip(&plan.orders) {
        if order.path.is_name() {
            let place = space.place(&encoded_name(value, &plan.database.root()));
            match (place.exact, order.descending) {
                (true, descending) => key.extend(directed(place.key, descending)),
                (false, false) => return [key, place.key].concat(),
                (false, true) => return [key, after(directed(place.key, true))].concat(),
            }
        } else if let Some(fixed) = branch.value_of(&order.path) {
            let ordering = fixed.cmp(encoded(value).as_slice());
            match if order.descending {
                ordering.reverse()
            } else {
                ordering
            } {
                Ordering::Less => return after(key),
                Ordering::Equal => {}
                Ordering::Greater => return key,
            }
        } else {
            key.extend(directed(encoded(value), order.descending));
        }
    }
    if cursor.before { key } else { after(key) }
}
