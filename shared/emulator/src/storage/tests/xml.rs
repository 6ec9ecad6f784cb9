//! The XML API: who is let in, lists, copies, uploads in parts, forms.

use super::*;
use base64::prelude::BASE64_STANDARD;

/// What Google's clients send with every request.
const CLIENT: (&str, &str) = ("x-goog-api-client", "gl-go/1.26 gccl/1.57");

impl Fixture {
    async fn xml(&self, method: &str, uri: &str, body: impl Into<Body>) -> Answer {
        self.call(method, uri, &[CLIENT], body).await
    }

    async fn numbered(&self, id: &str, number: u32, bytes: Vec<u8>) -> String {
        let put = self
            .xml(
                "PUT",
                &format!("/media/big?partNumber={number}&uploadId={id}"),
                bytes,
            )
            .await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.text());
        put.header("etag").to_owned()
    }
}

impl Answer {
    /// The text of the first element of a name.
    fn element(&self, name: &str) -> String {
        let text = self.text();
        let behind = text
            .split_once(&format!("<{name}>"))
            .unwrap_or_else(|| panic!("{name} in {text}"))
            .1;
        behind.split_once("</").unwrap().0.to_owned()
    }
}

#[tokio::test]
async fn googles_clients_are_let_in_where_the_emulator_trusts_and_nowhere_else() {
    let fixture = Fixture::new().await;
    let put = fixture.xml("PUT", "/media/a%20b", "0123").await;
    assert_eq!(put.status, StatusCode::OK);
    let got = fixture.xml("GET", "/media/a%20b", "").await;
    assert_eq!(
        (got.text().as_str(), got.header("x-goog-stored-content-encoding")),
        ("0123", "identity")
    );
    assert_eq!(
        fixture.call("GET", "/media/a%20b", &[], "").await.status,
        StatusCode::FORBIDDEN
    );
    let public = fixture.emulator.objects_router();
    for header in [CLIENT, ("authorization", "Bearer x")] {
        let request = Request::builder()
            .uri("/media/a%20b")
            .header(header.0, header.1)
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            public.clone().oneshot(request).await.unwrap().status(),
            StatusCode::FORBIDDEN
        );
    }
    for (uri, headers) in [
        ("/media/a?GoogleAccessId=x&Expires=1&Signature=y", vec![]),
        (
            "/media/a",
            vec![("authorization", "GOOG4-RSA-SHA256 Credential=x")],
        ),
        ("/media/a?acl", vec![CLIENT]),
        ("/media/a", vec![CLIENT, ("x-goog-encryption-key", "x")]),
    ] {
        let refused = fixture.call("GET", uri, &headers, "").await;
        assert_eq!(
            (refused.status, refused.element("Code").as_str()),
            (StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn objects_are_listed_copied_and_composed() {
    let fixture = Fixture::new().await;
    for name in ["a&b", "f/1", "f/2", "g"] {
        fixture.upload(name, "x").await;
    }
    let first = fixture.xml("GET", "/media?delimiter=/&max-keys=2", "").await;
    assert!(
        first.text().contains("<Key>a&amp;b</Key>")
            && first
                .text()
                .contains("<CommonPrefixes><Prefix>f/</Prefix></CommonPrefixes>")
    );
    let (marker, more) = (first.element("NextMarker"), first.element("IsTruncated"));
    assert_eq!((marker.as_str(), more.as_str()), ("f/", "true"));
    let rest = fixture.xml("GET", "/media?delimiter=/&marker=f/", "").await;
    assert_eq!(
        (
            rest.element("Key").as_str(),
            rest.text().matches("<Contents>").count()
        ),
        ("g", 1)
    );
    let second = fixture
        .xml("GET", "/media?list-type=2&max-keys=1&prefix=f/", "")
        .await;
    let token = second.element("NextContinuationToken");
    let rest = fixture
        .xml(
            "GET",
            &format!("/media?list-type=2&prefix=f/&continuation-token={token}"),
            "",
        )
        .await;
    assert_eq!(
        (rest.element("Key").as_str(), rest.element("KeyCount").as_str()),
        ("f/2", "1")
    );
    assert_eq!(
        fixture.call("GET", "/media", &[], "").await.status,
        StatusCode::FORBIDDEN
    );

    let copy = [CLIENT, ("x-goog-copy-source", "/media/f%2F1")];
    let copied = fixture.call("PUT", "/media/copy", &copy, "").await;
    assert!(copied.status == StatusCode::OK && copied.text().contains("<CopyObjectResult>"));
    let request = "<ComposeRequest><Component><Name>f/1</Name></Component><Component><Name>copy</Name></Component></ComposeRequest>";
    let composed = fixture.xml("PUT", "/media/both?compose", request).await;
    assert_eq!(
        (composed.status, composed.header("x-goog-component-count")),
        (StatusCode::OK, "2")
    );
    assert_eq!(fixture.download("both").await.text(), "xx");
}

#[tokio::test]
async fn an_upload_in_parts_outlives_a_death() {
    let fixture = Fixture::new().await;
    let begun = fixture
        .call(
            "POST",
            "/media/big?uploads",
            &[CLIENT, ("content-type", "video/mp4"), ("x-goog-meta-a", "b")],
            "",
        )
        .await;
    let id = begun.element("UploadId");
    assert!(
        begun
            .text()
            .contains("xmlns='http://s3.amazonaws.com/doc/2006-03-01/'")
    );
    let second = fixture.numbered(&id, 2, b"tail".to_vec()).await;
    fixture.numbered(&id, 1, vec![b'x'; 10]).await;
    let first = fixture.numbered(&id, 1, vec![b'y'; 5 * 1024 * 1024]).await;
    fixture.numbered(&id, 7, vec![b'z'; 3]).await;
    let wrong = [CLIENT, ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")];
    let refused = fixture
        .call(
            "PUT",
            &format!("/media/big?partNumber=3&uploadId={id}"),
            &wrong,
            "x",
        )
        .await;
    assert_eq!(refused.element("Code"), "BadDigest");
    let fixture = fixture.reopen();
    assert_eq!(fixture.files(), 3);
    let listed = fixture
        .xml("GET", &format!("/media/big?uploadId={id}&max-parts=2"), "")
        .await;
    assert_eq!(
        (
            listed.text().matches("<Part>").count(),
            listed.element("IsTruncated").as_str(),
            listed.element("NextPartNumberMarker").as_str()
        ),
        (2, "true", "2")
    );
    assert!(
        fixture
            .xml("GET", "/media?uploads", "")
            .await
            .text()
            .contains(&id)
    );
    let complete = |etag: &str| {
        format!(
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{first}</ETag></Part><Part><PartNumber>2</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
        )
    };
    let uri = format!("/media/big?uploadId={id}");
    assert_eq!(
        fixture.xml("POST", &uri, complete("\"0\"")).await.element("Code"),
        "InvalidPart"
    );
    let done = fixture
        .xml("POST", &uri, complete(&second.replace('"', "&quot;")))
        .await;
    assert_eq!(
        (done.status, done.element("Key").as_str()),
        (StatusCode::OK, "big"),
        "{}",
        done.text()
    );
    let got = fixture.download("big").await;
    assert_eq!(
        (
            got.body.len(),
            &got.body[5 * 1024 * 1024..],
            got.header("x-goog-meta-a")
        ),
        (5 * 1024 * 1024 + 4, &b"tail"[..], "b")
    );
    assert_eq!(
        (
            got.header("content-type"),
            got.header("x-goog-component-count"),
            fixture.files()
        ),
        ("video/mp4", "2", 1)
    );
    assert_eq!(
        fixture.xml("POST", &uri, complete(&second)).await.element("Code"),
        "NoSuchUpload"
    );
}

#[tokio::test]
async fn an_upload_in_parts_that_is_given_up_leaves_nothing() {
    let fixture = Fixture::new().await;
    let id = fixture
        .xml("POST", "/media/big?uploads", "")
        .await
        .element("UploadId");
    fixture.numbered(&id, 1, b"x".to_vec()).await;
    assert_eq!(
        fixture
            .xml("DELETE", &format!("/media/big?uploadId={id}"), "")
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(fixture.files(), 0);
}

#[tokio::test]
async fn a_form_under_a_signed_policy_takes_what_the_policy_allows() {
    let fixture = Fixture::new().await;
    let core = &fixture.emulator.core;
    let date = rfc3339(core.clock.now_micros())[..19].replace(['-', ':'], "") + "Z";
    let credential = format!(
        "me@demo.iam.gserviceaccount.com/{}/auto/storage/goog4_request",
        &date[..8]
    );
    let policy = json!({
        "expiration": rfc3339(core.clock.now_micros() + 60_000_000),
        "conditions": [
            {"bucket": "media"}, ["starts-with", "$key", "u/"], ["content-length-range", 2, 5], {"success_action_status": "201"},
            {"x-goog-date": date}, {"x-goog-credential": credential}, {"x-goog-algorithm": "GOOG4-RSA-SHA256"},
        ],
    });
    let policy = BASE64_STANDARD.encode(policy.to_string());
    let signature = hex(&core.issuer.sign_rsa_sha256(policy.as_bytes()).unwrap());
    let form = |key: &str, signature: &str, file: &str| {
        let fields = [
            ("key", key),
            ("success_action_status", "201"),
            ("x-goog-date", &date),
            ("x-goog-credential", &credential),
            ("x-goog-algorithm", "GOOG4-RSA-SHA256"),
            ("policy", &policy),
            ("x-goog-signature", signature),
        ];
        let field = |(name, value): (&str, &str)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        fields.into_iter().map(field).collect::<String>()
            + &format!(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n{file}\r\n--b\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\nUpload\r\n--b--\r\n"
            )
    };
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    for (body, code) in [
        (form("v/x", &signature, "hey"), "InvalidPolicyDocument"),
        (form("u/x", &signature, "heyhey"), "EntityTooLarge"),
        (form("u/x", &signature, "h"), "EntityTooSmall"),
        (
            form("u/x", &signature.replace('0', "1"), "hey"),
            "SignatureDoesNotMatch",
        ),
    ] {
        assert_eq!(
            fixture.call("POST", "/media", &kind, body).await.element("Code"),
            code
        );
    }
    assert_eq!(fixture.files(), 0);
    let made = fixture
        .call("POST", "/media/", &kind, form("u/${filename}", &signature, "hey"))
        .await;
    assert_eq!(
        (made.status, made.element("Key").as_str()),
        (StatusCode::CREATED, "u/a.txt"),
        "{}",
        made.text()
    );
    let got = fixture.download("u/a.txt").await;
    assert_eq!(
        (got.text().as_str(), got.header("content-type")),
        ("hey", "text/plain")
    );
    fixture.emulator.core.clock.set_offset(61_000_000);
    let late = fixture
        .call("POST", "/media", &kind, form("u/x", &signature, "hey"))
        .await;
    assert_eq!(late.element("Code"), "InvalidPolicyDocument");
}
