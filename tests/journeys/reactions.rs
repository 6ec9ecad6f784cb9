//! Reactions: one a person and thing.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

async fn counts(person: &Person, path: &str) -> Value {
    person.get(path).await.expect(200)["counters"]["reactions"].clone()
}

fn only(kinds: &[(&str, u64)]) -> Value {
    let mut counts = json!({ "like": 0, "love": 0, "haha": 0, "wow": 0, "sad": 0, "angry": 0 });
    for (kind, count) in kinds {
        counts[*kind] = json!(count);
    }
    counts
}

#[tokio::test]
async fn a_reaction_is_given_changed_repeated_and_taken_back() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = ann.posts("x").await;
    let comment = ann.comments(&post, "y").await;
    let things = [
        format!("/api/posts/{}", post["postId"].as_str().unwrap()),
        format!("/api/comments/{}", comment["commentId"].as_str().unwrap()),
    ];
    // the comment has been counted: no recount from before the reaction is under way
    kith.settled().await;
    for thing in &things {
        let path = format!("{thing}/reactions");
        let given = bob.post(&path, json!({ "type": "like" })).await;
        assert!(
            given.cost("reads") <= 5,
            "post, comment, reaction; numbers and profile"
        );
        assert_eq!(given.cost("writes"), 2, "the reaction and the outbox");
        assert_eq!(given.headers["location"], path);
        let given = given.expect(201);
        assert_eq!(
            (&given["type"], &given["user"]["username"]),
            (&json!("like"), &json!("bob"))
        );
        let seen = bob.get(thing).await.expect(200);
        assert_eq!(seen["viewer"]["reaction"], "like");
        assert_eq!(
            seen["counters"]["reactions"],
            only(&[("like", 1)]),
            "whoever reacts sees it at once"
        );

        let repeated = bob.post(&path, json!({ "type": "like" })).await;
        assert_eq!(repeated.cost("writes"), 0);
        assert_eq!(repeated.expect(201), given);
        bob.post(&path, json!({ "type": "wow" })).await.expect(201);
        ann.post(&path, json!({ "type": "wow" })).await.expect(201);
        kith.settled().await;
        assert_eq!(counts(&kith.nobody(), thing).await, only(&[("wow", 2)]));
        let who = kith.nobody().all(&format!("{path}?limit=1")).await;
        let who: Vec<&str> = who
            .iter()
            .map(|reaction| reaction["user"]["username"].as_str().unwrap())
            .collect();
        assert_eq!(who, ["ann", "bob"], "the latest to come first");

        bob.delete(&path).await.expect(204);
        bob.delete(&path).await.expect(204);
        assert_eq!(
            bob.get(thing).await.expect(200)["viewer"]["reaction"],
            Value::Null
        );
        kith.settled().await;
        assert_eq!(counts(&ann, thing).await, only(&[("wow", 1)]));
        bob.post(&path, json!({ "type": "smile" }))
            .await
            .problem(400, "malformed_body");
    }
    let told = kith.published("posts", "reaction.added").await;
    assert_eq!(told.len(), 6, "three a thing");
    assert_eq!(told.iter().filter(|event| event["previous"] == "like").count(), 2);
    assert_eq!(kith.published("posts", "reaction.removed").await.len(), 2);
}

#[tokio::test]
async fn the_numbers_are_the_records_after_a_crowd() {
    let kith = Kith::start().await;
    let people = kith.people(["ann", "bob", "cas", "dee", "eve", "fay"]).await;
    let post = people[0].posts("x").await;
    let thing = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let path = format!("{thing}/reactions");
    for kinds in [["like", "love"], ["angry", "sad"], ["love", "like"]] {
        let all = people
            .iter()
            .flat_map(|person| kinds.map(|kind| person.post(&path, json!({ "type": kind }))));
        for answer in join_all(all).await {
            answer.expect(201);
        }
    }
    join_all(people[..2].iter().map(|person| person.delete(&path))).await;
    kith.settled().await;
    let records = kith.nobody().all(&path).await;
    assert_eq!(records.len(), 4);
    let mut expected = only(&[]);
    for record in &records {
        let kind = record["type"].as_str().unwrap();
        expected[kind] = json!(expected[kind].as_u64().unwrap() + 1);
    }
    assert_eq!(counts(&kith.nobody(), &thing).await, expected);
}

#[tokio::test]
async fn a_repetition_of_an_old_reaction_does_not_bring_it_back() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("x").await;
    let thing = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let path = format!("{thing}/reactions");
    let like = || {
        let request = ann.request(Method::POST, &path).header("idempotency-key", "k");
        ann.send(request.json(&json!({ "type": "like" })))
    };
    let first = like().await.expect(201);
    ann.post(&path, json!({ "type": "sad" })).await.expect(201);
    let again = like().await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.expect(201), first);
    assert_eq!(ann.get(&thing).await.expect(200)["viewer"]["reaction"], "sad");
}

#[tokio::test]
async fn who_reacted_is_listed_by_type_and_a_change_moves_nobody() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("x").await;
    let path = format!("/api/posts/{}/reactions", post["postId"].as_str().unwrap());
    let mut fans = Vec::new();
    for kind in ["like", "wow", "like", "sad", "like"] {
        let fan = kith.minted("fan", &["user"]);
        fan.post(&path, json!({ "type": kind })).await.expect(201);
        fans.push(fan);
    }
    let who = async |query: &str| -> Vec<String> {
        let list = kith.nobody().all(&format!("{path}?limit=1{query}")).await;
        let names = list.iter().map(|reaction| &reaction["user"]["userId"]);
        names.map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let these = |places: &[usize]| -> Vec<String> {
        places.iter().map(|place| fans[*place].user_id.clone()).collect()
    };
    assert_eq!(who("").await, these(&[4, 3, 2, 1, 0]));
    assert_eq!(who("&type=like").await, these(&[4, 2, 0]));
    fans[2].post(&path, json!({ "type": "sad" })).await.expect(201);
    assert_eq!(who("&type=like").await, these(&[4, 0]));
    assert_eq!(who("&type=sad").await, these(&[3, 2]));
    assert_eq!(who("").await, these(&[4, 3, 2, 1, 0]), "a change keeps its place");
    assert!(who("&type=angry").await.is_empty());
    let page = ann.get(&format!("{path}?limit=1&type=like")).await.expect(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    ann.get(&format!("{path}?type=sad&cursor={cursor}"))
        .await
        .problem(400, "invalid_cursor");
    ann.get(&format!("{path}?type=smile"))
        .await
        .problem(400, "malformed_query");
}
