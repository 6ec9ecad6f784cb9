//! Objects whose names begin alike: what belongs to one thing, taken together.

use super::{Objects, bucket_name};
use crate::{Error, Result};
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt, stream};

/// How many objects one listing answers.
const PAGE: i32 = 500;
/// How many are deleted at a time.
const AT_ONCE: usize = 8;

impl Objects {
    /// The names of the objects of `bucket` that begin with `prefix`, in their order, 500 at most, and where to go on. One listing (class A).
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn list(
        &self,
        bucket: &str,
        prefix: &str,
        page: Option<String>,
    ) -> Result<(Vec<String>, Option<String>)> {
        let listed = self
            .control()
            .await?
            .list_objects()
            .set_parent(bucket_name(bucket))
            .set_prefix(prefix)
            .set_page_size(PAGE)
            .set_page_token(page.unwrap_or_default())
            .send()
            .await
            .map_err(|error| Error::unavailable("Cloud Storage", error))?;
        let names = listed.objects.into_iter().map(|object| object.name).collect();
        Ok((
            names,
            Some(listed.next_page_token).filter(|token| !token.is_empty()),
        ))
    }

    /// Deletes up to 500 objects of `bucket` that begin with `prefix`; answers how many, and none when there are none left. One listing (class A);
    /// deletes are free.
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn delete_some(&self, bucket: &str, prefix: &str) -> Result<usize> {
        let (names, _) = self.list(bucket, prefix, None).await?;
        let count = names.len();
        stream::iter(names)
            .map(|name| async move { self.delete(bucket, &name, None).await })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        Ok(count)
    }

    /// Stores a small object, replacing what is there. One write (class A).
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn put(
        &self,
        bucket: &str,
        object: &str,
        bytes: impl Into<Bytes>,
        content_type: &str,
    ) -> Result<()> {
        let bytes: Bytes = bytes.into();
        let write = self
            .storage()
            .await?
            .write_object(bucket_name(bucket), object, bytes)
            .set_content_type(content_type)
            .with_idempotency(true);
        Box::pin(write.send_unbuffered())
            .await
            .map(|_| ())
            .map_err(|error| Error::unavailable("Cloud Storage", error))
    }

    /// The bytes of an object that is known to be small. One read (class B).
    ///
    /// # Errors
    /// It is not there, or Cloud Storage is away.
    pub async fn read_small(&self, bucket: &str, object: &str) -> Result<Bytes> {
        let away = |error| Error::unavailable("Cloud Storage", error);
        let read = self.storage().await?.read_object(bucket_name(bucket), object);
        let mut answer = Box::pin(read.send()).await.map_err(away)?;
        let mut bytes = BytesMut::new();
        while let Some(chunk) = answer.next().await.transpose().map_err(away)? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }
}
