//! Vectors that Google's Python client signed, and tampering with every signed part.

use super::canonical::string_to_sign;
use super::query::Signature;
use super::*;
use crate::storage::encoding::{decode, encode, encode_path, hex};
use aws_lc_rs::digest;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

const PUBLIC_KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr8mPmbZnHrR1C+o4EWyEXNufQv6ieu0oEzQX3DZOnhul3TJsYv0LdYl2\
    usbNMWe4NEJ+a7LucjtOR+NHod7XpaxW4t2GjM+2huJENJiS830pBxeUQmAES6VEa7KTECFkj0YtNdmWoYIIhCSHOe3Y6I20Fzzz\
    S553dCPdvduwVAHr+fGfc0Q0g4aV9jHV+jI8thQjFfzlrdiljla39drOB7FEKQofnAoAZh/7GcuYW0A9fx4BZlwWqF/fncFPsboT\
    YKvc+7RdYWqVxKQiknZ6+7sb7/cPFVc977NW8MObTuzD4+9nKop4e+GLhSaXVAk33yuAidr81T5Rr6Th2wEFWwIDAQAB";

/// `google-cloud-storage` for Python, `generate_signed_url_v4` at 2026-11-21T10:00:00Z, both for this object.
const PATH: &str = "/media/u/1/photo%201%20%C3%BC~.jpg";
/// 2026-11-21T10:00:00Z.
const SIGNED_AT: i64 = 1_795_255_200;
const PUT: &str = "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=signer%40demo.iam.gserviceaccount.com%2F20261121\
    %2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20261121T100000Z&X-Goog-Expires=900&X-Goog-SignedHeade\
    rs=content-type%3Bhost%3Bx-goog-content-length-range%3Bx-goog-meta-note&X-Goog-Signature=3d5de020631\
    c147704cd80e288e550fafa5d64d8feeaab86658f8b8610abb2b6a3bade4270ecbd2810944dba6e8ad01e6e7b812363eee84\
    c1d9124e890bb65969ca73ea29e930ba8bcc90db2a684a6fb12a2ea145ef1e1b261abcbf57e7a6e47e96de036c5bf49f51ab\
    93c081b17950172c07dc3bdd7c0bb89ee1cbc46572dc1c73a9fb172f0f0966a778f07d0c2cc635c4ec6c1353f1101448a3f6\
    25dea895fb620ec6e8e66c5a6748956e04ec1f5ff26aa4e8a6106da5865b413e933988643b3cbe331b50645abf8c28585f19\
    c361b0bd0549d7aa82cc92eafd109b9fadaa5fff83e2008321dce492e2d0d0ad19cc42d475f0d53109f31a98e0dc8f586bf9\
    f";
const GET: &str = "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=signer%40demo.iam.gserviceaccount.com%2F20261121\
    %2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20261121T100000Z&X-Goog-Expires=604800&X-Goog-SignedHe\
    aders=host&generation=1234&response-content-disposition=attachment%3B%20filename%3D%22a%20b%2A.jpg%2\
    2&X-Goog-Signature=02ef71079704870ef209cb50fc98f49ee5931d439be03c9332d69fdb3ff737395df654b99b8e7845f\
    a30d9593ac0ac2de783fc92b8da182e17891f69d8a5a7d85b954a04c80e96c3b84c1a76a2b991001b67eab921247037cec96\
    0dc7d38f46efad0d023d7a0ad6c243b718be0aa6558ae102424629bb15ab35eff9bb8088569787936bd31712c623b1388b30\
    ff0a0fd0c01390e84a08d1f5793177fd2fa14b07dab87937f510497ccea5494c50ea93db1533765ca2f6a030ac45cd8efd71\
    18e06c0eecf1ff301457314003a8665dd4eb0aa668777ce698c9f5f5d979604558642e1bd49e433ff03048eb4aca4746d9d5\
    dbca65b9aafe1f674e3ace66e8aa87d";

fn with_key(account: &str, message: &[u8], signature: &[u8]) -> bool {
    assert_eq!(account, "signer@demo.iam.gserviceaccount.com");
    let key = BASE64_STANDARD.decode(PUBLIC_KEY).unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(message, signature)
        .is_ok()
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        )
    };
    pairs.iter().map(pair).collect()
}

