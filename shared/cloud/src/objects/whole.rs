//! Objects that fit into memory.

use super::{Objects, bucket_name};
use crate::retry::code;
use crate::{Error, Result};
use bytes::{Bytes, BytesMut};
use google_cloud_storage::model_ext::ReadRange;
use tonic::Code;

/// How an object is served.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// Its media type.
    pub content_type: String,
    /// How long others may keep it.
    pub cache_control: String,
    /// Whether it is shown or downloaded, and under which name; shown when absent.
    pub content_disposition: Option<String>,
}

impl Objects {
    /// The first `most` bytes of one generation of an object, or all when there are fewer; none when that generation is not there (any more). One
    /// read of Cloud Storage (class B).
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn read(
        &self,
        bucket: &str,
        object: &str,
        generation: i64,
        most: u64,
    ) -> Result<Option<Bytes>> {
        let away = |error| Error::unavailable("Cloud Storage", error);
        let read = self.storage().await?.read_object(bucket_name(bucket), object);
        let read = read
            .set_generation(generation)
            .set_read_range(ReadRange::head(most));
        let mut answer = match read.send().await {
            Ok(answer) => answer,
            Err(error) if code(&error) == Code::NotFound => return Ok(None),
            // nothing of an object without bytes is a range that cannot be satisfied
            Err(error) if error.http_status_code() == Some(416) => return Ok(Some(Bytes::new())),
            Err(error) => return Err(away(error)),
        };
        let mut bytes = BytesMut::new();
        while let Some(chunk) = answer.next().await.transpose().map_err(away)? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes.freeze()))
    }

    /// Stores bytes as `object`, as they are to be served, replacing what is there. Whoever stores an object derives its bytes, so that a repetition stores the same. One write
    /// of Cloud Storage (class A).
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn serve(&self, bucket: &str, object: &str, bytes: Bytes, served: &Served) -> Result<()> {
        let write = self
            .storage()
            .await?
            .write_object(bucket_name(bucket), object, bytes)
            .set_content_type(&served.content_type)
            .set_cache_control(&served.cache_control)
            .with_idempotency(true);
        let write = match &served.content_disposition {
            Some(disposition) => write.set_content_disposition(disposition),
            None => write,
        };
        Box::pin(write.send_buffered())
            .await
            .map(|_| ())
            .map_err(|error| Error::unavailable("Cloud Storage", error))
    }
}
