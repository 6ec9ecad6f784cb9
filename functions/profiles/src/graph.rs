//! What people wish about each other, fulfilled.

use crate::model::{Count, Edge, Pair, Profile, Wish};
use crate::state::Profiles;
use crate::store::{self, EDGES, PROFILES};
use cloud::{Commit, Result, Stored};
use contracts::events::graph::{FollowRequested, UserBlocked, UserFollowed, UserUnblocked, UserUnfollowed};
use contracts::resources::{Bell, ProfileViewer};
use contracts::{Refusal, UserId};
use runtime::Caller;

/// Two edges as they are stored: there and back.
type StoredEdges = [Option<Stored<Edge>>; 2];

impl Profiles {
    /// `caller` follows `other` from now on, or asks to. As [`Profiles::fulfil`].
    pub(crate) async fn follow(
        &self,
        caller: &Caller,
        other: UserId,
        bell: Option<Bell>,
    ) -> Result<ProfileViewer> {
        let wish = |private| Wish::Follow { private, bell };
        self.fulfil(caller, other, wish).await
    }

    /// Fulfils a wish of `caller` about `other` that does not depend on what kind of account they have. As [`Profiles::fulfil`].
    pub(crate) async fn wish(&self, caller: &Caller, other: UserId, wish: Wish) -> Result<ProfileViewer> {
        self.fulfil(caller, other, |_| wish).await
    }

    /// Fulfils what `caller` wishes about `other`, whose account may be private. Four reads; when it changes anything, a write for each edge that
    /// changes, and one more when it is the caller's first use. What changed is told in the same commit, and forgotten in Redis after it.
    ///
    /// # Errors
    /// 404: there is no such person, or not for the caller. What [`Wish::about`] and [`Pair::after`] refuse.
    async fn fulfil(
        &self,
        caller: &Caller,
        other: UserId,
        wish: impl Fn(bool) -> Wish,
    ) -> Result<ProfileViewer> {
        wish(false).about(caller.user_id, other)?;
        let (before, after) = cloud::on_contention(|| self.attempt(caller, other, &wish)).await?;
        if before != after {
            let [one, two] = [(&before.there, &after.there), (&before.back, &after.back)];
            for (before, after) in [one, two] {
                if before.is_live() != after.is_live() {
                    self.access.forget_followees(after.follower_id).await;
                }
            }
            self.access.forget_standing(caller.user_id, other).await;
            if before.there.barred != after.there.barred {
                self.access.forget_barred(caller.user_id, other).await;
            }
            self.part(&before, &after).await;
        }
        Ok(after.view())
    }

    /// What was and what is.
    async fn attempt(
        &self,
        caller: &Caller,
        other: UserId,
        wish: impl Fn(bool) -> Wish,
    ) -> Result<(Pair, Pair)> {
        let one = caller.user_id;
        let ([theirs, own], edges) = futures::try_join!(
            store::profiles(self.documents(), [other, one]),
            store::edges_between(self.documents(), one, other)
        )?;
        let theirs = theirs.ok_or(Refusal::NotFound)?;
        let wish = wish(theirs.is_private);
        if theirs.hidden && wish != Wish::Unblock {
            return Err(Refusal::NotFound.into());
        }
        let (now, before) = (self.now(), self.pair(&edges, one, other));
        let after = before.after(wish, now)?;
        if before != after {
            let mut commit = self.cloud.commit();
            if own.is_none() {
                commit = commit.save::<Profile>(PROFILES, None, &self.first(caller));
            }
            self.turn(&edges, &before, &after, commit).await?;
        }
        Ok((before, after))
    }

    /// Stores what changed between the two, and tells it.
    async fn turn(&self, edges: &StoredEdges, before: &Pair, after: &Pair, commit: Commit) -> Result<()> {
        let [there, back] = edges;
        let mut commit = commit;
        let mut moved = Vec::new();
        let both = [
            (there, &before.there, &after.there),
            (back, &before.back, &after.back),
        ];
        for (stored, before, after) in both {
            if before == after {
                continue;
            }
            commit = told(commit.save(EDGES, stored.as_ref(), after), before, after);
            let by = i64::from(after.is_live()) - i64::from(before.is_live());
            if by != 0 {
                moved.push((after.follower_id, after.followee_id, by));
            }
        }
        self.moving(&moved, commit).await
    }

    /// What stands between two people, by what is stored of it.
    pub(crate) fn pair(&self, edges: &StoredEdges, one: UserId, other: UserId) -> Pair {
        let edge = |stored: &Option<Stored<Edge>>, from, to| {
            let stored = stored.as_deref().cloned();
            stored.unwrap_or_else(|| Edge::none(from, to, self.now()))
        };
        let [there, back] = edges;
        Pair {
            there: edge(there, one, other),
            back: edge(back, other, one),
        }
    }

    /// Counts what an edge between the two moves, and forgets what Redis keeps of it: the process that wrote the edge may have died before it
    /// did.
    pub(crate) async fn recount_edge(&self, follower: UserId, other: UserId) -> Result<()> {
        self.access.forget_followees(follower).await;
        self.access.forget_standing(follower, other).await;
        futures::try_join!(
            self.recount(other, &[Count::Followers]),
            self.recount(follower, &[Count::Following])
        )?;
        Ok(())
    }
}

/// Tells what happened to an edge.
pub(crate) fn told(commit: Commit, before: &Edge, after: &Edge) -> Commit {
    let (one, other) = (after.follower_id, after.followee_id);
    let commit = match (before.is_live(), after.is_live()) {
        (false, true) => commit.emit(&UserFollowed {
            follower_id: one,
            followee_id: other,
            accepted: before.is_requested(),
        }),
        (true, false) => commit.emit(&UserUnfollowed {
            follower_id: one,
            followee_id: other,
        }),
        _ if after.is_requested() && !before.is_requested() => commit.emit(&FollowRequested {
            follower_id: one,
            followee_id: other,
        }),
        _ => commit,
    };
    match (before.blocked_at, after.blocked_at) {
        (None, Some(_)) => commit.emit(&UserBlocked {
            blocker_id: one,
            blocked_id: other,
        }),
        (Some(_), None) => commit.emit(&UserUnblocked {
            blocker_id: one,
            blocked_id: other,
        }),
        _ => commit,
    }
}
