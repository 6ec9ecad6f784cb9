//! Who handles reports.

use super::Caller;
use crate::Error;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contracts::Refusal;

/// Whoever asks, by a token that says that they are a moderator; everybody else is refused with 403 `not_a_moderator`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderator(pub Caller);

impl Moderator {
    fn of(caller: Caller) -> Result<Self, Refusal> {
        if caller.roles.iter().any(|role| role == "moderator") {
            return Ok(Self(caller));
        }
        Err(Refusal::denied("not_a_moderator", "only moderators may do this"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Moderator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        Ok(Self::of(Caller::from_request_parts(parts, state).await?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{SessionId, Timestamp, UserId};

    #[test]
    fn only_the_role_itself_is_enough() {
        for (roles, expected) in [
            (&["user", "moderator"][..], true),
            (&["user", "admin"], false),
            (&["Moderator"], false),
            (&[], false),
        ] {
            let caller = Caller {
                user_id: UserId::random(),
                session_id: SessionId::random(),
                username: "ann".to_owned(),
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                token_expires: Timestamp::EPOCH,
            };
            assert_eq!(Moderator::of(caller).is_ok(), expected, "{roles:?}");
        }
    }
}
