//! Whom somebody may want to follow: people who are followed by those whom they follow.

use crate::model::ranked;
use crate::state::Profiles;
use crate::store;
use access::Relation;
use cloud::Result;
use contracts::UserId;
use contracts::resources::ProfileSummary;
use futures::future::try_join_all;
use std::time::Duration;

/// How long suggestions are kept. Whom one has followed, blocked or muted since is left out at once.
pub(crate) const KEPT: Duration = Duration::from_mins(15);
/// Of so many whom one followed last.
const CIRCLES: usize = 15;
/// So many are looked at whom they followed last.
const CIRCLE: usize = 20;
/// How many are kept: more than are ever shown, because some may be left out.
const MOST: usize = 150;

impl Profiles {
    /// At most `limit` people whom `user` may want to follow, the best first. When they are not kept: at most 15 lists of 20 edges, however many
    /// people anybody follows. Then profiles and how the two stand, what is not in Redis.
    pub(crate) async fn suggested(&self, user: UserId, limit: usize) -> Result<Vec<ProfileSummary>> {
        let found = || async { self.find_suggestions(user).await.map(Some) };
        let people: Vec<UserId> = self.suggestions.get(user, found).await?.unwrap_or_default();
        let standings = self.access.standings(Some(user), &people).await?;
        let wanted = people.into_iter().filter(|person| {
            let standing = standings.get(person).copied().unwrap_or_default();
            standing.relation == Relation::Stranger && !standing.unwanted()
        });
        let wanted: Vec<UserId> = wanted.collect();
        let known = self.access.known(&wanted).await?;
        let shown = wanted.iter().filter_map(|person| known.get(person).cloned());
        Ok(shown.take(limit).collect())
    }

    async fn find_suggestions(&self, user: UserId) -> Result<Vec<UserId>> {
        let first = |user, limit| self.documents().query(store::following(user, None, limit));
        let mine = first(user, CIRCLES).await?;
        let circles = try_join_all(mine.iter().map(|edge| first(edge.followee_id, CIRCLE))).await?;
        let circles: Vec<Vec<UserId>> = circles
            .into_iter()
            .map(|circle| circle.iter().map(|edge| edge.followee_id).collect())
            .collect();
        Ok(ranked(user, &circles, MOST))
    }
}
