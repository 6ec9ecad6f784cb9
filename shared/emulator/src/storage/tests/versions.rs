//! Generations, the conditions on them and on `ETag`s, and holds, through the JSON API.

use super::*;

#[tokio::test]
async fn a_bucket_with_versions_keeps_what_is_replaced_and_deleted() {
    let fixture = Fixture::new().await;
    let on = fixture
        .json("PATCH", "", r#"{"versioning":{"enabled":true}}"#)
        .await;
    assert_eq!(on.json()["versioning"]["enabled"], true);
    let (first, second) = (fixture.upload("a", "one").await, fixture.upload("a", "two").await);
    let (first, second) = (generation(&first), generation(&second));
    let older = fixture
        .json("GET", &format!("/o/a?alt=media&generation={first}"), "")
        .await;
    assert_eq!(
        (older.text().as_str(), older.header("x-goog-generation")),
        ("one", first.to_string().as_str())
    );
    assert_eq!(
        fixture.json("DELETE", "/o/a", "").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(fixture.download("a").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        (
            fixture.names("").await.len(),
            fixture.names("versions=true").await
        ),
        (0, vec!["a".to_owned(); 2])
    );
    let page = fixture
        .json("GET", "/o?versions=true&maxResults=1", "")
        .await
        .json();
    assert_eq!(
        (
            &page["items"][0]["generation"],
            page["items"][0].get("timeDeleted").is_some()
        ),
        (&json!(first.to_string()), true)
    );
    let next = page["nextPageToken"].as_str().unwrap();
    let page = fixture
        .json("GET", &format!("/o?versions=true&pageToken={next}"), "")
        .await
        .json();
    assert_eq!(
        (
            page["items"].as_array().unwrap().len(),
            &page["items"][0]["generation"]
        ),
        (1, &json!(second.to_string()))
    );
    // A copy of a noncurrent one brings it back; a generation in a deletion is for good; all of it outlives the process.
    let back = fixture
        .json(
            "POST",
            &format!("/o/a/copyTo/b/media/o/a?sourceGeneration={first}"),
            "",
        )
        .await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
    let fixture = fixture.reopen();
    assert_eq!(
        (fixture.download("a").await.text().as_str(), fixture.files()),
        ("one", 3)
    );
    assert_eq!(fixture.json("DELETE", "", "").await.status, StatusCode::CONFLICT);
    for gone in [first, second, generation(&back)] {
        let deleted = fixture
            .json("DELETE", &format!("/o/a?generation={gone}"), "")
            .await;
        assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(
        (fixture.names("versions=true").await.len(), fixture.files()),
        (0, 0)
    );
}

#[tokio::test]
async fn preconditions_hold_for_every_call() {
    let fixture = Fixture::new().await;
    let made = fixture.upload("a", "one").await;
    let (is, isnt) = (generation(&made), generation(&made) + 1);
    for (method, call) in [
        ("GET", "/o/a?"),
        ("GET", "/o/a?alt=media&"),
        ("PATCH", "/o/a?"),
        ("PUT", "/o/a?"),
        ("POST", "/o/a/rewriteTo/b/media/o/b?source"),
        ("POST", "/o/a/copyTo/b/media/o/b?source"),
        ("POST", "/o/a/moveTo/o/b?source"),
        ("POST", "/o/b/rewriteTo/b/media/o/a?"),
        ("DELETE", "/o/a?"),
    ] {
        fixture.upload("b", "two").await;
        let (call, prefix) = call
            .strip_suffix("source")
            .map_or((call, "if"), |call| (call, "ifSource"));
        for condition in [
            format!("GenerationMatch={isnt}"),
            "MetagenerationMatch=9".to_owned(),
        ] {
            let uri = format!("{call}{prefix}{condition}");
            let refused = fixture.json(method, &uri, "{}").await;
            assert_eq!(
                refused.status,
                StatusCode::PRECONDITION_FAILED,
                "{method} {uri}: {}",
                refused.text()
            );
        }
        let not = fixture
            .json(method, &format!("{call}{prefix}GenerationNotMatch={is}"), "{}")
            .await;
        let status = if method == "GET" {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::PRECONDITION_FAILED
        };
        assert_eq!(not.status, status, "{method} {call}");
    }
    let held = fixture
        .json("DELETE", &format!("/o/a?ifGenerationMatch={is}"), "")
        .await;
    assert_eq!(held.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn etags_are_conditions_too() {
    let fixture = Fixture::new().await;
    let etag = fixture.upload("a", "x").await.json()["etag"]
        .as_str()
        .unwrap()
        .to_owned();
    for (uri, headers, status) in [
        ("/o/a", ("if-none-match", etag.as_str()), StatusCode::NOT_MODIFIED),
        ("/o/a", ("if-match", etag.as_str()), StatusCode::OK),
        ("/o/a", ("if-match", "other"), StatusCode::PRECONDITION_FAILED),
        (
            "/o/a?alt=media",
            ("if-none-match", etag.as_str()),
            StatusCode::NOT_MODIFIED,
        ),
        (
            "/o/a?alt=media",
            ("if-match", "other"),
            StatusCode::PRECONDITION_FAILED,
        ),
    ] {
        let answer = fixture
            .call("GET", &format!("/storage/v1/b/media{uri}"), &[headers], "")
            .await;
        assert_eq!(answer.status, status, "{uri} {headers:?}");
    }
    let media = fixture.download("a").await;
    assert_eq!(media.header("etag"), etag);
    let behind = fixture
        .call(
            "GET",
            "/storage/v1/b/media/o/a?alt=media",
            &[("range", "bytes=1-")],
            "",
        )
        .await;
    assert_eq!(
        (behind.status, behind.text().as_str()),
        (StatusCode::RANGE_NOT_SATISFIABLE, "Request range not satisfiable")
    );
}

#[tokio::test]
async fn what_is_held_stays() {
    let fixture = Fixture::new().await;
    fixture.upload("a", "x").await;
    let held = fixture
        .json("PATCH", "/o/a", r#"{"temporaryHold":true}"#)
        .await
        .json();
    assert_eq!(
        (&held["temporaryHold"], &held["metageneration"]),
        (&json!(true), &json!("2"))
    );
    for refused in [
        fixture.json("DELETE", "/o/a", "").await,
        fixture.upload("a", "y").await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.text().contains("under active Temporary hold"));
    }
    fixture.json("PATCH", "/o/a", r#"{"temporaryHold":false}"#).await;
    assert_eq!(
        (fixture.upload("a", "y").await.status, fixture.files()),
        (StatusCode::OK, 1)
    );
}
