//! Addresses of objects: signed for one method and a while, or of public objects.

use super::Objects;
use crate::{Error, Result};
use contracts::Timestamp;
use google_cloud_storage::builder::storage::SignedUrlBuilder;
use google_cloud_storage::http::Method;
use std::collections::BTreeMap;
use std::time::Duration;

/// Where and how a client puts an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedUpload {
    /// The address, good for one object.
    pub url: String,
    /// `PUT`.
    pub method: &'static str,
    /// Headers that are signed and must be sent as they are.
    pub headers: BTreeMap<String, String>,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Objects {
    /// A V4 signed URL to put `object` with: the content type and the number of bytes are bound. One signature by IAM.
    ///
    /// # Errors
    /// IAM is away.
    pub async fn sign_upload(
        &self,
        bucket: &str,
        object: &str,
        content_type: &str,
        bytes: std::ops::RangeInclusive<u64>,
        now: Timestamp,
        good_for: Duration,
    ) -> Result<SignedUpload> {
        let range = format!("{},{}", bytes.start(), bytes.end());
        let headers = [
            ("content-type", content_type.to_owned()),
            ("x-goog-content-length-range", range),
        ];
        let mut builder = self.builder(bucket, object, Method::PUT, good_for);
        for (name, value) in &headers {
            builder = builder.with_header(*name, value);
        }
        let url = self.sign(builder).await?;
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).into();
        Ok(SignedUpload {
            url,
            method: "PUT",
            headers,
            expires_at: now + good_for,
        })
    }

    /// A V4 signed URL to read one generation of `object` with: it never gives other bytes. One signature by
    /// IAM.
    ///
    /// # Errors
    /// IAM is away.
    pub async fn sign_download(
        &self,
        bucket: &str,
        object: &str,
        generation: i64,
        good_for: Duration,
    ) -> Result<String> {
        let builder = self.builder(bucket, object, Method::GET, good_for);
        self.sign(builder.with_query_param("generation", generation.to_string()))
            .await
    }

    /// The address of an object in a bucket that everybody may read. Costs nothing.
    pub fn public_url(&self, bucket: &str, object: &str) -> String {
        format!("{}/{bucket}/{object}", self.cdn)
    }

    fn builder(&self, bucket: &str, object: &str, method: Method, good_for: Duration) -> SignedUrlBuilder {
        SignedUrlBuilder::for_object(format!("projects/_/buckets/{bucket}"), object)
            .with_method(method)
            .with_expiration(good_for)
            .with_endpoint(&self.public)
    }

    async fn sign(&self, builder: SignedUrlBuilder) -> Result<String> {
        let signer = self.signer().await?;
        builder
            .sign_with(signer)
            .await
            .map_err(|error| Error::unavailable("IAM", error))
    }
}
