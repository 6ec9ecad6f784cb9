//! Blocks hide both sides from each other everywhere; mutes hide what one did not ask for.

use super::{answer, block, counts, follow, ids, is_private, people, profile_of, view};
use serde_json::{Value, json};
use testkit::{Kith, Person};

async fn mute(one: &Person, other: &Person) -> Value {
    one.post_nothing(&format!("{}/mute", profile_of(other)))
        .await
        .expect(200)
}

#[tokio::test]
async fn a_block_ends_everything_between_the_two() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    follow(&ann, &bob).await;
    follow(&bob, &ann).await;
    assert_eq!(block(&ann, &bob).await, view(&["blocking"]));
    assert_eq!(
        block(&ann, &bob).await,
        view(&["blocking"]),
        "again as the first time"
    );
    is_private(&ann, true).await;
    follow(&cid, &ann).await;
    block(&cid, &ann).await;
    assert!(
        ann.all("/api/profiles/me/follow-requests").await.is_empty(),
        "what was asked has ended too"
    );
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.blocked").await.len(), 2);
    assert_eq!(kith.published("graph", "user.unfollowed").await.len(), 2);
    for person in [&ann, &bob] {
        let own = person.get("/api/profiles/me").await.expect(200);
        assert_eq!(
            (&own["counts"]["followers"], &own["counts"]["following"]),
            (&json!(0), &json!(0))
        );
    }

    let path = format!("{}/block", profile_of(&bob));
    ann.delete(&path).await.expect(204);
    ann.delete(&path).await.expect(204);
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.unblocked").await.len(), 1);
    let seen = ann.get(&profile_of(&bob)).await.expect(200);
    assert_eq!(seen["viewer"], view(&[]), "what has ended does not come back");
    bob.post_nothing(&path).await.problem(422, "cannot_block_self");
    let nobody = format!("/api/profiles/{}/block", uuid::Uuid::new_v4());
    ann.post_nothing(&nobody).await.problem(404, "not_found");
}

#[tokio::test]
async fn who_blocks_and_who_is_blocked_find_nothing_of_each_other() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    let (of_ann, of_bob, of_cid) = (ann.posts("a").await, bob.posts("b").await, cid.posts("c").await);
    let id = |post: &Value| post["postId"].as_str().unwrap().to_owned();
    let comment = bob.comments(&of_cid, "under c").await;
    let like = json!({ "type": "like" });
    bob.post(&format!("/api/posts/{}/reactions", id(&of_cid)), like.clone())
        .await
        .expect(201);
    for person in [&ann, &bob] {
        follow(person, &cid).await;
        follow(&cid, person).await;
    }
    block(&ann, &bob).await;
    let comment = comment["commentId"].as_str().unwrap();
    for (one, other, post) in [(&ann, &bob, &of_bob), (&bob, &ann, &of_ann)] {
        let post = format!("/api/posts/{}", id(post));
        let missing = [
            profile_of(other),
            format!("/api/profiles/by-username/{}", other.username),
            format!("{}/followers", profile_of(other)),
            format!("{}/following", profile_of(other)),
            format!("/api/users/{}/posts", other.user_id),
            post.clone(),
            format!("{post}/comments"),
            format!("{post}/reactions"),
        ];
        for path in missing {
            one.get(&path).await.problem(404, "not_found");
        }
        let text = json!({ "text": "hello" });
        one.post(&format!("{post}/comments"), text)
            .await
            .problem(404, "not_found");
        one.post(&format!("{post}/reactions"), like.clone())
            .await
            .problem(404, "not_found");
        for verb in ["follow", "mute"] {
            let path = format!("{}/{verb}", profile_of(other));
            one.post_nothing(&path).await.problem(404, "not_found");
            one.delete(&path).await.problem(404, "not_found");
        }
        for list in ["followers", "following"] {
            let list = one.all(&format!("{}/{list}", profile_of(&cid))).await;
            assert_eq!(ids(&list), [&one.user_id], "left out of others' lists");
        }
        let batch = json!({ "userIds": [other.user_id, cid.user_id] });
        let batch = one.post("/api/profiles/batch", batch).await.expect(200);
        assert_eq!(ids(batch["items"].as_array().unwrap()), [&cid.user_id]);
    }
    ann.get(&format!("/api/comments/{comment}"))
        .await
        .problem(404, "not_found");
    let path = format!("/api/posts/{}", id(&of_cid));
    assert!(ann.all(&format!("{path}/comments")).await.is_empty());
    assert!(ann.all(&format!("{path}/reactions")).await.is_empty());
    assert_eq!(cid.all(&format!("{path}/comments")).await.len(), 1);
    assert_eq!(cid.all(&format!("{path}/reactions")).await.len(), 1);
}

