//! Following and ceasing to.

use crate::model::{Count, Edge, may_follow};
use crate::state::Profiles;
use crate::store::{self, EDGES, PROFILES};
use cloud::Result;
use contracts::events::graph::{UserFollowed, UserUnfollowed};
use contracts::resources::ProfileViewer;
use contracts::{Refusal, UserId};
use runtime::Caller;

impl Profiles {
    /// `caller` follows `other` from now on. Four reads; one write more when it is the caller's first use.
    pub(crate) async fn follow(&self, caller: &Caller, other: UserId) -> Result<ProfileViewer> {
        may_follow(caller.user_id, other)?;
        let (began, followed_by) = cloud::on_contention(|| self.begin(caller, other)).await?;
        if began {
            self.forget_edge(caller.user_id, other).await;
        }
        Ok(ProfileViewer {
            following: true,
            followed_by,
        })
    }

    /// `follower` follows `other` no longer. Two reads.
    pub(crate) async fn unfollow(&self, follower: UserId, other: UserId) -> Result<()> {
        may_follow(follower, other)?;
        if cloud::on_contention(|| self.end(follower, other)).await? {
            self.forget_edge(follower, other).await;
        }
        Ok(())
    }

    /// Forgets what Redis keeps of an edge.
    async fn forget_edge(&self, follower: UserId, other: UserId) {
        futures::join!(
            self.access.forget_followees(follower),
            self.access.forget_standing(follower, other)
        );
    }

    /// Counts what an edge between the two moves, and forgets what Redis keeps of it: the process that wrote the edge may have died before it
    /// did.
    pub(crate) async fn recount_edge(&self, follower: UserId, other: UserId) -> Result<()> {
        self.forget_edge(follower, other).await;
        futures::try_join!(
            self.recount(other, Count::Followers),
            self.recount(follower, Count::Following)
        )?;
        Ok(())
    }

    /// Whether this began it, and whether the other follows back.
    async fn begin(&self, caller: &Caller, other: UserId) -> Result<(bool, bool)> {
        let follower = caller.user_id;
        let ([there, own], [edge, back]) = futures::try_join!(
            store::profiles(self.documents(), [other, follower]),
            store::edges_between(self.documents(), follower, other)
        )?;
        there.ok_or(Refusal::NotFound)?;
        if [&edge, &back].into_iter().flatten().any(|edge| edge.barred) {
            return Err(Refusal::NotFound.into());
        }
        let followed_by = back.is_some_and(|edge| edge.is_live());
        let Some(begun) = Edge::begun(edge.as_deref(), follower, other, self.now()) else {
            return Ok((false, followed_by));
        };
        let event = UserFollowed {
            follower_id: follower,
            followee_id: other,
        };
        let mut commit = self
            .cloud
            .commit()
            .save(EDGES, edge.as_ref(), &begun)
            .emit(&event);
        if own.is_none() {
            commit = commit.save(PROFILES, None, &self.first(caller));
        }
        self.moving(follower, other, 1, commit).await?;
        Ok((true, followed_by))
    }

    /// Whether this ended it.
    async fn end(&self, follower: UserId, other: UserId) -> Result<bool> {
        let (_, edge) = futures::try_join!(
            self.shown(other, Some(follower)),
            self.documents().get(EDGES, access::edge_id(follower, other))
        )?;
        let Some(ended) = edge.as_ref().and_then(|edge| edge.ended(self.now())) else {
            return Ok(false);
        };
        let event = UserUnfollowed {
            follower_id: follower,
            followee_id: other,
        };
        let commit = self
            .cloud
            .commit()
            .save(EDGES, edge.as_ref(), &ended)
            .emit(&event);
        self.moving(follower, other, -1, commit).await?;
        Ok(true)
    }
}
