//! Which of a project's indexes serve a branch of a query.

use super::declared::{Composite, Declared, Direction, Single};
use super::definition::{IndexDefinition, PartKind};
use super::need::{FixedField, Need};
use crate::firestore::path::FieldPath;
use std::collections::BTreeSet;

/// An index to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Fixed parts first, then what is sorted.
    pub(crate) definition: IndexDefinition,
    /// Whether it is read from its end.
    pub(crate) reverse: bool,
}

/// An index that would do, with the fixed fields that it serves.
type Candidate = (BTreeSet<FixedField>, Choice);

impl Need<'_> {
    /// The fewest indexes found that serve it together; an empty list where the order of names does. None if it lacks one.
    pub(crate) fn choose(&self, declared: &Declared) -> Option<Vec<Choice>> {
        if self.fixed.is_empty() && self.sorted.is_empty() {
            return Some(Vec::new());
        }
        let composites = declared
            .of_collection(self.collection)
            .filter_map(|index| self.by_composite(index));
        let mut candidates: Vec<Candidate> = composites.chain(self.by_singles(declared)).collect();
        let mut left = self.fixed.clone();
        let mut chosen = Vec::new();
        while chosen.is_empty() || !left.is_empty() {
            let gain = |(served, _): &Candidate| served.intersection(&left).count();
            let best = (0..candidates.len()).max_by_key(|at| (gain(&candidates[*at]), usize::MAX - at))?;
            let (served, choice) = candidates.swap_remove(best);
            if !left.is_empty() && served.is_disjoint(&left) {
                return None;
            }
            left.retain(|fixed| !served.contains(fixed));
            chosen.push(choice);
        }
        Some(chosen)
    }

    /// A composite index serves the fixed fields that it begins with, if it ends as the results are sorted.
    fn by_composite(&self, index: &Composite) -> Option<Candidate> {
        if index.query_scope != self.scope {
            return None;
        }
        let definition = index.definition();
        let at = definition.parts.len().checked_sub(self.sorted.len())?;
        let (front, end) = definition.parts.split_at_checked(at)?;
        let front = front.iter().map(|part| FixedField {
            path: part.path.clone(),
            element: part.kind == PartKind::Contains,
        });
        let front: BTreeSet<FixedField> = front.collect();
        if !front.is_subset(&self.fixed) || front.len() != at || (front.is_empty() && !self.fixed.is_empty())
        {
            return None;
        }
        let sorted = self.sorted.iter().map(|order| {
            let kind = if order.descending {
                PartKind::Descending
            } else {
                PartKind::Ascending
            };
            (&order.path, kind)
        });
        let same_names = definition.name_descending == self.name_descending;
        if !end.iter().map(|part| (&part.path, part.kind)).eq(sorted)
            || !(same_names || self.sorted.is_empty())
        {
            return None;
        }
        let reverse = !same_names;
        Some((front, Choice { definition, reverse }))
    }

    /// Fields' own indexes serve one fixed field each when nothing is sorted, or the one sorted field when nothing is fixed.
    fn by_singles(&self, declared: &Declared) -> Vec<Candidate> {
        let has = |path: &FieldPath, wanted: &dyn Fn(&Single) -> bool| {
            let singles = declared.singles(self.collection, path);
            singles
                .iter()
                .any(|single| single.query_scope == self.scope && wanted(single))
        };
        let choice = |path: &FieldPath, element| Choice {
            definition: IndexDefinition::single(path.clone(), element),
            reverse: self.name_descending,
        };
        match self.sorted.as_slice() {
            [] => {
                let served = |fixed: &&FixedField| {
                    has(&fixed.path, &|single| {
                        single.array_config.is_some() == fixed.element
                    })
                };
                let fixed = self.fixed.iter().filter(served);
                fixed
                    .map(|fixed| {
                        (
                            BTreeSet::from([fixed.clone()]),
                            choice(&fixed.path, fixed.element),
                        )
                    })
                    .collect()
            }
            [order] if self.fixed.is_empty() && order.descending == self.name_descending => {
                let direction = Some(Direction::of(order.descending));
                let served = has(&order.path, &|single| single.order == direction);
                served
                    .then(|| (BTreeSet::new(), choice(&order.path, false)))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// What would narrow the documents most if the need is not met: fixed fields, or else one sorted field, in no order that counts.
    pub(crate) fn loosened(&self) -> Self {
        let mut sorted = if self.fixed.is_empty() {
            self.sorted.clone()
        } else {
            Vec::new()
        };
        sorted.truncate(1);
        Self {
            collection: self.collection,
            scope: self.scope,
            fixed: self.fixed.clone(),
            name_descending: sorted.first().is_some_and(|order| order.descending),
            sorted,
        }
    }
}
