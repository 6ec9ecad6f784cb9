//! Bytes to Cloud Storage.

use super::Objects;
use crate::{Error, Result};
use google_cloud_auth::credentials::anonymous;
use google_cloud_gax::retry_policy::{AlwaysRetry, RetryPolicyExt};
use google_cloud_storage::client::Storage;
use std::path::Path;

pub(super) async fn connect(endpoint: Option<&str>) -> Result<Storage> {
    let mut builder = Storage::builder().with_retry_policy(AlwaysRetry.with_attempt_limit(5));
    if let Some(endpoint) = endpoint {
        builder = builder
            .with_endpoint(endpoint)
            .with_credentials(anonymous::Builder::new().build());
    }
    builder
        .build()
        .await
        .map_err(|error| Error::unavailable("Cloud Storage", error))
}

impl Objects {
    /// Stores a file as `object`, replacing what is there. The file is streamed.
    ///
    /// # Errors
    /// The file cannot be read, or Cloud Storage is away.
    pub async fn upload(
        &self,
        bucket: &str,
        object: &str,
        file: &Path,
        content_type: &str,
        cache_control: &str,
    ) -> Result<()> {
        let payload = tokio::fs::File::open(file)
            .await
            .map_err(|error| Error::rejected("the file system", error))?;
        let write = self
            .storage()
            .await?
            .write_object(format!("projects/_/buckets/{bucket}"), object, payload)
            .set_content_type(content_type)
            .set_cache_control(cache_control);
        Box::pin(write.send_unbuffered())
            .await
            .map(|_| ())
            .map_err(|error| Error::unavailable("Cloud Storage", error))
    }
}
