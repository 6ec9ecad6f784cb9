//! Reactions.

use super::ProfileSummary;
use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// How one can react.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReactionType {
    /// A thumb.
    Like,
    /// A heart.
    Love,
    /// A laugh.
    Haha,
    /// An open mouth.
    Wow,
    /// A tear.
    Sad,
    /// A red face.
    Angry,
}

impl ReactionType {
    /// Every type, in the order they are shown.
    pub const ALL: [Self; 6] = [
        Self::Like,
        Self::Love,
        Self::Haha,
        Self::Wow,
        Self::Sad,
        Self::Angry,
    ];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Love => "love",
            Self::Haha => "haha",
            Self::Wow => "wow",
            Self::Sad => "sad",
            Self::Angry => "angry",
        }
    }
}

impl fmt::Display for ReactionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many reacted how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReactionCounts {
    /// Thumbs.
    #[schema(example = 41)]
    pub like: u64,
    /// Hearts.
    #[schema(example = 7)]
    pub love: u64,
    /// Laughs.
    #[schema(example = 3)]
    pub haha: u64,
    /// Open mouths.
    #[schema(example = 2)]
    pub wow: u64,
    /// Tears.
    #[schema(example = 0)]
    pub sad: u64,
    /// Red faces.
    #[schema(example = 0)]
    pub angry: u64,
}

impl ReactionCounts {
    /// How many reacted, however.
    pub const fn total(&self) -> u64 {
        self.like + self.love + self.haha + self.wow + self.sad + self.angry
    }

    /// The count of one type.
    pub fn of(&mut self, r#type: ReactionType) -> &mut u64 {
        match r#type {
            ReactionType::Like => &mut self.like,
            ReactionType::Love => &mut self.love,
            ReactionType::Haha => &mut self.haha,
            ReactionType::Wow => &mut self.wow,
            ReactionType::Sad => &mut self.sad,
            ReactionType::Angry => &mut self.angry,
        }
    }
}

/// Who reacted, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// Who.
    pub user: ProfileSummary,
    /// How.
    pub r#type: ReactionType,
    /// When they last changed it.
    pub created_at: Timestamp,
}
