//! V4 signatures in the query of an address (<https://cloud.google.com/storage/docs/authentication/signatures>), really checked.

mod canonical;
mod policy;
mod query;
#[cfg(test)]
mod tests;

use super::failure::{Failure, Kind};
use super::params::Params;
use super::time;
use canonical::{canonical_request, string_to_sign};
use http::HeaderMap;
use query::Signature;

pub(super) use policy::Form;
pub(super) use query::{is_signed, is_signed_otherwise};

/// A request as it arrived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrived<'a> {
    pub(super) method: &'a str,
    /// Still percent-encoded.
    pub(super) path: &'a str,
    pub(super) params: &'a Params,
    pub(super) headers: &'a HeaderMap,
    /// `Host`, or `:authority`.
    pub(super) host: &'a str,
}

/// How far ahead of the clock a signer's clock may be.
const SKEW_SECONDS: i64 = 15 * 60;

/// Checks that the request is signed, by whoever `verify(account, message, signature)` knows, for now, and as it arrived.
pub(super) fn check(
    request: Arrived<'_>,
    now_seconds: i64,
    verify: impl Fn(&str, &[u8], &[u8]) -> bool,
) -> Result<(), Failure> {
    let signature = Signature::parse(request.params)?;
    check_time(&signature, now_seconds)?;
    check_headers(&signature, request.headers)?;
    // Some signers put the port into the host they sign, some leave it out.
    let without_port = request
        .host
        .rsplit_once(':')
        .map_or(request.host, |(name, _)| name);
    let signed = [request.host, without_port].into_iter().any(|host| {
        let message = string_to_sign(&signature, &Arrived { host, ..request });
        verify(&signature.account, message.as_bytes(), &signature.bytes)
    });
    if signed {
        return Ok(());
    }
    let message = "The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.";
    Err(Failure::new(Kind::Signature, message)
        .with("StringToSign", string_to_sign(&signature, &request))
        .with("CanonicalRequest", canonical_request(&signature, &request)))
}

fn check_time(signature: &Signature, now: i64) -> Result<(), Failure> {
    if signature.signed_at > now + SKEW_SECONDS {
        return Err(Failure::new(
            Kind::Skewed,
            "The difference between the request time and the current time is too large.",
        ));
    }
    let end = signature.signed_at + signature.expires;
    if now >= end {
        let end = time::rfc3339(end.saturating_mul(1_000_000));
        let message = format!("Request signature expired at: {end}");
        return Err(Failure::new(Kind::ExpiredToken, message));
    }
    Ok(())
}

/// Signed headers must be there, and headers that mean something to Cloud Storage must be signed.
fn check_headers(signature: &Signature, headers: &HeaderMap) -> Result<(), Failure> {
    let malformed = |name: &str, message: &str| {
        Failure::new(Kind::MalformedSecurityHeader, message).with("ParameterName", name)
    };
    if !signature.headers.iter().any(|name| name == "host") {
        return Err(malformed("host", "Host header is required in signedheaders."));
    }
    for name in signature.headers.iter().filter(|name| *name != "host") {
        if !headers.contains_key(name.as_str()) {
            let message = "Header was included in signedheaders, but not in the request.";
            return Err(malformed(name, message));
        }
    }
    for name in headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-goog-"))
    {
        if !signature.headers.iter().any(|signed| signed == name) {
            let message = "Header was included in the request, but not in signedheaders.";
            return Err(malformed(name, message));
        }
    }
    Ok(())
}
