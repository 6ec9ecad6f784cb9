//! Signed addresses and public objects.

use super::*;

#[tokio::test]
async fn a_signed_put_takes_what_was_signed_and_nothing_else() {
    let fixture = Fixture::new().await;
    let headers = [
        ("content-type", "image/jpeg"),
        ("x-goog-content-length-range", "3,8"),
    ];
    let url = fixture.sign("PUT", "u/1/photo 1.jpg", &headers);
    let put = fixture.call("PUT", &url, &headers, "12345678").await;
    assert_eq!(
        (put.status, put.header("x-goog-stored-content-length")),
        (StatusCode::OK, "8")
    );
    for (headers, body, status, code) in [
        (
            headers.to_vec(),
            "123456789",
            StatusCode::BAD_REQUEST,
            "EntityTooLarge",
        ),
        (headers.to_vec(), "12", StatusCode::BAD_REQUEST, "EntityTooSmall"),
        (
            vec![("content-type", "image/png"), headers[1]],
            "1234",
            StatusCode::FORBIDDEN,
            "SignatureDoesNotMatch",
        ),
        (
            vec![headers[0]],
            "1234",
            StatusCode::BAD_REQUEST,
            "MalformedSecurityHeader",
        ),
        (
            vec![headers[0], ("x-goog-content-length-range", "0,99")],
            "1234",
            StatusCode::FORBIDDEN,
            "SignatureDoesNotMatch",
        ),
    ] {
        let refused = fixture.call("PUT", &url, &headers, body).await;
        assert_eq!(refused.status, status, "{code}");
        assert!(
            refused.text().contains(&format!("<Code>{code}</Code>")),
            "{}",
            refused.text()
        );
    }
    assert_eq!(
        fixture.call("GET", &url, &headers, "").await.status,
        StatusCode::FORBIDDEN
    );
    let get = fixture.sign("GET", "u/1/photo 1.jpg", &[]);
    assert_eq!(fixture.call("GET", &get, &[], "").await.text(), "12345678");
    let absent = fixture
        .call("GET", &fixture.sign("GET", "none", &[]), &[], "")
        .await;
    assert!(absent.status == StatusCode::NOT_FOUND && absent.text().contains("NoSuchKey"));
    fixture.emulator.core.clock.set_offset(601_000_000);
    let late = fixture.call("GET", &get, &[], "").await;
    assert!(late.status == StatusCode::BAD_REQUEST && late.text().contains("ExpiredToken"));
    assert_eq!(fixture.files(), 1);
}

#[tokio::test]
async fn the_public_path_is_closed_until_all_users_may_read() {
    let fixture = Fixture::new().await;
    fixture.upload("a.txt", "0123456789").await;
    let denied = fixture.call("GET", "/media/a.txt", &[], "").await;
    assert!(denied.status == StatusCode::FORBIDDEN && denied.text().contains("AccessDenied"));
    let policy = r#"{"bindings":[{"role":"roles/storage.objectViewer","members":["allUsers"]}]}"#;
    assert_eq!(
        fixture
            .call("PUT", "/storage/v1/b/media/iam", &[], policy)
            .await
            .status,
        StatusCode::OK
    );
    let got = fixture.call("GET", "/media/a.txt", &[], "").await;
    assert_eq!((got.status, got.text().as_str()), (StatusCode::OK, "0123456789"));
    let part = fixture
        .call("GET", "/media/a.txt", &[("range", "bytes=2-4")], "")
        .await;
    assert_eq!(
        (part.status, part.text().as_str(), part.header("content-range")),
        (StatusCode::PARTIAL_CONTENT, "234", "bytes 2-4/10")
    );
    let behind = fixture
        .call("GET", "/media/a.txt", &[("range", "bytes=10-")], "")
        .await;
    assert_eq!(behind.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let same = fixture
        .call(
            "GET",
            "/media/a.txt",
            &[("if-none-match", got.header("etag"))],
            "",
        )
        .await;
    assert_eq!(
        (same.status, same.header("etag")),
        (StatusCode::NOT_MODIFIED, got.header("etag"))
    );
    let stale = [("range", "bytes=2-4"), ("if-range", "\"other\"")];
    assert_eq!(
        fixture.call("GET", "/media/a.txt", &stale, "").await.status,
        StatusCode::OK
    );
    let head = fixture.call("HEAD", "/media/a.txt", &[], "").await;
    assert_eq!((head.header("content-length"), head.body.len()), ("10", 0));
    assert_eq!(
        fixture.call("PUT", "/media/a.txt", &[], "x").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        fixture.call("DELETE", "/media/a.txt", &[], "").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        fixture.call("GET", "/absent/a.txt", &[], "").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(fixture.emulator.has_bucket("media") && !fixture.emulator.has_bucket("absent"));
}

#[tokio::test]
async fn cors_follows_the_buckets_rules() {
    let fixture = Fixture::new().await;
    let rules = r#"{"cors":[{"origin":["https://kith.example"],"method":["PUT"],"responseHeader":["Content-Type"]}]}"#;
    assert_eq!(
        fixture
            .call("PATCH", "/storage/v1/b/media", &[], rules)
            .await
            .status,
        StatusCode::OK
    );
    let ask = [
        ("origin", "https://kith.example"),
        ("access-control-request-method", "PUT"),
    ];
    let preflight = fixture.call("OPTIONS", "/media/a.txt", &ask, "").await;
    assert_eq!(
        preflight.header("access-control-allow-origin"),
        "https://kith.example"
    );
    let url = fixture.sign("PUT", "a.txt", &[]);
    let put = fixture.call("PUT", &url, &ask[..1], "x").await;
    assert_eq!(
        (put.status, put.header("access-control-allow-origin")),
        (StatusCode::OK, "https://kith.example")
    );
    let refused = fixture.call("PUT", "/media/a.txt", &ask[..1], "x").await;
    assert_eq!(
        refused.header("access-control-allow-origin"),
        "https://kith.example"
    );
    // The JSON API is open to every page.
    let other = [
        ("origin", "https://other.example"),
        ("access-control-request-method", "POST"),
    ];
    let uri = "/upload/storage/v1/b/media/o";
    let preflight = fixture.call("OPTIONS", uri, &other, "").await;
    assert_eq!(
        (preflight.status, preflight.header("access-control-allow-methods")),
        (StatusCode::OK, "POST")
    );
    let listed = fixture
        .call("GET", "/storage/v1/b/media/o", &other[..1], "")
        .await;
    assert_eq!(
        listed.header("access-control-allow-origin"),
        "https://other.example"
    );
}
