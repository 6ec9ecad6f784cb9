//! A feed in the order of its score.
//!
//! The chronological list is cut into windows, and each is shown in the order of what its posts are worth at that moment. A cursor says which window, and what
//! of it was shown; so every post comes exactly once, however the scores move.

use super::filter::Filter;
use super::lists::List;
use super::rank::{Candidate, Viewing, score};
use crate::model::{Position, StoredPost};
use crate::state::Posts;
use cloud::{Result, Stored};
use contracts::{PostId, Subject};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How many posts of the chronological list are shown in the order of their score, before any that are older.
const WINDOW: usize = 60;
/// More than a window ever grows to by posts that others are shown later.
const MOST: usize = 10 * WINDOW;

/// Where somebody is in a ranked feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// After which position the window begins.
    from: Option<Position>,
    /// The last position of the window; none: the next so many posts.
    to: Option<Position>,
    /// What of the window was shown.
    shown: HashSet<PostId>,
    /// Whether anything lies behind the window.
    more: bool,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            shown: HashSet::new(),
            more: true,
        }
    }
}

impl Posts {
    /// The next `want` posts of `list` in the order of their score, and where to read on, if there is more. Reads a window, and the numbers under its
    /// posts when they are not kept.
    pub(crate) async fn ranked(
        &self,
        list: &List,
        filter: &Filter,
        place: Place,
        want: usize,
    ) -> Result<(Vec<Stored<StoredPost>>, Option<Place>)> {
        let (mut items, mut place) = (Vec::with_capacity(want), place);
        loop {
            let mut window = self.window(list, filter, &mut place).await?;
            window.retain(|post| !place.shown.contains(&post.post_id));
            let mut window = self.by_score(list, window).await?;
            let left = window.split_off(window.len().min(want - items.len()));
            place.shown.extend(window.iter().map(|post| post.post_id));
            items.extend(window);
            if !left.is_empty() {
                return Ok((items, Some(place)));
            }
            if !place.more {
                return Ok((items, None));
            }
            place = Place {
                from: place.to,
                ..Place::default()
            };
            if items.len() == want {
                return Ok((items, Some(place)));
            }
        }
    }

    /// The posts of a window, whose end is found when it is a new one.
    async fn window(
        &self,
        list: &List,
        filter: &Filter,
        place: &mut Place,
    ) -> Result<Vec<Stored<StoredPost>>> {
        if place.to.is_some() {
            let mut ask = filter.ask(place.from, MOST);
            ask.until = ask.until.max(place.to);
            return self.newest(list, filter, ask).await;
        }
        let mut found = self
            .newest(list, filter, filter.ask(place.from, WINDOW + 1))
            .await?;
        place.more = found.len() > WINDOW;
        found.truncate(WINDOW);
        place.to = found.last().map(|post| post.position());
        Ok(found)
    }

    /// Those that are worth most to the viewer first; of those that are worth the same, the newest.
    async fn by_score(&self, list: &List, posts: Vec<Stored<StoredPost>>) -> Result<Vec<Stored<StoredPost>>> {
        let viewing = Viewing {
            user: list.viewer(),
            at: self.now(),
        };
        let subjects: Vec<Subject> = posts.iter().map(|post| Subject::Post(post.post_id)).collect();
        let counters = self.engagement.counters(&subjects).await?;
        let scored = posts.into_iter().zip(counters).map(|(post, counters)| {
            let candidate = Candidate {
                author: post.author_id,
                created_at: post.created_at,
                counters: counters.into(),
            };
            (score(&candidate, &viewing), post)
        });
        let mut scored: Vec<(f64, Stored<StoredPost>)> = scored.collect();
        scored.sort_by(|(a, first), (b, second)| {
            b.total_cmp(a)
                .then_with(|| second.position().cmp(&first.position()))
        });
        Ok(scored.into_iter().map(|(_, post)| post).collect())
    }
}
