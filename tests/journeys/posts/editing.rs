//! Posts are changed, and how they were is kept.

use super::{edited, id, path, written};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use testkit::Kith;

#[tokio::test]
async fn an_edit_changes_what_it_names_and_keeps_what_was() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = written(&ann, json!({ "text": "frist light #dwan" })).await;
    assert_eq!(post.get("editedAt"), None);
    let answer = ann
        .put(&path(&post), json!({ "text": "first light #dawn" }))
        .await;
    assert_eq!(answer.headers["etag"], "\"2\"");
    assert_eq!(
        (
            answer.cost("reads"),
            answer.cost("writes"),
            answer.cost("published")
        ),
        (4, 3, 1),
        "the post, its numbers, one's reaction and bookmark; the post, its revision, the outbox"
    );
    let changed = answer.expect(200);
    assert_eq!(
        (&changed["text"], &changed["tags"], &changed["createdAt"]),
        (&json!("first light #dawn"), &json!(["dawn"]), &post["createdAt"])
    );
    assert!(changed["editedAt"].is_string());
    assert_eq!(
        bob.get(&path(&post)).await.expect(200)["text"],
        "first light #dawn"
    );

    let again = ann
        .put(&path(&post), json!({ "text": "first light #dawn" }))
        .await;
    assert_eq!(
        (again.headers["etag"].as_str(), again.cost("writes")),
        ("\"2\"", 0)
    );
    edited(&ann, &post, json!({ "replyPolicy": "followers" })).await;
    let history = bob.get(&format!("{}/history", path(&post))).await;
    assert_eq!(history.cost("reads"), 3, "two revisions and the post");
    let history = history.expect(200);
    let said: Vec<&str> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["text"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["first light #dawn", "frist light #dwan"]);
    assert_eq!(history["items"][1]["since"], post["createdAt"]);
    assert_eq!(history["items"][1]["until"], history["items"][0]["since"]);
    let walked = bob.all(&format!("{}/history?limit=1", path(&post))).await;
    assert_eq!(walked, *history["items"].as_array().unwrap());
    kith.settled().await;
    let told = kith.published("posts", "post.updated").await;
    assert_eq!(told.len(), 2, "what changed nothing is not told");
    let first = told.iter().find(|event| event["version"] == 2).unwrap();
    assert_eq!(
        (&first["before"]["tags"], &first["after"]["tags"]),
        (&json!(["dwan"]), &json!(["dawn"]))
    );
}

