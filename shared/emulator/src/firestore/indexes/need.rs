//! The index that a query lacks.
//!
//! A filter is an OR of branches, and each needs its own. Within a branch, a field that must equal something is fixed, and what is left
//! of the sort order has to come sorted out of the index. Several indexes with the same end serve one branch together when each fixed
//! field is in one of them. Directions count: an index does not serve the opposite order.

use super::declared::{ArrayConfig, Composite, Declared, Direction, Override, Part, Scope, Single};
use crate::firestore::path::FieldPath;
use crate::firestore::query::branch::Branch;
use crate::firestore::query::plan::{Order, Plan};
use std::collections::BTreeSet;

/// A field that a branch fixes: by its value, or by one of its elements.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FixedField {
    pub(crate) path: FieldPath,
    pub(crate) element: bool,
}

/// What one branch of the filter asks of indexes.
#[derive(Debug)]
pub(crate) struct Need<'a> {
    /// The id of the collections.
    pub(crate) collection: &'a str,
    /// Whether all of that id are meant.
    pub(crate) scope: Scope,
    /// In any order.
    pub(crate) fixed: BTreeSet<FixedField>,
    /// By fields that are not fixed; without the name at the end.
    pub(crate) sorted: Vec<Order>,
    /// Whether the name at the end goes down.
    pub(crate) name_descending: bool,
}

/// The first index that a query lacks, as JSON to put into the file.
pub(crate) fn missing(plan: &Plan, declared: &Declared) -> Option<String> {
    let needs = plan.branches.iter().map(|branch| Need::of(plan, branch));
    let mut unmet = needs.filter(|need| need.choose(declared).is_none());
    unmet.next().map(|need| need.suggestion(declared))
}

impl<'a> Need<'a> {
    /// Of one branch of a query.
    pub(crate) fn of(plan: &'a Plan, branch: &Branch) -> Self {
        let fixed = branch.fixed.iter().map(|fixed| FixedField {
            path: fixed.path.clone(),
            element: fixed.element,
        });
        let orders = plan.orders.iter().take_while(|order| !order.path.is_name());
        let sorted = orders.filter(|order| branch.value_of(&order.path).is_none());
        Self {
            collection: &plan.collection,
            scope: if plan.group {
                Scope::CollectionGroup
            } else {
                Scope::Collection
            },
            sorted: sorted.cloned().collect(),
            name_descending: plan.orders.last().is_some_and(|last| last.descending),
            fixed: fixed.collect(),
        }
    }

    /// What to put into the file. A field's own indexes replace the usual ones, which are therefore among them.
    fn suggestion(&self, declared: &Declared) -> String {
        let single = match (self.fixed.first(), self.sorted.as_slice()) {
            (Some(fixed), []) if self.fixed.len() == 1 => {
                Some((&fixed.path, fixed.element, Direction::Ascending))
            }
            (None, [order]) if order.descending == self.name_descending => {
                Some((&order.path, false, Direction::of(order.descending)))
            }
            _ => None,
        };
        let json = match single {
            Some((path, element, direction)) => {
                serde_json::json!({ "fieldOverrides": [self.single_suggestion(path, element, direction, declared)] })
            }
            None => serde_json::json!({ "indexes": [self.composite_suggestion()] }),
        };
        json.to_string()
    }

    fn single_suggestion(
        &self,
        path: &FieldPath,
        element: bool,
        direction: Direction,
        declared: &Declared,
    ) -> Override {
        let mut indexes = declared.singles(self.collection, path);
        indexes.push(Single {
            order: (!element).then_some(direction),
            array_config: element.then_some(ArrayConfig::Contains),
            query_scope: self.scope,
        });
        Override::new(self.collection.to_owned(), path, indexes)
    }

    fn composite_suggestion(&self) -> Composite {
        let fixed = self.fixed.iter().map(|fixed| Part {
            field_path: fixed.path.clone(),
            order: (!fixed.element).then_some(Direction::Ascending),
            array_config: fixed.element.then_some(ArrayConfig::Contains),
        });
        let part = |path: FieldPath, descending| Part {
            field_path: path,
            order: Some(Direction::of(descending)),
            array_config: None,
        };
        let sorted = self
            .sorted
            .iter()
            .map(|order| part(order.path.clone(), order.descending));
        let mut fields: Vec<Part> = fixed.chain(sorted).collect();
        if implied_name_descending(&fields) != self.name_descending
            && let Ok(name) = FieldPath::parse("__name__")
        {
            fields.push(part(name, self.name_descending));
        }
        Composite::new(self.collection.to_owned(), self.scope, fields)
    }
}

/// The name goes as the last field does.
fn implied_name_descending(fields: &[Part]) -> bool {
    fields
        .last()
        .is_some_and(|last| last.order == Some(Direction::Descending))
}
