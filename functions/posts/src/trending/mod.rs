//! Which hashtags trend.
//!
//! **Definition.** Time is cut into windows of three hours. Of every window and tag there is a number: how many posts made in that window carry the
//! tag, are public, and were written while their author's account was public. A tag's score is the sum of its numbers over the running window and
//! the seven before it, each weighed by `2^(-age/2)`, where the age is how many windows ago it was: after six hours a post weighs half. Tags come by
//! their score, and by their name where scores are equal. Of each window the hundred most used tags take part.
//!
//! The records are the posts. A post that is made, changed or deleted makes its tags be counted again in its window (once for all who want it); the
//! number is kept in `tag_windows`, and beside it in Redis in one sorted set a window, which is all that is read. A window that Redis lost is filled from
//! `tag_windows`.

mod board;
mod counting;
mod rule;
mod window;

pub(crate) use window::{TagWindow, Window};
