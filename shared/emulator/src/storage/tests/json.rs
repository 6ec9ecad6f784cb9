//! The JSON API.

use super::*;
use futures::StreamExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

#[tokio::test]
async fn an_object_comes_and_goes_in_json() {
    let fixture = Fixture::new().await;
    let first = fixture.upload("a/b c.txt", "hello").await;
    assert_eq!(
        (first.status, &first.json()["size"]),
        (StatusCode::OK, &json!("5"))
    );
    assert_eq!(first.json()["crc32c"], "mnG7TA=="); // CRC32C of "hello", as Google's documentation computes it
    let shown = fixture
        .call("GET", "/storage/v1/b/media/o/a%2Fb%20c.txt", &[], "")
        .await;
    assert_eq!(shown.json(), first.json());
    let got = fixture.download("a/b c.txt").await;
    assert_eq!(
        (got.text().as_str(), got.header("content-type")),
        ("hello", "text/plain")
    );
    assert_eq!(got.header("x-goog-generation"), first.json()["generation"]);
    let second = fixture.upload("a/b c.txt", "again").await;
    let number = |answer: &Answer| {
        answer.json()["generation"]
            .as_str()
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    assert!(number(&second) > number(&first));
    assert_eq!(fixture.files(), 1);
    let stale = format!(
        "/storage/v1/b/media/o/a%2Fb%20c.txt?ifGenerationMatch={}",
        number(&first)
    );
    assert_eq!(
        fixture.call("DELETE", &stale, &[], "").await.status,
        StatusCode::PRECONDITION_FAILED
    );
    let gone = fixture
        .call("DELETE", "/storage/v1/b/media/o/a%2Fb%20c.txt", &[], "")
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let missing = fixture.download("a/b c.txt").await;
    assert_eq!(
        (missing.status, missing.text().as_str()),
        (StatusCode::NOT_FOUND, "No such object: media/a/b c.txt")
    );
    assert_eq!(fixture.files(), 0);
}

#[tokio::test]
async fn a_multipart_upload_checks_the_sums_that_follow_the_bytes() {
    let fixture = Fixture::new().await;
    let body = |sum: &str| {
        format!(
            "--b\r\nContent-Type: application/json\r\n\r\n{{\"contentType\":\"a/b\",\"metadata\":{{\"k\":\"v\"}}}}\r\n\
             --b\r\n\r\nhello\r\n--b\r\nContent-Type: application/json\r\n\r\n{{\"crc32c\":\"{sum}\"}}\r\n--b--\r\n"
        )
    };
    let uri = "/upload/storage/v1/b/media/o?uploadType=multipart&name=x&ifGenerationMatch=0";
    let kind = [("content-type", "multipart/related; boundary=b")];
    let wrong = fixture.call("POST", uri, &kind, body("AAAAAA==")).await;
    assert_eq!((wrong.status, fixture.files()), (StatusCode::BAD_REQUEST, 0));
    let made = fixture.call("POST", uri, &kind, body("mnG7TA==")).await;
    assert_eq!(
        (
            made.status,
            &made.json()["contentType"],
            &made.json()["metadata"]["k"]
        ),
        (StatusCode::OK, &json!("a/b"), &json!("v"))
    );
    assert_eq!(fixture.download("x").await.text(), "hello");
    assert_eq!(
        fixture.call("POST", uri, &kind, body("mnG7TA==")).await.status,
        StatusCode::PRECONDITION_FAILED
    );
    let cut = fixture
        .call(
            "POST",
            "/upload/storage/v1/b/media/o?uploadType=multipart&name=y",
            &kind,
            "--b\r\n\r\n{}\r\n--b\r\n\r\nhel",
        )
        .await;
    assert_eq!((cut.status, fixture.files()), (StatusCode::BAD_REQUEST, 1));
}

#[tokio::test]
async fn what_follows_a_multipart_body_is_read_so_that_the_connection_lives_on() {
    let fixture = Fixture::new().await;
    let ended = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&ended);
    let pieces = ["--b\r\n\r\n{}\r\n--b\r\n\r\nhello\r\n--b--", "\r\n"];
    let pieces = futures::stream::iter(pieces.map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece))));
    let end = futures::stream::poll_fn(move |_| {
        tell.store(true, Ordering::Relaxed);
        Poll::Ready(None)
    });
    let uri = "/upload/storage/v1/b/media/o?uploadType=multipart&name=x";
    let kind = [("content-type", "multipart/related; boundary=b")];
    let body = Body::from_stream(pieces.chain(end));
    let made = fixture.call("POST", uri, &kind, body).await;
    assert_eq!(
        (made.status, ended.load(Ordering::Relaxed)),
        (StatusCode::OK, true)
    );
    assert_eq!(fixture.download("x").await.text(), "hello");
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let fixture = Fixture::new().await;
    let pieces = futures::stream::iter([Ok(Bytes::from("half")), Err(std::io::Error::other("cut"))]);
    let uri = "/upload/storage/v1/b/media/o?uploadType=media&name=x";
    let cut = fixture.call("POST", uri, &[], Body::from_stream(pieces)).await;
    assert_eq!((cut.status, fixture.files()), (StatusCode::BAD_REQUEST, 0));
    assert_eq!(fixture.download("x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn copies_share_bytes_but_not_fates() {
    let fixture = Fixture::new().await;
    fixture.upload("a/1", "bytes").await;
    let rewritten = fixture
        .call(
            "POST",
            "/storage/v1/b/media/o/a%2F1/rewriteTo/b/media/o/b%2F2",
            &[],
            "",
        )
        .await;
    assert_eq!(
        (
            &rewritten.json()["done"],
            &rewritten.json()["resource"]["contentType"]
        ),
        (&json!(true), &json!("text/plain"))
    );
    let other = r#"{"contentType":"a/b"}"#;
    let copied = fixture
        .call(
            "POST",
            "/storage/v1/b/media/o/a%2F1/copyTo/b/media/o/c",
            &[],
            other,
        )
        .await;
    assert_eq!(copied.json()["contentType"], "a/b");
    fixture
        .call("DELETE", "/storage/v1/b/media/o/a%2F1", &[], "")
        .await;
    assert_eq!(fixture.download("b/2").await.text(), "bytes");
    let listed = fixture
        .call("GET", "/storage/v1/b/media/o?delimiter=/&maxResults=1", &[], "")
        .await
        .json();
    assert_eq!(listed["prefixes"], json!(["b/"]));
    let next = format!(
        "/storage/v1/b/media/o?delimiter=/&pageToken={}",
        listed["nextPageToken"].as_str().unwrap()
    );
    assert_eq!(
        fixture.call("GET", &next, &[], "").await.json()["items"][0]["name"],
        "c"
    );
    let bucket = fixture.call("DELETE", "/storage/v1/b/media", &[], "").await;
    assert_eq!(bucket.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let fixture = Fixture::new().await;
    for (method, uri, body) in [
        ("GET", "/storage/v1/b/media/o?softDeleted=true", ""),
        ("POST", "/storage/v1/b/media/o/x/restore?generation=1", ""),
        ("GET", "/storage/v1/b/media/o?unknown=x", ""),
        (
            "POST",
            "/upload/storage/v1/b/media/o?uploadType=media&name=x&kmsKeyName=k",
            "",
        ),
        ("GET", "/storage/v1/b/media/managedFolders", ""),
        (
            "PATCH",
            "/storage/v1/b/media",
            r#"{"retentionPolicy":{"retentionPeriod":"5"}}"#,
        ),
        (
            "PATCH",
            "/storage/v1/b/media",
            r#"{"softDeletePolicy":{"retentionDurationSeconds":"604800"}}"#,
        ),
    ] {
        let refused = fixture.call(method, uri, &[], body).await;
        assert_eq!(
            refused.status,
            StatusCode::NOT_IMPLEMENTED,
            "{uri}: {}",
            refused.text()
        );
        assert_eq!(refused.json()["error"]["status"], "UNIMPLEMENTED");
    }
}

#[tokio::test]
async fn access_control_lists_are_refused_as_under_uniform_access() {
    let fixture = Fixture::new().await;
    fixture.upload("x", "1").await;
    for (method, uri) in [
        ("GET", "/storage/v1/b/media/acl"),
        ("POST", "/storage/v1/b/media/defaultObjectAcl"),
        ("GET", "/storage/v1/b/media/o/x/acl"),
        ("POST", "/storage/v1/b/media/o/x/acl"),
        (
            "POST",
            "/upload/storage/v1/b/media/o?uploadType=media&name=y&predefinedAcl=publicRead",
        ),
    ] {
        let refused = fixture.call(method, uri, &[], "").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{uri}");
        assert!(
            refused.text().contains("uniform bucket-level access is enabled"),
            "{}",
            refused.text()
        );
    }
}
