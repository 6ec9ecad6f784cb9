//! Who waits for whom.

use super::{Locks, Owner, Range, Ticket, Wish};
use std::collections::BTreeSet;

/// What a call waits for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Against {
    /// Transactions that hold what it would change.
    holders: BTreeSet<Owner>,
    /// Calls that came before it and want the same otherwise.
    earlier: BTreeSet<Ticket>,
}

impl Against {
    pub(super) fn is_nothing(&self) -> bool {
        self.holders.is_empty() && self.earlier.is_empty()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Call(Ticket),
    Transaction(Owner),
}

impl<R: Range> Locks<R> {
    /// What stands against a waiting call. An earlier call that itself waits for this one does not: it is overtaken.
    pub(super) fn against(&self, ticket: Ticket) -> Against {
        let mut earlier = self.earlier(ticket);
        earlier.retain(|other| !self.waits_for(*other, ticket));
        Against {
            holders: self.holders(ticket),
            earlier,
        }
    }

    /// The youngest of the transactions that wait for each other, if a call of `owner` that waits for these closed such a circle.
    pub(super) fn loser(&self, against: &Against, owner: Option<Owner>) -> Option<Owner> {
        let owner = owner?;
        let mut path = vec![owner];
        let found = against
            .holders
            .iter()
            .any(|holder| self.circle(*holder, owner, &mut path, &mut BTreeSet::new()));
        found.then(|| path.into_iter().max()).flatten()
    }

    /// Follows holders from `from` back to `owner`; the way is in `path` if there is one.
    fn circle(&self, from: Owner, owner: Owner, path: &mut Vec<Owner>, seen: &mut BTreeSet<Owner>) -> bool {
        if from == owner {
            return true;
        }
        if !seen.insert(from) {
            return false;
        }
        path.push(from);
        let further: BTreeSet<Owner> = self
            .calls_of(from)
            .flat_map(|ticket| self.holders(ticket))
            .collect();
        let found = further
            .into_iter()
            .any(|next| self.circle(next, owner, path, seen));
        if !found {
            path.pop();
        }
        found
    }

    fn calls_of(&self, owner: Owner) -> impl Iterator<Item = Ticket> + '_ {
        let own = move |(ticket, waiting): (&Ticket, &super::Waiting<R>)| {
            (waiting.owner == Some(owner)).then_some(*ticket)
        };
        self.waiting.iter().filter_map(own)
    }

    fn holders(&self, ticket: Ticket) -> BTreeSet<Owner> {
        let Some(waiting) = self.waiting.get(&ticket) else {
            return BTreeSet::new();
        };
        let Wish::Write(touches) = &waiting.wish else {
            return BTreeSet::new();
        };
        let others = self
            .held
            .iter()
            .filter(|(owner, _)| waiting.owner != Some(**owner));
        others
            .filter(|(_, held)| touches.iter().any(|touch| held.covers(touch)))
            .map(|(owner, _)| *owner)
            .collect()
    }

    fn earlier(&self, ticket: Ticket) -> BTreeSet<Ticket> {
        let Some(waiting) = self.waiting.get(&ticket) else {
            return BTreeSet::new();
        };
        let stands = |(_, other): &(&Ticket, &super::Waiting<R>)| {
            (waiting.owner.is_none() || waiting.owner != other.owner) && conflict(&waiting.wish, &other.wish)
        };
        self.waiting
            .range(..ticket)
            .filter(stands)
            .map(|(other, _)| *other)
            .collect()
    }

    /// Whether the call `from` cannot go on before the call `to` or its transaction does.
    fn waits_for(&self, from: Ticket, to: Ticket) -> bool {
        let target = self
            .waiting
            .get(&to)
            .and_then(|waiting| waiting.owner)
            .map(Node::Transaction);
        let mut seen = BTreeSet::new();
        let mut next = vec![Node::Call(from)];
        while let Some(node) = next.pop() {
            if node == Node::Call(to) || Some(node) == target {
                return true;
            }
            if seen.insert(node) {
                match node {
                    Node::Call(call) => {
                        next.extend(self.holders(call).into_iter().map(Node::Transaction));
                        next.extend(self.earlier(call).into_iter().map(Node::Call));
                    }
                    Node::Transaction(owner) => next.extend(self.calls_of(owner).map(Node::Call)),
                }
            }
        }
        false
    }
}

/// Whether the order of two calls matters.
fn conflict<R: Range>(left: &Wish<R>, right: &Wish<R>) -> bool {
    match (left, right) {
        (Wish::Read(_), Wish::Read(_)) => false,
        (Wish::Read(read), Wish::Write(touches)) | (Wish::Write(touches), Wish::Read(read)) => {
            touches.iter().any(|touch| read.covers(touch))
        }
        (Wish::Write(left), Wish::Write(right)) => {
            let names: BTreeSet<&str> = left.iter().map(|touch| touch.name.as_str()).collect();
            right.iter().any(|touch| names.contains(touch.name.as_str()))
        }
    }
}
