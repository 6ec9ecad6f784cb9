//! Where the posts of a list are, and who may see them.

use super::reading::Library;
use crate::model::{Position, StoredPost};
use crate::state::Posts;
use crate::store::{POSTS, Source};
use cloud::{Error, Result, Stored};
use contracts::{PostId, UserId};
use std::collections::{HashMap, HashSet};

/// The posts of `sources`, as `viewer` sees them.
#[derive(Debug)]
pub(super) struct Shelves<'a> {
    posts: &'a Posts,
    sources: &'a [Source],
    viewer: Option<UserId>,
    /// Only with one of these labels; none: with any.
    labels: Vec<String>,
    /// Only of these authors; none: of everybody.
    authors: Option<HashSet<UserId>>,
    /// What was read already.
    known: HashMap<PostId, Stored<StoredPost>>,
}

impl<'a> Shelves<'a> {
    pub(super) fn new(posts: &'a Posts, sources: &'a [Source], viewer: Option<UserId>) -> Self {
        Self {
            posts,
            sources,
            viewer,
            labels: Vec::new(),
            authors: None,
            known: HashMap::new(),
        }
    }

    /// Only with one of these labels; with any when there are none.
    pub(super) fn labelled(mut self, labels: Vec<String>) -> Self {
        self.labels = labels;
        self
    }

    /// Only of `viewer` and whom they follow.
    pub(super) fn only(mut self, viewer: UserId, followees: &[UserId]) -> Self {
        self.authors = Some(followees.iter().copied().chain([viewer]).collect());
        self
    }

    /// With what was read already.
    pub(super) fn knowing(mut self, posts: Vec<Stored<StoredPost>>) -> Self {
        self.known = posts.into_iter().map(|post| (post.post_id, post)).collect();
        self
    }

    /// The newest of all sources after a position, whoever may see them.
    pub(super) async fn newest(
        &self,
        after: Option<Position>,
        want: usize,
    ) -> Result<Vec<Stored<StoredPost>>> {
        self.posts
            .walk_labelled(self.sources, &self.labels, after, want)
            .await
    }
}

impl Library for Shelves<'_> {
    type Item = Stored<StoredPost>;
    type Error = Error;

    async fn fetch(&self, places: &[Position]) -> Result<Vec<Stored<StoredPost>>> {
        let unknown = places.iter().filter(|(_, id)| !self.known.contains_key(id));
        let unknown: Vec<PostId> = unknown.map(|(_, id)| *id).collect();
        let read = if unknown.is_empty() {
            Vec::new()
        } else {
            self.posts.cloud.documents().get_all(POSTS, &unknown).await?
        };
        let mut read: HashMap<PostId, Stored<StoredPost>> = read
            .into_iter()
            .flatten()
            .map(|post| (post.post_id, post))
            .collect();
        Ok(places
            .iter()
            .filter_map(|(_, id)| self.known.get(id).cloned().or_else(|| read.remove(id)))
            .collect())
    }

    async fn list(&self, after: Option<Position>, want: usize) -> Result<Vec<Stored<StoredPost>>> {
        self.newest(after, want).await
    }

    async fn seen(&self, mut items: Vec<Stored<StoredPost>>) -> Result<Vec<Stored<StoredPost>>> {
        if let Some(authors) = &self.authors {
            items.retain(|post| authors.contains(&post.author_id));
        }
        let authors: Vec<UserId> = items.iter().map(|post| post.author_id).collect();
        let standings = self.posts.access.standings(self.viewer, &authors).await?;
        items.retain(|post| {
            let standing = standings.get(&post.author_id);
            standing.is_some_and(|standing| standing.may_see(post.visibility) && !standing.unwanted())
        });
        Ok(items)
    }
}
