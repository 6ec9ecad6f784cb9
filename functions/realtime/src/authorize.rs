//! Who may connect, and for how long.

use crate::revoked::Revoked;
use cloud::Error;
use contracts::{Clock, SessionId, Timestamp, UserId};
use runtime::Context;
use runtime::token::{AccessVerifier, Ticket, Tickets};
use signalr::{Caller, Close, Credentials, HubError, Identity, Refusal};
use std::time::{Duration, SystemTime};

/// Looks at tokens and tickets, and at what has become of their sessions.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    access: AccessVerifier,
    tickets: Tickets,
    revoked: Revoked,
    clock: Clock,
}

/// What a token or a ticket proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Proof {
    user: UserId,
    session: SessionId,
    /// The end of the access token.
    expires: Timestamp,
}

impl Door {
    pub(crate) fn new(context: &Context, tickets: Tickets, revoked: Revoked) -> Self {
        Self {
            access: context.access().clone(),
            tickets,
            revoked,
            clock: context.cloud().clock().clone(),
        }
    }

    /// Who makes a request to a hub. One Redis command.
    ///
    /// # Errors
    /// [`Refusal::Unauthorized`] without a good access token or ticket, and when its session has ended; [`Refusal::Unavailable`] when that
    /// cannot be known.
    pub(crate) async fn authorize(&self, credentials: Credentials) -> Result<Identity, Refusal> {
        let token = credentials.token.as_deref().ok_or(Refusal::Unauthorized)?;
        let proof = if Tickets::is_ticket(token) {
            self.tickets
                .open(token)
                .filter(|ticket| admits(ticket, &credentials, self.clock.now()))
                .map(|ticket| Proof::of_ticket(&ticket))
                .ok_or(Refusal::Unauthorized)?
        } else {
            self.proof(token).await.map_err(|error| refusal(&error))?
        };
        match self.revoked.contains(proof.session).await {
            Ok(false) => Ok(proof.identity()),
            Ok(true) => Err(Refusal::Unauthorized),
            Err(error) => Err(refusal(&error)),
        }
    }

    /// Looks at the session once more, now that the connection hears of its end. One Redis command.
    ///
    /// # Errors
    /// The session has ended: the client is not to come back. Where that cannot be known it is told to come back later.
    pub(crate) async fn welcome(&self, caller: &Caller) -> Result<(), HubError> {
        match self.revoked.contains(session_of(caller)?).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(HubError::Unauthorized),
            Err(error) => {
                tracing::warn!(%error, "it cannot be known whether a session has ended");
                caller.close(Close::error("Connection closed with an error."));
                Ok(())
            }
        }
    }

    /// Lets a connection live on with a fresh access token of its own session.
    ///
    /// # Errors
    /// The token is not good, or another session's.
    pub(crate) async fn refresh(&self, caller: &Caller, token: &str) -> Result<(), HubError> {
        let proof = self.proof(token).await.map_err(|error| match error {
            Error::Refused(_) => HubError::public("the access token is not valid"),
            error => HubError::internal(error),
        })?;
        if proof.session != session_of(caller)? {
            return Err(HubError::public("the access token is another session's"));
        }
        caller.set_expiry(Some(system_time(proof.expires)));
        Ok(())
    }

    async fn proof(&self, token: &str) -> Result<Proof, Error> {
        let (caller, _) = self.access.verify(token).await?;
        Ok(Proof {
            user: caller.user_id,
            session: caller.session_id,
            expires: caller.token_expires,
        })
    }
}

impl Proof {
    fn of_ticket(ticket: &Ticket) -> Self {
        Self {
            user: ticket.user_id,
            session: ticket.session_id,
            expires: ticket.token_expires,
        }
    }

    fn identity(self) -> Identity {
        Identity {
            user_id: Some(self.user.to_string()),
            session_id: Some(self.session.to_string()),
            expires: Some(system_time(self.expires)),
            ..Identity::default()
        }
    }
}

/// The ticket opens: its hub, in its minute. What it opened is then named by a connection token, bound to hub and session and good for
/// seconds, which is what counts; clients keep sending the ticket.
fn admits(ticket: &Ticket, credentials: &Credentials, now: Timestamp) -> bool {
    let fresh = now < ticket.opens_until;
    ticket.hub.as_str() == &*credentials.hub && (fresh || credentials.names_connection)
}

fn refusal(error: &Error) -> Refusal {
    if matches!(error, Error::Refused(_)) {
        return Refusal::Unauthorized;
    }
    tracing::warn!(%error, "who connects cannot be known");
    Refusal::Unavailable
}

fn session_of(caller: &Caller) -> Result<SessionId, HubError> {
    let session = caller.identity().session_id.as_deref();
    session
        .and_then(|id| id.parse().ok())
        .ok_or(HubError::Unauthorized)
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::hub::Hub;

    #[test]
    fn a_ticket_opens_its_hub_for_a_minute() {
        let until = Timestamp::from_millis(60_000);
        let ticket = Ticket {
            hub: Hub::Feed,
            user_id: UserId::random(),
            session_id: SessionId::random(),
            opens_until: until,
            token_expires: until,
        };
        let to = |hub: &str, names_connection| Credentials {
            hub: hub.into(),
            token: None,
            names_connection,
        };
        let (before, after) = (Timestamp::from_millis(59_999), until);
        assert!(admits(&ticket, &to("feed", false), before));
        assert!(!admits(&ticket, &to("feed", false), after));
        assert!(admits(&ticket, &to("feed", true), after));
        for names_connection in [false, true] {
            assert!(!admits(&ticket, &to("video", names_connection), before));
        }
    }
}
