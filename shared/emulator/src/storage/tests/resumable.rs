//! Resumable uploads.

use super::*;
use proptest::prelude::*;

/// Parts but the last are counted in these.
const QUANTUM: usize = 256 * 1024;

/// Bytes that tell where they stand.
fn bytes(count: usize) -> Vec<u8> {
    (0..count)
        .map(|at| u8::try_from(at / 1000 % 251).unwrap())
        .collect()
}

impl Fixture {
    /// Starts an upload in JSON and answers where its parts go.
    async fn start(&self, name: &str, headers: &[(&str, &str)]) -> String {
        let uri = format!("/upload/storage/v1/b/media/o?uploadType=resumable&name={name}");
        let started = self.call("POST", &uri, headers, r#"{"contentType":"a/b"}"#).await;
        assert_eq!((started.status, started.body.len()), (StatusCode::OK, 0));
        started.location()
    }

    async fn part(&self, location: &str, range: &str, part: &[u8]) -> Answer {
        self.call("PUT", location, &[("content-range", range)], part.to_vec())
            .await
    }
}

impl Answer {
    fn location(&self) -> String {
        let location = self.header("location");
        location.strip_prefix("http://127.0.0.1:4443").unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_resumable_upload_goes_on_after_a_death() {
    let fixture = Fixture::new().await;
    let whole = bytes(2 * QUANTUM + 10);
    let location = fixture.start("big", &[]).await;
    let part = fixture
        .part(&location, "bytes 0-262143/*", &whole[..QUANTUM])
        .await;
    let there = (StatusCode::PERMANENT_REDIRECT, "bytes=0-262143");
    assert_eq!((part.status, part.header("range")), there);
    let fixture = fixture.reopen();
    let status = fixture.part(&location, "bytes */*", b"").await;
    assert_eq!((status.status, status.header("range")), there);
    let status = fixture.part(&location, "bytes */524298", b"").await;
    assert_eq!((status.status, status.header("range")), there);
    let gap = fixture
        .part(&location, "bytes 262150-524297/524298", &whole[262_150..])
        .await;
    assert_eq!(gap.status, StatusCode::BAD_REQUEST);
    assert!(
        gap.text().contains(
            "upload offset is 262150 byte(s), which exceeds already uploaded size of 262144 byte(s)"
        )
    );
    // What is there already may come again.
    let last = fixture
        .part(&location, "bytes 262000-524297/524298", &whole[262_000..])
        .await;
    assert_eq!(
        (last.status, &last.json()["size"]),
        (StatusCode::OK, &json!("524298")),
        "{}",
        last.text()
    );
    // Who missed the answer asks again, even of another process.
    let fixture = fixture.reopen();
    let again = fixture.part(&location, "bytes */524298", b"").await;
    assert_eq!(again.json()["generation"], last.json()["generation"]);
    assert_eq!(
        (fixture.download("big").await.body, fixture.files()),
        (Bytes::from(whole), 1)
    );
}

#[tokio::test]
async fn a_part_that_breaks_off_counts_as_far_as_it_came() {
    let fixture = Fixture::new().await;
    let location = fixture.start("cut", &[]).await;
    let pieces = futures::stream::iter([Ok(Bytes::from(bytes(1000))), Err(std::io::Error::other("cut"))]);
    let range = [("content-range", "bytes 0-1999/2000")];
    let cut = fixture
        .call("PUT", &location, &range, Body::from_stream(pieces))
        .await;
    assert_eq!(cut.status, StatusCode::BAD_REQUEST);
    let status = fixture.part(&location, "bytes */2000", b"").await;
    assert_eq!(
        (status.status, status.header("range")),
        (StatusCode::PERMANENT_REDIRECT, "bytes=0-999")
    );
    let rest = fixture
        .part(&location, "bytes 1000-1999/2000", &bytes(2000)[1000..])
        .await;
    assert_eq!(rest.status, StatusCode::OK);
    assert_eq!(fixture.download("cut").await.body, bytes(2000));
}

#[tokio::test]
async fn parts_are_counted_in_quanta_and_as_announced() {
    let fixture = Fixture::new().await;
    let location = fixture.start("x", &[("x-upload-content-length", "300000")]).await;
    let small = fixture.part(&location, "bytes 0-99/300000", &bytes(100)).await;
    assert!(small.status == StatusCode::BAD_REQUEST && small.text().contains("equal or greater than 262144"));
    // More than a quantum is cut down to whole ones.
    let odd = fixture
        .part(&location, "bytes 0-262199/300000", &bytes(262_200))
        .await;
    assert_eq!(
        (odd.status, odd.header("range")),
        (StatusCode::PERMANENT_REDIRECT, "bytes=0-262143")
    );
    for (range, size) in [
        ("bytes 262144-299999/300000", 5),
        ("bytes 262144-299999/300000", 37_857),
        ("bytes 262144-300000/300001", 37_857),
    ] {
        let wrong = fixture.part(&location, range, &bytes(size)).await;
        assert_eq!(
            wrong.status,
            StatusCode::BAD_REQUEST,
            "{range} {size}: {}",
            wrong.text()
        );
    }
    let no_308 = [("content-range", "bytes */*"), ("x-guploader-no-308", "yes")];
    let status = fixture.call("PUT", &location, &no_308, "").await;
    assert_eq!(
        (status.status, status.header("x-http-status-code-override")),
        (StatusCode::OK, "308")
    );
}

#[tokio::test]
async fn an_upload_ends_after_a_week_or_when_it_is_cancelled() {
    let fixture = Fixture::new().await;
    let location = fixture.start("x", &[]).await;
    let cancelled = fixture.call("DELETE", &location, &[], "").await;
    assert_eq!((cancelled.status.as_u16(), fixture.files()), (499, 0));
    assert_eq!(
        fixture.part(&location, "bytes */*", b"").await.status,
        StatusCode::NOT_FOUND
    );
    let location = fixture.start("x", &[]).await;
    fixture
        .emulator
        .core
        .clock
        .set_offset(7 * 24 * 3_600_000_000 - 60_000_000);
    assert_eq!(
        fixture.part(&location, "bytes */*", b"").await.status,
        StatusCode::PERMANENT_REDIRECT
    );
    fixture
        .emulator
        .core
        .clock
        .set_offset(7 * 24 * 3_600_000_000 + 60_000_000);
    assert_eq!(
        fixture.part(&location, "bytes */*", b"").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_last_part_may_bring_the_sum_of_the_whole() {
    let fixture = Fixture::new().await;
    for (sum, status) in [
        ("crc32c=AAAAAA==", StatusCode::BAD_REQUEST),
        ("crc32c=mnG7TA==", StatusCode::OK),
    ] {
        let location = fixture.start("x", &[]).await;
        let headers = [("content-range", "bytes 0-4/5"), ("x-goog-hash", sum)];
        assert_eq!(
            fixture.call("PUT", &location, &headers, "hello").await.status,
            status
        );
    }
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
    let location = started.location();
    let large = fixture.call("PUT", &location, &[], "1234567").await;
    assert!(large.status == StatusCode::BAD_REQUEST && large.text().contains("EntityTooLarge"));
    let started = fixture.call("POST", &url, &headers, "").await;
    let location = started.location();
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
    let location = cancelled.location();
    assert_eq!(
        fixture.call("DELETE", &location, &[], "").await.status.as_u16(),
        499
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
    let cuts = proptest::collection::vec(QUANTUM..3 * QUANTUM, 0..3);
    let config = proptest::test_runner::Config::with_cases(12);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let arrives = |(size, cuts, known): (usize, Vec<usize>, bool)| {
        runtime.block_on(arrives_whole(&fixture, &bytes(size), cuts, known));
        Ok(())
    };
    runner
        .run(&(0..5 * QUANTUM, cuts, any::<bool>()), arrives)
        .unwrap();
}

/// Sends `whole` in parts of the sizes `cuts`, each from where the answer before says.
async fn arrives_whole(fixture: &Fixture, whole: &[u8], cuts: Vec<usize>, known: bool) {
    let location = fixture.start("x", &[]).await;
    let (mut at, total) = (0_usize, whole.len());
    for cut in cuts.into_iter().chain([usize::MAX]) {
        let end = total.min(at.saturating_add(cut));
        let of = if known || end == total {
            total.to_string()
        } else {
            "*".to_owned()
        };
        let range = if end == at {
            format!("bytes */{total}")
        } else {
            format!("bytes {at}-{}/{of}", end - 1)
        };
        let sent = fixture.part(&location, &range, &whole[at..end]).await;
        if end == total {
            assert_eq!(sent.status, StatusCode::OK, "{range}: {}", sent.text());
            break;
        }
        at = end - end % QUANTUM;
        let expected = format!("bytes=0-{}", at - 1);
        assert_eq!(
            (sent.status, sent.header("range")),
            (StatusCode::PERMANENT_REDIRECT, expected.as_str())
        );
    }
    assert_eq!(fixture.download("x").await.body, whole);
}
