//! What every function is told.

use super::{Environment, Reader, Secret, WrongVariables};
use cloud::{CloudConfig, Endpoints};
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
    /// `GOOGLE_CLOUD_PROJECT`, required: the project's id.
    pub project: String,
    /// `GOOGLE_CLOUD_REGION`, default `us-central1`: where jobs run.
    pub region: String,
    /// `FIRESTORE_EMULATOR_HOST`, `PUBSUB_EMULATOR_HOST`, `STORAGE_EMULATOR_HOST`, `CLOUD_RUN_EMULATOR_HOST`, `IAM_EMULATOR_HOST` (`host:port` or
    /// a base URL), default Google's own.
    pub endpoints: Endpoints,
    /// `REDIS_URL`, default `redis://127.0.0.1:6379`.
    pub redis_url: String,
    /// `REDIS_PREFIX`, default `kith:`. Deployments that share a Redis need different ones.
    pub redis_prefix: String,
    /// `OBJECTS_URL`, default `https://storage.googleapis.com`: where browsers reach Cloud Storage.
    pub objects_url: String,
    /// `SIGNING_ACCOUNT`: the service account that signs URLs; default the metadata server's.
    pub signing_account: Option<String>,
    /// `PUBLIC_URL`, default `http://localhost:8080`: where clients reach the API, without a slash at its end.
    pub public_url: String,
    /// `TOKEN_ISSUER`, default `https://kith.example`: the `iss` of access tokens, a constant of the deployment.
    pub token_issuer: String,
    /// `TOKEN_AUDIENCE`, default `kith`: the `aud` of access tokens.
    pub token_audience: String,
    /// `JWKS_URL`, default `{PUBLIC_URL}/.well-known/jwks.json`: where the keys of access tokens are.
    pub jwks_url: String,
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
    /// `OUTBOX_DUE_SECONDS`, default 30: how old an unsent entry is before the sweep sends it. Lower only in tests.
    pub outbox_due: Duration,
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
            project: reader.required("GOOGLE_CLOUD_PROJECT"),
            region: reader.or("GOOGLE_CLOUD_REGION", "us-central1".to_owned()),
            endpoints: endpoints(&mut reader),
            redis_url: reader.or("REDIS_URL", "redis://127.0.0.1:6379".to_owned()),
            redis_prefix: reader.or("REDIS_PREFIX", "kith:".to_owned()),
            objects_url: reader.or("OBJECTS_URL", "https://storage.googleapis.com".to_owned()),
            signing_account: reader.optional("SIGNING_ACCOUNT"),
            token_issuer: reader.or("TOKEN_ISSUER", "https://kith.example".to_owned()),
            token_audience: reader.or("TOKEN_AUDIENCE", "kith".to_owned()),
            jwks_url: reader.or("JWKS_URL", jwks),
            oidc_mode: reader.or("OIDC_MODE", OidcMode::Iam),
            oidc_audience: reader.or("OIDC_AUDIENCE", "kith-internal".to_owned()),
            oidc_account: reader.required("OIDC_ACCOUNT"),
            oidc_jwks_url: reader.or(
                "OIDC_JWKS_URL",
                "https://www.googleapis.com/oauth2/v3/certs".to_owned(),
            ),
            cursor_key: reader.required("CURSOR_KEY"),
            behind_gateway: reader.or("BEHIND_GATEWAY", false),
            forwarded_hops: reader.or("FORWARDED_HOPS", 0),
            cors_origins: list(&reader.or("CORS_ORIGINS", String::new())),
            body_limit: reader.or("BODY_LIMIT_BYTES", 256 * 1024),
            request_timeout: Duration::from_secs(reader.or("REQUEST_TIMEOUT_SECONDS", 30)),
            outbox_due: Duration::from_secs(reader.or("OUTBOX_DUE_SECONDS", 30)),
            show_operations: reader.or("SHOW_OPERATIONS", false),
            public_url,
        };
        if (1..16).contains(&settings.cursor_key.reveal().len()) {
            reader.refuse("CURSOR_KEY", "at least 16 characters");
        }
        reader.done().map(|()| settings)
    }

    /// The cloud as `function` sees it.
    pub fn cloud(&self, function: &'static str) -> CloudConfig {
        CloudConfig {
            function,
            project: self.project.clone(),
            region: self.region.clone(),
            endpoints: self.endpoints.clone(),
            redis_url: self.redis_url.clone(),
            redis_prefix: self.redis_prefix.clone(),
            objects_url: self.objects_url.clone(),
            signing_account: self.signing_account.clone(),
            outbox_due: self.outbox_due,
        }
    }
}

fn endpoints(reader: &mut Reader<'_>) -> Endpoints {
    let mut base = |name: &str| {
        let address: Option<String> = reader.optional(name);
        address.map(|a| {
            if a.contains("://") {
                a
            } else {
                format!("http://{a}")
            }
        })
    };
    Endpoints {
        firestore: base("FIRESTORE_EMULATOR_HOST"),
        pubsub: base("PUBSUB_EMULATOR_HOST"),
        storage: base("STORAGE_EMULATOR_HOST"),
        run: base("CLOUD_RUN_EMULATOR_HOST"),
        iam: base("IAM_EMULATOR_HOST"),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
