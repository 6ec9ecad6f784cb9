//! How answers are cut, batched and unpacked.

use super::*;

#[tokio::test]
async fn answers_are_cut_to_their_fields_and_come_in_batches() {
    let fixture = Fixture::new().await;
    for name in ["a", "b/c"] {
        fixture.upload(name, "x").await;
    }
    let listed = fixture
        .json("GET", "/o?fields=items(name,size),nextPageToken&maxResults=1", "")
        .await
        .json();
    assert_eq!(listed["items"], json!([{"name": "a", "size": "1"}]));
    assert_eq!(listed.as_object().unwrap().len(), 2);
    assert_eq!(
        fixture.json("GET", "/o/a?fields=a(", "").await.status,
        StatusCode::BAD_REQUEST
    );
    let batch = "--b\nContent-Type: application/http\nContent-ID: <x+1>\n\nPATCH /storage/v1/b/media/o/a HTTP/1.1\nContent-Type: application/json\n\n{\"contentType\":\"a/b\"}\n\
                 --b\nContent-Type: application/http\nContent-ID: <x+2>\n\nDELETE /storage/v1/b/media/o/b%2Fc HTTP/1.1\n\n\n\
                 --b\nContent-Type: application/http\n\nGET /storage/v1/b/media/o/none HTTP/1.1\n\n\n--b--\n";
    let kind = [("content-type", "multipart/mixed; boundary=\"b\"")];
    let answer = fixture.call("POST", "/batch/storage/v1", &kind, batch).await;
    let text = answer.text();
    assert_eq!(answer.status, StatusCode::OK, "{text}");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("HTTP/1.1") || line.starts_with("Content-ID"))
        .collect();
    assert_eq!(
        lines,
        [
            "Content-ID: <response-x+1>",
            "HTTP/1.1 200 OK",
            "Content-ID: <response-x+2>",
            "HTTP/1.1 204 No Content",
            "HTTP/1.1 404 Not Found"
        ]
    );
    assert_eq!(
        (
            fixture.names("").await,
            fixture.download("a").await.header("content-type")
        ),
        (vec!["a".to_owned()], "a/b")
    );
}

#[tokio::test]
async fn gzip_is_unpacked_for_readers_that_do_not_take_it() {
    let fixture = Fixture::new().await;
    // `printf hello | gzip -n`
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00".to_vec();
    let uri = "/upload/storage/v1/b/media/o?uploadType=media&name=z&contentEncoding=gzip";
    let made = fixture
        .call("POST", uri, &[("content-type", "text/plain")], packed.clone())
        .await;
    assert_eq!(
        (&made.json()["contentEncoding"], &made.json()["size"]),
        (&json!("gzip"), &json!("25"))
    );
    let media = "/storage/v1/b/media/o/z?alt=media";
    let plain = fixture.call("GET", media, &[("range", "bytes=0-1")], "").await;
    assert_eq!(
        (
            plain.status,
            plain.text().as_str(),
            plain.header("content-encoding")
        ),
        (StatusCode::OK, "hello", "")
    );
    assert_eq!(
        (
            plain.header("x-goog-stored-content-encoding"),
            plain.header("x-goog-stored-content-length")
        ),
        ("gzip", "25")
    );
    let as_is = fixture
        .call("GET", media, &[("accept-encoding", "br, gzip;q=0.5")], "")
        .await;
    assert_eq!(
        (as_is.header("content-encoding"), as_is.body.to_vec()),
        ("gzip", packed.clone())
    );
    fixture
        .json("PATCH", "/o/z", r#"{"cacheControl":"no-transform"}"#)
        .await;
    assert_eq!(fixture.call("GET", media, &[], "").await.body.to_vec(), packed);
}
