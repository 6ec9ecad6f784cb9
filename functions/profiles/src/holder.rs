//! What `profiles` holds of somebody: their profile, its numbers, and how they stand to others.

use crate::model::{Edge, EdgeState};
use crate::state::Profiles;
use crate::store::{COUNTS, EDGES, PROFILES};
use cloud::Document;
use contracts::UserId;
use contracts::events::graph::UserUnfollowed;
use runtime::{Erased, Export, Holder, Result, Step};
use serde_json::{Value, json};

/// Edges that one step takes: each may move the numbers of two people.
const EDGES_AT_ONCE: usize = 50;
/// Both ends of an edge.
const ENDS: [&str; 2] = ["followerId", "followeeId"];

impl Holder for Profiles {
    async fn erase(&self, user: UserId) -> Result<Option<Erased>> {
        let mut step = Step::new(&self.cloud);
        step.purge("profiles", PROFILES.query().eq("userId", user))
            .await?;
        for end in ENDS {
            step.work("edges", async || self.erase_edges(user, end).await)
                .await?;
        }
        step.purge("numbers", COUNTS.query().eq("id", user.to_string()))
            .await?;
        step.work("lists of suggestions", async || {
            Ok(self.suggestions.forget_holding(&user.to_string()).await?)
        })
        .await?;
        self.access.forget_profile(user).await;
        self.access.forget_followees(user).await;
        self.suggestions.forget(user).await;
        self.tally.forget(&user.to_string()).await;
        Ok(step.done())
    }

    async fn export(&self, user: UserId, export: &mut Export) -> Result<()> {
        let profile = PROFILES.query().eq("userId", user);
        export.all("profile", profile, |profile| profile).await?;
        let counts = COUNTS.query().eq("id", user.to_string());
        export.all("numbers", counts, |counts| counts).await?;
        let [from, to] = ENDS;
        let to_others = EDGES.query().eq(from, user);
        export.all("to-others", to_others, |edge| theirs(&edge)).await?;
        let of_others = EDGES.query().eq(to, user);
        export
            .those("of-others", of_others, |edge| of_another(&edge))
            .await
    }
}

impl Profiles {
    /// Deletes some of the edges at one end of which `user` stands; answers how many. Who stood at the other end is counted anew. A read and a delete
    /// each, and a message for who followed.
    async fn erase_edges(&self, user: UserId, end: &str) -> Result<usize> {
        let some = EDGES.query().eq(end, user).limit(EDGES_AT_ONCE);
        let edges = self.documents().query(some).await?;
        if edges.is_empty() {
            return Ok(0);
        }
        let mut commit = self.cloud.commit();
        for edge in &edges {
            commit = commit.remove(EDGES, &edge.id());
            if edge.state == EdgeState::Active {
                commit = commit.emit(&ended(edge));
            }
        }
        commit.await?;
        for edge in &edges {
            self.access.forget_followees(edge.follower_id).await;
            self.access
                .forget_standing(edge.follower_id, edge.followee_id)
                .await;
            if edge.barred {
                self.access
                    .forget_barred(edge.follower_id, edge.followee_id)
                    .await;
            }
        }
        Ok(edges.len())
    }
}

/// How they stand to another, without whether that one blocks them.
fn theirs(edge: &Edge) -> Value {
    json!({
        "userId": edge.followee_id, "state": edge.state, "createdAt": edge.created_at, "endedAt": edge.ended_at,
        "notify": edge.notify, "blockedAt": edge.blocked_at, "mutedAt": edge.muted_at,
    })
}

/// That another follows them, or did: whom others block and mute is the others' own.
fn of_another(edge: &Edge) -> Option<Value> {
    let follows = edge.state != EdgeState::None;
    follows.then(|| {
        json!({ "userId": edge.follower_id, "state": edge.state, "createdAt": edge.created_at, "endedAt": edge.ended_at })
    })
}

fn ended(edge: &Edge) -> UserUnfollowed {
    UserUnfollowed {
        follower_id: edge.follower_id,
        followee_id: edge.followee_id,
    }
}
