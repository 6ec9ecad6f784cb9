//! The numbers in Redis: a sorted set a window.

use super::rule::{Use, ranked};
use super::{TagWindow, Window};
use crate::state::Posts;
use crate::store;
use cloud::redis::{Pipeline, pipe};
use cloud::{Result, Stored};
use contracts::resources::TrendingTag;
use futures::future::try_join_all;

/// How many tags of a window take part.
const MOST: usize = 100;
/// How long a window is kept in Redis after it was written, in seconds.
const KEPT: u64 = 30 * 60 * 60;
/// How long it is taken for whole, in seconds: then it is filled once more.
const WHOLE: u64 = 60 * 60;

/// Puts what was counted: `ARGV` is tag, generation, number, how long to keep it. A later count stays.
const PUT: &str = "local there = redis.call('HGET', KEYS[2], ARGV[1]) \
    if there and tonumber(there) >= tonumber(ARGV[2]) then return 0 end \
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) \
    if tonumber(ARGV[3]) > 0 then redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1]) \
    else redis.call('ZREM', KEYS[1], ARGV[1]) end \
    redis.call('EXPIRE', KEYS[1], ARGV[4]) \
    return redis.call('EXPIRE', KEYS[2], ARGV[4])";

/// What is read of a window: whether it is whole, and its most used tags.
type Read = (bool, Vec<(String, u64)>);

impl Posts {
    /// The `limit` tags that trend now. Sixteen Redis commands; a window that is not whole there costs up to a hundred reads.
    pub(crate) async fn trending(&self, limit: usize) -> Result<Vec<TrendingTag>> {
        let now = Window::of(self.now());
        let windows = now.taking_part();
        let kept = match self.kept_windows(&windows).await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::debug!(%error, "trending tags are read from Firestore");
                Vec::new()
            }
        };
        let mut kept = kept.into_iter();
        let all = windows.into_iter().map(|window| {
            let kept = kept.next();
            async move {
                match kept {
                    Some((true, tags)) => Ok(tags
                        .into_iter()
                        .map(|(tag, posts)| Use { tag, window, posts })
                        .collect()),
                    _ => self.fill(window).await,
                }
            }
        });
        let uses: Vec<Vec<Use>> = try_join_all(all).await?;
        Ok(ranked(uses.into_iter().flatten(), now, limit))
    }

    async fn kept_windows(&self, windows: &[Window]) -> Result<Vec<Read>> {
        let (mut whole, mut most_used) = (pipe(), pipe());
        for window in windows {
            let keys = self.keys(*window);
            whole.cmd("EXISTS").arg(keys.whole);
            let look = most_used.cmd("ZRANGE").arg(keys.posts).arg(0).arg(MOST - 1);
            look.arg("REV").arg("WITHSCORES");
        }
        let cache = self.cloud.cache();
        let whole: Vec<bool> = cache.run_all(&whole).await?;
        let tags: Vec<Vec<(String, f64)>> = cache.run_all(&most_used).await?;
        let tags = tags.into_iter().map(|tags| {
            let numbers = tags.into_iter();
            numbers.map(|(tag, posts)| (tag, whole_number(posts))).collect()
        });
        Ok(whole.into_iter().zip(tags).collect())
    }

    /// Reads a window's most used tags, and keeps them.
    async fn fill(&self, window: Window) -> Result<Vec<Use>> {
        let documents = self.cloud.documents();
        let reads = store::tag_windows(window).map(|query| documents.query(query));
        let found: Vec<Stored<TagWindow>> = try_join_all(reads).await?.into_iter().flatten().collect();
        let mut keep = pipe();
        for counted in &found {
            self.put_into(&mut keep, counted);
        }
        let whole = keep.cmd("SET").arg(self.keys(window).whole).arg(1);
        whole.arg("EX").arg(WHOLE).ignore();
        if let Err(error) = self.cloud.cache().run_all::<()>(&keep).await {
            tracing::debug!(%error, "trending tags are not kept");
        }
        let mut uses: Vec<Use> = found
            .into_iter()
            .map(Stored::into_inner)
            .map(
                |TagWindow {
                     tag, window, posts, ..
                 }| Use { tag, window, posts },
            )
            .collect();
        uses.sort_by(|one, other| other.posts.cmp(&one.posts).then_with(|| one.tag.cmp(&other.tag)));
        uses.truncate(MOST);
        Ok(uses)
    }

    /// Keeps what was counted. One Redis command.
    pub(super) async fn put_counted(&self, counted: &TagWindow) -> Result<()> {
        let mut keep = pipe();
        self.put_into(&mut keep, counted);
        self.cloud.cache().run_all(&keep).await
    }

    fn put_into(&self, pipeline: &mut Pipeline, counted: &TagWindow) {
        let keys = self.keys(counted.window);
        let put = pipeline.cmd("EVAL").arg(PUT).arg(2);
        put.arg(keys.posts).arg(keys.generations);
        put.arg(&counted.tag).arg(counted.generation);
        put.arg(counted.posts).arg(KEPT).ignore();
    }

    fn keys(&self, window: Window) -> Keys {
        // in braces: what a script changes lies on one node of a cluster
        let key = |part: &str| self.cloud.cache().key(&format!("{{trending:{window}}}:{part}"));
        Keys {
            posts: key("posts"),
            generations: key("generations"),
            whole: key("whole"),
        }
    }
}

struct Keys {
    posts: String,
    generations: String,
    whole: String,
}

/// Redis keeps scores as floats; these are numbers of posts.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers, exact in a float up to 2^53"
)]
fn whole_number(score: f64) -> u64 {
    score.max(0.0) as u64
}
