//! What was written and said: by her, about her, with her.

use super::{Life, does, post_path};
use crate::videos::{clips::clip, describe, processed, upload};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kith;

pub(super) async fn all(kith: &Kith, life: &Life) {
    let theirs = life.bob.posts("words of his").await;
    let mine = posts(life, &theirs).await;
    mentions(life, &theirs).await;
    let said = comments(life, &mine, &theirs).await;
    videos(kith, life).await;
    reports(kith, life, [&mine, &theirs, &said]).await;
    kith.settled().await;
}

/// Answers one of hers.
async fn posts(life: &Life, theirs: &Value) -> Value {
    let (ann, bob, name) = (&life.ann, &life.bob, life.name);
    let mine = ann.posts(&format!("words of {name} #dayoff for @bob")).await;
    let path = post_path(&mine);
    ann.put(&path, json!({ "text": format!("better words of {name}") }))
        .await
        .expect(200);
    let gone = ann.posts(&format!("{name} takes this back")).await;
    ann.delete(&post_path(&gone)).await.expect(204);
    let private = json!({ "text": format!("a diary of {name}"), "visibility": "private" });
    ann.post("/api/posts", private).await.expect(201);
    let keyed = ann
        .request(Method::POST, "/api/posts")
        .header("idempotency-key", format!("a key of {name}"))
        .json(&json!({ "text": format!("kept for a repetition by {name}") }));
    ann.send(keyed).await.expect(201);
    for (person, of) in [(ann, theirs), (bob, &mine)] {
        let path = post_path(of);
        does(person, Method::POST, &format!("{path}/share"), json!({})).await;
        does(
            person,
            Method::POST,
            &format!("{path}/share"),
            json!({ "text": "look" }),
        )
        .await;
        does(
            person,
            Method::POST,
            &format!("{path}/reactions"),
            json!({ "type": "love" }),
        )
        .await;
        person.put_nothing(&format!("{path}/bookmark")).await.ok();
    }
    ann.put_nothing(&format!("{path}/pin")).await.ok();
    mine
}

/// Others name her: in a post, in one that does no longer, by a tag, in a comment.
async fn mentions(life: &Life, theirs: &Value) {
    let (bob, cid, name) = (&life.bob, &life.cid, life.name);
    bob.posts(&format!("thanks to @{name} and @cid")).await;
    let edited = bob.posts(&format!("dear @{name}, dear all")).await;
    bob.put(&post_path(&edited), json!({ "text": "dear all" }))
        .await
        .expect(200);
    let tagged = json!({ "text": "a day out", "taggedUserIds": [life.ann.user_id] });
    bob.post("/api/posts", tagged).await.expect(201);
    cid.comments(theirs, &format!("as @{name} says")).await;
    let said = cid.comments(theirs, &format!("or @{name} said")).await;
    let path = format!("/api/comments/{}", said["commentId"].as_str().unwrap());
    cid.put(&path, json!({ "text": format!("@bob and @{name} said") }))
        .await
        .expect(200);
}

/// Answers one of hers, which was replied to.
async fn comments(life: &Life, mine: &Value, theirs: &Value) -> Value {
    let (ann, bob, cid, name) = (&life.ann, &life.bob, &life.cid, life.name);
    let said = ann.comments(theirs, &format!("{name} says")).await;
    let id = said["commentId"].as_str().unwrap();
    let comments = format!("{}/comments", post_path(theirs));
    let reply = json!({ "text": "he says", "parentCommentId": id });
    let reply = bob.post(&comments, reply).await.expect(201);
    ann.comments(theirs, &format!("nobody answers {name}")).await;
    let taken_back = ann.comments(theirs, &format!("{name} takes it back")).await;
    let taken_back = format!("/api/comments/{}", taken_back["commentId"].as_str().unwrap());
    ann.delete(&taken_back).await.expect(204);
    bob.comments(mine, "he says to her").await;
    for (person, comment) in [(ann, &reply), (cid, &said)] {
        let path = format!(
            "/api/comments/{}/reactions",
            comment["commentId"].as_str().unwrap()
        );
        does(person, Method::POST, &path, json!({ "type": "wow" })).await;
    }
    let reaction = format!("{}/reactions", post_path(theirs));
    does(cid, Method::POST, &reaction, json!({ "type": "love" })).await;
    said
}

/// One of hers and one of another's, with what both said and felt about them; and one whose bytes are no video.
async fn videos(kith: &Kith, life: &Life) {
    let (ann, bob, name) = (&life.ann, &life.bob, life.name);
    let bytes = clip("320x180", 1).await;
    for (owner, title) in [
        (ann, format!("{name} by the sea")),
        (bob, "by the sea".to_owned()),
    ] {
        let path = upload(kith, owner, &bytes).await;
        describe(owner, &path, &title).await.expect(201);
        assert_eq!(processed(kith, owner, &path).await["uploadStatus"], "ready");
        for (person, text) in [(ann, format!("{name} likes it")), (bob, "so do I".to_owned())] {
            does(
                person,
                Method::POST,
                &format!("{path}/comments"),
                json!({ "text": text }),
            )
            .await;
            does(
                person,
                Method::POST,
                &format!("{path}/reactions"),
                json!({ "type": "like" }),
            )
            .await;
        }
    }
    upload(kith, ann, name.as_bytes()).await;
}

/// By her, of what is hers, of what names her, and decided by her.
async fn reports(kith: &Kith, life: &Life, [mine, theirs, said]: [&Value; 3]) {
    let (ann, bob, cid, name) = (&life.ann, &life.bob, &life.cid, life.name);
    let report = async |person: &testkit::Person, kind: &str, id: &Value, reason: &str| {
        let body = json!({ "subject": kind, "id": id, "reason": reason });
        person.post("/api/reports", body).await.expect(201)
    };
    report(ann, "post", &theirs["postId"], &format!("{name} is hurt")).await;
    report(bob, "post", &mine["postId"], "loud").await;
    report(bob, "comment", &said["commentId"], "rude").await;
    report(bob, "user", &json!(ann.user_id), "not who she says").await;
    let naming = bob.posts(&format!("@{name} and @cid owe me")).await;
    report(cid, "post", &naming["postId"], "a lie").await;
    let decided = report(cid, "post", &theirs["postId"], "long").await;
    let moderator = kith.with_roles(ann, &["user", "moderator"]);
    let path = format!(
        "/api/moderation/reports/{}/resolve",
        decided["reportId"].as_str().unwrap()
    );
    let decision = json!({ "action": "dismiss", "note": "it may stay" });
    moderator.post(&path, decision).await.expect(200);
}
