//! Who reacted how.

use super::StoredReaction;
use crate::store::{REACTIONS, reaction_id};
use crate::{Engagement, store};
use cloud::{Result, Stored};
use contracts::resources::{ProfileSummary, Reaction, ReactionType};
use contracts::{Subject, Timestamp, UserId};
use futures::try_join;

impl Engagement {
    /// Who of those who are somebody to the viewer reacted to `subject`, with one type or any, newest first: `want` of them after a position. Reads them,
    /// what is left out, and the subject (two documents for a comment).
    ///
    /// # Errors
    /// `NotFound`: the subject is not there for the viewer.
    pub async fn reactions(
        &self,
        subject: Subject,
        r#type: Option<ReactionType>,
        viewer: Option<UserId>,
        after: Option<(Timestamp, UserId)>,
        want: usize,
    ) -> Result<Vec<Stored<StoredReaction>>> {
        let read = |after, limit| {
            let reactions = store::reactions_to(subject, r#type, after, limit);
            self.cloud.documents().query(reactions)
        };
        let position = |reaction: &Stored<StoredReaction>| (reaction.created_at, reaction.user_id);
        let keep = |reactions| {
            let user = |reaction: &Stored<StoredReaction>| Some(reaction.user_id);
            self.access.present(viewer, reactions, user)
        };
        let (_, reactions) = try_join!(
            self.access.require(subject, viewer),
            access::filled(after, want, read, position, keep)
        )?;
        Ok(reactions)
    }

    /// Reactions as they are shown. Reads profiles that are not kept.
    pub async fn reaction_views(&self, reactions: &[&StoredReaction]) -> Result<Vec<Reaction>> {
        let authors = reactions.iter().map(|reaction| reaction.author());
        let people = self.access.summaries(authors).await?;
        let views = reactions.iter().map(|reaction| {
            let known = people.get(&reaction.user_id).cloned();
            view(reaction, known.unwrap_or_else(|| reaction.author().summary()))
        });
        Ok(views.collect())
    }

    /// How the viewer reacted to each of `subjects`, in their order. One read each in one batch; none without a viewer.
    pub async fn reactions_of(
        &self,
        subjects: &[Subject],
        viewer: Option<UserId>,
    ) -> Result<Vec<Option<ReactionType>>> {
        let Some(viewer) = viewer else {
            return Ok(vec![None; subjects.len()]);
        };
        let ids: Vec<String> = subjects
            .iter()
            .map(|subject| reaction_id(*subject, viewer))
            .collect();
        let found = self.cloud.documents().get_all(REACTIONS, &ids).await?;
        Ok(found
            .into_iter()
            .map(|reaction| reaction.map(|reaction| reaction.r#type))
            .collect())
    }
}

pub(super) fn view(reaction: &StoredReaction, user: ProfileSummary) -> Reaction {
    Reaction {
        user,
        r#type: reaction.r#type,
        created_at: reaction.changed_at,
    }
}
