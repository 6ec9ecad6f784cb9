//! Resumable uploads.

use super::*;
use proptest::prelude::*;

#[tokio::test]
async fn a_resumable_upload_goes_on_after_a_death() {
    let fixture = Fixture::new().await;
    let uri = "/upload/storage/v1/b/media/o?uploadType=resumable&name=big";
    let started = fixture.call("POST", uri, &[], r#"{"contentType":"a/b"}"#).await;
    let location = started
        .header("location")
        .strip_prefix("http://127.0.0.1:4443")
        .unwrap()
        .to_owned();
    let part = fixture
        .call("PUT", &location, &[("content-range", "bytes 0-3/*")], "0123")
        .await;
    assert_eq!(
        (part.status, part.header("range")),
        (StatusCode::PERMANENT_REDIRECT, "bytes=0-3")
    );
    let fixture = fixture.reopen();
    let status = fixture
        .call("PUT", &location, &[("content-range", "bytes */*")], "")
        .await;
    assert_eq!(
        (status.status, status.header("range")),
        (StatusCode::PERMANENT_REDIRECT, "bytes=0-3")
    );
    let gap = fixture
        .call("PUT", &location, &[("content-range", "bytes 6-9/10")], "6789")
        .await;
    assert_eq!(gap.status, StatusCode::BAD_REQUEST);
    let last = fixture
        .call("PUT", &location, &[("content-range", "bytes 2-9/10")], "23456789")
        .await;
    assert_eq!(
        (last.status, &last.json()["size"]),
        (StatusCode::OK, &json!("10"))
    );
    // Who missed the answer asks again, even of another process.
    let fixture = fixture.reopen();
    let again = fixture
        .call("PUT", &location, &[("content-range", "bytes */10")], "")
        .await;
    assert_eq!(again.json()["generation"], last.json()["generation"]);
    assert_eq!(
        (fixture.download("big").await.text().as_str(), fixture.files()),
        ("0123456789", 1)
    );
}

#[tokio::test]
async fn a_signed_resumable_upload_keeps_to_its_length() {
    let fixture = Fixture::new().await;
    let headers = [
        ("content-type", "video/mp4"),
        ("x-goog-content-length-range", "0,6"),
        ("x-goog-resumable", "start"),
    ];
    let url = fixture.sign("POST", "v.mp4", &headers);
    let started = fixture.call("POST", &url, &headers, "").await;
    assert_eq!(started.status, StatusCode::CREATED);
    let location = started
        .header("location")
        .strip_prefix("http://127.0.0.1:4443")
        .unwrap()
        .to_owned();
    let large = fixture.call("PUT", &location, &[], "1234567").await;
    assert!(large.status == StatusCode::BAD_REQUEST && large.text().contains("EntityTooLarge"));
    let started = fixture.call("POST", &url, &headers, "").await;
    let location = started
        .header("location")
        .strip_prefix("http://127.0.0.1:4443")
        .unwrap()
        .to_owned();
    assert_eq!(
        fixture
            .call("PUT", &location, &[("content-range", "bytes 0-5/6")], "123456")
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        fixture.download("v.mp4").await.header("content-type"),
        "video/mp4"
    );
    let cancelled = fixture.call("POST", &url, &headers, "").await;
    let location = cancelled
        .header("location")
        .strip_prefix("http://127.0.0.1:4443")
        .unwrap()
        .to_owned();
    assert_eq!(
        fixture.call("DELETE", &location, &[], "").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        fixture.call("PUT", &location, &[], "x").await.status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn a_resumable_upload_arrives_whole_in_any_chunking() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let fixture = runtime.block_on(Fixture::new());
    let bytes = proptest::collection::vec(any::<u8>(), 0..400);
    let cuts = proptest::collection::vec(1_usize..90, 0..12);
    let mut runner = proptest::test_runner::TestRunner::default();
    let arrives = |(bytes, cuts, known): (Vec<u8>, Vec<usize>, bool)| {
        runtime.block_on(arrives_whole(&fixture, &bytes, cuts, known));
        Ok(())
    };
    runner.run(&(bytes, cuts, any::<bool>()), arrives).unwrap();
}

async fn arrives_whole(fixture: &Fixture, bytes: &[u8], cuts: Vec<usize>, known: bool) {
    let uri = "/upload/storage/v1/b/media/o?uploadType=resumable&name=x";
    let started = fixture.call("POST", uri, &[], "").await;
    let location = started
        .header("location")
        .strip_prefix("http://127.0.0.1:4443")
        .unwrap()
        .to_owned();
    let (mut at, total) = (0_usize, bytes.len());
    for cut in cuts.into_iter().chain([usize::MAX]) {
        let end = total.min(at.saturating_add(cut));
        let whole = if known || end == total {
            total.to_string()
        } else {
            "*".to_owned()
        };
        let range = if end == at {
            format!("bytes */{total}")
        } else {
            format!("bytes {at}-{}/{whole}", end - 1)
        };
        let part = bytes[at..end].to_vec();
        let sent = fixture
            .call("PUT", &location, &[("content-range", &range)], part)
            .await;
        at = end;
        if end == total {
            assert_eq!(sent.status, StatusCode::OK, "{range}: {}", sent.text());
            break;
        }
        let expected = format!("bytes=0-{}", end - 1);
        assert_eq!(
            (sent.status, sent.header("range")),
            (StatusCode::PERMANENT_REDIRECT, expected.as_str())
        );
    }
    assert_eq!(fixture.download("x").await.body, bytes);
}
