//! Labels: a post is stored with one for everything that a feed may be asked for, so that each question is one condition of a query: `image`, `#dawn`,
//! `image#dawn`.

use std::collections::BTreeSet;

/// What is in a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// No media.
    Text,
    /// Pictures.
    Image,
    /// Videos.
    Video,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Text, Self::Image, Self::Video];

    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
        }
    }

    /// The one of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The labels of a post with these kinds of content and these hashtags.
pub(crate) fn labels(kinds: &[Kind], tags: &[String]) -> Vec<String> {
    let kinds: BTreeSet<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let mut labels: BTreeSet<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    for tag in tags {
        labels.insert(format!("#{tag}"));
        labels.extend(kinds.iter().map(|kind| format!("{kind}#{tag}")));
    }
    labels.into_iter().collect()
}
