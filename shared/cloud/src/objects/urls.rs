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
    /// `PUT`; `POST` to begin a resumable session.
    pub method: &'static str,
    /// Headers that are signed and must be sent as they are.
    pub headers: BTreeMap<String, String>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// An object that a client is to make, and that nobody has made yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewObject<'a> {
    /// Its bucket.
    pub bucket: &'a str,
    /// Its name.
    pub object: &'a str,
    /// Its media type.
    pub content_type: &'a str,
    /// Its exact length.
    pub bytes: u64,
    /// In parts: the address begins a resumable session, whose own address then takes the bytes.
    pub resumable: bool,
}

impl Objects {
    /// A V4 signed URL to make an object with: content type and number of bytes are bound, and it is refused (412) once the object is there, so that
    /// what was looked at stays what it is. One signature by IAM.
    ///
    /// # Errors
    /// IAM is away.
    pub async fn sign_creation(
        &self,
        new: NewObject<'_>,
        now: Timestamp,
        good_for: Duration,
    ) -> Result<SignedUpload> {
        let mut headers = BTreeMap::from([
            ("content-type".to_owned(), new.content_type.to_owned()),
            (
                "x-goog-content-length-range".to_owned(),
                format!("{0},{0}", new.bytes),
            ),
            ("x-goog-if-generation-match".to_owned(), "0".to_owned()),
        ]);
        let (method, name) = if new.resumable {
            headers.insert("x-goog-resumable".to_owned(), "start".to_owned());
            (Method::POST, "POST")
        } else {
            (Method::PUT, "PUT")
        };
        let mut builder = self.builder(new.bucket, new.object, method, good_for);
        for (name, value) in &headers {
            builder = builder.with_header(name, value);
        }
        Ok(SignedUpload {
            url: self.sign(builder).await?,
            method: name,
            headers,
            expires_at: now + good_for,
        })
    }

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
