//! Counting the records again.

use super::{Counted, Counts, Tally, zero};
use crate::{Commit, Result, Stored, on_contention};

impl<C: Counts> Tally<C> {
    /// Counts `id` again: returns when a count that began after this call is written and kept, whoever made it.
    ///
    /// `part` names what is counted of the thing, so that only such calls share a run. `count` is given what is stored and answers it with its
    /// part counted; because what is stored must not change until it is written, the other parts stay right. `tell` adds to the write what
    /// others are to hear of the change; it is given the counts before and after.
    ///
    /// A read, what `count` reads, and a write; at most once a second for one thing and part while several want it, as cloud's [`crate::Coalesce`] does.
    pub async fn recount<F, Fut, T>(&self, id: &str, part: &str, count: F, tell: T) -> Result<()>
    where
        F: Fn(C) -> Fut,
        Fut: Future<Output = Result<C>>,
        T: Fn(Commit, &C, &C) -> Commit,
    {
        let key = format!("count:{}:{part}", (self.key)(id));
        let (count, tell) = (&count, &tell);
        let once = || async move {
            let nudges = self.nudges(id).await;
            let counted = on_contention(|| self.count(id, count, tell)).await?;
            // should Redis be away, an older value may still be kept there: the event comes again until it is not
            self.put(&counted, nudges?).await
        };
        self.cloud.coalesce().cover(&key, once).await
    }

    async fn count<F, Fut, T>(&self, id: &str, count: &F, tell: &T) -> Result<Counted<C>>
    where
        F: Fn(C) -> Fut,
        Fut: Future<Output = Result<C>>,
        T: Fn(Commit, &C, &C) -> Commit,
    {
        let stored = self.cloud.documents().get(self.collection, id).await?;
        let before = stored
            .as_ref()
            .map_or_else(|| zero(id), |stored| Stored::clone(stored).into_inner());
        let counts = count(before.counts.clone()).await?;
        let after = Counted {
            id: before.id,
            generation: before.generation + 1,
            counts,
        };
        let commit = self.cloud.commit().save(self.collection, stored.as_ref(), &after);
        if after.counts == before.counts {
            // written all the same: a slower count beside this one, which saw what has passed, must find the document changed
            commit.await?;
        } else {
            tell(commit, &before.counts, &after.counts).await?;
        }
        Ok(after)
    }
}
