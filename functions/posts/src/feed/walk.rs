//! Reading a merged list.

use super::merge::{Merge, Placed};
use crate::model::{Position, StoredPost};
use crate::state::Posts;
use crate::store::Source;
use cloud::{Result, Stored};
use futures::future::try_join_all;

impl Posts {
    /// The newest `want` posts of all `sources` after a position. Reads about twice as many, and one a source at least.
    pub(crate) async fn walk(
        &self,
        sources: &[Source],
        after: Option<Position>,
        want: usize,
    ) -> Result<Vec<Stored<StoredPost>>> {
        self.walk_labelled(sources, &[], after, want).await
    }

    /// The same, only of posts with one of `labels`, when there are any. Each index of a source with `labels` before `createdAt`.
    pub(crate) async fn walk_labelled(
        &self,
        sources: &[Source],
        labels: &[String],
        after: Option<Position>,
        want: usize,
    ) -> Result<Vec<Stored<StoredPost>>> {
        let documents = self.cloud.documents();
        let read = |lane: usize, after, limit| async move {
            let Some(source) = sources.get(lane) else {
                return Ok(Vec::new());
            };
            let query = source.query(after, limit);
            let query = if labels.is_empty() {
                query
            } else {
                query.contains_any("labels", labels)
            };
            documents.query(query).await
        };
        walk(sources.len(), after, want, read).await
    }
}

/// The newest `want` of so many lists; `read` reads some of a list after a position.
async fn walk<T, E, F, Fut>(
    lanes: usize,
    after: Option<Position>,
    want: usize,
    read: F,
) -> std::result::Result<Vec<T>, E>
where
    T: Placed,
    F: Fn(usize, Option<Position>, usize) -> Fut,
    Fut: Future<Output = std::result::Result<Vec<T>, E>>,
{
    let piece = piece(lanes, want);
    let mut merge = Merge::new(lanes, after);
    let mut items = Vec::with_capacity(want);
    while items.len() < want {
        let hungry = merge.hungry();
        let reads = hungry.iter().map(|(lane, to)| read(*lane, *to, piece));
        for ((lane, _), found) in hungry.iter().zip(try_join_all(reads).await?) {
            let ended = found.len() < piece;
            merge.feed(*lane, found, ended);
        }
        match merge.next() {
            Some(item) => items.push(item),
            None if merge.hungry().is_empty() => break,
            None => {}
        }
    }
    Ok(items)
}

/// How much of a list is read at once: all that is wanted when there is one list; of many, twice their even share.
fn piece(lanes: usize, want: usize) -> usize {
    if lanes <= 1 {
        want
    } else {
        (2 * want).div_ceil(lanes).clamp(2, want.max(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{PostId, Timestamp};
    use futures::executor::block_on;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::convert::Infallible;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Item(Position);

    impl Placed for Item {
        fn place(&self) -> Position {
            self.0
        }
    }

    /// Lists of posts; few different times, so that many are made at the same one.
    fn lists() -> impl Strategy<Value = Vec<BTreeSet<Item>>> {
        let item = (0_i64..12, any::<[u8; 16]>())
            .prop_map(|(at, id)| Item((Timestamp::from_millis(at), PostId::from_bytes(id))));
        prop::collection::vec(prop::collection::btree_set(item, 0..30), 1..7)
    }

    fn page(lists: &[BTreeSet<Item>], after: Option<Position>, want: usize) -> (Vec<Item>, usize) {
        let reads = Cell::new(0);
        let read = |lane: usize, after: Option<Position>, limit| {
            let found: Vec<Item> = lists[lane]
                .iter()
                .rev()
                .filter(|item| after.is_none_or(|after| item.0 < after))
                .take(limit)
                .copied()
                .collect();
            reads.set(reads.get() + found.len().max(1));
            async move { Ok::<_, Infallible>(found) }
        };
        let items = match block_on(walk(lists.len(), after, want, read)) {
            Ok(items) => items,
            Err(never) => match never {},
        };
        (items, reads.get())
    }

    proptest! {
        /// Walking the pages shows every post exactly once, newest first.
        #[test]
        fn every_post_comes_exactly_once_newest_first(lists in lists(), size in 1_usize..15) {
            let mut walked = Vec::new();
            let mut after = None;
            loop {
                let (items, _) = page(&lists, after, size);
                after = items.last().map(Placed::place);
                let last = items.len() < size;
                walked.extend(items);
                if last {
                    break;
                }
            }
            let mut all: Vec<Item> = lists.iter().flatten().copied().collect();
            all.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(walked, all);
        }

        /// What is there throughout comes exactly once, whatever is posted and deleted between pages.
        #[test]
        fn what_stays_comes_exactly_once(before in lists(), later in lists(), gone in any::<u64>(), size in 1_usize..8) {
            let (mut lists, mut walked, mut after, mut round) = (before.clone(), Vec::new(), None, 0_usize);
            let leaves = |item: &Item| (gone >> (item.0.1.as_bytes()[1] % 64)) & 1 == 1;
            loop {
                let (items, _) = page(&lists, after, size);
                after = items.last().map(Placed::place);
                let last = items.len() < size;
                walked.extend(items);
                if last {
                    break;
                }
                for (list, later) in lists.iter_mut().zip(&later) {
                    list.extend(later.iter().skip(round).take(1));
                    let leaving = list.iter().find(|item| leaves(item)).copied();
                    if let Some(leaving) = leaving {
                        list.remove(&leaving);
                    }
                }
                round += 1;
            }
            for stays in before.iter().flatten().filter(|item| !leaves(item)) {
                prop_assert_eq!(walked.iter().filter(|item| *item == stays).count(), 1);
            }
            prop_assert!(walked.is_sorted_by(|a, b| a >= b));
        }

        /// A page costs at most twice what it shows and a piece a list.
        #[test]
        fn a_page_is_not_read_in_vain(lists in lists(), size in 1_usize..25) {
            let (items, reads) = page(&lists, None, size);
            let piece = piece(lists.len(), size);
            prop_assert!(reads <= 2 * items.len() + (piece + 1) * lists.len(), "{reads} reads for {} items", items.len());
        }
    }
}
