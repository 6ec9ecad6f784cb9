//! What a signed address says about its signature.

use crate::storage::encoding::unhex;
use crate::storage::failure::{Failure, Kind};
use crate::storage::params::Params;
use crate::storage::time::from_basic;

/// The only algorithm here; HMAC keys are not.
pub(super) const ALGORITHM: &str = "GOOG4-RSA-SHA256";

/// As long as the cloud allows.
const LONGEST_SECONDS: i64 = 7 * 24 * 3_600;

/// The `X-Goog-...` parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    /// `20261121T100000Z`.
    pub(super) date: String,
    /// `date/location/storage/goog4_request`.
    pub(super) scope: String,
    /// Seconds since 1970.
    pub(super) signed_at: i64,
    /// Seconds.
    pub(super) expires: i64,
    /// Names of headers in lower case, as listed.
    pub(super) headers: Vec<String>,
    pub(super) bytes: Vec<u8>,
}

/// Whether the address claims to be signed.
pub(in crate::storage) fn is_signed(params: &Params) -> bool {
    ["X-Goog-Algorithm", "X-Goog-Signature", "X-Goog-Credential"]
        .iter()
        .any(|name| find(params, name).is_some())
}

fn find<'a>(params: &'a Params, wanted: &str) -> Option<&'a str> {
    params
        .pairs()
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value.as_str())
}

impl Signature {
    pub(super) fn parse(params: &Params) -> Result<Self, Failure> {
        let value = |name: &str| {
            find(params, name).ok_or_else(|| Failure::invalid(format!("Missing parameter: {name}")))
        };
        let algorithm = value("X-Goog-Algorithm")?;
        if algorithm != ALGORITHM {
            return Err(Failure::not_implemented(&format!(
                "signature algorithm {algorithm}"
            )));
        }
        let date = value("X-Goog-Date")?;
        let wrong_date = || Failure::invalid(format!("Invalid X-Goog-Date: {date}"));
        let signed_at = from_basic(date).ok_or_else(wrong_date)?;
        let expires = value("X-Goog-Expires")?
            .parse::<i64>()
            .ok()
            .filter(|expires| (1..=LONGEST_SECONDS).contains(expires));
        let wrong_expires = || Failure::invalid("X-Goog-Expires must be between 1 and 604800 seconds.");
        let bytes = unhex(value("X-Goog-Signature")?);
        let wrong_signature = || Failure::new(Kind::Signature, "X-Goog-Signature is not hexadecimal.");
        Ok(Self {
            scope: scope(value("X-Goog-Credential")?, date)?,
            date: date.to_owned(),
            signed_at,
            expires: expires.ok_or_else(wrong_expires)?,
            headers: value("X-Goog-SignedHeaders")?
                .split(';')
                .map(str::to_lowercase)
                .collect(),
            bytes: bytes.ok_or_else(wrong_signature)?,
        })
    }
}

/// The scope in `email/date/location/storage/goog4_request`, whose day must be the one of `date`.
fn scope(credential: &str, date: &str) -> Result<String, Failure> {
    let wrong = || Failure::invalid(format!("Invalid X-Goog-Credential: {credential}"));
    let (account, scope) = credential.split_once('/').ok_or_else(wrong)?;
    match scope.split('/').collect::<Vec<_>>().as_slice() {
        [day, _, "storage", "goog4_request"]
            if !account.is_empty() && date.starts_with(day) && day.len() == 8 =>
        {
            Ok(scope.to_owned())
        }
        _ => Err(wrong()),
    }
}
