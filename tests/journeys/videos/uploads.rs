//! Announcing an upload, and what the signed address holds the uploader to.

use super::{begin, clips::clip, describe, executions, path, processed, put};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

const BEGIN: &str = "/api/videos/upload-url";

#[tokio::test]
async fn an_announcement_is_checked() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    for (body, pointer, code) in [
        (
            json!({ "contentType": "image/png", "sizeBytes": 1 }),
            "/contentType",
            "unsupported_type",
        ),
        (
            json!({ "contentType": "video/mp4", "sizeBytes": 0 }),
            "/sizeBytes",
            "too_small",
        ),
        (
            json!({ "contentType": "video/mp4", "sizeBytes": 5_000_000_001_u64 }),
            "/sizeBytes",
            "too_large",
        ),
    ] {
        let problem = ann.post(BEGIN, body).await.problem(422, "invalid");
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(pointer), &json!(code))
        );
    }
    for body in [
        json!({ "contentType": "video/mp4" }),
        json!({ "contentType": "video/mp4", "sizeBytes": -1 }),
        json!({ "contentType": "video/mp4", "sizeBytes": 1, "type": "endless" }),
        json!({ "contentType": "video/mp4", "sizeBytes": 1, "title": "x" }),
    ] {
        ann.post(BEGIN, body).await.problem(400, "malformed_body");
    }
    let short = json!({ "contentType": "video/mp4", "sizeBytes": 1, "type": "short" });
    ann.post("/api/videos/shorts/upload-url", short.clone())
        .await
        .problem(400, "malformed_body");
    kith.nobody()
        .post(BEGIN, short.clone())
        .await
        .problem(401, "missing_token");

    let answer = ann.post(BEGIN, short).await;
    assert_eq!((answer.cost("reads"), answer.cost("writes")), (0, 1));
    let location = answer.headers["location"].clone();
    let ticket = answer.expect(201);
    assert_eq!((&ticket["method"], &location), (&json!("PUT"), &path(&ticket)));
    let video = ann.get(&location).await.expect(200);
    assert_eq!(
        (&video["uploadStatus"], &video["type"]),
        (&json!("uploading"), &json!("short"))
    );
    assert_eq!(
        (&video["visibility"], &video["progress"], &video["tags"]),
        (&json!("public"), &json!(0), &json!([]))
    );
}

#[tokio::test]
async fn the_same_key_is_the_same_video_with_a_new_address() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let send = async |person: &Person, size: u64| -> Answer {
        let request = person
            .request(Method::POST, BEGIN)
            .header("idempotency-key", "k1");
        let body = json!({ "contentType": "video/mp4", "sizeBytes": size });
        person.send(request.json(&body)).await
    };
    let first = send(&ann, 7).await.expect(201);
    let again = send(&ann, 7).await;
    assert_eq!(again.cost("writes"), 0);
    let again = again.expect(201);
    assert_eq!(first["videoId"], again["videoId"]);
    put(&kith, &again, b"1234567").await.expect(200);
    send(&ann, 8).await.problem(422, "idempotency_key_reused");
    assert_ne!(send(&bob, 7).await.expect(201)["videoId"], first["videoId"]);
}

