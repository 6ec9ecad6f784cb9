//! Who follows whom.

use crate::Access;
use crate::lenses::{EDGES, EdgeState};
use crate::rule::{Standing, may_see};
use cloud::{Direction, Result};
use contracts::UserId;
use contracts::resources::{ProfileViewer, Visibility};

/// The id of the edge between two people in `edges`.
pub fn edge_id(follower: UserId, person: UserId) -> String {
    format!("{follower}_{person}")
}

impl Access {
    /// Whether `follower` follows `person`. One read.
    pub async fn follows(&self, follower: UserId, person: UserId) -> Result<bool> {
        Ok(self.live(&[edge_id(follower, person)]).await? == [true])
    }

    /// How `viewer` and `person` stand to each other. Two reads in one round trip.
    pub async fn relation(&self, viewer: UserId, person: UserId) -> Result<ProfileViewer> {
        let live = self
            .live(&[edge_id(viewer, person), edge_id(person, viewer)])
            .await?;
        Ok(ProfileViewer {
            following: live.first() == Some(&true),
            followed_by: live.last() == Some(&true),
        })
    }

    /// Everybody whom `user` follows, whom they followed last first. No read when it is kept in Redis, else one for each; index:
    /// `followerId`, `state`, `createdAt` descending.
    pub async fn followees(&self, user: UserId) -> Result<Vec<UserId>> {
        let found = self
            .followees
            .get_many(&[user], |_| async {
                let edges = EDGES
                    .query()
                    .eq("followerId", user)
                    .eq("state", EdgeState::Active)
                    .order_by("createdAt", Direction::Descending);
                let edges = self.cloud.documents().query(edges).await?;
                let followees: Vec<UserId> = edges.iter().map(|edge| edge.followee_id).collect();
                Ok(vec![Some(followees)])
            })
            .await?;
        Ok(found.into_iter().flatten().flatten().collect())
    }

    /// To be called after `user` began or ceased to follow somebody.
    pub async fn forget_followees(&self, user: UserId) {
        self.followees.forget(user).await;
    }

    /// How `viewer` stands to `author`. One read unless they are the same, or nobody asks.
    pub async fn standing(&self, author: UserId, viewer: Option<UserId>) -> Result<Standing> {
        match viewer {
            Some(viewer) if viewer == author => Ok(Standing::Author),
            Some(viewer) if self.follows(viewer, author).await? => Ok(Standing::Follower),
            None | Some(_) => Ok(Standing::Stranger),
        }
    }

    /// Whether `viewer` may see what `author` made with this visibility. One read, and that only when following decides.
    pub async fn may_see(
        &self,
        visibility: Visibility,
        author: UserId,
        viewer: Option<UserId>,
    ) -> Result<bool> {
        let standing = if visibility == Visibility::Followers {
            self.standing(author, viewer).await?
        } else if viewer == Some(author) {
            Standing::Author
        } else {
            Standing::Stranger
        };
        Ok(may_see(visibility, standing))
    }

    async fn live(&self, edges: &[String]) -> Result<Vec<bool>> {
        let edges = self.cloud.documents().get_all(EDGES, edges).await?;
        let live = edges
            .iter()
            .map(|edge| edge.as_ref().is_some_and(|edge| edge.state == EdgeState::Active));
        Ok(live.collect())
    }
}
