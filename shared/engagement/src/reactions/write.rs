//! Reacting, and taking it back.

use super::StoredReaction;
use super::read::view;
use crate::store::{REACTIONS, reaction_id};
use crate::{Engagement, counters};
use access::Author;
use cloud::{IdempotencyKey, Replayable, Result, on_contention};
use contracts::events::posts::{ReactionAdded, ReactionRemoved};
use contracts::resources::{Reaction, ReactionType};
use contracts::{Subject, UserId};
use futures::try_join;

impl Engagement {
    /// Reacts to `subject`, or changes the reaction; doing it again changes nothing. `answer` makes of the resource what the client gets, now and when it
    /// asks again with the same `key`.
    ///
    /// At most six reads: the subject (two documents for a comment), following when that decides, the reaction, numbers and profile when they are
    /// not kept.
    ///
    /// # Errors
    /// `NotFound`: the subject is not there for the author.
    pub async fn react<A: Replayable>(
        &self,
        subject: Subject,
        author: &Author,
        r#type: ReactionType,
        key: Option<&IdempotencyKey>,
        answer: impl Fn(Reaction) -> A,
    ) -> Result<A> {
        let (thing, person) = try_join!(
            self.access.require(subject, Some(author.user_id)),
            self.access.summary(author)
        )?;
        let answer = &|reaction: &StoredReaction| answer(view(reaction, person.clone()));
        on_contention(|| async move {
            let stored = self
                .cloud
                .documents()
                .get(REACTIONS, reaction_id(subject, author.user_id))
                .await?;
            let now = self.cloud.clock().now();
            let reaction = StoredReaction::react(stored.as_deref(), subject, author, r#type, now);
            let previous = stored.as_ref().map(|stored| stored.r#type);
            let mut commit = self.cloud.commit();
            if previous == Some(r#type) {
                if key.is_none() {
                    return Ok(answer(&reaction));
                }
            } else {
                commit = commit
                    .save(REACTIONS, stored.as_ref(), &reaction)
                    .emit(&ReactionAdded {
                        subject,
                        subject_owner_id: thing.owner,
                        user_id: author.user_id,
                        r#type,
                        previous,
                    });
            }
            let nudge = counters::reactions(previous, Some(r#type));
            let commit = commit.answer(key, answer(&reaction));
            self.nudged(subject, &nudge, commit).await
        })
        .await
    }

    /// Takes a reaction back; doing it again changes nothing. Reads as [`Engagement::react`].
    ///
    /// # Errors
    /// `NotFound`: the subject is not there for the caller.
    pub async fn unreact(&self, subject: Subject, caller: UserId) -> Result<()> {
        self.access.require(subject, Some(caller)).await?;
        on_contention(|| async move {
            let id = reaction_id(subject, caller);
            let Some(stored) = self.cloud.documents().get(REACTIONS, id).await? else {
                return Ok(());
            };
            let previous = stored.r#type;
            let commit = self.cloud.commit().delete(&stored).emit(&ReactionRemoved {
                subject,
                user_id: caller,
                previous,
            });
            let nudge = counters::reactions(Some(previous), None);
            self.nudged(subject, &nudge, commit.into_future()).await
        })
        .await
    }

    async fn nudged<T>(
        &self,
        subject: Subject,
        by: &[(String, i64)],
        commit: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let id = subject.to_string();
        self.tally.nudge(&id, by).await;
        let outcome = commit.await;
        if outcome.is_err() && !by.is_empty() {
            self.tally.forget(&id).await;
        }
        outcome
    }
}
