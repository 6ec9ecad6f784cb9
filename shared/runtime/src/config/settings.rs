//! What every function is told.

use super::{Environment, Secret, WrongVariables};
use crate::limits::Quotas;
use cloud::CloudConfig;
use std::time::Duration;

/// How the tokens of pushes and schedules are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OidcMode {
    /// Signature, issuer, audience, e-mail and times, with the keys at [`Settings::oidc_jwks_url`].
    Verify,
    /// Audience, e-mail and times: Cloud Run's IAM has verified the signature and removed it.
    Iam,
}

impl std::str::FromStr for OidcMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "verify" => Ok(Self::Verify),
            "iam" => Ok(Self::Iam),
            _ => Err("`verify` or `iam`"),
        }
    }
}

/// What every function is told by its environment. Each field names its variable and default.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the cloud is: its variables are documented there.
    pub cloud: CloudConfig,
    /// `PUBLIC_URL`, default `http://localhost:8080`: where clients reach the API, without a slash at its end.
    pub public_url: String,
    /// `TOKEN_ISSUER`, default `https://kith.example`: the `iss` of access tokens, a constant of the deployment.
    pub token_issuer: String,
    /// `TOKEN_AUDIENCE`, default `kith`: the `aud` of access tokens.
    pub token_audience: String,
    /// `JWKS_URL`, default `{PUBLIC_URL}/.well-known/jwks.json`: where the keys of access tokens are.
    pub jwks_url: String,
    /// `JWKS_APART_SECONDS`, default 60: the least time between two fetches of these keys.
    pub jwks_apart: Duration,
    /// `OIDC_MODE`, default `iam`.
    pub oidc_mode: OidcMode,
    /// `OIDC_AUDIENCE`, default `kith-internal`: the `aud` of pushes and schedules.
    pub oidc_audience: String,
    /// `OIDC_ACCOUNT`, required: the service account whose tokens pushes and schedules carry.
    pub oidc_account: String,
    /// `OIDC_JWKS_URL`, default Google's.
    pub oidc_jwks_url: String,
    /// `CURSOR_KEY`, required: a secret of at least 16 characters that authenticates cursors, the same in all functions.
    pub cursor_key: Secret,
    /// `CURSOR_KEY_PREVIOUS`, default none: the key before this one, whose cursors are still taken. To change keys, make the new one known as
    /// the previous one everywhere, then change the two over, then take the old one away when nobody reads on from an old page.
    pub cursor_key_previous: Option<Secret>,
    /// `BEHIND_GATEWAY`, default `false`: the caller's token arrives as `X-Forwarded-Authorization`.
    pub behind_gateway: bool,
    /// `FORWARDED_HOPS`, default `0`: how many proxies of ours append to `X-Forwarded-For` (Cloud Run: 1).
    pub forwarded_hops: usize,
    /// `CORS_ORIGINS`, default none: comma-separated origins, or `*` for any.
    pub cors_origins: Vec<String>,
    /// `BODY_LIMIT_BYTES`, default 262144.
    pub body_limit: usize,
    /// `REQUEST_TIMEOUT_SECONDS`, default 30.
    pub request_timeout: Duration,
    /// `ERASURE_STINT_SECONDS`, default 10: how long one delivery erases what is held of somebody before it hands on to the next.
    pub erasure_stint: Duration,
    /// `EXPORT_STINT_SECONDS`, default 10: how long one delivery writes down what is held of somebody before it hands on to the next.
    pub export_stint: Duration,
    /// `ERASED_KNOWN_DAYS`, default 8: how long it is known that somebody was erased, so that messages which come after that make nothing of theirs. Longer
    /// than Pub/Sub keeps messages.
    pub erased_known: Duration,
    /// `RATE_LIMITS`, default `read=600:6000 write=120:1200 auth=30:120 upload=30:120`: requests a minute of a person and of an address, by route
    /// class; all of them may come at once.
    pub(crate) rate_limits: Quotas,
    /// `FORM_LIMIT_BYTES`, default 32505856 (31 MiB: 30 of files and what is around them; Google's gateway ends at 32).
    pub form_limit: u64,
    /// `FORM_TIMEOUT_SECONDS`, default 300: how long a request with a form may take, as slow as its sender is.
    pub form_timeout: Duration,
    /// `SHOW_OPERATIONS`, default `false`: answers tell what they cost in `Kith-Operations`.
    pub show_operations: bool,
}

impl Settings {
    /// Reads them all.
    ///
    /// # Errors
    /// Every variable that is missing or wrong.
    pub fn read(environment: &Environment) -> Result<Self, WrongVariables> {
        let mut reader = environment.reader();
        let public_url = reader.or("PUBLIC_URL", "http://localhost:8080".to_owned());
        let jwks = format!("{public_url}/.well-known/jwks.json");
        let settings = Self {
            cloud: super::cloud::read(&mut reader),
            token_issuer: reader.or("TOKEN_ISSUER", "https://kith.example".to_owned()),
            token_audience: reader.or("TOKEN_AUDIENCE", "kith".to_owned()),
            jwks_url: reader.or("JWKS_URL", jwks),
            jwks_apart: Duration::from_secs(reader.or("JWKS_APART_SECONDS", 60)),
            oidc_mode: reader.or("OIDC_MODE", OidcMode::Iam),
            oidc_audience: reader.or("OIDC_AUDIENCE", "kith-internal".to_owned()),
            oidc_account: reader.required("OIDC_ACCOUNT"),
            oidc_jwks_url: reader.or(
                "OIDC_JWKS_URL",
                "https://www.googleapis.com/oauth2/v3/certs".to_owned(),
            ),
            cursor_key: reader.required("CURSOR_KEY"),
            cursor_key_previous: reader.optional("CURSOR_KEY_PREVIOUS"),
            behind_gateway: reader.or("BEHIND_GATEWAY", false),
            forwarded_hops: reader.or("FORWARDED_HOPS", 0),
            cors_origins: list(&reader.or("CORS_ORIGINS", String::new())),
            body_limit: reader.or("BODY_LIMIT_BYTES", 256 * 1024),
            request_timeout: Duration::from_secs(reader.or("REQUEST_TIMEOUT_SECONDS", 30)),
            erasure_stint: Duration::from_secs(reader.or("ERASURE_STINT_SECONDS", 10)),
            export_stint: Duration::from_secs(reader.or("EXPORT_STINT_SECONDS", 10)),
            erased_known: Duration::from_hours(24 * reader.or("ERASED_KNOWN_DAYS", 8)),
            rate_limits: reader.or("RATE_LIMITS", Quotas::default()),
            form_limit: reader.or("FORM_LIMIT_BYTES", 31 * 1024 * 1024),
            form_timeout: Duration::from_secs(reader.or("FORM_TIMEOUT_SECONDS", 300)),
            show_operations: reader.or("SHOW_OPERATIONS", false),
            public_url,
        };
        let keys = [
            ("CURSOR_KEY", Some(&settings.cursor_key)),
            ("CURSOR_KEY_PREVIOUS", settings.cursor_key_previous.as_ref()),
        ];
        for (name, key) in keys {
            if key.is_some_and(|key| (1..16).contains(&key.reveal().len())) {
                reader.refuse(name, "at least 16 characters");
            }
        }
        reader.done().map(|()| settings)
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
