//! The bell: who wants to hear of everything that somebody publishes does.

use super::{events, unread};
use crate::callers::costs::events_stay_in_budget;
use cloud::{Collection, Document};
use contracts::Timestamp;
use contracts::events::videos::VideoPublished;
use reqwest::Method;
use runtime::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Kith, Person};

/// Follows with the bell on.
async fn rings(reader: &Person, author: &Person) {
    let path = format!("/api/profiles/{}/follow", author.user_id);
    let answer = reader.post(&path, json!({ "notify": "all" })).await.expect(200);
    assert_eq!(answer["notify"], "all");
}

async fn about(reader: &Person, author: &Person, what: &str) {
    let path = format!("/api/profiles/{}/{what}", author.user_id);
    reader.post_nothing(&path).await.expect(200);
}

async fn say(author: &Person, text: &str, visibility: &str) -> Value {
    let post = json!({ "text": text, "visibility": visibility });
    author.post("/api/posts", post).await.expect(201)
}

/// What the entries of a kind are about.
async fn targets(reader: &Person, kind: &str) -> BTreeSet<String> {
    let inbox = reader.notifications().await;
    let entries = inbox.iter().filter(|entry| entry["kind"] == kind);
    entries
        .map(|entry| entry["target"].as_str().unwrap().to_owned())
        .collect()
}

fn target(post: &Value) -> String {
    format!("post:{}", post["postId"].as_str().unwrap())
}

/// A video of which everything is done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    video_id: contracts::VideoId,
    user_id: String,
    title: String,
    published_at: Timestamp,
}

impl Document for Published {
    fn id(&self) -> String {
        self.video_id.to_string()
    }
}

async fn publishes_a_video(kith: &Kith, owner: &Person) -> String {
    let context = Context::new("videos", &kith.environment()).unwrap();
    let cloud = context.cloud();
    let video = Published {
        video_id: contracts::VideoId::random(),
        user_id: owner.user_id.clone(),
        title: "Waves".to_owned(),
        published_at: cloud.clock().now(),
    };
    let event = VideoPublished {
        video_id: video.video_id,
        user_id: owner.user_id.parse().unwrap(),
    };
    let commit = cloud.commit().create(Collection::new("videos"), &video);
    commit.emit(&event).await.unwrap();
    format!("video:{}", video.video_id)
}

#[tokio::test]
async fn who_has_the_bell_on_hears_of_new_posts_and_videos() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    rings(&bob, &ann).await;
    cid.follows(&ann).await;
    rings(&ann, &bob).await;
    let open = say(&ann, "first light", "public").await;
    let close = say(&ann, "for friends", "followers").await;
    say(&ann, "for herself", "private").await;
    let video = publishes_a_video(&kith, &ann).await;
    let named = say(&ann, "look, @bob", "public").await;
    kith.settled().await;

    assert_eq!(
        targets(&bob, "new_post").await,
        BTreeSet::from([target(&open), target(&close)])
    );
    assert_eq!(targets(&bob, "new_video").await, BTreeSet::from([video]));
    assert_eq!(
        targets(&bob, "mention").await,
        BTreeSet::from([target(&named)]),
        "who is named hears of that alone"
    );
    assert_eq!(unread(&bob).await, 5, "with that ann follows");
    let inbox = bob.notifications().await;
    let entry = inbox.iter().find(|entry| entry["kind"] == "new_post").unwrap();
    assert_eq!(entry["actors"][0]["userId"], ann.user_id.as_str());
    assert_eq!(cid.notifications().await, Vec::<Value>::new());
    assert!(
        targets(&ann, "new_post").await.is_empty(),
        "nobody hears of themself"
    );

    // off again
    let path = format!("/api/profiles/{}/follow", ann.user_id);
    bob.post(&path, json!({ "notify": "none" })).await.expect(200);
    say(&ann, "unheard", "public").await;
    kith.settled().await;
    assert_eq!(targets(&bob, "new_post").await.len(), 2);
}

