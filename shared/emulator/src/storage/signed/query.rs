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
    /// Who signed, as the credential says.
    pub(super) account: String,
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

/// Whether a request claims to be signed in a way that is not here: V2, an HMAC key, a signed `Authorization`.
pub(in crate::storage) fn is_signed_otherwise(params: &Params, authorization: Option<&str>) -> bool {
    let schemes = ["GOOG1", "GOOG4", "AWS"];
    params.get("GoogleAccessId").is_some()
        || params.get("X-Amz-Signature").is_some()
        || authorization.is_some_and(|value| schemes.iter().any(|scheme| value.starts_with(scheme)))
}

impl Signature {
    pub(super) fn parse(params: &Params) -> Result<Self, Failure> {
        let value = |name: &'static str| {
            find(params, name).ok_or_else(|| malformed(name, "Missing parameter.".to_owned()))
        };
        let algorithm = value("X-Goog-Algorithm")?;
        if algorithm != ALGORITHM {
            return Err(Failure::not_implemented(&format!(
                "signature algorithm {algorithm}"
            )));
        }
        let date = value("X-Goog-Date")?;
        let wrong_date = || malformed("X-Goog-Date", format!("Invalid date: {date}"));
        let expires = value("X-Goog-Expires")?
            .parse::<i64>()
            .ok()
            .filter(|expires| (1..=LONGEST_SECONDS).contains(expires));
        let wrong_expires = || {
            let message = "X-Goog-Expires must be between 1 and 604800 seconds.";
            malformed("X-Goog-Expires", message.to_owned())
        };
        let bytes = unhex(value("X-Goog-Signature")?);
        let wrong_signature = || Failure::new(Kind::Signature, "X-Goog-Signature is not hexadecimal.");
        let credential = Credential::parse(value("X-Goog-Credential")?, date)?;
        Ok(Self {
            account: credential.account,
            scope: credential.scope,
            date: date.to_owned(),
            signed_at: from_basic(date).ok_or_else(wrong_date)?,
            expires: expires.ok_or_else(wrong_expires)?,
            headers: value("X-Goog-SignedHeaders")?
                .split(';')
                .map(str::to_lowercase)
                .collect(),
            bytes: bytes.ok_or_else(wrong_signature)?,
        })
    }
}

fn malformed(name: &'static str, message: String) -> Failure {
    Failure::new(Kind::MalformedSecurityHeader, message).with("ParameterName", name)
}

/// `email/date/location/storage/goog4_request`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Credential {
    pub(super) account: String,
    /// All behind the account.
    pub(super) scope: String,
}

impl Credential {
    /// Reads one whose day must be the one of `date`.
    pub(super) fn parse(credential: &str, date: &str) -> Result<Self, Failure> {
        let wrong = || malformed("X-Goog-Credential", format!("Invalid credential: {credential}"));
        let (account, scope) = credential.split_once('/').ok_or_else(wrong)?;
        match scope.split('/').collect::<Vec<_>>().as_slice() {
            [day, _, "storage", "goog4_request"]
                if !account.is_empty() && date.starts_with(day) && day.len() == 8 =>
            {
                Ok(Self {
                    account: account.to_owned(),
                    scope: scope.to_owned(),
                })
            }
            _ => Err(wrong()),
        }
    }
}
