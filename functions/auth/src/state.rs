//! What the handlers share.

use crate::elsewhere::Providers;
use crate::leaving::Leaving;
use crate::model::{Account, CodeRules, Pace, RefreshToken, Retention, Session};
use crate::routes::Redirect;
use crate::secrets::{Keyring, Passwords, Sealer};
use crate::throttle::Throttle;
use aws_lc_rs::hmac;
use cloud::{Cloud, Commit};
use contracts::Timestamp;
use contracts::resources::{Role, Tokens};
use runtime::config::Reader;
use runtime::token::{Claims, Tickets};
use runtime::{Context, Result, SetupError};
use std::path::PathBuf;
use std::time::Duration;

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Auth {
    pub(crate) context: Context,
    pub(crate) cloud: Cloud,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) keys: Keyring,
    pub(crate) refresh_key: hmac::Key,
    /// Makes one-time codes.
    pub(crate) code_key: hmac::Key,
    pub(crate) code_rules: CodeRules,
    /// How long a letter is left to its event before a sweep takes it.
    pub(crate) letter_due: Duration,
    pub(crate) sealer: Sealer,
    /// Whose ID tokens are taken.
    pub(crate) providers: Providers,
    /// The functions that hold something of people.
    pub(crate) holders: Vec<String>,
    pub(crate) pace: Pace,
    pub(crate) retention: Retention,
    /// How long a deactivated account waits for its owner.
    pub(crate) deactivated_for: Duration,
    /// How long an export can be downloaded.
    pub(crate) exports_kept: Duration,
    /// What authenticator apps call us.
    pub(crate) totp_issuer: String,
    /// How long a former username stays its owner's.
    pub(crate) reservation: Duration,
    /// How long an old refresh token still gives its successor.
    pub(crate) grace: Duration,
    /// Where clients are sent that negotiate for a hub here.
    pub(crate) redirect: Option<Redirect>,
    issuer: String,
    jwks_url: String,
    audience: String,
    lifetime: Duration,
}

