//! Whom a message is for.

use std::{fmt, str::FromStr, sync::Arc};

/// A set of connections that messages are published to. Its text form (`feed/group/post:1`) is fit for the name
/// of a channel: a hub's name has no slash, and what follows the second slash is free.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Every connection of every instance (text: `server`).
    Server,
    /// All of a hub (`HUB/all`).
    All {
        /// The hub's name.
        hub: Arc<str>,
    },
    /// Those that joined a group (`HUB/group/NAME`).
    Group {
        /// The hub's name.
        hub: Arc<str>,
        /// The group's name; case matters.
        name: Arc<str>,
    },
    /// Those whom the server itself put there (`HUB/channel/NAME`): as a group, but not one of those that a connection may
    /// join only so many of.
    Channel {
        /// The hub's name.
        hub: Arc<str>,
        /// The channel's name; case matters.
        name: Arc<str>,
    },
    /// A user's (`HUB/user/ID`).
    User {
        /// The hub's name.
        hub: Arc<str>,
        /// The user's id.
        id: Arc<str>,
    },
    /// A session's, on all hubs (`session/ID`). Known in each process only; never subscribed to.
    Session {
        /// The session's id.
        id: Arc<str>,
    },
}

impl Topic {
    /// All connections of a hub.
    pub fn all(hub: &str) -> Self {
        Self::All { hub: hub.into() }
    }

    /// The members of a group.
    pub fn group(hub: &str, name: &str) -> Self {
        Self::Group {
            hub: hub.into(),
            name: name.into(),
        }
    }

    /// Those whom the server put in a channel.
    pub fn channel(hub: &str, name: &str) -> Self {
        Self::Channel {
            hub: hub.into(),
            name: name.into(),
        }
    }

    /// A user's connections.
    pub fn user(hub: &str, id: &str) -> Self {
        Self::User {
            hub: hub.into(),
            id: id.into(),
        }
    }

    /// Whether other instances have members that messages must reach.
    pub(crate) fn is_shared(&self) -> bool {
        !matches!(self, Self::Session { .. })
    }

    pub(crate) fn is_group(&self) -> bool {
        matches!(self, Self::Group { .. })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => out.write_str("server"),
            Self::All { hub } => write!(out, "{hub}/all"),
            Self::Group { hub, name } => write!(out, "{hub}/group/{name}"),
            Self::Channel { hub, name } => write!(out, "{hub}/channel/{name}"),
            Self::User { hub, id } => write!(out, "{hub}/user/{id}"),
            Self::Session { id } => write!(out, "session/{id}"),
        }
    }
}

/// Not the text form of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a topic")]
pub struct NotATopic;

impl FromStr for Topic {
    type Err = NotATopic;

    fn from_str(text: &str) -> Result<Self, NotATopic> {
        if text == "server" {
            return Ok(Self::Server);
        }
        let (hub, rest) = text.split_once('/').ok_or(NotATopic)?;
        match rest.split_once('/') {
            None if rest == "all" => Ok(Self::all(hub)),
            Some(("group", name)) => Ok(Self::group(hub, name)),
            Some(("channel", name)) => Ok(Self::channel(hub, name)),
            Some(("user", id)) => Ok(Self::user(hub, id)),
            _ => Err(NotATopic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_reads_back() {
        for (topic, text) in [
            (Topic::Server, "server"),
            (Topic::all("feed"), "feed/all"),
            (Topic::group("feed", "post/1:x"), "feed/group/post/1:x"),
            (Topic::channel("feed", "user:1"), "feed/channel/user:1"),
            (Topic::user("feed", "ann"), "feed/user/ann"),
        ] {
            assert_eq!(topic.to_string(), text);
            assert_eq!(text.parse(), Ok(topic));
        }
        for text in ["", "feed", "feed/some", "feed/group", "session/1"] {
            assert_eq!(text.parse::<Topic>(), Err(NotATopic), "{text}");
        }
    }
}
