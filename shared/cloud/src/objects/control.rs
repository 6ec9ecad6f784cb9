//! Objects without their bytes: looking for them, copying, deleting.

use super::{Objects, Served, bucket_name};
use crate::connect::connect;
use crate::retry::{Call, code};
use crate::{Error, Result};
use google_cloud_storage::client::StorageControl;
use google_cloud_storage::model::Object;
use tonic::Code;

/// An object that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which of the objects that had this name.
    pub generation: i64,
    /// In bytes.
    pub size: u64,
}

/// One generation of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// Its bucket.
    pub bucket: &'a str,
    /// Its name.
    pub object: &'a str,
    /// Its generation.
    pub generation: i64,
}

impl Objects {
    /// The object that has this name now. One read of Cloud Storage (class B).
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn find(&self, bucket: &str, object: &str) -> Result<Option<Found>> {
        let get = self.control().await?.get_object();
        match get
            .set_bucket(bucket_name(bucket))
            .set_object(object)
            .send()
            .await
        {
            Ok(found) => Ok(Some(Found {
                generation: found.generation,
                size: u64::try_from(found.size).unwrap_or_default(),
            })),
            Err(error) if code(&error) == Code::NotFound => Ok(None),
            Err(error) => Err(Error::unavailable("Cloud Storage", error)),
        }
    }

    /// Deletes the object of this name, or only that generation of it; one that is not there is deleted already. Free.
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn delete(&self, bucket: &str, object: &str, generation: Option<i64>) -> Result<()> {
        let delete = self.control().await?.delete_object();
        let delete = delete
            .set_bucket(bucket_name(bucket))
            .set_object(object)
            .set_generation(generation.unwrap_or_default());
        match delete.send().await {
            Err(error) if code(&error) != Code::NotFound => Err(Error::unavailable("Cloud Storage", error)),
            _ => Ok(()),
        }
    }

    /// Copies an object within Cloud Storage, with nothing of its description; answers whether it was there. One write of Cloud Storage (class A),
    /// more for a large object between places.
    ///
    /// # Errors
    /// Cloud Storage is away.
    pub async fn copy(&self, from: Source<'_>, bucket: &str, object: &str, served: &Served) -> Result<bool> {
        let mut description = Object::new()
            .set_content_type(&served.content_type)
            .set_cache_control(&served.cache_control);
        if let Some(disposition) = &served.content_disposition {
            description = description.set_content_disposition(disposition);
        }
        let mut token = String::new();
        loop {
            let rewrite = self.control().await?.rewrite_object();
            let rewrite = rewrite
                .set_source_bucket(bucket_name(from.bucket))
                .set_source_object(from.object)
                .set_source_generation(from.generation)
                .set_destination_bucket(bucket_name(bucket))
                .set_destination_name(object)
                .set_destination(description.clone())
                .set_rewrite_token(token);
            match rewrite.send().await {
                Ok(answer) if answer.done => return Ok(true),
                Ok(answer) => token = answer.rewrite_token,
                Err(error) if code(&error) == Code::NotFound => return Ok(false),
                Err(error) => return Err(Error::unavailable("Cloud Storage", error)),
            }
        }
    }

    pub(super) async fn control(&self) -> Result<&StorageControl> {
        let endpoint = self.endpoint.as_deref();
        let connect = || async {
            connect!(
                StorageControl::builder(),
                "Cloud Storage",
                endpoint,
                Call::Store,
                self.timeouts
            )
        };
        self.control.get_or_try_init(connect).await
    }
}
