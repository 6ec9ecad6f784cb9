//! Whose ID tokens are taken.

use runtime::token::{IdTokenVerifier, Issuer};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Issuers by the names that they have in paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct Providers(BTreeMap<String, IdTokenVerifier>);

/// One of them in configuration. What is known of Google and Apple may be left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Provider {
    name: String,
    audiences: Vec<String>,
    #[serde(default)]
    issuers: Vec<String>,
    #[serde(default)]
    jwks_url: Option<String>,
}

/// The configuration cannot be read.
type Wrong = String;

impl Providers {
    /// The one with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&IdTokenVerifier> {
        self.0.get(name)
    }
}

impl FromStr for Providers {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let all: Vec<Provider> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let verifiers = all.into_iter().map(|provider| {
            let name = provider.name.clone();
            Ok((name, IdTokenVerifier::new(provider.issuer()?)))
        });
        verifiers.collect::<Result<_, Wrong>>().map(Self)
    }
}

impl Provider {
    fn issuer(self) -> Result<Issuer, Wrong> {
        let (issuers, jwks_url) = match self.name.as_str() {
            // https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
            "google" => (
                vec![
                    "https://accounts.google.com".to_owned(),
                    "accounts.google.com".to_owned(),
                ],
                Some("https://www.googleapis.com/oauth2/v3/certs".to_owned()),
            ),
            // https://developer.apple.com/documentation/signinwithapple/verifying-a-user
            "apple" => (
                vec!["https://appleid.apple.com".to_owned()],
                Some("https://appleid.apple.com/auth/keys".to_owned()),
            ),
            _ => (Vec::new(), None),
        };
        let issuers = if self.issuers.is_empty() {
            issuers
        } else {
            self.issuers
        };
        let jwks_url = self.jwks_url.or(jwks_url);
        let name = self.name;
        let good = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        match jwks_url {
            Some(jwks_url) if good && !issuers.is_empty() && !self.audiences.is_empty() => Ok(Issuer {
                issuers,
                audiences: self.audiences,
                jwks_url,
            }),
            _ => Err(format!(
                "`{name}` needs a name of a-z, issuers, audiences and a jwksUrl"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured() {
        let some: Providers = r#"[{"name":"google","audiences":["id"]},
            {"name":"own","audiences":["id"],"issuers":["https://own.example"],"jwksUrl":"https://own.example/keys"}]"#
            .parse()
            .unwrap();
        assert!(some.get("google").is_some() && some.get("own").is_some() && some.get("apple").is_none());
        for wrong in [
            "",
            "{}",
            r#"[{"name":"google","audiences":[]}]"#,
            r#"[{"name":"own","audiences":["id"]}]"#,
            r#"[{"name":"Own/x","audiences":["id"],"issuers":["i"],"jwksUrl":"u"}]"#,
            r#"[{"name":"google","audiences":["id"],"secret":"s"}]"#,
        ] {
            assert!(wrong.parse::<Providers>().is_err(), "{wrong}");
        }
    }
}
