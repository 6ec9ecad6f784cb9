//! The laws of reading a list through its window, without IO.

use super::super::pending::Pending;
use super::super::place::pack;
use super::super::timeline::Timeline;
use super::*;
use contracts::{PostId, Timestamp};
use futures::executor::block_on;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::convert::Infallible;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Item(Position);

impl Placed for Item {
    fn place(&self) -> Position {
        self.0
    }
}

/// Every post there is, and whether it may be seen.
#[derive(Debug, Clone, Default)]
struct Model {
    posts: BTreeMap<Position, bool>,
    listed: Cell<usize>,
}

impl Library for Model {
    type Item = Item;
    type Error = Infallible;

    async fn fetch(&self, places: &[Position]) -> Result<Vec<Item>, Infallible> {
        let there = places.iter().filter(|place| self.posts.contains_key(place));
        Ok(there.copied().map(Item).collect())
    }

    async fn list(&self, after: Option<Position>, want: usize) -> Result<Vec<Item>, Infallible> {
        let newest_first = self.posts.keys().rev();
        let behind = newest_first.filter(|place| after.is_none_or(|after| **place < after));
        let found: Vec<Item> = behind.take(want).copied().map(Item).collect();
        self.listed.set(self.listed.get() + found.len());
        Ok(found)
    }

    async fn seen(&self, items: Vec<Item>) -> Result<Vec<Item>, Infallible> {
        Ok(items.into_iter().filter(|item| self.posts[&item.0]).collect())
    }
}

impl Model {
    fn built(&self, depth: usize) -> Timeline {
        let Ok(found) = block_on(self.list(None, depth));
        let ended = found.len() < depth;
        Timeline::new(1, 2, found.iter().map(Placed::place).collect(), ended)
    }

    fn page(&self, window: &Window, ask: Ask) -> Found<Item> {
        let Ok(found) = block_on(read(window, ask, self));
        found
    }
}

/// Posts, few at different times, so that many are made at the same one; each with what becomes of it.
fn posts() -> impl Strategy<Value = BTreeMap<Position, (bool, u8)>> {
    let place = (0_i64..20, any::<[u8; 16]>())
        .prop_map(|(at, id)| (Timestamp::from_millis(at), PostId::from_bytes(id)));
    prop::collection::btree_map(place, (any::<bool>(), any::<u8>()), 0..120)
}

fn ask(after: Option<Position>, want: usize) -> Ask {
    Ask {
        after,
        want,
        until: None,
    }
}

proptest! {
    /// Some posts were there when the timeline was built. Of all others the message came, or was lost, or came twice; what was lost is still pending.
    /// Whoever walks sees every post they may see exactly once, newest first, while the timeline takes in what they read.
    #[test]
    fn every_post_comes_exactly_once_newest_first(
        posts in posts(), depth in 1_usize..40, sizes in prop::collection::vec(1_usize..20, 1..8)
    ) {
        let mut model = Model::default();
        let early = posts.iter().filter(|(_, (_, fate))| fate % 2 == 0);
        model.posts.extend(early.map(|(place, (seen, _))| (*place, *seen)));
        let mut timeline = model.built(depth);
        let (mut bytes, mut pending) = (timeline.encode(), Pending::default());
        for (place, (seen, fate)) in posts.iter().filter(|(_, (_, fate))| fate % 2 == 1) {
            model.posts.insert(*place, *seen);
            let (lost, twice) = (fate % 4 == 1, fate % 8 > 3);
            if lost {
                pending.places.push(*place);
            }
            for _ in 0..usize::from(!lost || twice) + usize::from(twice) {
                bytes.extend(pack(*place));
            }
        }
        let pending = [pending];
        timeline = Timeline::decode(&bytes).unwrap_or(timeline);
        let (mut walked, mut after) = (Vec::new(), None);
        for size in sizes.iter().cycle() {
            let found = model.page(&Window::new(&timeline, &pending), ask(after, *size));
            if let Some((places, ended)) = &found.behind
                && timeline.has_room()
            {
                timeline = Timeline::decode(&timeline.extended(places, *ended).encode()).unwrap_or(timeline);
            }
            after = found.items.last().map(Placed::place).or(after);
            let last = found.items.len() < *size;
            walked.extend(found.items.into_iter().map(|item| item.0));
            if last {
                break;
            }
        }
        let visible = posts.iter().rev().filter(|(_, (seen, _))| *seen);
        prop_assert_eq!(walked, visible.map(|(place, _)| *place).collect::<Vec<_>>());
    }

    /// A second walk reads nothing of the lists: the timeline holds what was read.
    #[test]
    fn what_was_read_is_kept(posts in posts(), depth in 1_usize..40, size in 1_usize..20) {
        let posts = posts.into_iter().map(|(place, (seen, _))| (place, seen)).collect();
        let model = Model { posts, ..Model::default() };
        let mut timeline = model.built(depth);
        for walk in 0..2 {
            model.listed.set(0);
            let mut after = None;
            loop {
                let found = model.page(&Window::new(&timeline, &[]), ask(after, size));
                if let Some((places, ended)) = &found.behind {
                    timeline = timeline.extended(places, *ended);
                }
                after = found.items.last().map(Placed::place).or(after);
                if found.items.len() < size {
                    break;
                }
            }
            prop_assert!(walk == 0 || model.listed.get() == 0);
        }
    }

    /// With an end: the same without what is behind it.
    #[test]
    fn nothing_is_behind_the_end(posts in posts(), depth in 1_usize..40, size in 1_usize..30, until in 0_i64..20) {
        let posts: BTreeMap<Position, bool> = posts.into_iter().map(|(place, (seen, _))| (place, seen)).collect();
        let model = Model { posts: posts.clone(), ..Model::default() };
        let until = (Timestamp::from_millis(until), PostId::from_bytes([0; 16]));
        let visible = posts.iter().rev().filter(|(place, seen)| **seen && **place >= until);
        let expected: Vec<Position> = visible.map(|(place, _)| *place).take(size).collect();
        for window in [Window::default(), Window::new(&model.built(depth), &[])] {
            let found = model.page(&window, Ask { until: Some(until), ..ask(None, size) });
            prop_assert_eq!(found.items.iter().map(Placed::place).collect::<Vec<_>>(), expected.clone());
        }
    }
}
