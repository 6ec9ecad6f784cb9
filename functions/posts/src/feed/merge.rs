//! Several lists, each newest first, as one.

use crate::model::{Position, StoredPost};
use std::collections::VecDeque;
use std::ops::Deref;

/// What has a place in a list: a post, or what leads to one.
pub(crate) trait Placed {
    fn place(&self) -> Position;
}

impl<P: Deref<Target = StoredPost>> Placed for P {
    fn place(&self) -> Position {
        self.position()
    }
}

/// Several lists that are read piece by piece. The next of all is known only while of every list the next is known.
#[derive(Debug)]
pub(crate) struct Merge<T> {
    lanes: Vec<Lane<T>>,
}

#[derive(Debug)]
struct Lane<T> {
    waiting: VecDeque<T>,
    /// Where the list was read to.
    read_to: Option<Position>,
    ended: bool,
}

impl<T: Placed> Merge<T> {
    /// So many lists, to be read after a position.
    pub(crate) fn new(lanes: usize, after: Option<Position>) -> Self {
        let lane = || Lane {
            waiting: VecDeque::new(),
            read_to: after,
            ended: false,
        };
        Self {
            lanes: std::iter::repeat_with(lane).take(lanes).collect(),
        }
    }

    /// The lists that must be read on, and where each was read to.
    pub(crate) fn hungry(&self) -> Vec<(usize, Option<Position>)> {
        self.lanes
            .iter()
            .enumerate()
            .filter(|(_, lane)| !lane.ended && lane.waiting.is_empty())
            .map(|(index, lane)| (index, lane.read_to))
            .collect()
    }

    /// What was read of a list; `ended` when there is no more of it.
    pub(crate) fn feed(&mut self, lane: usize, items: Vec<T>, ended: bool) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.read_to = items.last().map(Placed::place).or(lane.read_to);
            lane.ended = ended;
            lane.waiting.extend(items);
        }
    }

    /// The newest of all; none when a list must be read on first, or all have ended.
    pub(crate) fn next(&mut self) -> Option<T> {
        if !self.hungry().is_empty() {
            return None;
        }
        let newest = self
            .lanes
            .iter_mut()
            .filter(|lane| !lane.waiting.is_empty())
            .max_by_key(|lane| lane.waiting.front().map(Placed::place))?;
        newest.waiting.pop_front()
    }
}
