//! What a negotiate request is answered with.

use super::ConnectionId;
use serde_json::{Value, json};

/// The newest version of the negotiation.
const NEWEST: u32 = 1;

/// How a client negotiates. In version 0 the connection's public id is also what opens it; in version 1 a secret
/// token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Without a connection token.
    Zero,
    /// With a connection token.
    One,
}

/// The version that `negotiateVersion` asks for: absent is 0, newer than known is the newest. The error is a
/// text for [`Answer::Error`].
pub fn requested_version(parameter: Option<&str>) -> Result<Version, String> {
    let number = parameter.map_or(Ok(0), str::parse::<i64>);
    match number {
        Ok(0) => Ok(Version::Zero),
        Ok(number) if number >= i64::from(NEWEST) => Ok(Version::One),
        _ => Err("The client requested an invalid protocol version.".to_owned()),
    }
}

/// The body of the answer; the status is 200 for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Connect here.
    Connect {
        /// The name of the connection to be.
        connection_id: ConnectionId,
        /// What opens it; absent in version 0, where the id does.
        connection_token: Option<String>,
    },
    /// Negotiate again elsewhere.
    Redirect {
        /// The hub's address there.
        url: String,
        /// The bearer token to use there instead of the client's own.
        access_token: Option<String>,
    },
    /// Do not connect. Clients show the text and stop.
    Error(String),
}

impl Answer {
    /// The answer as JSON. Nothing absent is `null`: clients would take it for a value.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Connect {
                connection_id,
                connection_token,
            } => {
                let transports = json!([{ "transport": "WebSockets", "transferFormats": ["Text"] }]);
                match connection_token {
                    Some(token) => json!({
                        "negotiateVersion": 1,
                        "connectionId": connection_id,
                        "connectionToken": token,
                        "availableTransports": transports,
                    }),
                    None => json!({
                        "negotiateVersion": 0,
                        "connectionId": connection_id,
                        "availableTransports": transports,
                    }),
                }
            }
            Self::Redirect {
                url,
                access_token: Some(token),
            } => json!({ "url": url, "accessToken": token }),
            Self::Redirect {
                url,
                access_token: None,
            } => json!({ "url": url }),
            Self::Error(text) => json!({ "error": text }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let cases = [
            (None, Some(Version::Zero)),
            (Some("0"), Some(Version::Zero)),
            (Some("1"), Some(Version::One)),
            (Some("7"), Some(Version::One)),
            (Some("-1"), None),
            (Some("one"), None),
            (Some(""), None),
        ];
        for (text, version) in cases {
            assert_eq!(requested_version(text).ok(), version, "{text:?}");
        }
    }

    #[test]
    fn answers_have_no_nulls_and_exact_names() {
        let connect = |token: Option<&str>| Answer::Connect {
            connection_id: "id".into(),
            connection_token: token.map(str::to_owned),
        };
        let redirect = |token: Option<&str>| Answer::Redirect {
            url: "http://there/hub".into(),
            access_token: token.map(str::to_owned),
        };
        let transports = json!([{ "transport": "WebSockets", "transferFormats": ["Text"] }]);
        let cases = [
            (
                connect(Some("secret")),
                json!({ "negotiateVersion": 1, "connectionId": "id", "connectionToken": "secret",
                        "availableTransports": transports }),
            ),
            (
                connect(None),
                json!({ "negotiateVersion": 0, "connectionId": "id", "availableTransports": transports }),
            ),
            (
                redirect(Some("t")),
                json!({ "url": "http://there/hub", "accessToken": "t" }),
            ),
            (redirect(None), json!({ "url": "http://there/hub" })),
            (Answer::Error("no".into()), json!({ "error": "no" })),
        ];
        for (answer, expected) in cases {
            assert_eq!(answer.to_json(), expected);
        }
    }
}
