//! Who follows whom.

use cloud::Document;
use contracts::{Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// One person following another, now or formerly, as stored in `edges/{follower}_{followee}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edge {
    pub(crate) follower_id: UserId,
    pub(crate) followee_id: UserId,
    pub(crate) state: EdgeState,
    /// Since when they follow (this time, when they had ceased to before): the order of the lists.
    pub(crate) created_at: Timestamp,
    /// When they ceased to, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended_at: Option<Timestamp>,
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
    /// They asked to.
    Requested,
    Active,
    Ended,
}

impl Document for Edge {
    fn id(&self) -> String {
        access::edge_id(self.follower_id, self.followee_id)
    }
}

impl Edge {
    /// The edge after `from` asked to follow `to`; none when they do already.
    pub(crate) fn begun(current: Option<&Self>, from: UserId, to: UserId, now: Timestamp) -> Option<Self> {
        let follows = current.is_some_and(Self::is_live);
        (!follows).then(|| Self {
            follower_id: from,
            followee_id: to,
            state: EdgeState::Active,
            created_at: now,
            ended_at: current.and_then(|edge| edge.ended_at),
            blocked_at: current.and_then(|edge| edge.blocked_at),
            muted_at: current.and_then(|edge| edge.muted_at),
            barred: current.is_some_and(|edge| edge.barred),
        })
    }

    /// The edge after its follower asked to follow no longer; none when they do not.
    pub(crate) fn ended(&self, now: Timestamp) -> Option<Self> {
        self.is_live().then(|| Self {
            state: EdgeState::Ended,
            ended_at: Some(now),
            ..self.clone()
        })
    }

    /// They follow now.
    pub(crate) fn is_live(&self) -> bool {
        self.state == EdgeState::Active
    }
}

/// Nobody follows themself.
///
/// # Errors
/// 422 `cannot_follow_self`.
pub(crate) fn may_follow(from: UserId, to: UserId) -> Result<(), Refusal> {
    if from == to {
        Err(Refusal::unprocessable(
            "cannot_follow_self",
            "nobody can follow themself",
        ))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANN: UserId = UserId::from_bytes([1; 16]);
    const BOB: UserId = UserId::from_bytes([2; 16]);

    #[test]
    fn nobody_follows_themself() {
        assert!(may_follow(ANN, BOB).is_ok());
        assert!(matches!(
            may_follow(ANN, ANN),
            Err(Refusal::Unprocessable {
                code: "cannot_follow_self",
                ..
            })
        ));
    }

    proptest! {
        #[test]
        fn the_last_wish_holds_and_repetitions_change_nothing(wishes in prop::collection::vec(any::<bool>(), 1..20)) {
            let mut edge: Option<Edge> = None;
            let mut changes = 0;
            for (at, follow) in (0..).map(Timestamp::from_millis).zip(&wishes) {
                let next = if *follow {
                    Edge::begun(edge.as_ref(), ANN, BOB, at)
                } else {
                    edge.as_ref().and_then(|edge| edge.ended(at))
                };
                let was = edge.as_ref().is_some_and(Edge::is_live);
                prop_assert_eq!(next.is_some(), was != *follow);
                changes += usize::from(next.is_some());
                edge = next.or(edge);
            }
            prop_assert_eq!(edge.as_ref().is_some_and(Edge::is_live), *wishes.last().unwrap());
            let switches = std::iter::once(&false).chain(&wishes).zip(&wishes).filter(|(a, b)| a != b).count();
            prop_assert_eq!(changes, switches);
        }
    }
}
