//! Reports, and what moderators do about them.

use crate::comments::videos::published;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

const REPORTS: &str = "/api/reports";
const MODERATION: &str = "/api/moderation/reports";

fn about(kind: &str, id: &Value, reason: &str) -> Value {
    json!({ "subject": kind, "id": id, "reason": reason })
}

async fn resolve(moderator: &Person, report: &Value, body: Value) -> testkit::Answer {
    let path = format!("{MODERATION}/{}/resolve", report["reportId"].as_str().unwrap());
    moderator.post(&path, body).await
}

#[tokio::test]
async fn a_report_shows_the_thing_as_it_was_and_its_removal_is_a_deletion() {
    let kith = Kith::start().await;
    let [ann, bob, cas] = kith.people(["ann", "bob", "cas"]).await;
    let moderator = kith.minted("mod", &["user", "moderator"]);
    kith.settled().await;
    let post = ann.posts("buy now").await;
    let comment = ann.comments(&post, "really, buy").await;
    kith.settled().await;

    let made = bob.post(REPORTS, about("post", &post["postId"], " spam ")).await;
    assert!(made.cost("reads") <= 6, "{:?}", made.headers);
    assert_eq!(made.cost("writes"), 2, "the report and the outbox");
    let made = made.expect(201);
    assert_eq!(
        (&made["subject"], &made["id"], &made["reason"]),
        (&json!("post"), &post["postId"], &json!("spam"))
    );
    let again = bob
        .post(REPORTS, about("post", &post["postId"], "other words"))
        .await;
    assert_eq!(again.cost("writes"), 0);
    assert_eq!(again.expect(201), made, "once a person and thing");
    cas.post(REPORTS, about("post", &post["postId"], "lies"))
        .await
        .expect(201);
    cas.post(REPORTS, about("comment", &comment["commentId"], "spam"))
        .await
        .expect(201);
    kith.settled().await;
    assert_eq!(kith.published("posts", "report.created").await.len(), 3);

    // what becomes of the thing does not change the report
    ann.put(
        &format!("/api/comments/{}", comment["commentId"].as_str().unwrap()),
        json!({ "text": "hello" }),
    )
    .await
    .expect(200);
    let open = moderator.all(&format!("{MODERATION}?limit=1")).await;
    let seen: Vec<_> = open
        .iter()
        .map(|report| (&report["reporter"]["username"], &report["snapshot"]["text"]))
        .collect();
    let (bob_, cas_) = (json!("bob"), json!("cas"));
    let (buy, really) = (json!("buy now"), json!("really, buy"));
    assert_eq!(
        seen,
        [(&cas_, &really), (&cas_, &buy), (&bob_, &buy)],
        "newest first"
    );
    assert_eq!(open[0]["snapshot"]["author"]["username"], "ann");
    assert_eq!(
        (&open[0]["status"], open[0].get("resolution")),
        (&json!("open"), None)
    );

    let removed = resolve(
        &moderator,
        &open[2],
        json!({ "action": "remove", "note": "an advertisement" }),
    )
    .await
    .expect(200);
    let resolution = &removed["resolution"];
    assert_eq!(
        (&resolution["action"], &resolution["note"]),
        (&json!("remove"), &json!("an advertisement"))
    );
    assert_eq!(resolution["moderator"]["userId"], moderator.user_id.as_str());
    assert_eq!(
        resolve(&moderator, &open[2], json!({ "action": "remove" }))
            .await
            .expect(200),
        removed,
        "again as the first time"
    );
    resolve(&moderator, &open[2], json!({ "action": "dismiss" }))
        .await
        .problem(409, "already_resolved");
    kith.settled().await;
    ann.get(&format!("/api/posts/{}", post["postId"].as_str().unwrap()))
        .await
        .problem(404, "not_found");
    assert_eq!(kith.published("posts", "post.deleted").await.len(), 1);
    let open = moderator.all(MODERATION).await;
    assert_eq!(open.len(), 1, "all reports of the post are settled");
    resolve(&moderator, &open[0], json!({ "action": "dismiss" }))
        .await
        .expect(200);
    assert_eq!(
        moderator
            .all(&format!("{MODERATION}?status=resolved&limit=2"))
            .await
            .len(),
        3
    );
    assert!(moderator.all(MODERATION).await.is_empty());
}