#[tokio::test]
async fn what_others_may_see_only_later_is_news_then_and_once() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    rings(&bob, &ann).await;
    let post = say(&ann, "not yet", "private").await;
    let path = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let shows = async |text: &str, visibility: &str| {
        let edit = json!({ "text": text, "visibility": visibility });
        ann.put(&path, edit).await.expect(200);
        kith.settled().await;
        targets(&bob, "new_post").await
    };
    assert!(shows("nearly", "private").await.is_empty());
    assert_eq!(shows("now", "followers").await, BTreeSet::from([target(&post)]));
    events_stay_in_budget(&kith).await;
    bob.post_nothing("/api/notifications/mark-all-read")
        .await
        .expect(200);
    for (text, visibility) in [
        ("for all", "public"),
        ("not any more", "private"),
        ("again", "public"),
    ] {
        shows(text, visibility).await;
    }
    assert_eq!(targets(&bob, "new_post").await, BTreeSet::from([target(&post)]));
    assert_eq!(unread(&bob).await, 0, "it is told once");
}

#[tokio::test]
async fn many_are_told_page_by_page_each_once_however_often_it_comes() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&[("BELL_PAGE", "2")]).await;
    kith.shuffle(2, testkit::seed()).await;
    let ann = kith.minted("ann", &[]);
    ann.get("/api/profiles/me").await.expect(200);
    let readers: Vec<Person> = (0..5).map(|n| kith.minted(&format!("reader{n}"), &[])).collect();
    for reader in &readers {
        rings(reader, &ann).await;
    }
    kith.settled().await;
    let mut hub = readers[0].hub("notifications").await;
    let post = say(&ann, "first light", "followers").await;
    assert_eq!(
        hub.next("NewNotification").await["notification"]["target"],
        target(&post)
    );
    kith.settled().await;
    for reader in &readers {
        let inbox = reader.notifications().await;
        assert_eq!(events(&inbox), BTreeMap::from([("new_post", 1)]));
        assert_eq!(inbox[0]["target"], target(&post));
        assert_eq!(unread(reader).await, 1);
    }
    let pages = kith.published("notifications", "bells.rung").await;
    let pages: BTreeSet<String> = pages
        .iter()
        .map(|page| page["after"]["edge"].to_string())
        .collect();
    assert_eq!(pages.len(), 2, "two a page, and no message for the first");
    events_stay_in_budget(&kith).await;
}

#[tokio::test]
async fn nobody_hears_of_what_is_gone_or_of_whom_they_left_meanwhile() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob, cid, dan, eve, fay] = kith.people(["ann", "bob", "cid", "dan", "eve", "fay"]).await;
    kith.settled().await;
    for reader in [&bob, &cid, &dan, &eve, &fay] {
        rings(reader, &ann).await;
    }
    kith.settled().await;
    kith.hold("notifications-post-created").await;
    let (stays, hides, goes) = (
        say(&ann, "stays", "public").await,
        say(&ann, "hides", "public").await,
        say(&ann, "goes", "public").await,
    );
    about(&cid, &ann, "mute").await;
    about(&dan, &ann, "block").await;
    about(&ann, &eve, "block").await;
    let follow = format!("/api/profiles/{}/follow", ann.user_id);
    fay.delete(&follow).await.expect(204);
    let path = |post: &Value| format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let hidden = json!({ "text": "hides", "visibility": "private" });
    ann.put(&path(&hides), hidden).await.expect(200);
    ann.delete(&path(&goes)).await.expect(204);
    kith.release("notifications-post-created").await;
    kith.settled().await;
    assert_eq!(targets(&bob, "new_post").await, BTreeSet::from([target(&stays)]));
    for reader in [&cid, &dan, &eve, &fay] {
        assert!(
            targets(reader, "new_post").await.is_empty(),
            "{}",
            reader.username
        );
    }
}

#[tokio::test]
async fn a_post_costs_one_read_where_nobody_has_the_bell_on() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    bob.follows(&ann).await;
    kith.settled().await;
    say(&ann, "first light", "public").await;
    kith.settled().await;
    let path = format!("/_emulator/pubsub/pushes?project={}", kith.project());
    let pushes = kith.emulator(Method::GET, &path, None).await.expect(200);
    let pushes = pushes["pushes"].as_array().unwrap().iter();
    let cost = pushes
        .filter(|push| {
            push["subscription"]
                .as_str()
                .unwrap()
                .ends_with("/notifications-post-created")
        })
        .find_map(|push| push["headers"]["kith-operations"].as_str());
    assert!(
        cost.is_some_and(|cost| cost.starts_with("reads=1,writes=0,deletes=0")),
        "{cost:?}"
    );
    assert!(kith.published("notifications", "bells.rung").await.is_empty());
}
