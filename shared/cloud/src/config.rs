//! Where the cloud is.

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

/// Where the cloud is, and which part of it is ours.
#[derive(Debug, Clone)]
pub struct CloudConfig {
    /// The function that this process is: names its outbox and idempotency collections.
    pub function: &'static str,
    /// The project's id.
    pub project: String,
    /// The region jobs run in.
    pub region: String,
    /// Addresses that stand for Google's.
    pub endpoints: Endpoints,
    /// Redis, `redis://host:port` or `rediss://`.
    pub redis_url: String,
    /// What all keys and channels in Redis begin with, so that deployments can share one.
    pub redis_prefix: String,
    /// Where browsers reach Cloud Storage (scheme and host): signed URLs and public objects begin with it.
    pub objects_url: String,
    /// The service account whose key signs URLs (through IAM); none: that of the metadata server.
    pub signing_account: Option<String>,
    /// How old an unsent outbox entry is before the sweep sends it: well above the deadline of a commit plus the time for sending.
    pub outbox_due: std::time::Duration,
}
