//! The two lists of people around somebody.

use crate::model::Edge;
use crate::state::Profiles;
use crate::store::{self, Position};
use cloud::{Query, Stored};
use contracts::UserId;
use contracts::resources::{Page, ProfileSummary};
use futures::try_join;
use runtime::{PageQuery, Result};

/// Which list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum List {
    /// Who follows somebody.
    Followers,
    /// Whom somebody follows.
    Following,
}

impl Profiles {
    /// A page of `list` of `user`, newest first. Reads a profile and `limit + 1` edges, and summaries that are not in Redis.
    ///
    /// # Errors
    /// 404: there is no such person. 400: the page makes no sense.
    pub(crate) async fn people(
        &self,
        list: List,
        user: UserId,
        viewer: Option<UserId>,
        page: &PageQuery,
    ) -> Result<Page<ProfileSummary>> {
        let scope = list.scope(user);
        let after = page.after(&self.context, &scope)?;
        let edges = list.query(user, after, page.limit()? + 1);
        let (_, edges) = try_join!(self.shown(user, viewer), self.documents().query(edges))?;
        let edges = page.page(&self.context, &scope, edges, position)?;
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
}

impl List {
    fn scope(self, user: UserId) -> String {
        match self {
            Self::Followers => format!("followers:{user}"),
            Self::Following => format!("following:{user}"),
        }
    }

    fn query(self, user: UserId, after: Option<Position>, limit: usize) -> Query<Edge> {
        match self {
            Self::Followers => store::followers(user, after, limit),
            Self::Following => store::following(user, after, limit),
        }
    }

    const fn shown(self, edge: &Edge) -> UserId {
        match self {
            Self::Followers => edge.follower_id,
            Self::Following => edge.followee_id,
        }
    }
}

fn position(edge: &Stored<Edge>) -> Position {
    (edge.created_at, cloud::Document::id(&**edge))
}