#[tokio::test]
async fn a_removed_comment_leaves_a_tombstone() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let moderator = kith.minted("mod", &["moderator"]);
    let post = ann.posts("x").await;
    let comment = ann.comments(&post, "rude").await;
    let under = format!("/api/posts/{}/comments", post["postId"].as_str().unwrap());
    bob.post(
        &under,
        json!({ "text": "no", "parentCommentId": comment["commentId"] }),
    )
    .await
    .expect(201);
    let report = bob
        .post(REPORTS, about("comment", &comment["commentId"], "rude"))
        .await
        .expect(201);
    resolve(&moderator, &report, json!({ "action": "remove" }))
        .await
        .expect(200);
    kith.settled().await;
    let tombstone = bob
        .get(&format!(
            "/api/comments/{}",
            comment["commentId"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert_eq!(
        (&tombstone["deleted"], &tombstone["text"]),
        (&json!(true), &json!(""))
    );
    assert_eq!(kith.published("posts", "comment.deleted").await.len(), 1);
}

#[tokio::test]
async fn people_are_reported_and_only_moderators_look() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let moderator = kith.minted("mod", &["moderator"]);
    kith.settled().await;
    let report = bob
        .post(REPORTS, about("user", &json!(ann.user_id), "not who she says"))
        .await
        .expect(201);
    let shown = moderator.all(MODERATION).await;
    assert_eq!(shown[0]["snapshot"]["text"], "ann", "what she says of herself");
    resolve(&moderator, &report, json!({ "action": "remove" }))
        .await
        .problem(422, "not_removable");

    bob.get(MODERATION).await.problem(403, "not_a_moderator");
    resolve(&bob, &report, json!({ "action": "dismiss" }))
        .await
        .problem(403, "not_a_moderator");
    resolve(&bob, &report, json!({ "action": "nonsense" }))
        .await
        .problem(403, "not_a_moderator");
    kith.nobody().get(MODERATION).await.problem(401, "missing_token");
    let unknown = json!("7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a");
    resolve(
        &moderator,
        &json!({ "reportId": unknown }),
        json!({ "action": "dismiss" }),
    )
    .await
    .problem(404, "not_found");
    bob.post(REPORTS, about("post", &unknown, "x"))
        .await
        .problem(404, "not_found");
    bob.post(REPORTS, about("message", &unknown, "x"))
        .await
        .problem(400, "malformed_body");
    bob.post(REPORTS, about("user", &json!(ann.user_id), " "))
        .await
        .problem(422, "invalid");
    let private = json!({ "text": "mine", "visibility": "private" });
    let private = ann.post("/api/posts", private).await.expect(201);
    bob.post(REPORTS, about("post", &private["postId"], "x"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn videos_are_reported_and_removed_by_nobody_here() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let moderator = kith.minted("mod", &["moderator"]);
    kith.settled().await;
    let video = json!(published(&kith, &ann).await);
    let report = bob
        .post(REPORTS, about("video", &video, "stolen"))
        .await
        .expect(201);
    assert_eq!((&report["subject"], &report["id"]), (&json!("video"), &video));
    let shown = moderator.all(MODERATION).await;
    let snapshot = &shown[0]["snapshot"];
    assert_eq!(
        (&snapshot["text"], &snapshot["author"]["username"]),
        (&json!("Waves"), &json!("ann"))
    );
    resolve(&moderator, &report, json!({ "action": "remove" }))
        .await
        .problem(422, "not_removable");
    resolve(&moderator, &report, json!({ "action": "dismiss" }))
        .await
        .expect(200);
    // whom one may not see one cannot report
    let cid = kith.minted("cid", &["user"]);
    ann.post_nothing(&format!("/api/profiles/{}/block", bob.user_id))
        .await
        .ok();
    let other = json!(published(&kith, &ann).await);
    bob.post(REPORTS, about("video", &other, "stolen too"))
        .await
        .problem(404, "not_found");
    cid.post(REPORTS, about("video", &other, "stolen too"))
        .await
        .expect(201);
}

#[tokio::test]
async fn the_same_key_reports_once() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("x").await;
    let send = || {
        let request = bob.request(Method::POST, REPORTS).header("idempotency-key", "k");
        bob.send(request.json(&about("post", &post["postId"], "spam")))
    };
    let first = send().await;
    let again = send().await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(first.expect(201), again.expect(201));
}
