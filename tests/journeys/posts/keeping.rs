//! Bookmarks and pins.

use super::{edited, id, ids, path, written};
use futures::future::join_all;
use serde_json::json;
use testkit::Kith;

#[tokio::test]
async fn bookmarks_are_ones_own_and_newest_first() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let mut posts = Vec::new();
    for text in ["one", "two", "three"] {
        posts.push(written(&ann, json!({ "text": text })).await);
    }
    for post in [&posts[1], &posts[0], &posts[2], &posts[1]] {
        bob.put_nothing(&format!("{}/bookmark", path(post)))
            .await
            .expect(204);
    }
    let expected = [id(&posts[2]), id(&posts[0]), id(&posts[1])];
    let kept = bob.all("/api/bookmarks?limit=1").await;
    assert_eq!(ids(&kept), expected);
    assert!(kept.iter().all(|post| post["viewer"]["bookmarked"] == true));
    assert!(ann.all("/api/bookmarks").await.is_empty());
    assert_eq!(
        ann.get(&path(&posts[0])).await.expect(200)["viewer"]["bookmarked"],
        false
    );
    let page = bob.get("/api/bookmarks?limit=2").await;
    assert_eq!(
        page.cost("reads"),
        3 + 3 + 2 * 2,
        "bookmarks, posts, and what showing two reads"
    );

    let target = format!("{}/bookmark", path(&posts[0]));
    for answer in join_all((0..3).map(|_| bob.delete(&target))).await {
        answer.expect(204);
    }
    assert_eq!(ids(&bob.all("/api/bookmarks").await), [expected[0], expected[2]]);
}

#[tokio::test]
async fn what_is_out_of_sight_is_left_out_and_pages_stay_full() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let mut posts = Vec::new();
    for number in 0..8 {
        let post = written(&ann, json!({ "text": number.to_string() })).await;
        bob.put_nothing(&format!("{}/bookmark", path(&post)))
            .await
            .expect(204);
        posts.push(post);
    }
    for post in &posts[2..5] {
        edited(&ann, post, json!({ "visibility": "private" })).await;
    }
    ann.delete(&path(&posts[6])).await.expect(204);
    let first = bob.get("/api/bookmarks?limit=3").await.expect(200);
    let shown: Vec<&str> = first["items"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(shown, [id(&posts[7]), id(&posts[5]), id(&posts[1])]);
    assert_eq!(
        ids(&bob.all("/api/bookmarks?limit=3").await),
        [id(&posts[7]), id(&posts[5]), id(&posts[1]), id(&posts[0])]
    );
    // a bookmark of what is out of sight can be taken away, a new one not be made
    let hidden = format!("{}/bookmark", path(&posts[3]));
    bob.put_nothing(&hidden).await.problem(404, "not_found");
    bob.delete(&hidden).await.expect(204);
    bob.delete(&hidden).await.problem(404, "not_found");
    edited(&ann, &posts[3], json!({ "visibility": "public" })).await;
    edited(&ann, &posts[4], json!({ "visibility": "public" })).await;
    kith.settled().await;
    assert_eq!(
        ids(&bob.all("/api/bookmarks").await),
        [
            id(&posts[7]),
            id(&posts[5]),
            id(&posts[4]),
            id(&posts[1]),
            id(&posts[0])
        ]
    );
}

#[tokio::test]
async fn one_post_is_pinned_and_stands_first_once() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let mut posts = Vec::new();
    for number in 0..5 {
        posts.push(written(&ann, json!({ "text": number.to_string() })).await);
    }
    let pin = |number: usize| format!("{}/pin", path(&posts[number]));
    let list = format!("/api/users/{}/posts", ann.user_id);
    let order = |numbers: [usize; 5]| numbers.map(|number| id(&posts[number]));
    bob.put_nothing(&pin(1)).await.problem(403, "not_the_author");
    ann.put_nothing(&pin(1)).await.expect(204);
    ann.put_nothing(&pin(1)).await.expect(204);
    for limit in 1..=6 {
        let walked = bob.all(&format!("{list}?limit={limit}")).await;
        assert_eq!(ids(&walked), order([1, 4, 3, 2, 0]), "{limit}");
        let pinned: Vec<bool> = walked.iter().map(|post| post["pinned"] == true).collect();
        assert_eq!(pinned, [true, false, false, false, false]);
    }
    assert_eq!(bob.get(&path(&posts[1])).await.expect(200)["pinned"], true);
    // another one takes its place; who walks the list meanwhile meets everything once
    let first = bob.get(&format!("{list}?limit=2")).await.expect(200);
    let answer = ann.put_nothing(&pin(2)).await;
    assert_eq!((answer.cost("reads"), answer.cost("writes")), (3, 3));
    answer.expect(204);
    let rest = format!("{list}?limit=9&cursor={}", first["nextCursor"].as_str().unwrap());
    let rest = bob.get(&rest).await.expect(200);
    let rest: Vec<&str> = rest["items"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(rest, [id(&posts[3]), id(&posts[2]), id(&posts[0])]);
    assert_eq!(ids(&bob.all(&list).await), order([2, 4, 3, 1, 0]));
    bob.delete(&pin(2)).await.problem(403, "not_the_author");
    ann.delete(&pin(2)).await.expect(204);
    ann.delete(&pin(2)).await.expect(204);
    assert_eq!(ids(&bob.all(&list).await), order([4, 3, 2, 1, 0]));
}

#[tokio::test]
async fn what_is_private_or_gone_is_not_pinned() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let private = written(&ann, json!({ "text": "x", "visibility": "private" })).await;
    ann.put_nothing(&format!("{}/pin", path(&private)))
        .await
        .problem(422, "private");
    let post = written(&ann, json!({ "text": "y", "visibility": "followers" })).await;
    ann.put_nothing(&format!("{}/pin", path(&post))).await.expect(204);
    let list = format!("/api/users/{}/posts", ann.user_id);
    assert!(bob.all(&list).await.is_empty(), "for followers only");
    bob.follows(&ann).await;
    assert_eq!(bob.all(&list).await[0]["pinned"], true);
    assert_eq!(
        edited(&ann, &post, json!({ "visibility": "private" })).await["pinned"],
        false
    );
    let gone = written(&ann, json!({ "text": "z" })).await;
    ann.put_nothing(&format!("{}/pin", path(&gone))).await.expect(204);
    ann.delete(&path(&gone)).await.expect(204);
    let next = written(&ann, json!({ "text": "w" })).await;
    ann.put_nothing(&format!("{}/pin", path(&next))).await.expect(204);
    assert_eq!(ids(&bob.all(&list).await), [id(&next)]);
    // from many devices at once: one of them is pinned
    let mut posts = Vec::new();
    for number in 0..4 {
        posts.push(written(&ann, json!({ "text": number.to_string() })).await);
    }
    let pins: Vec<String> = posts.iter().map(|post| format!("{}/pin", path(post))).collect();
    for answer in join_all(pins.iter().map(|pin| ann.put_nothing(pin))).await {
        answer.expect(204);
    }
    let pinned = bob
        .all(&list)
        .await
        .iter()
        .filter(|post| post["pinned"] == true)
        .count();
    assert_eq!(pinned, 1);
}
