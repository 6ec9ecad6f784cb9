//! Counting the records again.

use super::{Counted, Counts, Tally, zero};
use crate::{Covered, Pace, Result, Stored, on_contention};

impl<C: Counts> Tally<C> {
    /// Counts these parts of `id` again: returns when counts that began after this call are written and kept, whoever made them; answers whether one was this
    /// caller's.
    ///
    /// A thing may have several parts (reactions, comments), which are counted by different queries but written together. A part is a field of the counts, or what
    /// its fields begin with. `count` is given the parts that
    /// are to be counted and what is stored, and answers it with these parts counted; because what is stored must not change until it is written, the others
    /// stay right.
    ///
    /// A read, what `count` reads, and a write; one write each [`crate::CloudConfig::counts_apart`] for one thing, however many want it and of whatever
    /// part.
    ///
    /// # Errors
    /// Firestore or Redis is away; somebody else's count did not end.
    pub async fn recount<F, Fut>(&self, id: &str, parts: &[&str], count: F) -> Result<Covered>
    where
        F: Fn(Vec<String>, C) -> Fut,
        Fut: Future<Output = Result<C>>,
    {
        self.recount_then(id, parts, count, |_| async { Ok(()) }).await
    }

    /// As [`Tally::recount`]; `then` is given what was counted and has ended before anybody is told that the count has.
    ///
    /// # Errors
    /// As [`Tally::recount`], and what `then` fails with.
    pub async fn recount_then<F, Fut, T, Then>(
        &self,
        id: &str,
        parts: &[&str],
        count: F,
        then: T,
    ) -> Result<Covered>
    where
        F: Fn(Vec<String>, C) -> Fut,
        Fut: Future<Output = Result<C>>,
        T: Fn(C) -> Then,
        Then: Future<Output = Result<()>>,
    {
        let key = format!("count:{}", (self.key)(id));
        let (count, then) = (&count, &then);
        let once = |parts: Vec<String>| async move {
            let nudges = self.nudges(id, &parts).await;
            let parts = &parts;
            let counted = on_contention(|| self.count(id, parts, count)).await?;
            // should Redis be away, an older value may still be kept there: the event comes again until it is not
            self.put(&counted, parts, &nudges?).await?;
            then(counted.counts).await
        };
        let pace = Pace::steady(self.cloud.counts_apart(), usize::MAX);
        self.cloud.coalesce().cover_parts(&key, parts, pace, once).await
    }

    async fn count<F, Fut>(&self, id: &str, parts: &[String], count: &F) -> Result<Counted<C>>
    where
        F: Fn(Vec<String>, C) -> Fut,
        Fut: Future<Output = Result<C>>,
    {
        let stored = self.cloud.documents().get(self.collection, id).await?;
        let before = stored
            .as_ref()
            .map_or_else(|| zero(id), |stored| Stored::clone(stored).into_inner());
        let after = Counted {
            id: before.id,
            generation: before.generation + 1,
            counts: count(parts.to_vec(), before.counts).await?,
        };
        // written even when nothing changed: a slower count beside this one, which saw what has passed, must find the document changed
        self.cloud
            .commit()
            .save(self.collection, stored.as_ref(), &after)
            .await?;
        Ok(after)
    }
}
