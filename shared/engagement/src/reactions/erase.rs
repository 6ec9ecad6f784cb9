//! How somebody reacted, erased with their account.

use super::StoredReaction;
use crate::store::REACTIONS;
use crate::{Engagement, counters};
use cloud::{Document, Query, Result};
use contracts::UserId;
use contracts::events::posts::ReactionRemoved;

/// Reactions that one call takes.
const PAGE: usize = 50;

impl Engagement {
    /// Reactions of `user`. Index: the field's own.
    pub fn reactions_by(user: UserId) -> Query<StoredReaction> {
        REACTIONS.query().eq("userId", user)
    }

    /// Erases some reactions of `user`; answers how many. A read, a delete and a message each.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn erase_reactions(&self, user: UserId) -> Result<usize> {
        let some = Self::reactions_by(user).limit(PAGE);
        let reactions = self.cloud.documents().query(some).await?;
        if reactions.is_empty() {
            return Ok(0);
        }
        let mut commit = self.cloud.commit();
        for reaction in &reactions {
            commit = commit.remove(REACTIONS, &reaction.id()).emit(&ReactionRemoved {
                subject: reaction.subject,
                user_id: user,
                previous: reaction.r#type,
            });
        }
        commit.await?;
        for reaction in &reactions {
            let nudge = counters::reactions(Some(reaction.r#type), None);
            self.tally.nudge(&reaction.subject.to_string(), &nudge).await;
        }
        Ok(reactions.len())
    }
}
