//! The home timeline.

use super::cache::Look;
use super::library::Shelves;
use super::merge::Placed;
use super::reading::{Ask, Found, read};
use super::sources;
use super::timeline::Timeline;
use super::window::Window;
use crate::model::{Position, StoredPost};
use crate::state::Posts;
use crate::store::AUTHORS;
use access::Following;
use cloud::{Result, Stored};
use contracts::UserId;

/// How deep a timeline is built at first. It grows as deep as it is read.
const DEPTH: usize = 100;

impl Posts {
    /// The newest posts of `viewer` and of whom they follow, as far as `ask` says and they may see them.
    ///
    /// Three Redis commands and one for whom they follow; reads what is shown, and how they stand to its authors when that is not kept. Without a
    /// timeline, or behind it, reads the authors' own lists: about twice what is shown (at first [`DEPTH`]), and two at least for every thirty authors.
    pub(crate) async fn home(&self, viewer: UserId, ask: Ask) -> Result<Vec<Stored<StoredPost>>> {
        let following = self.access.following(viewer).await?;
        let sources = sources::home(viewer, &following.people, AUTHORS);
        let shelves = Shelves::new(self, &sources, Some(viewer)).only(viewer, &following.people);
        let look = match self.timelines.look(viewer, &following.people).await {
            Ok(look) => look,
            Err(error) => {
                tracing::debug!(%error, "a timeline is merged on read");
                return self.merged(ask, &shelves).await;
            }
        };
        match look.fresh(&following) {
            Some(timeline) => self.kept(viewer, timeline, &look, ask, &shelves).await,
            // whoever reads on gets it built when they begin again
            None if ask.after.is_some() => self.merged(ask, &shelves).await,
            None => self.built(viewer, &following, &look, ask, shelves).await,
        }
    }

    /// Through the timeline that is kept, which takes in what was read right behind it.
    async fn kept(
        &self,
        viewer: UserId,
        timeline: &Timeline,
        look: &Look,
        ask: Ask,
        shelves: &Shelves<'_>,
    ) -> Result<Vec<Stored<StoredPost>>> {
        let window = Window::new(timeline, &look.pending);
        let Found { items, behind } = read(&window, ask, shelves).await?;
        match behind.filter(|_| timeline.has_room()) {
            Some((places, ended)) => {
                let deeper = timeline.extended(&places, ended);
                self.timelines.replace(viewer, timeline, &deeper).await;
            }
            None if timeline.is_loose() => {
                self.timelines.replace(viewer, timeline, timeline).await;
            }
            None => {}
        }
        Ok(items)
    }

    /// Builds the timeline, and keeps it.
    async fn built(
        &self,
        viewer: UserId,
        following: &Following,
        look: &Look,
        ask: Ask,
        shelves: Shelves<'_>,
    ) -> Result<Vec<Stored<StoredPost>>> {
        let Ok(lease) = self.timelines.begin(viewer).await else {
            return self.merged(ask, &shelves).await;
        };
        let depth = DEPTH.max(ask.want);
        let found = shelves.newest(None, depth).await?;
        let places: Vec<Position> = found.iter().map(Placed::place).collect();
        let ended = places.len() < depth;
        let timeline = Timeline::new(following.fingerprint, lease.at, places, ended);
        self.timelines.put(viewer, &lease, &timeline).await;
        let window = Window::new(&timeline, &look.pending);
        Ok(read(&window, ask, &shelves.knowing(found)).await?.items)
    }
}

impl Look {
    /// The timeline, unless whom they follow has changed since it was built, or something was forgotten that it may lack.
    fn fresh(&self, following: &Following) -> Option<&Timeline> {
        let forgotten = self.pending.iter().map(|pending| pending.forgotten_at).max();
        self.timeline.as_ref().filter(|timeline| {
            timeline.fingerprint == following.fingerprint
                && forgotten.is_none_or(|forgotten| forgotten < timeline.built_at)
        })
    }
}
