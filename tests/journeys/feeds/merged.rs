//! Feeds, as everybody sees them.

use super::{say, texts};
use futures::future::join_all;
use serde_json::Value;
use testkit::Kith;

#[tokio::test]
async fn home_is_oneself_and_whom_one_follows() {
    let kith = Kith::start().await;
    let [ann, bob, eve] = kith.people(["ann", "bob", "eve"]).await;
    kith.settled().await;
    assert!(ann.all("/api/feed").await.is_empty());
    say(&bob, "before", "public").await;
    ann.follows(&bob).await;
    say(&bob, "public", "public").await;
    say(&bob, "for followers", "followers").await;
    say(&bob, "for himself", "private").await;
    say(&eve, "of a stranger", "public").await;
    say(&ann, "of her own", "private").await;
    let home = ann.all("/api/feed?limit=2").await;
    assert_eq!(
        texts(&home),
        ["of her own", "for followers", "public", "before"],
        "a follow fills in what was there"
    );
    assert_eq!(
        texts(&bob.all("/api/feed?scope=home").await),
        ["for himself", "for followers", "public", "before"]
    );
    let page = ann.get("/api/feed?limit=1").await.expect(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    bob.get(&format!("/api/feed?limit=1&cursor={cursor}"))
        .await
        .problem(400, "invalid_cursor");
    ann.get(&format!("/api/feed?scope=global&cursor={cursor}"))
        .await
        .problem(400, "invalid_cursor");
    ann.delete(&format!("/api/profiles/{}/follow", bob.user_id))
        .await
        .ok();
    assert_eq!(
        texts(&ann.all("/api/feed").await),
        ["of her own"],
        "an unfollow filters at once"
    );
    kith.nobody().get("/api/feed").await.problem(401, "missing_token");
    ann.get("/api/feed?scope=local")
        .await
        .problem(400, "malformed_query");
    ann.get("/api/feed?sort=x").await.problem(400, "malformed_query");
}

#[tokio::test]
async fn global_is_everyones_public_posts_without_a_token_too() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let mut expected = Vec::new();
    for n in 0..14 {
        let person = if n % 3 == 0 { &ann } else { &bob };
        let post = say(person, &format!("number {n}"), "public").await;
        expected.push(post["postId"].clone());
    }
    expected.reverse();
    say(&ann, "for followers", "followers").await;
    say(&ann, "for herself", "private").await;
    for limit in [1, 4, 50] {
        let walked = kith
            .nobody()
            .all(&format!("/api/feed?scope=global&limit={limit}"))
            .await;
        let walked: Vec<Value> = walked.iter().map(|post| post["postId"].clone()).collect();
        assert_eq!(walked, expected, "limit {limit}");
    }
    let page = kith.nobody().get("/api/feed?scope=global&limit=4").await;
    let posts = page.body["items"].as_array().unwrap().len() as u64;
    // four shards are read in pieces of three; one of them may have to be read on
    assert!(
        page.cost("reads") <= 12 + 3 + posts * 2,
        "{} reads",
        page.cost("reads")
    );
}

#[tokio::test]
async fn what_is_there_throughout_comes_once_whatever_happens_meanwhile() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    ann.follows(&bob).await;
    let mut staying = Vec::new();
    let mut leaving = Vec::new();
    for n in 0..12 {
        let person = if n % 2 == 0 { &ann } else { &bob };
        let post = say(person, &format!("{n}"), "public").await;
        if n % 3 == 0 {
            leaving.push((person, post));
        } else {
            staying.push(post["postId"].clone());
        }
    }
    staying.reverse();
    let mut walked = Vec::new();
    let mut address = "/api/feed?limit=2".to_owned();
    loop {
        let page = ann.get(&address).await.expect(200);
        walked.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|post| post["postId"].clone()),
        );
        say(&bob, "meanwhile", "public").await;
        if let Some((person, post)) = leaving.pop() {
            let path = format!("/api/posts/{}", post["postId"].as_str().unwrap());
            person.delete(&path).await.expect(204);
        }
        match page["nextCursor"].as_str() {
            Some(cursor) => address = format!("/api/feed?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let stayed: Vec<Value> = walked.iter().filter(|id| staying.contains(id)).cloned().collect();
    assert_eq!(stayed, staying);
}

#[tokio::test]
async fn more_people_than_one_query_takes_are_followed() {
    let kith = Kith::start().await;
    let names: [String; 32] = std::array::from_fn(|n| format!("person_{n}"));
    let people = kith.people(names.each_ref().map(String::as_str)).await;
    kith.settled().await;
    let [ann, others @ ..] = &people;
    join_all(others.iter().map(|other| ann.follows(other))).await;
    let mut expected = Vec::new();
    for other in others {
        expected.push(other.posts("x").await["postId"].clone());
    }
    expected.reverse();
    let walked = ann.all("/api/feed?limit=7").await;
    let walked: Vec<Value> = walked.iter().map(|post| post["postId"].clone()).collect();
    assert_eq!(walked, expected);
    // once settled, everything is kept that is
    kith.settled().await;
    ann.get("/api/feed?limit=7").await.expect(200);
    let page = ann.get("/api/feed?limit=7").await;
    // three sources in pieces of six, one of which may be read on; the viewer's reactions
    assert!(
        page.cost("reads") <= 3 * 6 + 2 * 6 + 7 + 14,
        "{} reads",
        page.cost("reads")
    );
}
