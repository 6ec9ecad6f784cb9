//! Buckets: get, create, update, delete, list. What their settings can be beyond labels, versioning and class is for the JSON API.

use super::convert::{bucket, masked};
use super::{own_name, refuse};
use crate::storage::Storage;
use crate::storage::failure::Failure;
use crate::storage::list::{from_token, size_of_page};
use crate::storage::precondition::Preconditions;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use gcloud_sdk::google::storage::v2 as api;
use serde_json::{Map, Value, json};

/// What an update may name.
const WRITABLE: [&str; 3] = ["labels", "versioning", "storage_class"];

impl Storage {
    pub(super) fn grpc_get_bucket(&self, asked: &api::GetBucketRequest) -> Result<api::Bucket, Failure> {
        let found = self.bucket(own_name(&asked.name)?)?;
        let preconditions =
            on_metageneration(asked.if_metageneration_match, asked.if_metageneration_not_match);
        preconditions.check_read((found.created, found.metageneration))?;
        Ok(bucket(&found))
    }

    pub(super) fn grpc_create_bucket(&self, asked: api::CreateBucketRequest) -> Result<api::Bucket, Failure> {
        let wanted = asked.bucket.unwrap_or_default();
        let project = Some(wanted.project.as_str())
            .filter(|project| !project.is_empty())
            .unwrap_or(&asked.parent);
        let project = project.strip_prefix("projects/").unwrap_or(project).to_owned();
        let mut fields = settings(&wanted)?;
        for (name, value) in [("name", asked.bucket_id), ("location", wanted.location)] {
            if !value.is_empty() {
                fields.insert(name.to_owned(), Value::String(value));
            }
        }
        Ok(bucket(&self.create_bucket(&project, &fields)?))
    }

    pub(super) fn grpc_update_bucket(&self, asked: api::UpdateBucketRequest) -> Result<api::Bucket, Failure> {
        let wanted = asked.bucket.unwrap_or_default();
        let name = own_name(&wanted.name)?;
        let mask = asked.update_mask.unwrap_or_default();
        if mask.paths.is_empty() {
            return Err(Failure::invalid("An update needs an update_mask."));
        }
        let changes = masked(&settings(&wanted)?, &mask.paths, &WRITABLE)?;
        let preconditions =
            on_metageneration(asked.if_metageneration_match, asked.if_metageneration_not_match);
        Ok(bucket(&self.patch_bucket(
            name,
            &changes,
            &preconditions,
            false,
        )?))
    }

    pub(super) fn grpc_delete_bucket(&self, asked: &api::DeleteBucketRequest) -> Result<(), Failure> {
        let preconditions =
            on_metageneration(asked.if_metageneration_match, asked.if_metageneration_not_match);
        self.delete_bucket(own_name(&asked.name)?, &preconditions)
    }

    pub(super) fn grpc_list_buckets(
        &self,
        asked: &api::ListBucketsRequest,
    ) -> Result<api::ListBucketsResponse, Failure> {
        let project = asked.parent.strip_prefix("projects/").unwrap_or(&asked.parent);
        let token = Some(asked.page_token.as_str()).filter(|token| !token.is_empty());
        let after = token.map(from_token).transpose()?;
        let most = size_of_page(usize::try_from(asked.page_size).ok());
        let (found, last) = self.buckets(Some(project), &asked.prefix, after.as_deref(), most);
        Ok(api::ListBucketsResponse {
            buckets: found.iter().map(bucket).collect(),
            next_page_token: last
                .map(|last| BASE64_URL_SAFE_NO_PAD.encode(last))
                .unwrap_or_default(),
            ..api::ListBucketsResponse::default()
        })
    }
}

fn on_metageneration(metageneration: Option<i64>, metageneration_not: Option<i64>) -> Preconditions {
    Preconditions {
        metageneration,
        metageneration_not,
        ..Preconditions::default()
    }
}

/// The settings of a bucket in JSON; any other is refused.
fn settings(wanted: &api::Bucket) -> Result<Map<String, Value>, Failure> {
    let known = api::Bucket {
        name: wanted.name.clone(),
        bucket_id: wanted.bucket_id.clone(),
        etag: wanted.etag.clone(),
        project: wanted.project.clone(),
        metageneration: wanted.metageneration,
        location: wanted.location.clone(),
        storage_class: wanted.storage_class.clone(),
        labels: wanted.labels.clone(),
        versioning: wanted.versioning,
        create_time: wanted.create_time,
        update_time: wanted.update_time,
        ..api::Bucket::default()
    };
    refuse(
        known != *wanted,
        "other bucket settings in gRPC; use the JSON API",
    )?;
    let mut fields = Map::new();
    if !wanted.storage_class.is_empty() {
        fields.insert("storageClass".to_owned(), wanted.storage_class.clone().into());
    }
    if !wanted.labels.is_empty() {
        fields.insert("labels".to_owned(), json!(wanted.labels));
    }
    if let Some(versioning) = &wanted.versioning {
        fields.insert("versioning".to_owned(), json!({"enabled": versioning.enabled}));
    }
    Ok(fields)
}