impl Auth {
    /// `SIGNING_KEYS` (PKCS#8 keys of P-256 in PEM, the signing one first; or `SIGNING_KEYS_FILE`, a file of them that is read again after
    /// `SIGNING_KEYS_SECONDS`, 60, so that `scripts/rotate-keys` needs no restart) and `REFRESH_KEY` (32 characters at least) are secrets;
    /// `REALTIME_URL` (none) is where `realtime` is when clients come through a gateway, and `TICKET_KEY` (a secret) is needed then.
    /// `ACCESS_TOKEN_SECONDS` (900), `REFRESH_GRACE_SECONDS` (30), `HASHING_PARALLELISM` (one less than there are cores, one at least) and `LOGIN_FAILURES` (5, within 15 minutes),
    /// `CODE_SECONDS` (600, how long a one-time code is good), `CODE_PAUSE_SECONDS` (60, between two mails with one) and `MAIL_DUE_SECONDS` (120, how
    /// old mail is before a sweep sends it) and `USERNAME_RESERVED_SECONDS` (30 days, how long a former username stays its owner's) are not;
    /// `TOTP_ISSUER` (Kith) is what authenticator apps call us.
    /// `OAUTH_PROVIDERS` (none) is whose ID tokens are taken: `[{"name": "google", "audiences": ["our id there"]}]`; other issuers than Google and Apple
    /// with `issuers` and `jwksUrl` too. What concerns people who leave: [`Leaving::read`].
    pub(crate) fn new(context: &Context) -> std::result::Result<Self, SetupError> {
        let mut reader = context.environment().reader();
        let keys_file: Option<PathBuf> = reader.optional("SIGNING_KEYS_FILE");
        let keys: String = match keys_file {
            Some(_) => String::new(),
            None => reader.required("SIGNING_KEYS"),
        };
        let keys_every = Duration::from_secs(reader.or("SIGNING_KEYS_SECONDS", 60));
        let refresh_key: String = reader.required("REFRESH_KEY");
        if !refresh_key.is_empty() && refresh_key.len() < 32 {
            reader.refuse("REFRESH_KEY", "at least 32 characters");
        }
        let lifetime = Duration::from_secs(reader.or("ACCESS_TOKEN_SECONDS", 900));
        let grace = Duration::from_secs(reader.or("REFRESH_GRACE_SECONDS", 30));
        let parallel = reader.or("HASHING_PARALLELISM", spare_cores());
        let failures = reader.or("LOGIN_FAILURES", 5);
        let code_rules = CodeRules {
            lifetime: Duration::from_secs(reader.or("CODE_SECONDS", 600)),
            pause: Duration::from_secs(reader.or("CODE_PAUSE_SECONDS", 60)),
            tries: 5,
        };
        let letter_due = Duration::from_secs(reader.or("MAIL_DUE_SECONDS", 120));
        let reservation = Duration::from_secs(reader.or("USERNAME_RESERVED_SECONDS", 30 * 24 * 3600));
        let redirect = redirect(&mut reader);
        let totp_issuer = reader.or("TOTP_ISSUER", "Kith".to_owned());
        let leaving = Leaving::read(&mut reader, context.settings().erased_known);
        let providers = reader.or("OAUTH_PROVIDERS", Providers::default());
        reader.done()?;
        let code_key = derived(&refresh_key, "one-time codes");
        let refresh_key = hmac::Key::new(hmac::HMAC_SHA256, refresh_key.as_bytes());
        let settings = context.settings();
        Ok(Self {
            context: context.clone(),
            cloud: context.cloud().clone(),
            passwords: Passwords::new(parallel)?,
            throttle: Throttle::new(context.cloud().cache().clone(), failures),
            keys: Keyring::new(keys, keys_file, keys_every)?,
            code_key,
            code_rules,
            reservation,
            letter_due,
            sealer: Sealer::new(&refresh_key)?,
            providers,
            holders: leaving.holders,
            pace: leaving.pace,
            retention: leaving.retention,
            deactivated_for: leaving.deactivated_for,
            exports_kept: leaving.exports_kept,
            refresh_key,
            totp_issuer,
            grace,
            redirect,
            issuer: settings.token_issuer.clone(),
            jwks_url: settings.jwks_url.clone(),
            audience: settings.token_audience.clone(),
            lifetime,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.cloud.clock().now()
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn jwks_url(&self) -> &str {
        &self.jwks_url
    }

    pub(crate) fn commit(&self) -> Commit {
        self.cloud.commit()
    }

    /// The pair for a session whose refresh token is now `token`.
    pub(crate) fn tokens(
        &self,
        account: &Account,
        session: &Session,
        token: &RefreshToken,
    ) -> Result<Tokens> {
        let now = self.now().as_seconds();
        let expires_in = self.lifetime.as_secs();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: account.user_id,
            nameid: account.user_id,
            sid: session.session_id,
            jti: uuid::Uuid::new_v4().to_string(),
            iat: now,
            exp: now.saturating_add(expires_in.cast_signed()),
            username: account.username.clone(),
            roles: account
                .roles
                .iter()
                .map(|role| role_name(*role).to_owned())
                .collect(),
        };
        let access_token = self.keys.signer().sign(&claims).map_err(runtime::Error::failed)?;
        Ok(Tokens {
            user: account.view(),
            access_token,
            refresh_token: token.write(&self.refresh_key),
            expires_in,
        })
    }
}

fn redirect(reader: &mut Reader<'_>) -> Option<Redirect> {
    let url: String = reader.optional("REALTIME_URL")?;
    let key: String = reader.required("TICKET_KEY");
    let tickets = Tickets::new(&key)
        .map_err(|why| reader.refuse("TICKET_KEY", why))
        .ok()?;
    Some(Redirect {
        realtime_url: url.trim_end_matches('/').to_owned(),
        tickets,
    })
}

/// Cores that may hash while one is left for everything else.
fn spare_cores() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    cores.saturating_sub(1).max(1)
}

/// A key for another purpose than the secret's own: knowing one tells nothing of the other.
fn derived(secret: &str, purpose: &str) -> hmac::Key {
    let secret = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let key = hmac::sign(&secret, purpose.as_bytes());
    hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Moderator => "moderator",
        Role::Admin => "admin",
    }
}
