//! Generations, conditions, copies, compositions, lists and partial answers through the JSON API.

use super::*;

fn generation(answer: &Answer) -> i64 {
    answer.json()["generation"].as_str().unwrap().parse().unwrap()
}

impl Fixture {
    async fn json(&self, method: &str, uri: &str, body: &str) -> Answer {
        self.call(method, &format!("/storage/v1/b/media{uri}"), &[], body.to_owned())
            .await
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let listed = self.json("GET", &format!("/o?{query}"), "").await.json();
        let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
        listed["items"].as_array().unwrap().iter().map(name).collect()
    }
}

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
async fn objects_are_composed_of_up_to_32() {
    let fixture = Fixture::new().await;
    let first = fixture.upload("1", "hel").await;
    fixture.upload("2", "lo").await;
    let compose = |sources: Vec<Value>| {
        json!({"kind": "storage#composeRequest", "destination": {"contentType": "text/x"}, "sourceObjects": sources}).to_string()
    };
    let own = json!({"name": "1", "generation": generation(&first).to_string(), "objectPreconditions": {"ifGenerationMatch": generation(&first).to_string()}});
    let made = fixture
        .json(
            "POST",
            "/o/whole/compose?ifGenerationMatch=0",
            &compose(vec![own.clone(), json!({"name": "2"})]),
        )
        .await
        .json();
    assert_eq!(
        (
            &made["componentCount"],
            &made["size"],
            &made["crc32c"],
            made.get("md5Hash")
        ),
        (&json!(2), &json!("5"), &json!("mnG7TA=="), None)
    );
    let got = fixture.download("whole").await;
    assert_eq!(
        (
            got.text().as_str(),
            got.header("x-goog-hash"),
            got.header("content-type")
        ),
        ("hello", "crc32c=mnG7TA==", "text/x")
    );
    let more = fixture
        .json(
            "POST",
            "/o/whole/compose",
            &compose(vec![json!({"name": "whole"}), json!({"name": "1"})]),
        )
        .await
        .json();
    assert_eq!(
        (
            &more["componentCount"],
            fixture.download("whole").await.text().as_str()
        ),
        (&json!(3), "hellohel")
    );
    let stale = json!({"name": "1", "objectPreconditions": {"ifGenerationMatch": "5"}});
    for (sources, status) in [
        (vec![stale], StatusCode::PRECONDITION_FAILED),
        (vec![json!({"name": "none"})], StatusCode::NOT_FOUND),
        (vec![], StatusCode::BAD_REQUEST),
        (vec![own.clone(); 33], StatusCode::BAD_REQUEST),
        (vec![json!({"name": "1", "key": "k"})], StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(
            fixture
                .json("POST", "/o/x/compose", &compose(sources))
                .await
                .status,
            status
        );
    }
    assert_eq!(
        fixture
            .json("POST", "/o/whole/compose", &compose(vec![own; 32]))
            .await
            .json()["componentCount"],
        32
    );
}

#[tokio::test]
async fn a_rewrite_into_another_class_takes_its_calls() {
    let fixture = Fixture::new().await;
    let bytes = "x".repeat(2_500_000);
    fixture.upload("a", bytes).await;
    let uri = "/o/a/rewriteTo/b/media/o/b?maxBytesRewrittenPerCall=1048576";
    let body = r#"{"storageClass":"NEARLINE"}"#;
    let mut answer = fixture.json("POST", uri, body).await.json();
    let mut seen = vec![answer["totalBytesRewritten"].clone()];
    while answer["done"] == false {
        assert_eq!(fixture.download("b").await.status, StatusCode::NOT_FOUND);
        let token = answer["rewriteToken"].as_str().unwrap().to_owned();
        let other = fixture
            .json(
                "POST",
                &format!("{}&rewriteToken={token}", uri.replace("o/b?", "o/c?")),
                body,
            )
            .await;
        assert_eq!(other.status, StatusCode::BAD_REQUEST);
        answer = fixture
            .json("POST", &format!("{uri}&rewriteToken={token}"), body)
            .await
            .json();
        seen.push(answer["totalBytesRewritten"].clone());
    }
    assert_eq!(seen, [json!("1048576"), json!("2097152"), json!("2500000")]);
    assert_eq!(answer["resource"]["storageClass"], "NEARLINE");
    let same = fixture
        .json("POST", &uri.replace("o/b?", "o/c?"), "")
        .await
        .json();
    assert_eq!(
        (&same["done"], &same["resource"]["storageClass"]),
        (&json!(true), &json!("STANDARD"))
    );
    assert_eq!(
        fixture
            .json("POST", &uri.replace("1048576", "5"), body)
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_move_is_one_change() {
    let fixture = Fixture::new().await;
    fixture.upload("a/1", "x").await;
    fixture.upload("b", "y").await;
    let moved = fixture.json("POST", "/o/a%2F1/moveTo/o/b", "").await;
    assert_eq!(
        (moved.status, &moved.json()["name"]),
        (StatusCode::OK, &json!("b"))
    );
    assert_eq!(
        (
            fixture.names("").await,
            fixture.download("b").await.text().as_str(),
            fixture.files()
        ),
        (vec!["b".to_owned()], "x", 1)
    );
    assert_eq!(
        fixture.json("POST", "/o/b/moveTo/o/b", "").await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        fixture.json("POST", "/o/none/moveTo/o/c", "").await.status,
        StatusCode::NOT_FOUND
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
