//! The two feeds.

use super::filter::Filter;
use super::library::Shelves;
use super::reading::{Ask, read};
use super::sources;
use super::window::Window;
use crate::model::StoredPost;
use crate::state::Posts;
use crate::store::AUTHORS;
use cloud::{Result, Stored};
use contracts::UserId;

/// Which feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// Somebody's own posts, and those of whom they follow.
    Home(UserId),
    /// Everyone's public posts, as somebody sees them.
    Global(Option<UserId>),
}

impl List {
    /// Who looks.
    pub(crate) const fn viewer(&self) -> Option<UserId> {
        match self {
            Self::Home(viewer) => Some(*viewer),
            Self::Global(viewer) => *viewer,
        }
    }

    /// The name of the list, to which cursors are bound.
    pub(crate) fn scope(&self) -> String {
        match self {
            Self::Home(viewer) => format!("feed:home:{viewer}"),
            Self::Global(_) => "feed:global".to_owned(),
        }
    }
}

impl Posts {
    /// The newest of `list` that the filter leaves, as far as `ask` says and the viewer may see them.
    ///
    /// Home without a label costs what [`Posts::home`] costs. All else is merged from lists: about twice what is shown, and two at least for each of
    /// them; how the viewer stands to its authors when that is not kept.
    pub(crate) async fn newest(
        &self,
        list: &List,
        filter: &Filter,
        ask: Ask,
    ) -> Result<Vec<Stored<StoredPost>>> {
        let labels = filter.labels();
        match list {
            List::Home(viewer) if labels.is_empty() => self.home(*viewer, ask).await,
            List::Home(viewer) => {
                let following = self.access.following(*viewer).await?;
                // a query has at most thirty ways to hold: each author with each label
                let sources = sources::home(*viewer, &following.people, AUTHORS / labels.len());
                let shelves = Shelves::new(self, &sources, Some(*viewer)).labelled(labels);
                self.merged(ask, &shelves.only(*viewer, &following.people)).await
            }
            List::Global(viewer) => {
                let sources = sources::everyone();
                let shelves = Shelves::new(self, &sources, *viewer).labelled(labels);
                self.merged(ask, &shelves).await
            }
        }
    }

    /// From the lists alone.
    pub(super) async fn merged(&self, ask: Ask, shelves: &Shelves<'_>) -> Result<Vec<Stored<StoredPost>>> {
        Ok(read(&Window::default(), ask, shelves).await?.items)
    }
}
