//! After any history of posts, edits, quotes, bookmarks and deletions, every list and number is what a plain model says: lists by tag, trending tags, shares,
//! bookmarks, histories.

use super::{edited, id, ids, path, shared, written};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::{Kith, Person, seed};

/// How many steps a history has.
const STEPS: usize = 60;
const TAGS: [&str; 3] = ["a", "b", "c"];
const VISIBILITIES: [&str; 3] = ["public", "public", "private"];

/// A small generator (Knuth's MMIX constants): a seed is the whole history.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    /// Some words and some of the tags; never nothing.
    fn text(&mut self) -> String {
        let words = (0..=self.below(3)).map(|_| match self.below(5) {
            tag @ 0..3 => format!("#{}", TAGS[tag]),
            _ => "word".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// A post as the model has it.
struct Known {
    post: Value,
    author: usize,
    text: String,
    visibility: &'static str,
    shares: Option<usize>,
    revisions: Vec<String>,
    gone: bool,
    bookmarked: Option<usize>,
}

impl Known {
    fn is_public(&self) -> bool {
        !self.gone && self.visibility == "public"
    }

    fn has(&self, tag: &str) -> bool {
        self.text
            .split(' ')
            .any(|word| word.strip_prefix('#') == Some(tag))
    }
}

struct Story {
    people: [Person; 2],
    posts: Vec<Known>,
    chance: Chance,
    bookmarks: usize,
}

impl Story {
    /// Some post that is there.
    fn some(&mut self) -> Option<usize> {
        let there: Vec<usize> = (0..self.posts.len()).filter(|at| !self.posts[*at].gone).collect();
        let at = self.chance.below(there.len());
        there.get(at).copied()
    }

    async fn step(&mut self) {
        let some = self.some();
        match (self.chance.below(10), some) {
            (0..3, _) | (_, None) => self.write().await,
            (3..6, Some(at)) => self.edit(at).await,
            (6, Some(at)) => self.quote(at).await,
            (7, Some(at)) => self.bookmark(at).await,
            (8.., Some(at)) => self.delete(at).await,
        }
    }

    fn add(
        &mut self,
        post: Value,
        author: usize,
        text: String,
        visibility: &'static str,
        shares: Option<usize>,
    ) {
        self.posts.push(Known {
            post,
            author,
            text,
            visibility,
            shares,
            revisions: Vec::new(),
            gone: false,
            bookmarked: None,
        });
    }

    async fn write(&mut self) {
        let (author, text) = (self.chance.below(2), self.chance.text());
        let visibility = VISIBILITIES[self.chance.below(3)];
        let body = json!({ "text": text, "visibility": visibility });
        let post = written(&self.people[author], body).await;
        self.add(post, author, text, visibility, None);
    }

    async fn edit(&mut self, at: usize) {
        let text = self.chance.text();
        let visibility = VISIBILITIES[self.chance.below(3)];
        let known = &mut self.posts[at];
        let body = json!({ "text": text, "visibility": visibility });
        edited(&self.people[known.author], &known.post, body).await;
        if (&text, visibility) != (&known.text, known.visibility) {
            known
                .revisions
                .insert(0, std::mem::replace(&mut known.text, text));
            known.visibility = visibility;
        }
    }

    async fn quote(&mut self, at: usize) {
        if !self.posts[at].is_public() {
            return;
        }
        let (author, text) = (self.chance.below(2), self.chance.text());
        let post = shared(&self.people[author], &self.posts[at].post, Some(&text)).await;
        self.add(post, author, text, "public", Some(at));
    }

    /// By the second person.
    async fn bookmark(&mut self, at: usize) {
        let known = &mut self.posts[at];
        if known.visibility == "private" && known.author == 0 {
            return;
        }
        let target = format!("{}/bookmark", path(&known.post));
        self.people[1].put_nothing(&target).await.expect(204);
        self.bookmarks += 1;
        known.bookmarked = known.bookmarked.or(Some(self.bookmarks));
    }

    async fn delete(&mut self, at: usize) {
        let known = &mut self.posts[at];
        self.people[known.author]
            .delete(&path(&known.post))
            .await
            .expect(204);
        known.gone = true;
    }

    /// What everybody finds under a tag, newest first.
    fn tagged(&self, tag: &str) -> Vec<&str> {
        let found = self
            .posts
            .iter()
            .rev()
            .filter(|known| known.is_public() && known.has(tag));
        found.map(|known| id(&known.post)).collect()
    }

    fn trending(&self) -> BTreeMap<String, u64> {
        let counts = TAGS.map(|tag| (tag.to_owned(), self.tagged(tag).len() as u64));
        counts.into_iter().filter(|(_, posts)| *posts > 0).collect()
    }

    fn shares(&self, at: usize) -> usize {
        let of_it = self.posts.iter().filter(|known| known.shares == Some(at));
        of_it.filter(|known| known.is_public()).count()
    }

    fn bookmarks(&self) -> Vec<&str> {
        let seen = |known: &&Known| !known.gone && (known.author == 1 || known.visibility == "public");
        let mut kept: Vec<&Known> = self
            .posts
            .iter()
            .filter(seen)
            .filter(|known| known.bookmarked.is_some())
            .collect();
        kept.sort_by_key(|known| std::cmp::Reverse(known.bookmarked));
        kept.into_iter().map(|known| id(&known.post)).collect()
    }
}

async fn trends(person: &Person) -> BTreeMap<String, u64> {
    let list = person.get("/api/tags/trending").await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            (
                item["tag"].as_str().unwrap().to_owned(),
                item["posts"].as_u64().unwrap(),
            )
        })
        .collect()
}

async fn check(kith: &Kith, story: &Story) {
    let nobody = kith.nobody();
    for tag in TAGS {
        let walked = nobody.all(&format!("/api/tags/{tag}/posts?limit=3")).await;
        assert_eq!(ids(&walked), story.tagged(tag), "{tag}");
    }
    let kept = story.people[1].all("/api/bookmarks?limit=2").await;
    assert_eq!(ids(&kept), story.bookmarks());
    for (at, known) in story.posts.iter().enumerate().filter(|(_, known)| !known.gone) {
        let author = &story.people[known.author];
        let history = author
            .all(&format!("{}/history?limit=2", path(&known.post)))
            .await;
        let said: Vec<&str> = history
            .iter()
            .map(|revision| revision["text"].as_str().unwrap())
            .collect();
        assert_eq!(said, known.revisions);
        kith.until("the shares are counted", async || {
            let now = author.get(&path(&known.post)).await.expect(200);
            now["counters"]["shares"] == story.shares(at)
        })
        .await;
    }
    let expected = story.trending();
    kith.until("the tags are counted", async || trends(&nobody).await == expected)
        .await;
}

#[tokio::test]
async fn lists_and_numbers_are_those_of_a_plain_model_after_any_history() {
    let kith = Kith::start().await;
    let people = kith.people(["ann", "bob"]).await;
    let mut story = Story {
        people,
        posts: Vec::new(),
        chance: Chance(seed()),
        bookmarks: 0,
    };
    for step in 1..=STEPS {
        story.step().await;
        if step % (STEPS / 2) == 0 {
            kith.settled().await;
            check(&kith, &story).await;
        }
    }
    kith.flush_redis().await;
    check(&kith, &story).await;
}
