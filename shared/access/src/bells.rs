//! Who wants to hear of everything that somebody publishes.

use crate::followers::{self, Since};
use crate::lenses::Edge;
use crate::stance::Stance;
use crate::{Access, Standing};
use cloud::{Result, Stored};
use contracts::UserId;
use contracts::resources::Bell;

/// A piece of the list of those who follow an author with the bell on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bells {
    /// Them, and how each stands to the author: who last began to follow first.
    pub people: Vec<(UserId, Standing)>,
    /// After which to read on; none at the end.
    pub next: Option<Since>,
}

impl Access {
    /// At most `limit` of those who follow `author` with the bell on, as it is stored at this moment: for handlers of events, which may be told before
    /// Redis is. Reads as many documents, and the author's profile when it is not kept; index `edges(followeeId, state, notify, createdAt desc)`, which
    /// holds only edges with a bell.
    pub async fn bells(&self, author: UserId, after: Option<Since>, limit: usize) -> Result<Bells> {
        let edges = followers::of(author).eq("notify", Bell::All);
        let (edges, next) = self.followers_of(edges, after, limit).await?;
        if edges.is_empty() {
            return Ok(Bells::default());
        }
        let account = self.account_of(author).await?;
        let person = |edge: &Stored<Edge>| (edge.follower_id, Stance::of(Some(edge)).standing(account));
        Ok(Bells {
            people: edges.iter().map(person).collect(),
            next,
        })
    }
}
