//! Filters, and the order of worth.

use super::{path, say, texts};
use serde_json::{Value, json};
use testkit::{Kith, Person};

fn ids(posts: &[Value]) -> Vec<&str> {
    posts
        .iter()
        .map(|post| post["postId"].as_str().unwrap())
        .collect()
}

async fn loves(person: &Person, post: &Value) {
    let path = format!("{}/reactions", path(post));
    person.post(&path, json!({ "type": "love" })).await.expect(201);
}

#[tokio::test]
async fn a_feed_is_asked_for_kinds_and_for_an_age() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let mut posts = Vec::new();
    for n in 0..6 {
        posts.push(say(&ann, &format!("{n}"), "public").await);
    }
    let since = posts[2]["createdAt"].as_str().unwrap();
    for scope in ["home", "global"] {
        let ask = async |more: &str| bob.all(&format!("/api/feed?scope={scope}&limit=2{more}")).await;
        let all = ["5", "4", "3", "2", "1", "0"];
        assert_eq!(texts(&ask("").await), all);
        assert_eq!(texts(&ask("&type=text").await), all);
        assert_eq!(texts(&ask("&type=image,text").await), all);
        assert!(ask("&type=image").await.is_empty());
        assert!(ask("&type=image,video").await.is_empty());
        assert_eq!(texts(&ask("&type=text,image,video").await), all);
        assert_eq!(texts(&ask(&format!("&since={since}")).await), all[..4]);
        assert_eq!(texts(&ask(&format!("&since={since}&type=text")).await), all[..4]);
        assert!(ask("&since=2100-01-01T00:00:00Z").await.is_empty());
        for wrong in ["type=sound", "type=", "since=yesterday", "tag=42", "order=random"] {
            bob.get(&format!("/api/feed?scope={scope}&{wrong}"))
                .await
                .problem(400, "malformed_query");
        }
        let page = bob
            .get(&format!("/api/feed?scope={scope}&limit=1&type=text"))
            .await;
        let cursor = page.body["nextCursor"].as_str().unwrap().to_owned();
        for other in ["", "&type=text,image", "&since=2020-01-01T00:00:00Z"] {
            let path = format!("/api/feed?scope={scope}&limit=1&cursor={cursor}{other}");
            bob.get(&path).await.problem(400, "invalid_cursor");
        }
    }
}

#[tokio::test]
async fn a_feed_is_asked_for_a_hashtag() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    say(&ann, "one #dawn", "public").await;
    say(&ann, "two", "public").await;
    let three = say(&ann, "three #Dawn #sea", "followers").await;
    say(&bob, "four #dawn", "private").await;
    let home = async |more: &str| bob.all(&format!("/api/feed?limit=1&{more}")).await;
    let dawn = ["four #dawn", "three #Dawn #sea", "one #dawn"];
    for more in [
        "tag=dawn",
        "tag=DAWN",
        "tag=%23dawn",
        "tag=dawn&type=text",
        "tag=dawn&type=text,video",
    ] {
        assert_eq!(texts(&home(more).await), dawn, "{more}");
    }
    assert_eq!(texts(&home("tag=sea").await), dawn[1..2]);
    assert!(home("tag=dawn&type=image").await.is_empty());
    let everyone = kith.nobody().all("/api/feed?scope=global&tag=dawn").await;
    assert_eq!(texts(&everyone), dawn[2..]);
    let body = json!({ "text": "three, at noon #noon" });
    ann.put(&path(&three), body).await.expect(200);
    assert_eq!(texts(&home("tag=dawn").await), [dawn[0], dawn[2]]);
    assert_eq!(texts(&home("tag=noon").await), ["three, at noon #noon"]);
}

#[tokio::test]
async fn a_ranked_feed_shows_what_is_worth_most_first_and_everything_once() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let mut posts = Vec::new();
    for n in 0..65 {
        posts.push(say(&ann, &format!("{n}"), "public").await);
    }
    for person in [&bob, &cid] {
        loves(person, &posts[20]).await;
    }
    loves(&cid, &posts[40]).await;
    kith.settled().await;
    let first = bob.get("/api/feed?order=ranked&limit=3").await.expect(200);
    assert_eq!(texts(first["items"].as_array().unwrap()), ["20", "40", "64"]);
    for scope in ["home", "global"] {
        for limit in [7, 60, 100] {
            let walked = bob
                .all(&format!("/api/feed?scope={scope}&order=ranked&limit={limit}"))
                .await;
            let mut shown = ids(&walked);
            shown.sort_unstable();
            let mut all = ids(&posts);
            all.sort_unstable();
            assert_eq!(shown, all, "{scope}, {limit} at a time");
            // the oldest five are of the second window
            assert_eq!(texts(&walked)[60..], ["4", "3", "2", "1", "0"]);
        }
    }
    // what gains meanwhile comes once all the same
    let mut walked = first["items"].as_array().unwrap().clone();
    let mut cursor = first["nextCursor"].as_str().unwrap().to_owned();
    loves(&cid, &posts[64]).await;
    loves(&cid, &posts[10]).await;
    loop {
        let page = bob
            .get(&format!("/api/feed?order=ranked&limit=9&cursor={cursor}"))
            .await
            .expect(200);
        walked.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(walked.len(), posts.len());
    assert_eq!(walked[3]["text"], "10");
    ann.get(&format!("/api/feed?order=ranked&cursor={cursor}"))
        .await
        .problem(400, "invalid_cursor");
}