#[tokio::test]
async fn both_may_block_and_it_lasts_until_neither_does() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    block(&ann, &bob).await;
    assert_eq!(
        block(&bob, &ann).await,
        view(&["blocking"]),
        "who is blocked may too"
    );
    ann.delete(&format!("{}/block", profile_of(&bob)))
        .await
        .expect(204);
    ann.get(&profile_of(&bob)).await.problem(404, "not_found");
    assert_eq!(ids(&bob.all("/api/profiles/me/blocks").await), [&ann.user_id]);
    bob.delete(&format!("{}/block", profile_of(&ann)))
        .await
        .expect(204);
    ann.get(&profile_of(&bob)).await.expect(200);
}

#[tokio::test]
async fn one_sees_whom_one_blocks_and_mutes() {
    let kith = Kith::start().await;
    let [ann, bob, cid, dan] = people(&kith, ["ann", "bob", "cid", "dan"]).await;
    for other in [&bob, &cid, &dan] {
        block(&ann, other).await;
    }
    let blocked = ann.all("/api/profiles/me/blocks?limit=1").await;
    assert_eq!(
        ids(&blocked),
        [&dan.user_id, &cid.user_id, &bob.user_id],
        "newest first"
    );
    for other in [&bob, &cid, &dan] {
        ann.delete(&format!("{}/block", profile_of(other)))
            .await
            .expect(204);
        assert_eq!(mute(&ann, other).await, view(&["muting"]));
    }
    assert!(ann.all("/api/profiles/me/blocks").await.is_empty());
    let muted = ann.all("/api/profiles/me/mutes?limit=2").await;
    assert_eq!(ids(&muted), [&dan.user_id, &cid.user_id, &bob.user_id]);
    ann.delete(&format!("{}/mute", profile_of(&cid)))
        .await
        .expect(204);
    ann.delete(&format!("{}/mute", profile_of(&cid)))
        .await
        .expect(204);
    assert_eq!(ann.all("/api/profiles/me/mutes").await.len(), 2);
    assert!(bob.all("/api/profiles/me/mutes").await.is_empty());
    bob.post_nothing(&format!("{}/mute", profile_of(&bob)))
        .await
        .problem(422, "cannot_mute_self");
}

#[tokio::test]
async fn who_is_muted_is_seen_but_not_shown() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    follow(&ann, &bob).await;
    let post = ann.posts("mine").await;
    let theirs = bob.posts("theirs").await;
    mute(&ann, &bob).await;
    let seen = ann.get(&profile_of(&bob)).await.expect(200);
    assert_eq!(seen["viewer"], {
        let mut both = view(&["following", "muting"]);
        both["notify"] = json!("none");
        both
    });
    ann.get(&format!("/api/posts/{}", theirs["postId"].as_str().unwrap()))
        .await
        .expect(200);
    bob.comments(&post, "nice").await;
    follow(&bob, &ann).await;
    kith.settled().await;
    assert!(
        ann.notifications().await.is_empty(),
        "nobody hears of whom they mute"
    );
    ann.delete(&format!("{}/mute", profile_of(&bob)))
        .await
        .expect(204);
    bob.comments(&post, "nice again").await;
    kith.settled().await;
    assert_eq!(ann.notifications().await.len(), 1);
    assert_eq!(counts(&kith, &ann).await["followers"], 1);
}

#[tokio::test]
async fn nothing_is_heard_of_whom_one_blocks() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    let post = cid.posts("hello").await;
    let parent = ann.comments(&post, "mine").await;
    block(&ann, &bob).await;
    let reply = json!({ "text": "yours?", "parentCommentId": parent["commentId"] });
    let path = format!("/api/posts/{}/comments", post["postId"].as_str().unwrap());
    bob.post(&path, reply).await.problem(422, "invalid");
    answer(&ann, &bob, "accept").await.problem(404, "not_found");
    kith.settled().await;
    assert!(ann.notifications().await.is_empty());
}

#[tokio::test]
async fn what_was_heard_before_a_block_is_left_out_of_the_inbox() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    let (one, two) = (ann.posts("one").await, ann.posts("two").await);
    bob.comments(&one, "nice").await;
    bob.comments(&two, "nice").await;
    cid.comments(&two, "nice too").await;
    kith.settled().await;
    assert_eq!(ann.notifications().await.len(), 2);
    block(&bob, &ann).await;
    let heard = ann.all("/api/notifications?limit=1").await;
    let actors: Vec<&Value> = heard.iter().map(|entry| &entry["actors"]).collect();
    assert_eq!(actors.len(), 1, "{heard:?}");
    assert_eq!(ids(actors[0].as_array().unwrap()), [&cid.user_id]);
}
