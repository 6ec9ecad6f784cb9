//! Who blocks, or is blocked, reads nothing of the other.

use super::{path, reply, texts, under};
use serde_json::json;
use testkit::{Kith, Person};

async fn block(person: &Person, other: &Person) {
    person
        .post_nothing(&format!("/api/profiles/{}/block", other.user_id))
        .await
        .ok();
}

#[tokio::test]
async fn comments_and_reactions_of_blocked_people_are_left_out_and_pages_stay_full() {
    let kith = Kith::start().await;
    let [ann, bob, cas] = kith.people(["ann", "bob", "cas"]).await;
    let post = ann.posts("x").await;
    let mut of_bob = Vec::new();
    for n in 0..6 {
        of_bob.push(bob.comments(&post, &format!("bob {n}")).await);
        cas.comments(&post, &format!("cas {n}")).await;
    }
    let reactions = format!("/api/posts/{}/reactions", post["postId"].as_str().unwrap());
    for person in [&ann, &bob, &cas] {
        person
            .post(&reactions, json!({ "type": "wow" }))
            .await
            .expect(201);
    }
    let thread = reply(&cas, &post, &of_bob[0], "to bob").await;
    kith.settled().await;
    block(&bob, &cas).await;
    kith.settled().await;

    for (person, own) in [(&bob, "bob"), (&cas, "cas")] {
        for sort in ["newest", "oldest", "top"] {
            let list = format!("{}?sort={sort}&limit=4", under(&post));
            let page = person.get(&list).await.expect(200);
            assert_eq!(page["items"].as_array().unwrap().len(), 4, "a full page");
            let all = person.all(&list).await;
            assert!(texts(&all).iter().all(|text| text.starts_with(own)), "{all:#?}");
            assert_eq!(all.len(), 6, "{sort}");
        }
        let who = person.all(&format!("{reactions}?limit=1")).await;
        let who: Vec<_> = who.iter().map(|reaction| &reaction["user"]["username"]).collect();
        assert_eq!(who, [&json!(own), &json!("ann")]);
    }
    assert_eq!(ann.all(&under(&post)).await.len(), 12, "nobody else notices");

    // what one cannot see one cannot answer, react to or report
    cas.get(&path(&of_bob[0])).await.problem(404, "not_found");
    cas.get(&format!("{}/replies", path(&of_bob[0])))
        .await
        .problem(404, "not_found");
    let body = json!({ "text": "hey", "parentCommentId": of_bob[0]["commentId"] });
    cas.post(&under(&post), body).await.problem(422, "invalid");
    cas.post(
        &format!("{}/reactions", path(&of_bob[0])),
        json!({ "type": "like" }),
    )
    .await
    .problem(404, "not_found");
    bob.get(&path(&thread)).await.problem(404, "not_found");
    assert!(bob.all(&format!("{}/replies", path(&of_bob[0]))).await.is_empty());
}
