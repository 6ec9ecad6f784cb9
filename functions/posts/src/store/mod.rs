//! The collections of `posts`.

mod around;
mod posts;
mod revisions;
mod tags;

pub(crate) use around::{
    BOOKMARKS, PINS, REPOSTS, bookmark, bookmarked, bookmarks_of, bookmarks_of_post, pin, repost,
};
pub(crate) use posts::{
    AUTHORS, DELETED_POSTS, POSTS, Source, pinned, post, posts, posts_waiting_for, was_theirs,
};
pub(crate) use revisions::{REVISIONS, revisions};
pub(crate) use tags::{TAG_WINDOWS, tag_window, tag_windows, trending_posts};
