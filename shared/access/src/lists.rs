//! Lists from which is left out what a viewer may not see: read on, so that pages stay full.

use crate::Access;
use cloud::Result;
use contracts::UserId;

/// The most that is read at once when much is left out.
const PIECE: usize = 100;

impl Access {
    /// Those of `items` whose author is somebody to the viewer, for [`filled`]; those without an author too. Costs [`Access::standings`] of the
    /// authors.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn present<T>(
        &self,
        viewer: Option<UserId>,
        items: Vec<T>,
        author: impl Fn(&T) -> Option<UserId>,
    ) -> Result<Vec<T>> {
        let authors: Vec<UserId> = items.iter().filter_map(&author).collect();
        let standings = self.standings(viewer, &authors).await?;
        let absent = |person: UserId| standings.get(&person).is_some_and(|standing| standing.absent());
        let present = items.into_iter().filter(|item| !author(item).is_some_and(absent));
        Ok(present.collect())
    }
}

/// The first `want` items of a list after a position that `keep` leaves of what `read` reads: so many items after a position, and fewer only when the
/// list ends. Reads `want` items, and as many more as are left out, in pieces.
///
/// # Errors
/// What either fails with.
pub async fn filled<T, P, E, R, K>(
    mut after: Option<P>,
    want: usize,
    read: impl Fn(Option<P>, usize) -> R,
    position: impl Fn(&T) -> P,
    keep: impl Fn(Vec<T>) -> K,
) -> std::result::Result<Vec<T>, E>
where
    R: Future<Output = std::result::Result<Vec<T>, E>>,
    K: Future<Output = std::result::Result<Vec<T>, E>>,
{
    let mut kept = Vec::with_capacity(want);
    let mut piece = want;
    while kept.len() < want {
        let found = read(after.take(), piece).await?;
        let ended = found.len() < piece;
        after = found.last().map(&position);
        kept.extend(keep(found).await?);
        if ended {
            break;
        }
        piece = PIECE.max(want);
    }
    kept.truncate(want);
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::convert::Infallible;

    proptest! {
        #[test]
        fn pages_are_full_and_hold_everything_that_is_kept_once(list in prop::collection::vec(any::<bool>(), 0..400), want in 1_usize..30) {
            let list: Vec<(usize, bool)> = list.into_iter().enumerate().collect();
            let all: Vec<usize> = list.iter().filter(|(_, kept)| *kept).map(|(place, _)| *place).collect();
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let reads = Cell::new(0);
                let read = |after: Option<usize>, limit: usize| {
                    let from = after.map_or(0, |after| after + 1).min(list.len());
                    let found: Vec<_> = list[from..].iter().take(limit).copied().collect();
                    reads.set(reads.get() + 1);
                    std::future::ready(Ok::<_, Infallible>(found))
                };
                let keep = |items: Vec<(usize, bool)>| std::future::ready(Ok(items.into_iter().filter(|item| item.1).collect()));
                let Ok(page) = block_on(filled(after, want, read, |item| item.0, keep));
                prop_assert!(reads.get() <= 2 + list.len() / PIECE);
                after = page.last().map(|item| item.0);
                let last = page.len() < want;
                walked.extend(page.into_iter().map(|item| item.0));
                if last {
                    break;
                }
            }
            prop_assert_eq!(walked, all);
        }
    }
}
