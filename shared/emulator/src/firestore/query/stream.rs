//! The results of one branch of a plan, in the plan's order, without reading a document.

use super::branch::Branch;
use super::by_name::by_name;
use super::join::{Scan, join};
use super::plan::{Order, Plan};
use super::range::Ranges;
use super::source::{Keys, Source};
use super::space::Space;
use super::window::windows;
use crate::firestore::indexes::{Choice, PartKind, header};
use crate::firestore::key::name::{below, ids};
use crate::firestore::key::{after, complement, directed, value_end};
use crate::firestore::name::split_last;
use tonic::Status;

/// A result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Where it stands among all results of the plan.
    pub(crate) position: Vec<u8>,
    /// The document's name.
    pub(crate) name: String,
}

/// Results, read no further than asked for.
pub(crate) type Hits<'a> = Box<dyn Iterator<Item = Result<Hit, Status>> + 'a>;

/// What the keys of one branch hold, and what of it must pass.
struct Shape {
    orders: Vec<Order>,
    branch: Branch,
    sorted: Vec<Order>,
    /// Of each sorted field but the first, whose ranges were read.
    checks: Vec<Ranges>,
    name_descending: bool,
    space: Space,
}

/// The results of a branch out of the chosen indexes, or out of the order of names if there are none of them.
pub(crate) fn stream<'a>(
    plan: &Plan,
    branch: &Branch,
    sorted: &[Order],
    chosen: &[Choice],
    source: &'a dyn Source,
) -> Hits<'a> {
    let branch = within_parent(plan, branch);
    let root = plan.database.root();
    let space = if chosen.is_empty() || plan.group {
        Space::Paths(root.clone())
    } else {
        Space::of_collection(&root, &plan.path())
    };
    let windows = windows(plan, &branch, sorted, &space).0;
    let keys: Keys<'a> = if chosen.is_empty() {
        let (collections, descending) = (collections(plan, source), plan.name_descending());
        Box::new(
            windows
                .into_iter()
                .flat_map(move |window| by_name(source, &root, &collections, window, descending)),
        )
    } else {
        let Some(scans) = scans(plan, &branch, sorted, chosen, source) else {
            return Box::new(std::iter::empty());
        };
        Box::new(
            windows
                .into_iter()
                .flat_map(move |window| join(source, &scans, window)),
        )
    };
    let shape = Shape::of(plan, branch, sorted, space);
    Box::new(keys.filter_map(move |key| key.and_then(|key| shape.hit(&key)).transpose()))
}

/// Only what is below the plan's parent.
fn within_parent(plan: &Plan, branch: &Branch) -> Branch {
    let root = plan.database.root();
    let mut branch = branch.clone();
    if plan.parent != root {
        let mut prefix = Vec::new();
        ids(&mut prefix, below(&root, &plan.parent));
        let end = after(prefix.clone());
        prefix.push(1); // the parent itself ends here
        branch.names = branch.names.and(&Ranges::between(prefix, end));
    }
    branch
}

/// The collections that a plan looks through.
fn collections(plan: &Plan, source: &dyn Source) -> Vec<(String, u32)> {
    if !plan.group && !plan.collection.is_empty() {
        let path = plan.path();
        return source
            .collection(&path)
            .map(|id| (path, id))
            .into_iter()
            .collect();
    }
    let mut found = source.collections_below(&plan.parent, &plan.collection);
    if !plan.group {
        found.retain(|(path, _)| split_last(path).0 == plan.parent);
    }
    found
}

/// The parts of indexes to read; none if one of them is empty.
fn scans(
    plan: &Plan,
    branch: &Branch,
    sorted: &[Order],
    chosen: &[Choice],
    source: &dyn Source,
) -> Option<Vec<Scan>> {
    let owner = if plan.group {
        source.group(&plan.database, &plan.collection)?
    } else {
        source.collection(&plan.path())?
    };
    let scan = |choice: &Choice| {
        let mut prefix = header(owner, source.index(&choice.definition)?);
        let parts = &choice.definition.parts;
        for part in &parts[..parts.len() - sorted.len()] {
            let element = part.kind == PartKind::Contains;
            let mut fixed = branch.fixed.iter();
            let fixed = fixed.find(|fixed| fixed.path == part.path && fixed.element == element)?;
            prefix.extend(directed(fixed.value.clone(), part.kind == PartKind::Descending));
        }
        Some(Scan {
            prefix,
            reverse: choice.reverse,
        })
    };
    chosen.iter().map(scan).collect()
}

impl Shape {
    fn of(plan: &Plan, branch: Branch, sorted: &[Order], space: Space) -> Self {
        let check = |order: &Order| {
            let ranges = branch.bounds.get(&order.path).cloned();
            ranges.unwrap_or_else(Ranges::all).directed(order.descending)
        };
        Self {
            checks: sorted.iter().skip(1).map(check).collect(),
            orders: plan.orders.clone(),
            sorted: sorted.to_vec(),
            name_descending: plan.name_descending(),
            branch,
            space,
        }
    }

    /// The result that a key stands for, unless it does not pass.
    fn hit(&self, key: &[u8]) -> Result<Option<Hit>, Status> {
        let unreadable = || Status::internal("an index entry is unreadable");
        let mut rest = key;
        let mut values = Vec::with_capacity(self.sorted.len());
        for order in &self.sorted {
            let end = value_end(rest, order.descending).ok_or_else(unreadable)?;
            let (value, after) = rest.split_at(end);
            values.push(value);
            rest = after;
        }
        let mut document = rest.to_vec();
        if self.name_descending {
            complement(&mut document);
        }
        let passes = values
            .iter()
            .skip(1)
            .zip(&self.checks)
            .all(|(value, ranges)| ranges.contain(value))
            && (self.sorted.is_empty() || self.branch.names.contain(&self.space.path(&document)));
        if !passes {
            return Ok(None);
        }
        Ok(Some(Hit {
            position: self.position(values.into_iter(), &document),
            name: self.space.name(&document).ok_or_else(unreadable)?,
        }))
    }

    fn position<'a>(&self, mut values: impl Iterator<Item = &'a [u8]>, document: &[u8]) -> Vec<u8> {
        let mut position = Vec::new();
        for order in &self.orders {
            if order.path.is_name() {
                position.extend(directed(self.space.path(document), order.descending));
            } else if let Some(fixed) = self.branch.value_of(&order.path) {
                position.extend(directed(fixed.to_vec(), order.descending));
            } else {
                position.extend(values.next().unwrap_or_default());
            }
        }
        position
    }
}
