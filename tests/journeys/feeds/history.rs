//! Any history at all: walking the home timeline shows every post that one may see exactly once, newest first.

use super::{Messages, fan_out, flush, path, say, unfollows};
use crate::oracle::chance::Chance;
use local::Redis;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Kith, Person};

const PEOPLE: usize = 5;
const STEPS: u32 = 120;

/// What is so, by definition.
#[derive(Debug, Default)]
struct Model {
    /// Who follows whom.
    follows: BTreeSet<(usize, usize)>,
    posts: Vec<Post>,
}

#[derive(Debug)]
struct Post {
    author: usize,
    /// As it was answered: where, and when.
    shown: Value,
    visibility: &'static str,
}

impl Model {
    /// What `viewer` sees at home, newest first.
    fn home(&self, viewer: usize) -> Vec<Value> {
        let mut seen: Vec<&Post> = self
            .posts
            .iter()
            .filter(|post| {
                let followed = self.follows.contains(&(viewer, post.author)) && post.visibility != "private";
                post.author == viewer || followed
            })
            .collect();
        let place = |post: &Post| {
            let text = |name: &str| post.shown[name].as_str().unwrap().to_owned();
            (text("createdAt"), text("postId"))
        };
        seen.sort_by_key(|post| std::cmp::Reverse(place(post)));
        seen.iter().map(|post| post.shown["postId"].clone()).collect()
    }
}

struct World<'a> {
    kith: &'a Kith,
    redis: &'a Redis,
    people: Vec<Person>,
    model: Model,
    chance: Chance,
    /// Whether tasks wait, to be lost.
    held: bool,
}

const VISIBILITIES: [&str; 3] = ["public", "followers", "private"];

impl World<'_> {
    fn two(&mut self) -> (usize, usize) {
        let one = self.chance.below(PEOPLE);
        (one, (one + 1 + self.chance.below(PEOPLE - 1)) % PEOPLE)
    }

    async fn step(&mut self) -> String {
        match self.chance.below(20) {
            0..=2 => self.follow().await,
            3..=4 => self.unfollow().await,
            5..=9 => self.post().await,
            10..=11 => self.change().await,
            12 => self.delete().await,
            13..=14 => self.tasks().await,
            15 => {
                flush(self.redis).await;
                "Redis forgets everything".to_owned()
            }
            _ => self.look().await,
        }
    }

    async fn follow(&mut self) -> String {
        let (one, other) = self.two();
        self.people[one].follows(&self.people[other]).await;
        self.model.follows.insert((one, other));
        format!("{one} follows {other}")
    }

    async fn unfollow(&mut self) -> String {
        let (one, other) = self.two();
        unfollows(&self.people[one], &self.people[other]).await;
        self.model.follows.remove(&(one, other));
        format!("{one} unfollows {other}")
    }

    async fn post(&mut self) -> String {
        let author = self.chance.below(PEOPLE);
        let visibility = self.chance.of_these(&VISIBILITIES);
        let shown = say(&self.people[author], "words", visibility).await;
        let told = format!("{author} posts {} {visibility}", shown["postId"]);
        self.model.posts.push(Post {
            author,
            shown,
            visibility,
        });
        told
    }

    async fn change(&mut self) -> String {
        let visibility = self.chance.of_these(&VISIBILITIES);
        let at = self.chance.below(self.model.posts.len());
        let Some(post) = self.model.posts.get_mut(at) else {
            return "nothing to change".to_owned();
        };
        let body = json!({ "text": "other words", "visibility": visibility });
        let author = &self.people[post.author];
        author.put(&path(&post.shown), body).await.expect(200);
        post.visibility = visibility;
        format!("{} is {visibility} now", post.shown["postId"])
    }

    async fn delete(&mut self) -> String {
        if self.model.posts.is_empty() {
            return "nothing to delete".to_owned();
        }
        let at = self.chance.below(self.model.posts.len());
        let post = self.model.posts.swap_remove(at);
        self.people[post.author]
            .delete(&path(&post.shown))
            .await
            .expect(204);
        format!("{} is deleted", post.shown["postId"])
    }

    /// Tasks wait from now on; or what waited is lost.
    async fn tasks(&mut self) -> String {
        let tasks: Messages<'_> = fan_out(self.kith);
        self.held = !self.held;
        if self.held {
            tasks.hold().await;
            return "tasks wait".to_owned();
        }
        if self.chance.one_in(3) {
            tasks.release().await;
            return "tasks come late".to_owned();
        }
        tasks.lose().await;
        tasks.release().await;
        "tasks are lost".to_owned()
    }

    async fn look(&mut self) -> String {
        let viewer = self.chance.below(PEOPLE);
        let limit = 1 + self.chance.below(7);
        let walked = self.people[viewer].all(&format!("/api/feed?limit={limit}")).await;
        let walked: Vec<Value> = walked.iter().map(|post| post["postId"].clone()).collect();
        assert_eq!(
            walked,
            self.model.home(viewer),
            "{viewer} looks, {limit} at a time"
        );
        format!("{viewer} sees {} posts", walked.len())
    }
}

#[tokio::test]
async fn any_history_shows_every_visible_post_exactly_once() {
    if testkit::left_out() {
        return;
    }
    let seed = testkit::seed();
    for round in 0..testkit::rounds() {
        history(seed + u64::from(round)).await;
    }
}

async fn history(seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let redis = Redis::start(folder.path()).await.unwrap();
    // two followers are a crowd, and a page holds one: both ways are taken, and pages follow each other
    let variables = [
        ("REDIS_URL", redis.url()),
        ("FAN_OUT_FOLLOWERS", "2".to_owned()),
        ("FAN_OUT_PAGE", "1".to_owned()),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let kith = Kith::start_with(&variables).await;
    let people = kith.people(["ann", "bob", "cid", "dan", "eve"]).await;
    kith.settled().await;
    kith.shuffle(1, seed).await;
    let mut world = World {
        kith: &kith,
        redis: &redis,
        people: people.into(),
        model: Model::default(),
        chance: Chance::of(seed),
        held: false,
    };
    println!("history {seed}");
    for step in 0..STEPS {
        let told = world.step().await;
        println!("{step}: {told}");
    }
    fan_out(&kith).release().await;
    kith.settled().await;
    for _ in 0..PEOPLE * 2 {
        println!("at the end: {}", world.look().await);
    }
}
