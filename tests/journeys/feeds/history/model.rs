//! What is so, by definition: who stands how to whom, what was posted, and what somebody sees of it. Nothing of Kith is used here.

use serde_json::Value;
use std::collections::BTreeSet;

/// One person and another, in this order.
pub(super) type Edges = BTreeSet<(usize, usize)>;

#[derive(Debug, Default)]
pub(super) struct Model {
    /// Who follows whom.
    pub(super) follows: Edges,
    /// Who asked to follow whom, and waits.
    pub(super) asks: Edges,
    /// Who blocks whom.
    pub(super) blocks: Edges,
    /// Who mutes whom.
    pub(super) mutes: Edges,
    /// Whose account is private.
    pub(super) private: BTreeSet<usize>,
    pub(super) posts: Vec<Post>,
}

#[derive(Debug)]
pub(super) struct Post {
    pub(super) author: usize,
    /// As it was answered: where, and when.
    pub(super) shown: Value,
    pub(super) visibility: &'static str,
}

impl Model {
    /// One of the two blocks the other.
    pub(super) fn barred(&self, one: usize, other: usize) -> bool {
        self.blocks.contains(&(one, other)) || self.blocks.contains(&(other, one))
    }

    pub(super) fn follow(&mut self, one: usize, other: usize) {
        if self.private.contains(&other) && !self.follows.contains(&(one, other)) {
            self.asks.insert((one, other));
        } else {
            self.follows.insert((one, other));
        }
    }

    /// Whatever `one` follows or asked for of `other` has ended.
    pub(super) fn end(&mut self, one: usize, other: usize) {
        self.follows.remove(&(one, other));
        self.asks.remove(&(one, other));
    }

    pub(super) fn block(&mut self, one: usize, other: usize) {
        self.end(one, other);
        self.end(other, one);
        self.blocks.insert((one, other));
    }

    /// Whoever asked to follow `person` follows them now.
    pub(super) fn open(&mut self, person: usize) {
        self.private.remove(&person);
        let asking: Vec<_> = self
            .asks
            .iter()
            .copied()
            .filter(|edge| edge.1 == person)
            .collect();
        for edge in asking {
            self.asks.remove(&edge);
            self.follows.insert(edge);
        }
    }

    /// What `viewer` sees at home, newest first.
    pub(super) fn home(&self, viewer: usize) -> Vec<Value> {
        self.newest(|post| {
            let followed = self.follows.contains(&(viewer, post.author)) && post.visibility != "private";
            post.author == viewer || (followed && self.wanted(viewer, post.author))
        })
    }

    /// What `viewer` sees of everybody, newest first.
    pub(super) fn global(&self, viewer: usize) -> Vec<Value> {
        self.newest(|post| {
            let open = !self.private.contains(&post.author) || self.follows.contains(&(viewer, post.author));
            let wanted = open && self.wanted(viewer, post.author);
            post.visibility == "public" && (post.author == viewer || wanted)
        })
    }

    fn wanted(&self, viewer: usize, author: usize) -> bool {
        !self.barred(viewer, author) && !self.mutes.contains(&(viewer, author))
    }

    fn newest(&self, seen: impl Fn(&Post) -> bool) -> Vec<Value> {
        let mut seen: Vec<&Post> = self.posts.iter().filter(|post| seen(post)).collect();
        let place = |post: &Post| {
            let text = |name: &str| post.shown[name].as_str().unwrap().to_owned();
            (text("createdAt"), text("postId"))
        };
        seen.sort_by_key(|post| std::cmp::Reverse(place(post)));
        seen.iter().map(|post| post.shown["postId"].clone()).collect()
    }
}
