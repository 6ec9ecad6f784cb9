//! What only this function is told.

use crate::hubs::Telling;
use runtime::token::{TICKET_LIFETIME, Tickets};
use runtime::{Environment, SetupError};
use signalr::Limits;
use std::time::Duration;

/// What clocks may differ by, and what a connection may take to open.
const SLACK: Duration = Duration::from_mins(1);

/// What only this function is told.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `TICKET_KEY`, required: a secret of at least 32 characters. It signs tickets, the same as in `auth`; connection tokens are signed
    /// with a key made of it.
    pub(crate) tickets: Tickets,
    /// `ACCESS_TOKEN_SECONDS`, default 900, the same as in `auth`: an ended session is remembered for as long as a token of it may be good.
    pub(crate) revoked_kept: Duration,
    /// What a client may cost: `CLOSE_ON_TOKEN_EXPIRY` (false), `MESSAGE_BYTES` (32768), `KEEP_ALIVE_SECONDS` (15; clients give up after 30),
    /// `JOINS_PER_CONNECTION` (100), `CONNECTIONS_PER_USER` (10, to each hub of each instance), `INVOCATIONS_PER_SECOND` (20).
    pub(crate) limits: Limits,
    /// How followers hear of new posts: `FAN_OUT_FOLLOWERS` (5000) and `FEED_ACTIVE_SECONDS` (604800, a week), the same as in `posts`.
    pub(crate) telling: Telling,
}

impl Settings {
    /// Reads them all.
    ///
    /// # Errors
    /// Every variable that is missing or wrong.
    pub(crate) fn read(environment: &Environment) -> Result<Self, SetupError> {
        let mut reader = environment.reader();
        let key: String = reader.required("TICKET_KEY");
        let tickets = Tickets::new(&key);
        if let Err(why) = &tickets
            && !key.is_empty()
        {
            reader.refuse("TICKET_KEY", why);
        }
        let usual = Limits::default();
        let limits = Limits {
            close_on_expiry: reader.or("CLOSE_ON_TOKEN_EXPIRY", false),
            message_bytes: reader.or("MESSAGE_BYTES", usual.message_bytes),
            keep_alive: Duration::from_secs(reader.or("KEEP_ALIVE_SECONDS", usual.keep_alive.as_secs())),
            groups_per_connection: reader.or("JOINS_PER_CONNECTION", usual.groups_per_connection),
            connections_per_user: reader.or("CONNECTIONS_PER_USER", usual.connections_per_user),
            invocations_per_second: reader.or("INVOCATIONS_PER_SECOND", usual.invocations_per_second),
            ..usual
        };
        let lifetime = Duration::from_secs(reader.or("ACCESS_TOKEN_SECONDS", 900));
        let telling = Telling {
            crowd: reader.or("FAN_OUT_FOLLOWERS", 5000),
            active: Duration::from_secs(reader.or("FEED_ACTIVE_SECONDS", 604_800)),
        };
        reader.done()?;
        Ok(Self {
            telling,
            tickets: tickets?,
            revoked_kept: lifetime + TICKET_LIFETIME + SLACK,
            limits,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a key of at least thirty-two characters";

    #[test]
    fn an_ended_session_is_remembered_longer_than_its_tokens_are_good() {
        let environment = Environment::default()
            .with("TICKET_KEY", KEY)
            .with("ACCESS_TOKEN_SECONDS", "60")
            .with("CLOSE_ON_TOKEN_EXPIRY", "true");
        let settings = Settings::read(&environment).unwrap();
        assert!(settings.revoked_kept > Duration::from_mins(1) + TICKET_LIFETIME);
        assert!(settings.limits.close_on_expiry);
    }

    #[test]
    fn everything_wrong_is_named() {
        let wrong = Environment::default().with("CONNECTIONS_PER_USER", "many");
        let message = Settings::read(&wrong).unwrap_err().to_string();
        assert!(
            message.contains("TICKET_KEY is missing") && message.contains("CONNECTIONS_PER_USER is wrong")
        );
        let message = Settings::read(&wrong.with("TICKET_KEY", "short"))
            .unwrap_err()
            .to_string();
        assert!(message.contains("TICKET_KEY is wrong"), "{message}");
    }
}
