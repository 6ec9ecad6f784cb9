//! The index that a query lacks.
//!
//! A filter is an OR of terms, and each term needs its own. Within a term, a field that must equal something (or one of some things) is
//! fixed, and what is left of the sort order has to come sorted out of the index. Several indexes with the same end serve one term
//! together when each fixed field is in one of them.

use super::declared::{ArrayConfig, Composite, Declared, Direction, Override, Part, Scope, Single};
use crate::firestore::path::FieldPath;
use crate::firestore::query::filter::{Filter, Term, Test};
use crate::firestore::query::plan::{Order, Plan};
use std::collections::BTreeSet;

/// A field that a term fixes: by its value, or by one of its elements.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Fixed {
    path: FieldPath,
    element: bool,
}

/// What one term of the filter asks of indexes.
struct Need<'a> {
    collection: &'a str,
    scope: Scope,
    fixed: BTreeSet<Fixed>,
    /// By fields that are not fixed; without the name at the end.
    sorted: Vec<Order>,
    /// Whether the name at the end goes down.
    name_descending: bool,
}

/// The first index that a query lacks, as JSON to put into the file.
pub(crate) fn missing(plan: &Plan, declared: &Declared) -> Option<String> {
    let terms = plan
        .filter
        .as_ref()
        .map_or_else(|| vec![Vec::new()], Filter::terms);
    terms
        .iter()
        .map(|term| Need::of(plan, term))
        .find(|need| !need.is_met(declared))
        .map(|need| need.suggestion())
}

impl<'a> Need<'a> {
    fn of(plan: &'a Plan, term: &Term<'_>) -> Self {
        let element = |test: &Test| match test {
            Test::Equal(_) | Test::In(_) | Test::IsNull | Test::IsNan => Some(false),
            Test::Contains(_) | Test::ContainsAny(_) => Some(true),
            _ => None,
        };
        let fixed: BTreeSet<Fixed> = term
            .iter()
            .filter(|(path, _)| !path.is_name())
            .filter_map(|(path, test)| {
                element(test).map(|element| Fixed {
                    path: (*path).clone(),
                    element,
                })
            })
            .collect();
        let is_fixed = |order: &&Order| {
            fixed.contains(&Fixed {
                path: order.path.clone(),
                element: false,
            })
        };
        let sorted = plan
            .orders
            .iter()
            .take_while(|order| !order.path.is_name())
            .filter(|order| !is_fixed(order));
        Self {
            collection: &plan.collection,
            scope: if plan.group {
                Scope::CollectionGroup
            } else {
                Scope::Collection
            },
            sorted: sorted.cloned().collect(),
            name_descending: plan.orders.last().is_some_and(|last| last.descending),
            fixed,
        }
    }

    fn is_met(&self, declared: &Declared) -> bool {
        if self.fixed.is_empty() && self.sorted.is_empty() && !self.name_descending {
            return true; // the documents in the order of their names
        }
        let composites = declared.indexes.iter().filter_map(|index| self.fixed_by(index));
        let singles = self.fixed_by_singles(declared);
        let mut served = BTreeSet::new();
        let mut any = false;
        for fields in composites.chain(singles) {
            any = true;
            served.extend(fields);
        }
        any && served == self.fixed
    }

    /// The fixed fields that a composite index serves, if it ends as the results are sorted.
    fn fixed_by(&self, index: &Composite) -> Option<BTreeSet<Fixed>> {
        if index.collection_group != self.collection || index.query_scope != self.scope {
            return None;
        }
        let (fields, index_name_descending) = without_name(&index.fields);
        let (front, end) = fields.split_at_checked(fields.len().checked_sub(self.sorted.len())?)?;
        let front = front.iter().map(|part| Fixed {
            path: part.field_path.clone(),
            element: part.array_config.is_some(),
        });
        let front: BTreeSet<Fixed> = front.collect();
        if !front.is_subset(&self.fixed) || (front.is_empty() && !self.fixed.is_empty()) {
            return None;
        }
        let same = |reversed: bool| {
            let parts = end.iter().map(|part| (&part.field_path, part.order));
            let wanted = self
                .sorted
                .iter()
                .map(|order| (&order.path, Some(Direction::of(order.descending != reversed))));
            parts.eq(wanted) && (index_name_descending == (self.name_descending != reversed))
        };
        // nothing sorted: each entry of the front is read in either direction
        (self.sorted.is_empty() && !self.fixed.is_empty() || same(false) || same(true)).then_some(front)
    }

    /// What the fields' own indexes serve: fixed fields when nothing is sorted, or the one sorted field when nothing is fixed.
    fn fixed_by_singles(&self, declared: &Declared) -> Vec<BTreeSet<Fixed>> {
        let has = |path: &FieldPath, wanted: &dyn Fn(&Single) -> bool| {
            declared
                .singles(self.collection, path)
                .iter()
                .any(|single| single.query_scope == self.scope && wanted(single))
        };
        if self.sorted.is_empty() {
            let served = |fixed: &&Fixed| {
                has(&fixed.path, &|single| {
                    single.array_config.is_some() == fixed.element
                })
            };
            return self
                .fixed
                .iter()
                .filter(served)
                .map(|fixed| BTreeSet::from([fixed.clone()]))
                .collect();
        }
        match self.sorted.as_slice() {
            [order] if self.fixed.is_empty() && order.descending == self.name_descending => {
                let served = has(&order.path, &|single| {
                    single.order == Some(Direction::of(order.descending))
                });
                if served { vec![BTreeSet::new()] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    fn suggestion(&self) -> String {
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
                serde_json::json!({ "fieldOverrides": [self.single_suggestion(path, element, direction)] })
            }
            None => serde_json::json!({ "indexes": [self.composite_suggestion()] }),
        };
        json.to_string()
    }

    fn single_suggestion(&self, path: &FieldPath, element: bool, direction: Direction) -> Override {
        let index = Single {
            order: (!element).then_some(direction),
            array_config: element.then_some(ArrayConfig::Contains),
            query_scope: self.scope,
        };
        Override::new(self.collection.to_owned(), path, vec![index])
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

/// The fields without a name at the end, and the direction in which the name ends the index.
fn without_name(fields: &[Part]) -> (&[Part], bool) {
    match fields {
        [fields @ .., last] if last.field_path.is_name() => {
            (fields, last.order == Some(Direction::Descending))
        }
        fields => (fields, implied_name_descending(fields)),
    }
}

/// The name goes as the last field does.
fn implied_name_descending(fields: &[Part]) -> bool {
    fields
        .last()
        .is_some_and(|last| last.order == Some(Direction::Descending))
}
