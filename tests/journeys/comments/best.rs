//! The best comments first.

use super::{path, reply, texts, under};
use serde_json::{Value, json};
use testkit::{Kith, Person};

async fn like(kith: &Kith, comment: &Value, times: usize) {
    for _ in 0..times {
        let fan = kith.minted("fan", &["user"]);
        let reactions = format!("{}/reactions", path(comment));
        fan.post(&reactions, json!({ "type": "love" })).await.expect(201);
    }
}

async fn best(person: &Person, post: &Value, limit: usize) -> Vec<String> {
    let list = person
        .all(&format!("{}?sort=top&limit={limit}", under(post)))
        .await;
    texts(&list).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_most_reactions_and_replies_come_first_then_the_latest() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("x").await;
    let mut comments = Vec::new();
    for text in ["plain", "liked", "answered", "loved", "last"] {
        comments.push(ann.comments(&post, text).await);
    }
    like(&kith, &comments[1], 1).await;
    for _ in 0..2 {
        reply(&ann, &post, &comments[2], "yes").await;
    }
    like(&kith, &comments[3], 3).await;
    kith.settled().await;
    let expected = ["loved", "answered", "liked", "last", "plain"];
    for limit in [1, 2, 100] {
        assert_eq!(
            best(&kith.nobody(), &post, limit).await,
            expected,
            "{limit} a page"
        );
    }
    // a taken back reaction and a deleted reply count no more
    let replies = ann.all(&format!("{}/replies?sort=top", path(&comments[2]))).await;
    for gone in &replies {
        ann.delete(&path(gone)).await.expect(204);
    }
    kith.settled().await;
    assert_eq!(
        best(&ann, &post, 3).await,
        ["loved", "liked", "last", "answered", "plain"]
    );
}

#[tokio::test]
async fn a_walk_shows_everything_once_though_the_order_changes() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("x").await;
    let mut comments = Vec::new();
    for n in 0..6 {
        comments.push(ann.comments(&post, &n.to_string()).await);
    }
    kith.settled().await;
    let list = format!("{}?sort=top&limit=2", under(&post));
    let first = ann.get(&list).await.expect(200);
    assert_eq!(texts(first["items"].as_array().unwrap()), ["5", "4"]);

    // one still to come rises to the top, one is deleted, one is changed, a new one appears
    like(&kith, &comments[0], 2).await;
    ann.delete(&path(&comments[2])).await.expect(204);
    ann.put(&path(&comments[1]), json!({ "text": "one" }))
        .await
        .expect(200);
    ann.comments(&post, "new").await;
    kith.settled().await;

    let (mut rest, mut cursor) = (Vec::new(), first["nextCursor"].clone());
    while let Some(next) = cursor.as_str() {
        let page = ann.get(&format!("{list}&cursor={next}")).await;
        assert!(
            page.cost("reads") <= 14,
            "as they were, as they are, what takes the place of the deleted one, and what is not kept: {:?}",
            page.headers
        );
        let page = page.expect(200);
        rest.extend(page["items"].as_array().unwrap().clone());
        cursor = page["nextCursor"].clone();
    }
    assert_eq!(
        texts(&rest),
        ["3", "one", "0"],
        "in the order of the beginning, as they are now"
    );
    assert_eq!(rest[2]["counters"]["reactions"]["love"], 2);
    assert_eq!(
        best(&ann, &post, 100).await[..2],
        ["0".to_owned(), "new".to_owned()]
    );
}
