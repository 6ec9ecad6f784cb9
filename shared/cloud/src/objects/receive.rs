//! Objects whose bytes arrive while they are stored, and which are stored once.

use super::{Fed, Objects, bucket_name};
use crate::{Error, Result};

/// How much of an object is held in memory while it is sent: twice what Cloud Storage asks parts of a resumable upload to be a multiple of.
const HELD: usize = 512 * 1024;

impl Objects {
    /// Stores what comes from `fed` as `object`, unless there is one: then that stays, and nothing is wrong. Half a megabyte is held in memory. What
    /// breaks off leaves no object. One write of Cloud Storage (class A).
    ///
    /// # Errors
    /// It broke off, or Cloud Storage is away.
    pub async fn receive(&self, bucket: &str, object: &str, content_type: &str, fed: Fed) -> Result<()> {
        let write = self
            .storage()
            .await?
            .write_object(bucket_name(bucket), object, fed)
            .set_content_type(content_type)
            .set_if_generation_match(0)
            .with_resumable_upload_threshold(0_usize)
            .with_resumable_upload_buffer_size(HELD);
        match Box::pin(write.send_buffered()).await {
            Ok(_) => Ok(()),
            Err(error) if error.http_status_code() == Some(412) => Ok(()),
            Err(error) => Err(Error::unavailable("Cloud Storage", error)),
        }
    }
}
