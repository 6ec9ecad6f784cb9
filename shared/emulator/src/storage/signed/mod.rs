//! V4 signatures in the query of an address (<https://cloud.google.com/storage/docs/authentication/signatures>), really checked.

mod canonical;
mod query;
#[cfg(test)]
mod tests;

use super::failure::{Failure, Kind};
use super::params::Params;
use canonical::string_to_sign;
use http::HeaderMap;
use query::Signature;

pub(super) use query::is_signed;

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

/// Checks that the request is signed, by whoever `verify(message, signature)` knows, for now, and as it arrived.
pub(super) fn check(
    request: Arrived<'_>,
    now_seconds: i64,
    verify: impl Fn(&[u8], &[u8]) -> bool,
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
        verify(message.as_bytes(), &signature.bytes)
    });
    if signed {
        return Ok(());
    }
    let message = "The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.";
    Err(Failure::new(Kind::Signature, message))
}

fn check_time(signature: &Signature, now: i64) -> Result<(), Failure> {
    if signature.signed_at > now + SKEW_SECONDS {
        return Err(Failure::new(
            Kind::Skewed,
            "The request is signed for a time that has not come.",
        ));
    }
    if now >= signature.signed_at + signature.expires {
        return Err(Failure::new(
            Kind::ExpiredToken,
            "The provided token has expired. Request signature expired.",
        ));
    }
    Ok(())
}

/// Signed headers must be there, and headers that mean something to Cloud Storage must be signed.
fn check_headers(signature: &Signature, headers: &HeaderMap) -> Result<(), Failure> {
    let malformed = |message: String| Failure::new(Kind::MalformedSecurityHeader, message);
    if !signature.headers.iter().any(|name| name == "host") {
        return Err(malformed(
            "Your request has a malformed header: host must be signed.".to_owned(),
        ));
    }
    for name in signature.headers.iter().filter(|name| *name != "host") {
        if !headers.contains_key(name.as_str()) {
            return Err(malformed(format!(
                "Header was included in signedheaders, but not in the request: {name}"
            )));
        }
    }
    for name in headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-goog-"))
    {
        if !signature.headers.iter().any(|signed| signed == name) {
            return Err(malformed(format!(
                "Header was included in the request, but not in signedheaders: {name}"
            )));
        }
    }
    Ok(())
}
