//! Where the cloud is, from variables.

use super::Reader;
use cloud::{CloudConfig, Endpoints, Timeouts};
use std::time::Duration;

/// Reads what [`CloudConfig`] documents.
pub(super) fn read(reader: &mut Reader<'_>) -> CloudConfig {
    CloudConfig {
        project: reader.required("GOOGLE_CLOUD_PROJECT"),
        region: reader.or("GOOGLE_CLOUD_REGION", "us-central1".to_owned()),
        endpoints: endpoints(reader),
        redis_url: reader.or("REDIS_URL", "redis://127.0.0.1:6379".to_owned()),
        redis_prefix: reader.or("REDIS_PREFIX", "kith:".to_owned()),
        objects_url: reader.or("OBJECTS_URL", "https://storage.googleapis.com".to_owned()),
        cdn_url: reader.optional("CDN_URL"),
        signing_account: reader.optional("SIGNING_ACCOUNT"),
        mail_url: reader.optional("MAIL_URL"),
        mail_from: reader.or("MAIL_FROM", "Kith <no-reply@kith.example>".to_owned()),
        outbox_due: Duration::from_secs(reader.or("OUTBOX_DUE_SECONDS", 30)),
        counts_apart: Duration::from_millis(reader.or("COUNTS_APART_MILLISECONDS", 1000)),
        timeouts: timeouts(reader),
    }
}

fn timeouts(reader: &mut Reader<'_>) -> Timeouts {
    let Timeouts {
        call,
        retrying,
        redis,
    } = Timeouts::default();
    let redis = u64::try_from(redis.as_millis()).unwrap_or(u64::MAX);
    Timeouts {
        call: Duration::from_secs(reader.or("CALL_TIMEOUT_SECONDS", call.as_secs())),
        retrying: Duration::from_secs(reader.or("RETRY_SECONDS", retrying.as_secs())),
        redis: Duration::from_millis(reader.or("REDIS_TIMEOUT_MILLISECONDS", redis)),
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
