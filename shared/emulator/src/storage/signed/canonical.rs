//! The canonical request (<https://cloud.google.com/storage/docs/authentication/canonical-requests>) and what is signed of it.

use super::Arrived;
use super::query::{ALGORITHM, Signature};
use crate::storage::encoding::{decode, encode, encode_path, hex};
use aws_lc_rs::digest;
use http::HeaderMap;

/// The text under the signature.
pub(super) fn string_to_sign(signature: &Signature, request: &Arrived<'_>) -> String {
    let hash = digest::digest(&digest::SHA256, canonical_request(signature, request).as_bytes());
    [ALGORITHM, &signature.date, &signature.scope, &hex(hash.as_ref())].join("\n")
}

/// What of the request is signed, in the one canonical form.
pub(super) fn canonical_request(signature: &Signature, request: &Arrived<'_>) -> String {
    let mut names = signature.headers.clone();
    names.sort_unstable();
    let line = |name: &String| [name, ":", &header(name, request.host, request.headers), "\n"].concat();
    let headers: String = names.iter().map(line).collect();
    let hash = names
        .iter()
        .any(|name| name == "x-goog-content-sha256")
        .then(|| header("x-goog-content-sha256", request.host, request.headers));
    [
        request.method,
        &path(request.path),
        &query(request),
        &headers,
        &names.join(";"),
        hash.as_deref().unwrap_or("UNSIGNED-PAYLOAD"),
    ]
    .join("\n")
}

/// However the sender encoded the path, it counts as if encoded in the one canonical way.
fn path(arrived: &str) -> String {
    decode(arrived).map_or_else(|_| arrived.to_owned(), |decoded| encode_path(&decoded))
}

/// All parameters but the signature, sorted as they stand encoded.
fn query(request: &Arrived<'_>) -> String {
    let pairs = request
        .params
        .pairs()
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("X-Goog-Signature"));
    let mut pairs: Vec<(String, String)> = pairs.map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort_unstable();
    pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// The values of a header, white space folded, joined by commas.
fn header(name: &str, host: &str, headers: &HeaderMap) -> String {
    if name == "host" {
        return host.to_owned();
    }
    let values = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    values
        .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(",")
}
