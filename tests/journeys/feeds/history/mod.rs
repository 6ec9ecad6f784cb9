//! Any history at all: walking the home timeline shows every post that one may see exactly once, newest first; and so does everyone's.

mod model;

use super::{Messages, fan_out, flush, path, say};
use crate::oracle::chance::Chance;
use local::Redis;
use model::{Edges, Model, Post};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

const PEOPLE: usize = 5;

/// What is done in a history, as often as it stands here, in any order; then again in another one.
const DECK: [Deed; 40] = {
    use Deed::{
        Answer, Block, Change, Delete, Flush, Follow, Look, Mute, Post, Private, Public, Tasks, Unblock,
        Unfollow, Unmute,
    };
    [
        Follow, Follow, Follow, Follow, Follow, Follow, Unfollow, Unfollow, Unfollow, Block, Block, Unblock,
        Unblock, Mute, Mute, Unmute, Private, Private, Public, Answer, Post, Post, Post, Post, Post, Post,
        Post, Post, Change, Change, Change, Delete, Tasks, Tasks, Flush, Look, Look, Look, Look, Look,
    ]
};
const DECKS: usize = 4;

#[derive(Debug, Clone, Copy)]
enum Deed {
    Follow,
    Unfollow,
    Block,
    Unblock,
    Mute,
    Unmute,
    /// An account becomes private, or public again.
    Private,
    Public,
    /// Who asked to follow is accepted or rejected.
    Answer,
    Post,
    /// A post becomes of another visibility.
    Change,
    Delete,
    /// Fan-out waits; what waited comes late or is lost.
    Tasks,
    /// Redis forgets everything.
    Flush,
    Look,
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

    /// Two people of whom this is so, when there are such.
    fn two_of(&mut self, edges: fn(&Model) -> &Edges) -> (usize, usize) {
        let edges: Vec<(usize, usize)> = edges(&self.model).iter().copied().collect();
        if edges.is_empty() {
            self.two()
        } else {
            self.chance.of_these(&edges)
        }
    }

    async fn take(&mut self, deed: Deed) -> String {
        match deed {
            Deed::Follow => self.follow().await,
            Deed::Unfollow => self.unfollow().await,
            Deed::Block => self.block().await,
            Deed::Unblock => self.unblock().await,
            Deed::Mute => self.mute(true).await,
            Deed::Unmute => self.mute(false).await,
            Deed::Private => self.private(true).await,
            Deed::Public => self.private(false).await,
            Deed::Answer => self.answer().await,
            Deed::Post => self.post().await,
            Deed::Change => self.change().await,
            Deed::Delete => self.delete().await,
            Deed::Tasks => self.tasks().await,
            Deed::Flush => {
                flush(self.redis).await;
                "Redis forgets everything".to_owned()
            }
            Deed::Look => self.look().await,
        }
    }

    async fn wishes(&self, one: usize, wish: &str, other: usize) -> Answer {
        let path = format!("/api/profiles/{}/{wish}", self.people[other].user_id);
        self.people[one].post_nothing(&path).await
    }

    async fn takes_back(&self, one: usize, wish: &str, other: usize) -> Answer {
        let path = format!("/api/profiles/{}/{wish}", self.people[other].user_id);
        self.people[one].delete(&path).await
    }

    async fn follow(&mut self) -> String {
        let (one, other) = self.two();
        let answer = self.wishes(one, "follow", other).await;
        if self.model.barred(one, other) {
            answer.problem(404, "not_found");
            return format!("{one} cannot follow {other}");
        }
        answer.expect(200);
        self.model.follow(one, other);
        format!("{one} follows {other}, or asks to")
    }

    async fn unfollow(&mut self) -> String {
        let (one, other) = self.two_of(|model| &model.follows);
        let answer = self.takes_back(one, "follow", other).await;
        let expected = if self.model.barred(one, other) { 404 } else { 204 };
        answer.expect(expected);
        self.model.end(one, other);
        format!("{one} unfollows {other}")
    }