fn put(headers: &HeaderMap, path: &str, now: i64) -> Result<(), Failure> {
    let params = Params::parse(PUT).unwrap();
    let arrived = Arrived {
        method: "PUT",
        path,
        params: &params,
        headers,
        host: "storage.googleapis.com",
    };
    check(arrived, now, with_key)
}

fn put_headers() -> HeaderMap {
    headers(&[
        ("content-type", "image/jpeg"),
        ("x-goog-content-length-range", "0,10485760"),
        ("x-goog-meta-note", "a   b  c"),
        ("accept", "*/*"),
    ])
}

#[test]
fn googles_python_client_signs_what_is_accepted() {
    assert_eq!(put(&put_headers(), PATH, SIGNED_AT + 1), Ok(()));
    // Encoded otherwise it is the same path, and white space in headers folds.
    assert_eq!(
        put(&put_headers(), "/media/u/1/photo%201%20%c3%bc%7E.jpg", SIGNED_AT),
        Ok(())
    );
    let mut folded = put_headers();
    folded.insert("x-goog-meta-note", HeaderValue::from_static("a b c"));
    assert_eq!(put(&folded, PATH, SIGNED_AT), Ok(()));
}

#[test]
fn a_host_counts_with_its_port_as_well_as_without() {
    let params = Params::parse(GET).unwrap();
    let get = |host| {
        let arrived = Arrived {
            method: "GET",
            path: PATH,
            params: &params,
            headers: &HeaderMap::new(),
            host,
        };
        check(arrived, SIGNED_AT, with_key).map_err(|failure| failure.kind)
    };
    assert_eq!(get("127.0.0.1:8080"), Ok(()));
    assert_eq!(get("127.0.0.1"), Err(Kind::Signature));
    assert_eq!(get("127.0.0.1:8081"), Err(Kind::Signature));
}

#[test]
fn it_holds_from_its_date_until_it_expires() {
    let at = |now| put(&put_headers(), PATH, now).map_err(|failure| failure.kind);
    assert_eq!(at(SIGNED_AT + 899), Ok(()));
    assert_eq!(at(SIGNED_AT + 900), Err(Kind::ExpiredToken));
    assert_eq!(at(SIGNED_AT - 900), Ok(()));
    assert_eq!(at(SIGNED_AT - 901), Err(Kind::Skewed));
}

#[test]
fn signed_headers_must_arrive_and_others_of_google_must_not() {
    for name in ["content-type", "x-goog-content-length-range", "x-goog-meta-note"] {
        let mut without = put_headers();
        without.remove(name);
        assert_eq!(
            put(&without, PATH, SIGNED_AT).unwrap_err().kind,
            Kind::MalformedSecurityHeader,
            "{name}"
        );
        let mut other = put_headers();
        other.insert(name, HeaderValue::from_static("other"));
        assert_eq!(
            put(&other, PATH, SIGNED_AT).unwrap_err().kind,
            Kind::Signature,
            "{name}"
        );
    }
    let mut more = put_headers();
    more.insert("x-goog-meta-more", HeaderValue::from_static("x"));
    assert_eq!(
        put(&more, PATH, SIGNED_AT).unwrap_err().kind,
        Kind::MalformedSecurityHeader
    );
}

#[test]
fn the_parameters_have_their_forms() {
    for (from, to, kind) in [
        (
            "X-Goog-Expires=900",
            "X-Goog-Expires=604801",
            Kind::MalformedSecurityHeader,
        ),
        (
            "X-Goog-Expires=900",
            "X-Goog-Expires=0",
            Kind::MalformedSecurityHeader,
        ),
        ("X-Goog-Expires=900", "X-Goog-Expires=901", Kind::Signature),
        ("GOOG4-RSA-SHA256", "GOOG4-HMAC-SHA256", Kind::NotImplemented),
        (
            "X-Goog-Date=20261121",
            "X-Goog-Date=20261122",
            Kind::MalformedSecurityHeader,
        ),
        ("goog4_request", "aws4_request", Kind::MalformedSecurityHeader),
        (
            "content-type%3Bhost",
            "content-type",
            Kind::MalformedSecurityHeader,
        ),
        ("X-Goog-Signature=3d", "X-Goog-Signature=zz", Kind::Signature),
        ("X-Goog-Signature=3d", "X-Goog-Signature=3c", Kind::Signature),
        (
            "X-Goog-Signature=3d",
            "X-Goog-Nothing=3d",
            Kind::MalformedSecurityHeader,
        ),
    ] {
        let changed = PUT.replace(from, to);
        assert_ne!(changed, PUT, "{from}");
        let params = Params::parse(&changed).unwrap();
        let headers = put_headers();
        let arrived = Arrived {
            method: "PUT",
            path: PATH,
            params: &params,
            headers: &headers,
            host: "storage.googleapis.com",
        };
        assert_eq!(
            check(arrived, SIGNED_AT, with_key).unwrap_err().kind,
            kind,
            "{from} -> {to}"
        );
    }
}

