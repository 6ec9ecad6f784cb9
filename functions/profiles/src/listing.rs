//! The lists of people around somebody.

use crate::model::Edge;
use crate::state::Profiles;
use crate::store::{self, Position};
use cloud::{Document, Query, Stored};
use contracts::resources::{Page, ProfileSummary, Visibility};
use contracts::{Refusal, Timestamp, UserId};
use runtime::{PageQuery, Result};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// Who follows somebody.
    Followers,
    /// Whom somebody follows.
    Following,
    /// Who asked to follow somebody.
    Requests,
    /// Whom somebody blocks.
    Blocks,
    /// Whom somebody muted.
    Mutes,
}

impl Profiles {
    /// A page of `list` of `user`, newest first, without those who are nobody to the viewer. Reads `limit + 1` edges (and as many as are left out), and
    /// of the profiles and of how people stand what is not in Redis.
    ///
    /// # Errors
    /// 404: there is no such person, or their lists are not for the viewer. 400: the page makes no sense.
    pub(crate) async fn people(
        &self,
        list: List,
        user: UserId,
        viewer: Option<UserId>,
        page: &PageQuery,
    ) -> Result<Page<ProfileSummary>> {
        let scope = list.scope(user, viewer);
        let after = page.after(&self.context, &scope)?;
        if viewer != Some(user) {
            self.may_list(user, viewer).await?;
        }
        let read = |after, limit| self.documents().query(list.query(user, after, limit));
        let position = |edge: &Stored<Edge>| list.position(edge);
        let edges = access::filled(after, page.limit()? + 1, read, position, |edges| {
            self.present(list, viewer, edges)
        });
        let edges = page.page(&self.context, &scope, edges.await?, position)?;
        let people: Vec<UserId> = edges.items.iter().map(|edge| list.shown(edge)).collect();
        let known = self.access.known(&people).await?;
        Ok(Page {
            items: people
                .iter()
                .filter_map(|person| known.get(person).cloned())
                .collect(),
            next_cursor: edges.next_cursor,
        })
    }

    /// The lists of somebody are for those who see what is public of them.
    async fn may_list(&self, user: UserId, viewer: Option<UserId>) -> cloud::Result<()> {
        let seen = self.access.may_see(Visibility::Public, user, viewer).await?;
        if seen && self.access.is_known(user).await? {
            Ok(())
        } else {
            Err(Refusal::NotFound.into())
        }
    }

    /// Without those who are nobody to the viewer; of the blocked only those whose account is hidden are.
    async fn present(
        &self,
        list: List,
        viewer: Option<UserId>,
        edges: Vec<Stored<Edge>>,
    ) -> cloud::Result<Vec<Stored<Edge>>> {
        let viewer = viewer.filter(|_| list != List::Blocks);
        let person = |edge: &Stored<Edge>| Some(list.shown(edge));
        self.access.present(viewer, edges, person).await
    }
}

impl List {
    /// What a cursor is bound to: what is left out depends on the viewer.
    fn scope(self, user: UserId, viewer: Option<UserId>) -> String {
        let viewer = viewer.map(|viewer| viewer.to_string()).unwrap_or_default();
        match self {
            Self::Followers => format!("followers:{user}:{viewer}"),
            Self::Following => format!("following:{user}:{viewer}"),
            Self::Requests => format!("requests:{user}"),
            Self::Blocks => format!("blocks:{user}"),
            Self::Mutes => format!("mutes:{user}"),
        }
    }

    fn query(self, user: UserId, after: Option<Position>, limit: usize) -> Query<Edge> {
        match self {
            Self::Followers => store::followers(user, after, limit),
            Self::Following => store::following(user, after, limit),
            Self::Requests => store::requests(user, after, limit),
            Self::Blocks => store::blocks(user, after, limit),
            Self::Mutes => store::mutes(user, after, limit),
        }
    }

    const fn shown(self, edge: &Edge) -> UserId {
        match self {
            Self::Followers | Self::Requests => edge.follower_id,
            Self::Following | Self::Blocks | Self::Mutes => edge.followee_id,
        }
    }

    fn position(self, edge: &Edge) -> Position {
        let since: Option<Timestamp> = match self {
            Self::Followers | Self::Following | Self::Requests => None,
            Self::Blocks => edge.blocked_at,
            Self::Mutes => edge.muted_at,
        };
        (since.unwrap_or(edge.created_at), edge.id())
    }
}