#[tokio::test]
async fn only_the_author_edits_and_only_what_they_read() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = written(&ann, json!({ "text": "mine" })).await;
    bob.put(&path(&post), json!({ "text": "yours" }))
        .await
        .problem(403, "not_the_author");
    let put = |tag: &str, text: &str| {
        let request = ann.request(Method::PUT, &path(&post)).header("if-match", tag);
        ann.send(request.json(&json!({ "text": text })))
    };
    put("\"2\"", "a").await.problem(412, "stale");
    put("\"1\"", "b").await.expect(200);
    put("\"1\"", "c").await.problem(412, "stale");
    put("*", "d").await.expect(200);
    for (body, pointer) in [
        (json!({ "text": "" }), "/text"),
        (json!({ "text": "é".repeat(5001) }), "/text"),
        (
            json!({ "media": [{ "mediaId": "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a" }] }),
            "/media/0/mediaId",
        ),
        (
            json!({ "taggedUserIds": ["7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a"] }),
            "/taggedUserIds/0",
        ),
    ] {
        let problem = ann.put(&path(&post), body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    ann.put(&path(&post), json!({ "pinned": true }))
        .await
        .problem(400, "malformed_body");
    let private = written(&ann, json!({ "text": "x", "visibility": "private" })).await;
    bob.put(&path(&private), json!({ "text": "y" }))
        .await
        .problem(404, "not_found");
    bob.get(&format!("{}/history", path(&private)))
        .await
        .problem(404, "not_found");
    ann.delete(&path(&post)).await.expect(204);
    ann.put(&path(&post), json!({ "text": "z" }))
        .await
        .problem(404, "not_found");
    ann.get(&format!("{}/history", path(&post)))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn edits_from_many_devices_each_leave_a_revision() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = written(&ann, json!({ "text": "0" })).await;
    let target = path(&post);
    let edits = (1..=5).map(|n| ann.put(&target, json!({ "text": n.to_string() })));
    let mut tags: Vec<String> = join_all(edits)
        .await
        .into_iter()
        .map(|answer| {
            let tag = answer.headers["etag"].clone();
            answer.expect(200);
            tag
        })
        .collect();
    tags.sort();
    assert_eq!(tags, ["\"2\"", "\"3\"", "\"4\"", "\"5\"", "\"6\""]);
    let history = ann.all(&format!("{target}/history?limit=2")).await;
    let now = ann.get(&target).await.expect(200);
    let mut said: Vec<&str> = history.iter().map(|r| r["text"].as_str().unwrap()).collect();
    assert_eq!(said.last(), Some(&"0"));
    said.push(now["text"].as_str().unwrap());
    said.sort_unstable();
    assert_eq!(said, ["0", "1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn what_was_private_stays_private_in_the_history() {
    let kith = Kith::start().await;
    let [ann, bob, eve] = kith.people(["ann", "bob", "eve"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let post = written(&ann, json!({ "text": "a draft", "visibility": "private" })).await;
    edited(
        &ann,
        &post,
        json!({ "text": "for friends", "visibility": "followers" }),
    )
    .await;
    edited(&ann, &post, json!({ "text": "for all", "visibility": "public" })).await;
    edited(&ann, &post, json!({ "text": "for all!" })).await;
    let history = format!("{}/history", path(&post));
    for (person, expected) in [
        (&ann, vec!["for all", "for friends", "a draft"]),
        (&bob, vec!["for all", "for friends"]),
        (&eve, vec!["for all"]),
        (&kith.nobody(), vec!["for all"]),
    ] {
        let seen = person.all(&history).await;
        let said: Vec<&str> = seen.iter().map(|r| r["text"].as_str().unwrap()).collect();
        assert_eq!(said, expected, "{}", person.username);
    }
}

#[tokio::test]
async fn who_looks_at_a_post_hears_of_its_changes_as_long_as_all_may_see_it() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = written(&ann, json!({ "text": "one" })).await;
    let mut feed = bob.hub("feed").await;
    feed.invoke("JoinPostGroup", json!([id(&post)])).await.unwrap();
    let changed = edited(&ann, &post, json!({ "text": "two" })).await;
    let told = feed.next("PostUpdated").await;
    assert_eq!((&told["text"], told.get("viewer")), (&changed["text"], None));
    edited(&ann, &post, json!({ "text": "hidden", "visibility": "private" })).await;
    assert_eq!(feed.next("PostDeleted").await["postId"], post["postId"]);
    bob.get(&path(&post)).await.problem(404, "not_found");
    // and of nothing that happens to it from then on
    ann.comments(&post, "between us").await;
    edited(&ann, &post, json!({ "text": "still hidden" })).await;

    let other = written(&ann, json!({ "text": "three" })).await;
    feed.invoke("JoinPostGroup", json!([id(&other)])).await.unwrap();
    edited(&ann, &other, json!({ "text": "four" })).await;
    assert_eq!(feed.next("PostUpdated").await["text"], "four");
    ann.comments(&other, "for all").await;
    assert_eq!(feed.next("CommentAdded").await["text"], "for all");
    ann.delete(&path(&other)).await.expect(204);
    assert_eq!(feed.next("PostDeleted").await["postId"], other["postId"]);
}

#[tokio::test]
async fn a_change_of_visibility_moves_a_post_between_lists() {
    let kith = Kith::start().await;
    let [ann, bob, eve] = kith.people(["ann", "bob", "eve"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let post = written(&ann, json!({ "text": "x #moving" })).await;
    let lists = [
        format!("/api/users/{}/posts", ann.user_id),
        "/api/tags/moving/posts".to_owned(),
        "/api/feed?scope=global".to_owned(),
    ];
    for (visibility, follower, stranger) in [
        ("followers", [1, 0, 0], [0, 0, 0]),
        ("private", [0, 0, 0], [0, 0, 0]),
        ("public", [1, 1, 1], [1, 1, 1]),
    ] {
        edited(&ann, &post, json!({ "visibility": visibility })).await;
        for (list, (follower, stranger)) in lists.iter().zip(follower.into_iter().zip(stranger)) {
            assert_eq!(bob.all(list).await.len(), follower, "{visibility} {list}");
            assert_eq!(eve.all(list).await.len(), stranger, "{visibility} {list}");
        }
    }
}
