//! Where a query of a transaction has looked.

use super::locks::{self, Touch};
use crate::firestore::query::plan::Plan;
use std::sync::Arc;

/// A query: everything that it answers, and whatever would be in its answer, but for its offset and limit.
#[derive(Debug)]
pub(crate) struct Range {
    plan: Plan,
}

impl Range {
    /// The range of a query.
    pub(crate) fn of(plan: &Plan) -> Arc<Self> {
        Arc::new(Self { plan: plan.clone() })
    }
}

impl locks::Range for Arc<Range> {
    fn covers(&self, touch: &Touch) -> bool {
        let mut either = touch.before.iter().chain(&touch.after);
        either.any(|document| self.plan.covers(document))
    }
}
