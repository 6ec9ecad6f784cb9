//! Whom somebody follows.

use crate::Access;
use crate::lenses::{EDGES, Edge, EdgeState};
use cloud::{Direction, Result, Stored, hash};
use contracts::UserId;
use serde::{Deserialize, Serialize};

/// Whom somebody follows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    /// Whom they followed last first.
    pub people: Vec<UserId>,
    /// Of whom, and since when: another one after any change, also when somebody was left and followed again.
    pub fingerprint: u64,
}

impl Following {
    fn of(edges: &[Stored<Edge>]) -> Self {
        let mut parts = Vec::with_capacity(edges.len() * 24);
        for edge in edges {
            parts.extend(edge.followee_id.as_bytes());
            parts.extend(edge.created_at.as_millis().to_be_bytes());
        }
        let hash = hash::sha256(&[&parts]);
        Self {
            people: edges.iter().map(|edge| edge.followee_id).collect(),
            fingerprint: hash.first_chunk().copied().map_or(0, u64::from_be_bytes),
        }
    }
}

impl Access {
    /// Whom `user` follows. No read when it is kept in Redis, else one for each; index: `followerId`, `state`, `createdAt` descending.
    pub async fn following(&self, user: UserId) -> Result<Following> {
        let read = |_| async {
            let edges = EDGES
                .query()
                .eq("followerId", user)
                .eq("state", EdgeState::Active)
                .order_by("createdAt", Direction::Descending);
            let edges = self.cloud.documents().query(edges).await?;
            Ok(vec![Some(Following::of(&edges))])
        };
        let found = self.followees.get_many(&[user], read).await?;
        Ok(found.into_iter().flatten().next().unwrap_or_default())
    }

    /// Everybody whom `user` follows, whom they followed last first. As [`Access::following`].
    pub async fn followees(&self, user: UserId) -> Result<Vec<UserId>> {
        Ok(self.following(user).await?.people)
    }

    /// To be called after `user` began or ceased to follow somebody.
    pub async fn forget_followees(&self, user: UserId) {
        self.followees.forget(user).await;
        self.celebrities.forget(user).await;
    }
}
