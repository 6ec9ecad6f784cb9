//! Who follows somebody: for what is told to all of them, page by page.

use crate::Access;
use crate::lenses::{EDGES, Edge, EdgeState};
use cloud::{Collection, Counted, Direction, Query, Result, Stored, Tally};
use contracts::resources::ProfileCounts;
use contracts::{Timestamp, UserId};
use std::time::Duration;

/// The numbers on a profile, written by `profiles`; the id is the user's.
const COUNTS: Collection<Counted<ProfileCounts>> = Collection::new("counts");
/// How long it is kept whom somebody follows of those whom a crowd follows.
pub(crate) const CELEBRITIES_KEPT: Duration = Duration::from_mins(10);

/// Where somebody stands in the list of an author's followers: since when they follow, and the edge's id.
pub type Since = (Timestamp, String);

/// A piece of the list of an author's followers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followers {
    /// Who last began to first.
    pub people: Vec<UserId>,
    /// Those of them who muted the author.
    pub muting: Vec<UserId>,
    /// After which to read on; none at the end.
    pub next: Option<Since>,
}

/// The key of what says that somebody read their feed in the last days. The braces keep what belongs to one person in one slot of a cluster.
pub fn reader_key(user: UserId) -> String {
    format!("timeline:{{{user}}}:active")
}

impl Access {
    /// At most `limit` of those who follow `author`. Reads as many documents; index `edges(followeeId, state, createdAt desc)`.
    pub async fn followers(&self, author: UserId, after: Option<Since>, limit: usize) -> Result<Followers> {
        let (edges, next) = self.followers_of(of(author), after, limit).await?;
        let muting = edges.iter().filter(|edge| edge.muted_at.is_some());
        Ok(Followers {
            people: edges.iter().map(|edge| edge.follower_id).collect(),
            muting: muting.map(|edge| edge.follower_id).collect(),
            next,
        })
    }

    /// At most `limit` of these edges of one author, and after which to read on.
    pub(crate) async fn followers_of(
        &self,
        edges: Query<Edge>,
        after: Option<Since>,
        limit: usize,
    ) -> Result<(Vec<Stored<Edge>>, Option<Since>)> {
        let edges = edges.order_by("createdAt", Direction::Descending).limit(limit);
        let edges = match after {
            Some((since, id)) => edges.after(since, &id),
            None => edges,
        };
        let edges = self.cloud.documents().query(edges).await?;
        let last = edges.last().filter(|_| edges.len() == limit);
        let place = |edge: &Stored<Edge>| {
            let id = crate::edge_id(edge.follower_id, edge.followee_id);
            (edge.created_at, id)
        };
        let next = last.map(place);
        Ok((edges, next))
    }

    /// How many follow each of `people`, in their order: what was counted last. A Redis command each; no read for what is kept there, else one each in
    /// one batch.
    pub async fn follower_counts(&self, people: &[UserId]) -> Result<Vec<u64>> {
        let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
        let counts = Tally::new(self.cloud.clone(), COUNTS, |user| {
            format!("profile_counts:{user}")
        });
        let counts: Vec<ProfileCounts> = counts.of(&ids).await?;
        Ok(counts.iter().map(|count| count.followers).collect())
    }

    /// Those whom `user` follows and more than `crowd` do: they are told of by a channel of their own. No read when it is kept in Redis, else as
    /// [`Access::followees`] and [`Access::follower_counts`] of them all; may be ten minutes old.
    pub async fn celebrities(&self, user: UserId, crowd: u64) -> Result<Vec<UserId>> {
        let read = |_| async {
            let people = self.followees(user).await?;
            let counts = self.follower_counts(&people).await?;
            let crowded = people.iter().zip(counts).filter(|(_, count)| *count > crowd);
            let crowded: Vec<UserId> = crowded.map(|(person, _)| *person).collect();
            Ok(vec![Some(crowded)])
        };
        let found = self.celebrities.get_many(&[user], read).await?;
        Ok(found.into_iter().flatten().flatten().collect())
    }

    /// Notes that `user` looks at their feed, for so long. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn reads_feed(&self, user: UserId, kept: Duration) -> Result<()> {
        let mut mark = redis::cmd("SET");
        mark.arg(self.cloud.cache().key(&reader_key(user)))
            .arg(1)
            .arg("EX")
            .arg(kept.as_secs().max(1));
        self.cloud.cache().run(&mark).await
    }
}

/// The edges of those who follow `author`.
pub(crate) fn of(author: UserId) -> Query<Edge> {
    EDGES
        .query()
        .eq("followeeId", author)
        .eq("state", EdgeState::Active)
}