    async fn block(&mut self) -> String {
        let (one, other) = self.two();
        self.wishes(one, "block", other).await.expect(200);
        self.model.block(one, other);
        format!("{one} blocks {other}")
    }

    async fn unblock(&mut self) -> String {
        let (one, other) = self.two_of(|model| &model.blocks);
        self.takes_back(one, "block", other).await.expect(204);
        self.model.blocks.remove(&(one, other));
        format!("{one} blocks {other} no longer")
    }

    async fn mute(&mut self, mute: bool) -> String {
        let (one, other) = if mute {
            self.two()
        } else {
            self.two_of(|model| &model.mutes)
        };
        let answer = if mute {
            self.wishes(one, "mute", other).await
        } else {
            self.takes_back(one, "mute", other).await
        };
        if self.model.barred(one, other) {
            answer.problem(404, "not_found");
        } else if mute {
            answer.expect(200);
            self.model.mutes.insert((one, other));
        } else {
            answer.expect(204);
            self.model.mutes.remove(&(one, other));
        }
        format!("{one} mutes {other}: {mute}")
    }

    async fn private(&mut self, private: bool) -> String {
        let one = self.chance.below(PEOPLE);
        let person = &self.people[one];
        let edit = json!({ "displayName": "somebody", "isPrivate": private });
        let own = format!("/api/profiles/{}", person.user_id);
        person.put(&own, edit).await.expect(200);
        if private {
            self.model.private.insert(one);
        } else {
            self.model.open(one);
            // who asked is accepted by an event
            all_but_tasks(self.kith).await;
        }
        format!("{one} is private: {private}")
    }

    async fn answer(&mut self) -> String {
        let asks: Vec<(usize, usize)> = self.model.asks.iter().copied().collect();
        if asks.is_empty() {
            return "nobody asks".to_owned();
        }
        let (one, other) = self.chance.of_these(&asks);
        let how = self.chance.of_these(&["accept", "accept", "reject"]);
        let path = format!(
            "/api/profiles/me/follow-requests/{}/{how}",
            self.people[one].user_id
        );
        self.people[other].post_nothing(&path).await.expect(200);
        self.model.end(one, other);
        if how == "accept" {
            self.model.follows.insert((one, other));
        }
        format!("{other} answers {one}: {how}")
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
        let mut seen = Vec::new();
        for (scope, expected) in [
            ("home", self.model.home(viewer)),
            ("global", self.model.global(viewer)),
        ] {
            let address = format!("/api/feed?scope={scope}&limit={limit}");
            let walked = self.people[viewer].all(&address).await;
            let walked: Vec<Value> = walked.iter().map(|post| post["postId"].clone()).collect();
            assert_eq!(walked, expected, "{viewer} looks at {scope}, {limit} at a time");
            seen.push(walked.len());
        }
        format!("{viewer} sees {seen:?} posts")
    }
}

/// Waits until every event is handled but the pages of fan-out, which may be held.
async fn all_but_tasks(kith: &Kith) {
    let path = format!("/_emulator/settled?project={}", kith.project());
    let handled = async || {
        let told = kith.emulator(Method::GET, &path, None).await.ok();
        let pending = told["pending"].as_array().unwrap();
        pending
            .iter()
            .all(|pending| pending.as_str().unwrap().contains("posts-feed-fan-out"))
    };
    kith.until("everything is told", async || {
        // what is sent from an outbox becomes a message, whose handler may fill an outbox
        handled().await && kith.waiting("profiles").await == 0 && handled().await
    })
    .await;
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
    for _ in 0..DECKS {
        let mut deck = DECK.to_vec();
        while !deck.is_empty() {
            let deed = deck.swap_remove(world.chance.below(deck.len()));
            let told = world.take(deed).await;
            println!("{told}");
        }
    }
    fan_out(&kith).release().await;
    kith.settled().await;
    for _ in 0..PEOPLE * 2 {
        println!("at the end: {}", world.look().await);
    }
}