#[tokio::test]
async fn the_address_takes_only_what_was_announced() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let ticket = begin(&ann, b"1234567").await;
    let changed = |name: &str, value: &str| {
        let mut ticket = ticket.clone();
        ticket["headers"][name] = json!(value);
        ticket
    };
    for wrong in [
        changed("content-type", "text/html"),
        changed("x-goog-content-length-range", "0,999999"),
    ] {
        let refused = put(&kith, &wrong, b"1234567").await;
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
    let mut bare = ticket.clone();
    bare["headers"] = json!({});
    assert_eq!(
        put(&kith, &bare, b"1234567").await.status,
        400,
        "signed headers are missing"
    );
    for bytes in [b"123456".as_slice(), b"12345678"] {
        assert_eq!(put(&kith, &ticket, bytes).await.status, 400, "{}", bytes.len());
    }
    let mut elsewhere = ticket.clone();
    let url = ticket["uploadUrl"].as_str().unwrap();
    let id = ticket["videoId"].as_str().unwrap();
    elsewhere["uploadUrl"] = json!(url.replace(id, "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a"));
    assert_eq!(put(&kith, &elsewhere, b"1234567").await.status, 403);
    let raw = url.split('?').next().unwrap();
    assert_eq!(kith.nobody().get(raw).await.status, 403, "uploads are private");
    kith.settled().await;
    assert_eq!(
        executions(&kith).await,
        Vec::<Value>::new(),
        "nothing has arrived"
    );
    assert_eq!(
        ann.get(&path(&ticket)).await.expect(200)["uploadStatus"],
        "uploading"
    );
}

#[tokio::test]
async fn a_title_is_its_owner_s_to_give_once() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let ticket = begin(&ann, b"1234567").await;
    let path = path(&ticket);
    describe(&bob, &path, "Mine").await.problem(404, "not_found");
    describe(&kith.nobody(), &path, "Mine")
        .await
        .problem(401, "missing_token");
    let absent = "/api/videos/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a";
    describe(&ann, absent, "Mine").await.problem(404, "not_found");
    ann.get(absent).await.problem(404, "not_found");
    ann.get("/api/videos/none").await.problem(404, "not_found");
    let all_wrong = json!({ "videoId": ticket["videoId"], "title": "", "description": "d".repeat(5001), "tags": vec!["t"; 31] });
    let problem = ann.post("/api/videos", all_wrong).await.problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3);
    let nameless = json!({ "videoId": "x", "title": "t" });
    ann.post("/api/videos", nameless)
        .await
        .problem(400, "malformed_body");

    let full = json!({ "videoId": ticket["videoId"], "title": " By the sea ", "description": "waves", "tags": ["sea", "sea", "sun"] });
    let first = ann.post("/api/videos", full.clone()).await;
    let tag = first.headers["etag"].clone();
    let first = first.expect(201);
    assert_eq!(
        (&first["title"], &first["tags"]),
        (&json!("By the sea"), &json!(["sea", "sun"]))
    );
    let again = ann.post("/api/videos", full).await;
    assert_eq!((again.cost("writes"), &again.headers["etag"]), (0, &tag));
    assert_eq!(again.expect(201), first);
    describe(&ann, &path, "Another")
        .await
        .problem(409, "already_described");
}

#[tokio::test]
async fn a_title_with_a_key_is_answered_as_the_first_time() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let ticket = begin(&ann, b"1234567").await;
    let send = async |title: &str| {
        let request = ann
            .request(Method::POST, "/api/videos")
            .header("idempotency-key", "k1");
        ann.send(request.json(&json!({ "videoId": ticket["videoId"], "title": title })))
            .await
    };
    let first = send("By the sea").await.expect(201);
    put(&kith, &ticket, b"1234567").await.expect(200);
    kith.settled().await;
    let again = send("By the sea").await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.expect(201), first);
    send("Another").await.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn bytes_that_failed_may_be_sent_again_and_those_of_a_ready_video_stay() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let good = clip("320x180", 1).await;
    let ticket = begin(&ann, &good).await;
    let path = path(&ticket);
    let zeros = vec![0; good.len()];
    put(&kith, &ticket, &zeros).await.expect(200);
    assert_eq!(processed(&kith, &ann, &path).await["uploadStatus"], "failed");
    put(&kith, &ticket, &good).await.expect(200);
    kith.settled().await;
    let ready = ann.get(&path).await.expect(200);
    assert_eq!(
        (&ready["uploadStatus"], ready.get("failure")),
        (&json!("ready"), None)
    );
    put(&kith, &ticket, &zeros).await.expect(200);
    kith.settled().await;
    assert_eq!(ann.get(&path).await.expect(200), ready);
    assert_eq!(executions(&kith).await.len(), 2);
}
