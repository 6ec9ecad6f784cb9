//! What every endpoint obeys.

mod described;
mod expiry;
mod failures;
mod gateway;
mod keys;
mod redis;
mod traces;

use reqwest::Method;
use serde_json::json;
use testkit::Kith;

#[tokio::test]
async fn malformed_requests_are_problems_that_say_where() {
    let kith = Kith::start().await;
    let nobody = kith.nobody();
    let path = "/api/auth/login";
    let extra = json!({ "identifier": "a", "password": "b", "pin": "123456" });
    let problem = nobody.post(path, extra).await.problem(400, "malformed_body");
    assert_eq!(problem["errors"][0]["pointer"], "/pin");
    assert_eq!(problem["instance"], path);
    let missing = nobody
        .post(path, json!({ "identifier": "a" }))
        .await
        .problem(400, "malformed_body");
    assert_eq!(missing["errors"][0]["pointer"], "/password");
    nobody
        .send(
            nobody
                .request(Method::POST, path)
                .header("content-type", "application/json")
                .body("{"),
        )
        .await
        .problem(400, "malformed_json");
    nobody
        .send(nobody.request(Method::POST, path).body("{}"))
        .await
        .problem(415, "unsupported_media_type");
    nobody.get(path).await.problem(405, "method_not_allowed");
    nobody.get("/api/nothing/here").await.problem(404, "not_found");
    let large = json!({ "identifier": "a", "password": "b".repeat(300 * 1024) });
    nobody.post(path, large).await.problem(413, "payload_too_large");
}

#[tokio::test]
async fn every_answer_names_its_request_and_its_trace() {
    let kith = Kith::start().await;
    let nobody = kith.nobody();
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request = nobody.request(Method::GET, "/api/auth/me");
    let request = request
        .header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"))
        .header("x-request-id", "my-request");
    let answer = nobody.send(request).await;
    assert_eq!(answer.headers["x-request-id"], "my-request");
    assert_eq!(answer.problem(401, "missing_token")["traceId"], trace);
    assert!(!nobody.get("/health/live").await.headers["x-request-id"].is_empty());
}

#[tokio::test]
async fn browsers_are_told_that_pages_of_other_origins_may_call() {
    let kith = Kith::start().await;
    let nobody = kith.nobody();
    let page = "https://page.example";
    for (method, path) in [
        ("POST", "/api/auth/login"),
        ("PUT", "/api/profiles/x"),
        ("GET", "/health/live"),
    ] {
        let asked = nobody
            .request(Method::OPTIONS, path)
            .header("origin", page)
            .header("access-control-request-method", method)
            .header(
                "access-control-request-headers",
                "authorization,content-type,if-match",
            );
        let told = nobody.send(asked).await;
        assert_eq!(
            (told.status, &told.headers["access-control-allow-origin"]),
            (200, &page.to_owned()),
            "{path}"
        );
        let methods = &told.headers["access-control-allow-methods"];
        assert!(methods.contains(method), "{methods}");
        let headers = &told.headers["access-control-allow-headers"];
        assert!(
            headers.contains("authorization") && headers.contains("if-match"),
            "{headers}"
        );
    }
    let refused = nobody
        .request(Method::DELETE, "/api/auth/me")
        .header("origin", page);
    let refused = nobody.send(refused).await;
    assert_eq!(refused.headers["access-control-allow-origin"], page);
    assert!(!refused.headers["x-request-id"].is_empty());
    refused.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn pushes_and_schedules_are_for_google_alone() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    for function in local::functions() {
        let description = function.description();
        let paths = description
            .subscriptions
            .iter()
            .map(|s| &s.path)
            .chain(description.schedules.iter().map(|s| &s.path));
        for path in paths {
            kith.nobody()
                .post(path, json!({}))
                .await
                .problem(401, "missing_token");
            ann.post(path, json!({})).await.problem(401, "invalid_token");
        }
    }
}

#[tokio::test]
async fn what_others_do_with_a_thing_is_no_new_version_of_it() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    let path = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let comment = bob.comments(&post, "nice").await;
    let comment = format!("/api/comments/{}", comment["commentId"].as_str().unwrap());
    for thing in [&path, &comment] {
        let reaction = json!({ "type": "love" });
        bob.post(&format!("{thing}/reactions"), reaction)
            .await
            .expect(201);
    }
    bob.put_nothing(&format!("{path}/bookmark")).await.expect(204);
    bob.post(&format!("{path}/share"), json!({})).await.expect(201);
    kith.settled().await;
    for (thing, counted) in [(&path, "reactions"), (&comment, "reactions")] {
        let shown = bob.get(thing).await;
        assert_eq!(shown.headers["etag"], "\"1\"", "{thing}");
        let shown = shown.expect(200);
        assert_eq!(shown["counters"][counted]["love"], 1);
        assert_eq!(shown["viewer"]["reaction"], "love");
    }
    // who read it before may still change it
    let edit = ann.request(Method::PUT, &path).header("if-match", "\"1\"");
    ann.send(edit.json(&json!({ "text": "first light, again" })))
        .await
        .expect(200);
}
