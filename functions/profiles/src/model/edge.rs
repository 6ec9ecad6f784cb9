//! How one person stands to another.

use cloud::Document;
use contracts::resources::Bell;
use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How one person (the follower) stands to another (the followee), as stored in `edges/{follower}_{followee}`: whether they follow, block, mute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edge {
    pub(crate) follower_id: UserId,
    pub(crate) followee_id: UserId,
    pub(crate) state: EdgeState,
    /// Since when they follow, or wait to (this time, when they had ceased to before): the order of the lists.
    pub(crate) created_at: Timestamp,
    /// When they ceased to, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended_at: Option<Timestamp>,
    /// What they hear of what the other publishes. Left out when nothing: the index of bells holds no other edges.
    #[serde(default, skip_serializing_if = "is_silent")]
    pub(crate) notify: Bell,
    /// Since when the follower blocks the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) blocked_at: Option<Timestamp>,
    /// Since when the follower mutes the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) muted_at: Option<Timestamp>,
    /// One of the two blocks the other, whichever: stands on both edges, so that one read tells it.
    #[serde(default)]
    pub(crate) barred: bool,
}

/// Whether an edge counts. Ended ones stay, so that the past can be audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EdgeState {
    /// They never followed.
    None,
    /// They asked to follow a private account, which has not answered.
    Requested,
    /// They follow.
    Active,
    /// They followed or asked to, and do no longer.
    Ended,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_silent(bell: &Bell) -> bool {
    *bell == Bell::None
}

impl Document for Edge {
    fn id(&self) -> String {
        access::edge_id(self.follower_id, self.followee_id)
    }
}

impl Edge {
    /// Of somebody who never did anything about the other.
    pub(crate) const fn none(from: UserId, to: UserId, now: Timestamp) -> Self {
        Self {
            follower_id: from,
            followee_id: to,
            state: EdgeState::None,
            created_at: now,
            ended_at: None,
            notify: Bell::None,
            blocked_at: None,
            muted_at: None,
            barred: false,
        }
    }

    /// They follow now.
    pub(crate) fn is_live(&self) -> bool {
        self.state == EdgeState::Active
    }

    /// They wait for an answer.
    pub(crate) fn is_requested(&self) -> bool {
        self.state == EdgeState::Requested
    }

    /// After the follower asked to follow. Who follows already still does, whatever the account has become; who waits for an account that is no
    /// longer private follows now.
    pub(super) fn followed(self, private: bool, bell: Option<Bell>, now: Timestamp) -> Self {
        let state = match self.state {
            EdgeState::Active => EdgeState::Active,
            _ if private => EdgeState::Requested,
            _ => EdgeState::Active,
        };
        let asked_anew = matches!(self.state, EdgeState::None | EdgeState::Ended);
        Self {
            created_at: if state == self.state { self.created_at } else { now },
            notify: bell.unwrap_or(if asked_anew { Bell::None } else { self.notify }),
            state,
            ..self
        }
    }

    /// After the other accepted; the same when nothing was asked.
    pub(crate) fn accepted(self, now: Timestamp) -> Self {
        if self.is_requested() {
            Self {
                state: EdgeState::Active,
                created_at: now,
                ..self
            }
        } else {
            self
        }
    }

    /// After it has come to its end, whoever ended it; the same when there was nothing to end.
    pub(super) fn ended(self, now: Timestamp) -> Self {
        if self.is_live() || self.is_requested() {
            Self {
                state: EdgeState::Ended,
                ended_at: Some(now),
                ..self
            }
        } else {
            self
        }
    }
}
