//! What stands between two people, and what one of them can wish.

use super::Edge;
use contracts::resources::{Bell, ProfileViewer};
use contracts::{Refusal, Timestamp, UserId};

/// What stands between somebody who wishes and another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// How the one who wishes stands to the other.
    pub(crate) there: Edge,
    /// How the other stands to them.
    pub(crate) back: Edge,
}

/// What somebody can wish about another. Wishing it again changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To follow; `private` is whether the other's account is.
    Follow { private: bool, bell: Option<Bell> },
    /// To follow no longer, or to take back having asked.
    Unfollow,
    /// To be followed by who asked.
    Accept,
    /// Not to be followed by who asked.
    Reject,
    /// To be followed no longer.
    Remove,
    /// That neither sees the other.
    Block,
    /// To block no longer.
    Unblock,
    /// Not to be shown what the other does.
    Mute,
    /// To mute no longer.
    Unmute,
}

impl Wish {
    /// Whether somebody may wish this about `other` at all.
    ///
    /// # Errors
    /// 422 `cannot_follow_self`, `cannot_block_self`, `cannot_mute_self`, `cannot_remove_self`; 404: nobody asks themself.
    pub(crate) fn about(self, one: UserId, other: UserId) -> Result<(), Refusal> {
        if one != other {
            return Ok(());
        }
        let (code, detail) = match self {
            Self::Follow { .. } | Self::Unfollow => ("cannot_follow_self", "nobody can follow themself"),
            Self::Block | Self::Unblock => ("cannot_block_self", "nobody can block themself"),
            Self::Mute | Self::Unmute => ("cannot_mute_self", "nobody can mute themself"),
            Self::Remove => ("cannot_remove_self", "nobody follows themself"),
            Self::Accept | Self::Reject => return Err(Refusal::NotFound),
        };
        Err(Refusal::unprocessable(code, detail))
    }

    /// It is about a block, which is not hidden from who wishes it.
    pub(crate) const fn is_about_blocks(self) -> bool {
        matches!(self, Self::Block | Self::Unblock)
    }
}

impl Pair {
    /// Once `wish` is fulfilled; the same when it was before.
    ///
    /// # Errors
    /// 404: one of the two blocks the other, and the wish is about something else; or nothing was asked that could be answered.
    pub(crate) fn after(&self, wish: Wish, now: Timestamp) -> Result<Self, Refusal> {
        if self.there.barred && !wish.is_about_blocks() {
            return Err(Refusal::NotFound);
        }
        let Self { there, back } = self.clone();
        let (there, back) = match wish {
            Wish::Follow { private, bell } => (there.followed(private, bell, now), back),
            Wish::Unfollow => (there.ended(now), back),
            Wish::Accept if back.is_requested() || back.is_live() => (there, back.accepted(now)),
            Wish::Reject if back.is_requested() => (there, back.ended(now)),
            // it was taken back, or rejected before
            Wish::Reject if back.ended_at.is_some() && !back.is_live() => (there, back),
            Wish::Accept | Wish::Reject => return Err(Refusal::NotFound),
            Wish::Remove => (there, back.ended(now)),
            Wish::Block => {
                let blocked_at = there.blocked_at.or(Some(now));
                let there = Edge {
                    blocked_at,
                    ..there.ended(now)
                };
                (there, back.ended(now))
            }
            Wish::Unblock => {
                let blocked_at = None;
                (Edge { blocked_at, ..there }, back)
            }
            Wish::Mute => {
                let muted_at = there.muted_at.or(Some(now));
                (Edge { muted_at, ..there }, back)
            }
            Wish::Unmute => {
                let muted_at = None;
                (Edge { muted_at, ..there }, back)
            }
        };
        let barred = there.blocked_at.is_some() || back.blocked_at.is_some();
        Ok(Self {
            there: Edge { barred, ..there },
            back: Edge { barred, ..back },
        })
    }

    /// As the one who wishes sees it.
    pub(crate) fn view(&self) -> ProfileViewer {
        ProfileViewer {
            following: self.there.is_live(),
            followed_by: self.back.is_live(),
            requested: self.there.is_requested(),
            blocking: self.there.blocked_at.is_some(),
            muting: self.there.muted_at.is_some(),
            notify: self.there.is_live().then_some(self.there.notify),
        }
    }
}

#[cfg(test)]
mod tests;
