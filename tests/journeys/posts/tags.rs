//! Hashtags: lists of posts, and what trends.

use super::{edited, id, ids, path, written};
use serde_json::{Value, json};
use testkit::{Kith, Person};

#[tokio::test]
async fn a_tag_lists_public_posts_newest_first_in_any_case() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let mut posts = Vec::new();
    for text in ["#Dawn one", "two #dawn #Straße", "no tag", "#DAWN four"] {
        posts.push(written(&ann, json!({ "text": text })).await);
    }
    written(&ann, json!({ "text": "#dawn", "visibility": "followers" })).await;
    written(&ann, json!({ "text": "#dawn", "visibility": "private" })).await;
    let nobody = kith.nobody();
    let expected = [id(&posts[3]), id(&posts[1]), id(&posts[0])];
    for limit in 1..=4 {
        let walked = nobody.all(&format!("/api/tags/dawn/posts?limit={limit}")).await;
        assert_eq!(ids(&walked), expected, "{limit}");
    }
    for name in ["Dawn", "DAWN", "%EF%BC%A4awn"] {
        assert_eq!(
            ids(&nobody.all(&format!("/api/tags/{name}/posts")).await),
            expected,
            "{name}"
        );
    }
    assert_eq!(ids(&nobody.all("/api/tags/STRASSE/posts").await), [id(&posts[1])]);
    assert!(nobody.all("/api/tags/unused/posts").await.is_empty());
    for bad in ["42", "a%20b", "%23dawn", "-"] {
        nobody
            .get(&format!("/api/tags/{bad}/posts"))
            .await
            .problem(404, "not_found");
    }
    // edits move posts between tags, and a block takes them out of sight
    edited(&ann, &posts[1], json!({ "text": "two #dusk" })).await;
    ann.delete(&path(&posts[0])).await.expect(204);
    assert_eq!(ids(&nobody.all("/api/tags/dawn/posts").await), [id(&posts[3])]);
    assert_eq!(ids(&nobody.all("/api/tags/dusk/posts").await), [id(&posts[1])]);
    assert_eq!(bob.all("/api/tags/dawn/posts").await.len(), 1);
    bob.post_nothing(&format!("/api/profiles/{}/block", ann.user_id))
        .await
        .ok();
    assert!(bob.all("/api/tags/dawn/posts").await.is_empty());
}

/// The tags that trend, and how many posts carry each.
async fn trending(person: &Person) -> Vec<(String, u64)> {
    let list = person.get("/api/tags/trending?limit=100").await.expect(200);
    assert_eq!(list["nextCursor"], Value::Null);
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

fn counts(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected
        .iter()
        .map(|(tag, posts)| ((*tag).to_owned(), *posts))
        .collect()
}

#[tokio::test]
async fn trending_tags_equal_their_definition_after_edits_and_a_loss_of_redis() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let nobody = kith.nobody();
    let mut posts = Vec::new();
    for text in ["#a #b", "#a", "#A again", "#b #c"] {
        posts.push(written(&ann, json!({ "text": text })).await);
    }
    written(&bob, json!({ "text": "#d #c", "visibility": "followers" })).await;
    written(&bob, json!({ "text": "#d", "visibility": "private" })).await;
    let hidden = written(&bob, json!({ "text": "#c #e" })).await;
    let becomes = async |expected: &[(&str, u64)]| {
        kith.settled().await;
        kith.until("the tags are counted", async || {
            trending(&nobody).await == counts(expected)
        })
        .await;
    };
    becomes(&[("a", 3), ("b", 2), ("c", 2), ("e", 1)]).await;
    edited(&bob, &hidden, json!({ "visibility": "followers" })).await;
    becomes(&[("a", 3), ("b", 2), ("c", 1)]).await;
    edited(&ann, &posts[0], json!({ "text": "#c only" })).await;
    ann.delete(&path(&posts[1])).await.expect(204);
    becomes(&[("c", 2), ("a", 1), ("b", 1)]).await;
    let warm = nobody.get("/api/tags/trending").await;
    assert_eq!(warm.cost("reads"), 0);
    kith.flush_redis().await;
    becomes(&[("c", 2), ("a", 1), ("b", 1)]).await;
    for bad in ["0", "101", "x"] {
        nobody
            .get(&format!("/api/tags/trending?limit={bad}"))
            .await
            .problem(400, "malformed_query");
    }
    let first = nobody.get("/api/tags/trending?limit=1").await.expect(200);
    assert_eq!(first["items"], json!([{ "tag": "c", "posts": 2 }]));
}
