//! Where the cloud is, and how long it may take.

use std::time::Duration;

/// Addresses that stand for Google's, all absent in the cloud. Each is a base URL such as `http://127.0.0.1:8085`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// Firestore (gRPC).
    pub firestore: Option<String>,
    /// Pub/Sub (gRPC).
    pub pubsub: Option<String>,
    /// Cloud Storage (REST).
    pub storage: Option<String>,
    /// Cloud Run Admin (REST).
    pub run: Option<String>,
    /// IAM Credentials (REST).
    pub iam: Option<String>,
}

/// How long things may take. [`crate::within`] shortens all of them for one piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// `CALL_TIMEOUT_SECONDS`, default 10: one attempt at one call. Firestore is told, so that it does not go on working for nobody.
    pub call: Duration,
    /// `RETRY_SECONDS`, default 20: all attempts at one call, with the pauses between them. Well below [`CloudConfig::outbox_due`]: a commit looks
    /// for its mark in the outbox as long as it tries.
    pub retrying: Duration,
    /// `REDIS_TIMEOUT_MILLISECONDS`, default 500: one round trip to Redis. A slow cache is worse than none.
    pub redis: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(10),
            retrying: Duration::from_secs(20),
            redis: Duration::from_millis(500),
        }
    }
}

/// Where the cloud is, which part of it is ours, and how long it may take. Each field names the variable it is read from and its default.
#[derive(Debug, Clone)]
pub struct CloudConfig {
    /// `GOOGLE_CLOUD_PROJECT`, required: the project's id.
    pub project: String,
    /// `GOOGLE_CLOUD_REGION`, default `us-central1`: where jobs run.
    pub region: String,
    /// `FIRESTORE_EMULATOR_HOST`, `PUBSUB_EMULATOR_HOST`, `STORAGE_EMULATOR_HOST`, `CLOUD_RUN_EMULATOR_HOST`, `IAM_EMULATOR_HOST` (`host:port` or
    /// a base URL), default Google's own.
    pub endpoints: Endpoints,
    /// `REDIS_URL`, `redis://host:port` or `rediss://`, default `redis://127.0.0.1:6379`.
    pub redis_url: String,
    /// `REDIS_PREFIX`, default `kith:`: what all keys and channels in Redis begin with. Deployments that share a Redis need different ones.
    pub redis_prefix: String,
    /// `OBJECTS_URL`, default `https://storage.googleapis.com`: where browsers reach Cloud Storage (scheme and host); signed URLs begin with it.
    pub objects_url: String,
    /// `CDN_URL`, default `OBJECTS_URL`: where browsers read public objects, at `{CDN_URL}/{bucket}/{object}`.
    pub cdn_url: Option<String>,
    /// `SIGNING_ACCOUNT`: the service account that signs URLs (through IAM); default the metadata server's.
    pub signing_account: Option<String>,
    /// `MAIL_URL`, default none: where mail goes, `smtps://user:password@host`, `smtp://user:password@host?tls=required` (STARTTLS), or the
    /// `http://` address of a local Kith's mailbox. Without it mail waits.
    pub mail_url: Option<String>,
    /// `MAIL_FROM`, default `Kith <no-reply@kith.example>`: whom mail is from.
    pub mail_from: String,
    /// `OUTBOX_DUE_SECONDS`, default 30: how old an unsent outbox entry is before the sweep sends it. Lower only in tests.
    pub outbox_due: Duration,
    /// `COUNTS_APART_MILLISECONDS`, default 1000: the least time between two writes of the numbers of one thing. A document takes about one write a
    /// second for long.
    pub counts_apart: Duration,
    /// How long calls may take.
    pub timeouts: Timeouts,
}
