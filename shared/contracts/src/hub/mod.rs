//! What the functions tell connected clients through `realtime`.

mod accounts;
mod feed;
mod notifications;
mod video;

pub use accounts::AccountBecamePrivate;
pub use feed::{
    CommentAdded, CommentChanged, CommentRemoved, NewPostAvailable, PostChanged, PostRemoved, ReactionUpdated,
};
pub use notifications::{NewNotification, UnreadCountChanged};
pub use video::{VideoProcessingCompleted, VideoProcessingFailed, VideoProcessingProgress};

use crate::{SessionId, Subject, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The hubs there are: the last part of `/hubs/{hub}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hub {
    /// Posts, comments and reactions.
    Feed,
    /// The inbox.
    Notifications,
    /// Videos and their processing.
    Video,
}

impl Hub {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Feed, Self::Notifications, Self::Video];

    /// The hub of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|hub| hub.as_str().eq_ignore_ascii_case(name))
    }

    /// Its name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Notifications => "notifications",
            Self::Video => "video",
        }
    }
}

impl fmt::Display for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message from the server to clients of one hub: its name there, its one argument.
pub trait HubEvent: Serialize {
    /// The hub.
    const HUB: Hub;
    /// The client method that is called.
    const NAME: &'static str;
    /// It is the last that a group hears: whoever is in the group is so no longer.
    const LAST: bool = false;
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody who joined the subject's group.
    Group(Subject),
    /// Every connection of a person.
    User(UserId),
}

/// The group or person on the backplane: `post:{id}`, `user:{id}`.
impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(subject) => write!(f, "{subject}"),
            Self::User(user) => write!(f, "user:{user}"),
        }
    }
}

/// What travels from a function to `realtime`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum HubFrame {
    /// Call `event` with `argument` on every connection of the audience.
    #[serde(rename_all = "camelCase")]
    Tell {
        /// The hub.
        hub: Hub,
        /// Who is told.
        audience: Audience,
        /// The client method.
        event: String,
        /// Its one argument.
        argument: serde_json::Value,
        /// The group ends with it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        last: bool,
        /// Who of the audience is not told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        except: Vec<UserId>,
    },
    /// Close every connection of a session that has ended.
    #[serde(rename_all = "camelCase")]
    EndSession {
        /// The session.
        session_id: SessionId,
    },
    /// Let somebody's connections hear no more of what they may not, or do not want to, hear of somebody else.
    #[serde(rename_all = "camelCase")]
    Part {
        /// The hub.
        hub: Hub,
        /// Who is to hear no more.
        user_id: UserId,
        /// Of whom.
        from: UserId,
        /// What has come between them.
        parting: Parting,
    },
    /// Let nobody hear what they hear of somebody only because everybody might, and tell them: [`AccountBecamePrivate`].
    #[serde(rename_all = "camelCase")]
    Conceal {
        /// Of whom.
        owner_id: UserId,
    },
}

/// What has come between somebody and whom they hear of: each ends what the one before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Parting {
    /// They muted them: nothing of new posts any more.
    Muted,
    /// They follow them no longer: nothing of what only followers see either.
    Left,
    /// One blocks the other: nothing at all.
    Blocked,
}

impl HubFrame {
    /// `event` for `audience`.
    ///
    /// # Errors
    /// The event does not become JSON.
    pub fn tell<E: HubEvent>(audience: Audience, event: &E) -> Result<Self, serde_json::Error> {
        let argument = serde_json::to_value(event)?;
        Ok(Self::Tell {
            hub: E::HUB,
            audience,
            event: E::NAME.to_owned(),
            argument,
            last: E::LAST,
            except: Vec::new(),
        })
    }

    /// The same, but not to these people.
    pub fn but_not_to(mut self, people: Vec<UserId>) -> Self {
        if let Self::Tell { except, .. } = &mut self {
            *except = people;
        }
        self
    }

    /// The backplane channel that carries it, without the deployment's prefix: `hub:feed:post:{id}`, or `instances` for all.
    pub fn channel(&self) -> String {
        match self {
            Self::Tell { hub, audience, .. } => hub_channel(*hub, audience),
            Self::EndSession { .. } | Self::Conceal { .. } => INSTANCES_CHANNEL.to_owned(),
            Self::Part { hub, user_id, .. } => hub_channel(*hub, &Audience::User(*user_id)),
        }
    }
}

/// The channel of what every instance hears: ended sessions, and accounts that became private.
pub const INSTANCES_CHANNEL: &str = "instances";

/// The channel of an audience of a hub.
pub fn hub_channel(hub: Hub, audience: &Audience) -> String {
    format!("hub:{hub}:{audience}")
}
