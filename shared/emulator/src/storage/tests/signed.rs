//! What a signed address must be refused with. Each case is the one good request with one thing changed.

use super::*;
use aws_lc_rs::{rand, rsa, signature};

const RANGE: (&str, &str) = ("x-goog-content-length-range", "1,5");
const KIND: (&str, &str) = ("content-type", "image/jpeg");

/// One change, and how the cloud names what is wrong then.
struct Case {
    what: &'static str,
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
    /// Seconds that the clock is moved.
    late: i64,
    status: u16,
    code: &'static str,
}

impl Case {
    /// The good request itself, named as if it were refused.
    fn of(good: &str, what: &'static str, status: u16, code: &'static str) -> Self {
        Self {
            what,
            method: "PUT",
            url: good.to_owned(),
            headers: vec![KIND, RANGE],
            body: "bytes",
            late: 0,
            status,
            code,
        }
    }
}

/// Other times, headers, bodies and methods.
fn other_requests(good: &str) -> Vec<Case> {
    let case = |what, status, code| Case::of(good, what, status, code);
    let with = |headers: Vec<(&'static str, &'static str)>, case: Case| Case { headers, ..case };
    let does_not_match = |what| case(what, 403, "SignatureDoesNotMatch");
    let malformed = |what| case(what, 400, "MalformedSecurityHeader");
    vec![
        Case {
            late: 600,
            ..case("expired", 400, "ExpiredToken")
        },
        Case {
            late: -1000,
            ..case("not yet", 403, "RequestTimeTooSkewed")
        },
        with(
            vec![("content-type", "image/png"), RANGE],
            does_not_match("a changed header"),
        ),
        with(
            vec![KIND, ("x-goog-content-length-range", "1,99")],
            does_not_match("a changed length range"),
        ),
        with(vec![RANGE], malformed("a signed header that is missing")),
        with(vec![KIND], malformed("the length range is missing")),
        with(
            vec![KIND, RANGE, ("x-goog-meta-a", "b")],
            malformed("a header that is not signed"),
        ),
        with(
            vec![KIND, RANGE, ("x-goog-if-generation-match", "0")],
            malformed("a condition that is not signed"),
        ),
        with(
            vec![KIND, RANGE, ("host", "storage.example")],
            does_not_match("another host"),
        ),
        Case {
            body: "longer",
            ..case("a longer body", 400, "EntityTooLarge")
        },
        Case {
            body: "",
            ..case("a shorter body", 400, "EntityTooSmall")
        },
        Case {
            method: "GET",
            ..does_not_match("another method")
        },
        Case {
            method: "POST",
            ..does_not_match("another method that writes")
        },
    ]
}

/// Other addresses and signatures.
fn other_addresses(good: &str) -> Vec<Case> {
    let at = |what, url: String, status, code| Case {
        url,
        ..Case::of(good, what, status, code)
    };
    let does_not_match = |what, url: String| at(what, url, 403, "SignatureDoesNotMatch");
    let malformed = |what, url: String| at(what, url, 400, "MalformedSecurityHeader");
    let (unsigned, _) = good.split_once('?').unwrap();
    let (before, _) = good.rsplit_once('=').unwrap();
    vec![
        does_not_match("another key", format!("{before}={}", forged())),
        does_not_match("another object", good.replace("/media/a", "/media/b")),
        does_not_match("another bucket", good.replace("/media/", "/other/")),
        does_not_match("a bucket that is not there", good.replace("/media/", "/nothing/")),
        does_not_match("one more parameter", format!("{good}&generation=1")),
        does_not_match("a parameter twice", format!("{good}&X-Goog-Expires=604800")),
        does_not_match("a longer life", good.replace("Expires=600", "Expires=601")),
        malformed(
            "a life of more than a week",
            good.replace("Expires=600", "Expires=604801"),
        ),
        does_not_match("fewer signed headers", good.replace("content-type%3B", "")),
        malformed("the host is not signed", good.replace("%3Bhost", "")),
        does_not_match("another account", good.replace("me%40demo", "you%40demo")),
        malformed(
            "another service",
            good.replace("auto%2Fstorage", "auto%2Fcompute"),
        ),
        malformed("no date", good.replace("&X-Goog-Date=", "&X-Goog-Day=")),
        at("no signature", unsigned.to_owned(), 403, "AccessDenied"),
    ]
}

/// A signature that is well-formed, of a key that nobody knows.
fn forged() -> String {
    let key = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    let mut signed = vec![0; key.public_modulus_len()];
    let random = rand::SystemRandom::new();
    key.sign(&signature::RSA_PKCS1_SHA256, &random, b"x", &mut signed)
        .unwrap();
    hex(&signed)
}

#[tokio::test]
async fn the_table_of_what_is_refused() {
    let fixture = Fixture::new().await;
    fixture
        .call("POST", "/storage/v1/b?project=demo", &[], r#"{"name":"other"}"#)
        .await;
    let good = fixture.sign("PUT", "a", &[KIND, RANGE]);
    for case in other_requests(&good).into_iter().chain(other_addresses(&good)) {
        fixture.emulator.core.clock.set_offset(case.late * 1_000_000);
        let refused = fixture
            .call(case.method, &case.url, &case.headers, case.body)
            .await;
        let text = refused.text();
        assert_eq!(refused.status.as_u16(), case.status, "{}: {text}", case.what);
        assert!(
            text.contains(&format!("<Code>{}</Code>", case.code)),
            "{}: {text}",
            case.what
        );
        assert_eq!(fixture.files(), 0, "{}", case.what);
    }
    fixture.emulator.core.clock.set_offset(0);
    assert_eq!(
        fixture.call("PUT", &good, &[KIND, RANGE], "bytes").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_refusal_says_what_should_have_been_signed() {
    let fixture = Fixture::new().await;
    let good = fixture.sign("GET", "a b", &[]);
    let refused = fixture.call("PUT", &good, &[], "x").await.text();
    for part in [
        "<Message>Access denied.</Message><Details>The request signature we calculated does not match",
        "<StringToSign>GOOG4-RSA-SHA256\n2",
        "<CanonicalRequest>PUT\n/media/a%20b\nX-Goog-Algorithm=GOOG4-RSA-SHA256&amp;X-Goog-Credential=me%40demo",
        "\nhost:127.0.0.1:4443\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest>",
    ] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
}

#[tokio::test]
async fn a_signed_payload_is_compared() {
    let fixture = Fixture::new().await;
    let hash = hex(digest::digest(&digest::SHA256, b"bytes").as_ref());
    let header = [("x-goog-content-sha256", hash.as_str())];
    let url = fixture.sign("PUT", "a", &header);
    let other = fixture.call("PUT", &url, &header, "Bytes").await;
    assert!(other.status == StatusCode::BAD_REQUEST && other.text().contains("XGoogContentSHA256Mismatch"));
    assert_eq!(
        (
            fixture.call("PUT", &url, &header, "bytes").await.status,
            fixture.files()
        ),
        (StatusCode::OK, 1)
    );
}
