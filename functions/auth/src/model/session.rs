//! Sessions, and what a refresh token means to one.

use super::RefreshToken;
use cloud::Document;
use contracts::resources;
use contracts::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a session lives after its last use.
const SLIDING: Duration = Duration::from_hours(30 * 24);
/// How long a session lives at most.
const ABSOLUTE: Duration = Duration::from_hours(90 * 24);

/// One signed-in device, in `sessions`. Only hashes of refresh tokens are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) session_id: SessionId,
    pub(crate) user_id: UserId,
    /// The hash of the token that is good now.
    pub(crate) current: String,
    /// The hash of the one before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) previous: Option<String>,
    /// When `current` took the place of `previous`.
    pub(crate) rotated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device_name: Option<String>,
    pub(crate) ip: String,
    pub(crate) created_at: Timestamp,
    /// A TTL policy deletes it after this.
    pub(crate) expire_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revoked_at: Option<Timestamp>,
    /// Not ended before its time.
    #[serde(default)]
    pub(crate) open: bool,
    /// The account's when it began: with another one all sessions before are over.
    #[serde(default)]
    pub(crate) epoch: u32,
}

/// What a refresh token means to its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// It is the current one: its successor takes its place.
    Rotate,
    /// It is the one before, and its successor is young: two tabs, or a lost answer. The same successor again.
    Repeat,
    /// It is an older one: somebody else has a copy.
    Reused,
    /// The session is over.
    Over,
}

impl Session {
    /// A new session whose first token is `token`.
    pub(crate) fn begin(
        token: &RefreshToken,
        user_id: UserId,
        device_name: Option<String>,
        ip: String,
        epoch: u32,
        now: Timestamp,
    ) -> Self {
        Self {
            session_id: token.session_id,
            user_id,
            current: token.hash(),
            previous: None,
            rotated_at: now,
            device_name,
            ip,
            created_at: now,
            expire_at: now + SLIDING,
            revoked_at: None,
            open: true,
            epoch,
        }
    }

    /// Whether it is good `now`, for an account of this epoch.
    pub(crate) fn is_live(&self, epoch: u32, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.epoch == epoch && now < self.expire_at
    }

    /// What the token with `hash`, which was once given out for this session, means `now`, for an account of this epoch.
    pub(crate) fn judge(&self, hash: &str, epoch: u32, now: Timestamp, grace: Duration) -> Refresh {
        if !self.is_live(epoch, now) {
            Refresh::Over
        } else if hash == self.current {
            Refresh::Rotate
        } else if self.previous.as_deref() == Some(hash) && now.since(self.rotated_at) <= grace {
            Refresh::Repeat
        } else {
            Refresh::Reused
        }
    }

    /// The session after `successor` took the current token's place.
    pub(crate) fn rotated(&self, successor: &RefreshToken, now: Timestamp) -> Self {
        Self {
            previous: Some(self.current.clone()),
            current: successor.hash(),
            rotated_at: now,
            expire_at: (now + SLIDING).min(self.created_at + ABSOLUTE),
            ..self.clone()
        }
    }

    /// The session, ended. It stays until its time, so that its tokens stay recognisable.
    pub(crate) fn revoked(&self, now: Timestamp) -> Self {
        Self {
            revoked_at: Some(self.revoked_at.unwrap_or(now)),
            open: false,
            ..self.clone()
        }
    }

    /// The session, which lives on when the others end.
    pub(crate) fn of_epoch(&self, epoch: u32) -> Self {
        Self {
            epoch,
            ..self.clone()
        }
    }

    /// As its owner sees it on the device whose session is `here`.
    pub(crate) fn view(&self, here: SessionId) -> resources::Session {
        resources::Session {
            session_id: self.session_id,
            device_name: self.device_name.clone(),
            ip: self.ip.clone(),
            created_at: self.created_at,
            last_used_at: self.rotated_at,
            expires_at: self.expire_at,
            current: self.session_id == here,
        }
    }
}

impl Document for Session {
    fn id(&self) -> String {
        self.session_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::hmac;

    const GRACE: Duration = Duration::from_secs(30);

    fn later(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn rotation_grace_and_theft() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
        let first = RefreshToken::first(SessionId::random());
        let session = Session::begin(&first, UserId::random(), None, String::new(), 0, later(0));
        assert_eq!(session.judge(&first.hash(), 0, later(10), GRACE), Refresh::Rotate);

        let second = first.successor(&key);
        let session = session.rotated(&second, later(100));
        assert_eq!(
            session.judge(&second.hash(), 0, later(100), GRACE),
            Refresh::Rotate
        );
        assert_eq!(
            session.judge(&first.hash(), 0, later(130), GRACE),
            Refresh::Repeat
        );
        assert_eq!(
            session.judge(&first.hash(), 0, later(131), GRACE),
            Refresh::Reused
        );

        let session = session.rotated(&second.successor(&key), later(110));
        assert_eq!(
            session.judge(&first.hash(), 0, later(111), GRACE),
            Refresh::Reused,
            "two generations old"
        );
        assert_eq!(
            session
                .revoked(later(112))
                .judge(&second.hash(), 0, later(112), GRACE),
            Refresh::Over
        );
    }

    #[test]
    fn another_epoch_ends_it_whatever_its_token() {
        let token = RefreshToken::first(SessionId::random());
        let session = Session::begin(&token, UserId::random(), None, String::new(), 3, later(0));
        let judge = |session: &Session, epoch| session.judge(&token.hash(), epoch, later(1), GRACE);
        assert_eq!(judge(&session, 3), Refresh::Rotate);
        assert_eq!(judge(&session, 4), Refresh::Over);
        assert_eq!(judge(&session.of_epoch(4), 4), Refresh::Rotate);
        assert!(!session.revoked(later(1)).is_live(3, later(1)));
    }

    #[test]
    fn it_slides_for_thirty_days_and_ends_after_ninety() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
        let day = 24 * 3600;
        let mut token = RefreshToken::first(SessionId::random());
        let mut session = Session::begin(&token, UserId::random(), None, String::new(), 0, later(0));
        assert_eq!(
            session.judge(&token.hash(), 0, later(30 * day), GRACE),
            Refresh::Over
        );
        for week in 1..=12 {
            let now = later(week * 7 * day);
            assert_eq!(session.judge(&token.hash(), 0, now, GRACE), Refresh::Rotate);
            token = token.successor(&key);
            session = session.rotated(&token, now);
        }
        assert_eq!(
            session.judge(&token.hash(), 0, later(90 * day), GRACE),
            Refresh::Over
        );
    }
}