/// A request with everything that a signature covers.
#[derive(Debug, Clone, PartialEq)]
struct Covered {
    method: String,
    path: String,
    host: String,
    content_type: String,
    parameter: (String, String),
    expires: i64,
}

impl Covered {
    fn query(&self, signature: &str) -> String {
        format!(
            "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=a%40b%2F20261121%2Fauto%2Fstorage%2Fgoog4_request\
             &X-Goog-Date=20261121T100000Z&X-Goog-Expires={}&X-Goog-SignedHeaders=content-type%3Bhost\
             &{}={}&X-Goog-Signature={signature}",
            self.expires,
            encode(&self.parameter.0),
            encode(&self.parameter.1),
        )
    }

    /// Calls `work` with the request that carries `signature`.
    fn arrive<T>(&self, signature: &str, work: impl FnOnce(Arrived<'_>) -> T) -> T {
        let params = Params::parse(&self.query(signature)).unwrap();
        let headers = headers(&[("content-type", &self.content_type)]);
        let path = encode_path(&self.path);
        work(Arrived {
            method: &self.method,
            path: &path,
            params: &params,
            headers: &headers,
            host: &self.host,
        })
    }
}

/// Stands for a key: the signature is the hash of the message.
fn sum(message: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, message).as_ref().to_vec()
}

fn covered() -> impl Strategy<Value = Covered> {
    let method = prop_oneof![Just("GET"), Just("PUT"), Just("DELETE")];
    let parts = (
        method,
        "/[a-z]{3}/[ -~]{1,8}",
        "[a-z]{1,5}\\.example",
        "[a-z]{1,4}/[a-z]{1,4}",
        ("p[a-z]{0,3}", "[ -~]{0,5}"),
        1_i64..1000,
    );
    parts.prop_map(|(method, path, host, content_type, parameter, expires)| Covered {
        method: method.to_owned(),
        path,
        host,
        content_type,
        parameter,
        expires,
    })
}

proptest! {
    #[test]
    fn what_was_signed_is_accepted_and_nothing_else(signed in covered(), other in covered(), part in 0_usize..7) {
        let message = signed.arrive("00", |arrived| {
            string_to_sign(&Signature::parse(arrived.params).unwrap(), &arrived)
        });
        let signature = hex(&sum(message.as_bytes()));
        let accepts = |request: &Covered| {
            request.arrive(&signature, |arrived| check(arrived, SIGNED_AT, |_, message, signature| sum(message) == signature)).is_ok()
        };
        prop_assert!(accepts(&signed));
        let mut tampered = signed.clone();
        match part {
            0 => tampered.method = other.method,
            1 => tampered.path = other.path,
            2 => tampered.host = other.host,
            3 => tampered.content_type = other.content_type,
            4 => tampered.parameter.0 = other.parameter.0,
            5 => tampered.parameter.1 = other.parameter.1,
            _ => tampered.expires = other.expires,
        }
        prop_assert_eq!(accepts(&tampered), tampered == signed);
        prop_assert_eq!(decode(&encode_path(&signed.path)).unwrap(), signed.path);
    }

    #[test]
    fn no_query_brings_it_down(values in proptest::collection::vec("[0-9TZ/a@%;-]{0,20}", 6)) {
        let names = ["Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential", "Date", "Expires", "SignedHeaders", "Signature", "Other"];
        let pairs: Vec<String> = names.iter().zip(&values).map(|(name, value)| format!("X-Goog-{name}={value}")).collect();
        if let Ok(params) = Params::parse(&pairs.join("&")) {
            let arrived = Arrived { method: "GET", path: "/%zz", params: &params, headers: &HeaderMap::new(), host: ":" };
            prop_assert!(check(arrived, SIGNED_AT, |_, _, _| false).is_err());
        }
    }
}
