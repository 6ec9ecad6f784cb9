//! Documents of one or many collections in the order of their names.
//!
//! A collection's documents stand together but for those of collections inside it, so that it is opened only when the walk gets to it:
//! as many are open at a time as are inside each other.

use super::range::{Range, Ranges, turned};
use super::source::{Keys, Source};
use super::space::Space;
use crate::firestore::key::directed;
use std::collections::VecDeque;
use tonic::Status;

/// Paths from the database's root, in one direction.
pub(crate) struct ByName<'a> {
    source: &'a dyn Source,
    window: Range,
    descending: bool,
    /// By where they begin.
    waiting: VecDeque<(Vec<u8>, u32, Space)>,
    open: Vec<Open<'a>>,
    failed: bool,
}

struct Open<'a> {
    head: Vec<u8>,
    space: Space,
    keys: Keys<'a>,
}

/// The paths in one range (of paths in that direction) of the documents of these collections (full paths and ids).
pub(crate) fn by_name<'a>(
    source: &'a dyn Source,
    root: &str,
    collections: &[(String, u32)],
    window: Range,
    descending: bool,
) -> ByName<'a> {
    let begin = |(path, id): &(String, u32)| {
        let space = Space::of_collection(root, path);
        let Space::Ids(_, prefix) = &space else {
            return None;
        };
        Some((directed(prefix.clone(), descending), *id, space))
    };
    let mut waiting: Vec<_> = collections.iter().filter_map(begin).collect();
    waiting.sort_unstable_by(|(a, ..), (b, ..)| a.cmp(b));
    ByName {
        source,
        window,
        descending,
        waiting: waiting.into(),
        open: Vec::new(),
        failed: false,
    }
}

impl Iterator for ByName<'_> {
    type Item = Result<Vec<u8>, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.step();
        self.failed = next.is_err();
        next.transpose()
    }
}

impl ByName<'_> {
    fn step(&mut self) -> Result<Option<Vec<u8>>, Status> {
        loop {
            let first = (0..self.open.len()).min_by_key(|at| &self.open[*at].head);
            let due = self
                .waiting
                .front()
                .is_some_and(|(begin, ..)| first.is_none_or(|first| *begin < self.open[first].head));
            if due {
                self.open_next()?;
                continue;
            }
            let Some(first) = first else { return Ok(None) };
            let open = &mut self.open[first];
            return match path_of(open.keys.next().transpose()?, &open.space, self.descending) {
                Some(next) => Ok(Some(std::mem::replace(&mut open.head, next))),
                None => Ok(Some(self.open.swap_remove(first).head)),
            };
        }
    }

    fn open_next(&mut self) -> Result<(), Status> {
        let Some((_, id, space)) = self.waiting.pop_front() else {
            return Ok(());
        };
        let paths = if self.descending {
            turned(self.window.clone())
        } else {
            self.window.clone()
        };
        if let Some((from, to)) = space.ranges(&Ranges(vec![paths])).0.pop() {
            let mut keys = self.source.ids(id, from, to, self.descending);
            if let Some(head) = path_of(keys.next().transpose()?, &space, self.descending) {
                self.open.push(Open { head, space, keys });
            }
        }
        Ok(())
    }
}

fn path_of(id: Option<Vec<u8>>, space: &Space, descending: bool) -> Option<Vec<u8>> {
    id.map(|id| directed(space.path(&id), descending))
}
