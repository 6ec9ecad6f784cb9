//! What one person is to another, as their edge says: kept in Redis, for strangers too.

use crate::lenses::{Edge, EdgeState};
use crate::rule::{Account, Relation, Standing};
use contracts::resources::{Bell, ProfileViewer};
use serde::{Deserialize, Serialize};

/// One way: what a person is to another. The other way is another stance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Stance {
    pub(crate) state: EdgeState,
    /// They block the other.
    pub(crate) blocking: bool,
    /// One of the two blocks the other, whichever.
    pub(crate) barred: bool,
    /// They muted the other.
    pub(crate) muting: bool,
    /// What they hear of what the other publishes, while they follow.
    pub(crate) notify: Bell,
}

impl Stance {
    pub(crate) fn of(edge: Option<&Edge>) -> Self {
        edge.map_or_else(Self::default, |edge| Self {
            state: edge.state,
            blocking: edge.blocked_at.is_some(),
            barred: edge.barred,
            muting: edge.muted_at.is_some(),
            notify: edge.notify,
        })
    }

    /// How somebody of whom this is the stance stands to the other, who has such an account.
    pub(crate) fn standing(self, account: Account) -> Standing {
        Standing {
            relation: self.relation(),
            account,
            blocked: self.barred,
            muted: self.muting,
        }
    }

    /// As the one who stands so sees it; `back` is how the other stands to them.
    pub(crate) fn view(self, back: Self) -> ProfileViewer {
        let following = self.state == EdgeState::Active;
        ProfileViewer {
            following,
            followed_by: back.state == EdgeState::Active,
            requested: self.state == EdgeState::Requested,
            blocking: self.blocking,
            muting: self.muting,
            notify: following.then_some(self.notify),
        }
    }

    pub(crate) fn relation(self) -> Relation {
        match self.state {
            EdgeState::Active => Relation::Follower,
            EdgeState::Requested => Relation::Requested,
            EdgeState::Other => Relation::Stranger,
        }
    }
}
