//! What functions and jobs are told when the emulator stands for the cloud: the same variables as in the cloud, other values.

use crate::Secrets;
use runtime::Environment;
use std::net::SocketAddr;

/// Where things are. Nothing of this is stored: all of it may be elsewhere after a restart.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The project that everything is in.
    pub project: String,
    /// Where clients reach the API.
    pub public: SocketAddr,
    /// The emulator.
    pub emulator: SocketAddr,
    /// Redis, `redis://host:port`.
    pub redis: String,
}

impl Addresses {
    /// The account that pushes and schedules come from.
    pub const ACCOUNT: &'static str = "emulator@kith.iam.gserviceaccount.com";
    /// The audience of their tokens.
    pub const AUDIENCE: &'static str = "kith-internal";

    /// The host below which every function has its own: `posts.{project}.kith.internal`.
    pub fn internal_host(&self) -> String {
        format!("{}.kith.internal", self.project)
    }
}

/// Limits that only a machine meets.
const GENEROUS: &str =
    "read=1000000:1000000 write=1000000:1000000 auth=1000000:1000000 upload=1000000:1000000";

/// What every function is told.
pub fn environment(at: &Addresses, secrets: &Secrets) -> Environment {
    shared(at)
        .with("PUBLIC_URL", format!("http://{}", at.public))
        .with("OBJECTS_URL", format!("http://{}", at.public))
        .with("TOKEN_ISSUER", "https://kith.local")
        .with("CORS_ORIGINS", "*")
        .with("SHOW_OPERATIONS", "true")
        // a test suite runs from one address
        .with("RATE_LIMITS", GENEROUS)
        .with("PEOPLE_FUNCTIONS", holders())
        .with("CURSOR_KEY", &secrets.cursor_key)
        .with("SIGNING_KEYS", &secrets.signing_keys)
        .with("REFRESH_KEY", &secrets.refresh_key)
        .with("TICKET_KEY", &secrets.ticket_key)
}

/// The functions that hold something of people, as `PEOPLE_FUNCTIONS` has them.
fn holders() -> String {
    let functions = crate::functions();
    let holders = functions
        .iter()
        .filter(|function| function.description().holds_people);
    let names: Vec<&str> = holders.map(runtime::Function::name).collect();
    names.join(",")
}

/// What every job is told. Jobs read objects from the emulator itself, which is there before the public address is.
pub fn job_environment(at: &Addresses) -> Environment {
    shared(at)
        .with("OBJECTS_URL", format!("http://{}", at.emulator))
        .with("CURSOR_KEY", "jobs have no cursors")
}

fn shared(at: &Addresses) -> Environment {
    let emulator = at.emulator.to_string();
    Environment::default()
        .with("GOOGLE_CLOUD_PROJECT", &at.project)
        .with("FIRESTORE_EMULATOR_HOST", &emulator)
        .with("PUBSUB_EMULATOR_HOST", &emulator)
        .with("STORAGE_EMULATOR_HOST", &emulator)
        .with("CLOUD_RUN_EMULATOR_HOST", &emulator)
        .with("IAM_EMULATOR_HOST", &emulator)
        .with(
            "MAIL_URL",
            format!("http://{emulator}/_mailbox/mails?project={}", at.project),
        )
        .with("SIGNING_ACCOUNT", Addresses::ACCOUNT)
        .with("OIDC_MODE", "verify")
        .with("OIDC_ACCOUNT", Addresses::ACCOUNT)
        .with("OIDC_AUDIENCE", Addresses::AUDIENCE)
        .with("OIDC_JWKS_URL", format!("http://{emulator}/oauth2/v3/certs"))
        .with("REDIS_URL", &at.redis)
        .with("REDIS_PREFIX", format!("{}:", at.project))
}
