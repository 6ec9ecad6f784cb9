//! Cloud Storage.

mod control;
mod folder;
mod receive;
mod signer;
mod stream;
mod transfer;
mod urls;
mod whole;

pub use control::{Found, Source};
pub use stream::{BrokenOff, Fed, Feed, feed};
pub use urls::{NewObject, SignedUpload};
pub use whole::Served;

use crate::connect::connect;
use crate::retry::Call;
use crate::{CloudConfig, Result, Timeouts};
use google_cloud_auth::signer::Signer;
use google_cloud_storage::client::{Storage, StorageControl};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Objects in buckets, and signed URLs to them.
#[derive(Debug, Clone)]
pub struct Objects {
    endpoint: Option<String>,
    iam: Option<String>,
    signing_account: Option<String>,
    /// Where browsers reach the buckets.
    public: String,
    /// Where browsers read what everybody may read.
    cdn: String,
    timeouts: Timeouts,
    storage: Arc<OnceCell<Storage>>,
    control: Arc<OnceCell<StorageControl>>,
    signer: Arc<OnceCell<Signer>>,
}

impl Objects {
    pub(crate) fn new(config: &CloudConfig) -> Self {
        Self {
            endpoint: config.endpoints.storage.clone(),
            iam: config.endpoints.iam.clone(),
            signing_account: config.signing_account.clone(),
            public: config.objects_url.clone(),
            cdn: config.cdn_url.as_ref().unwrap_or(&config.objects_url).clone(),
            timeouts: config.timeouts,
            storage: Arc::default(),
            control: Arc::default(),
            signer: Arc::default(),
        }
    }

    async fn storage(&self) -> Result<&Storage> {
        let endpoint = self.endpoint.as_deref();
        let connect = || async {
            connect!(
                Storage::builder(),
                "Cloud Storage",
                endpoint,
                Call::Store,
                self.timeouts
            )
        };
        self.storage.get_or_try_init(connect).await
    }

    async fn signer(&self) -> Result<&Signer> {
        let account = self.signing_account.as_deref();
        self.signer
            .get_or_try_init(|| async { signer::make(self.iam.as_deref(), account, self.timeouts) })
            .await
    }
}

/// A bucket as requests name it.
fn bucket_name(bucket: &str) -> String {
    format!("projects/_/buckets/{bucket}")
}
