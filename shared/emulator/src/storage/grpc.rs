//! `google.storage.v2.Storage`: the control plane that client libraries use beside the JSON API.

use super::Storage;
use super::bucket::Bucket;
use super::failure::Failure;
use super::list::{ListQuery, from_token, size_of_page};
use super::object::Object;
use super::precondition::Preconditions;
use crate::grpc::{method, unary_now, unimplemented};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use gcloud_sdk::google::storage::v2 as api;
use serde_json::{Map, Value};

const SERVICE: &str = "google.storage.v2.Storage";

pub(super) fn router(storage: Storage) -> Router {
    Router::new()
        .route("/google.storage.v2.Storage/{method}", post(serve))
        .with_state(storage)
}

async fn serve(State(storage): State<Storage>, request: Request) -> Response {
    let refuse = |failure: Failure| failure.grpc();
    match method(&request).as_str() {
        "GetObject" => unary_now(request, move |asked| storage.grpc_get(&asked).map_err(refuse)).await,
        "ListObjects" => unary_now(request, move |asked| storage.grpc_list(asked).map_err(refuse)).await,
        "DeleteObject" => unary_now(request, move |asked| storage.grpc_delete(&asked).map_err(refuse)).await,
        "GetBucket" => {
            unary_now(request, move |asked| {
                storage.grpc_get_bucket(&asked).map_err(refuse)
            })
            .await
        }
        "CreateBucket" => {
            unary_now(request, move |asked| {
                storage.grpc_create_bucket(asked).map_err(refuse)
            })
            .await
        }
        "ListBuckets" => {
            unary_now(request, move |asked| {
                storage.grpc_list_buckets(&asked).map_err(refuse)
            })
            .await
        }
        other => unimplemented(SERVICE, other),
    }
}

impl Storage {
    fn grpc_get(&self, asked: &api::GetObjectRequest) -> Result<api::Object, Failure> {
        let bucket = own_name(&asked.bucket)?;
        refuse(asked.soft_deleted == Some(true), "soft_deleted")?;
        let preconditions = Preconditions {
            generation: asked.if_generation_match,
            generation_not: asked.if_generation_not_match,
            metageneration: asked.if_metageneration_match,
            metageneration_not: asked.if_metageneration_not_match,
        };
        Ok(object(&self.object(
            (bucket, &asked.object, live(asked.generation)),
            &preconditions,
        )?))
    }

    fn grpc_list(&self, asked: api::ListObjectsRequest) -> Result<api::ListObjectsResponse, Failure> {
        let bucket = own_name(&asked.parent)?.to_owned();
        refuse(asked.versions, "versions")?;
        refuse(asked.soft_deleted, "soft_deleted")?;
        refuse(!asked.match_glob.is_empty(), "match_glob")?;
        refuse(asked.include_folders_as_prefixes, "include_folders_as_prefixes")?;
        let token = Some(asked.page_token).filter(|token| !token.is_empty());
        let query = ListQuery {
            prefix: asked.prefix,
            delimiter: asked.delimiter,
            start: asked.lexicographic_start,
            end: asked.lexicographic_end,
            with_trailing_delimiter: asked.include_trailing_delimiter,
            page_size: size_of_page(usize::try_from(asked.page_size).ok()),
            after: token.map(|token| from_token(&token)).transpose()?,
        };
        let listed = self.list(&bucket, &query)?;
        Ok(api::ListObjectsResponse {
            objects: listed.objects.iter().map(object).collect(),
            prefixes: listed.prefixes,
            next_page_token: listed.next.unwrap_or_default(),
        })
    }

    fn grpc_delete(&self, asked: &api::DeleteObjectRequest) -> Result<(), Failure> {
        let bucket = own_name(&asked.bucket)?;
        let preconditions = Preconditions {
            generation: asked.if_generation_match,
            generation_not: asked.if_generation_not_match,
            metageneration: asked.if_metageneration_match,
            metageneration_not: asked.if_metageneration_not_match,
        };
        self.delete_object((bucket, &asked.object, live(asked.generation)), &preconditions)
    }

    fn grpc_get_bucket(&self, asked: &api::GetBucketRequest) -> Result<api::Bucket, Failure> {
        let found = self.bucket(own_name(&asked.name)?)?;
        let preconditions = Preconditions {
            metageneration: asked.if_metageneration_match,
            metageneration_not: asked.if_metageneration_not_match,
            ..Preconditions::default()
        };
        preconditions.check_read((found.created, found.metageneration))?;
        Ok(bucket(&found))
    }

    fn grpc_create_bucket(&self, asked: api::CreateBucketRequest) -> Result<api::Bucket, Failure> {
        let wanted = asked.bucket.unwrap_or_default();
        let project = Some(wanted.project.as_str())
            .filter(|project| !project.is_empty())
            .unwrap_or(&asked.parent);
        let project = project.strip_prefix("projects/").unwrap_or(project).to_owned();
        let known = api::Bucket {
            name: wanted.name.clone(),
            project: wanted.project.clone(),
            location: wanted.location.clone(),
            storage_class: wanted.storage_class.clone(),
            ..api::Bucket::default()
        };
        refuse(known != wanted, "bucket settings in gRPC; use the JSON API")?;
        let mut fields = Map::new();
        for (name, value) in [
            ("name", asked.bucket_id),
            ("location", wanted.location),
            ("storageClass", wanted.storage_class),
        ] {
            if !value.is_empty() {
                fields.insert(name.to_owned(), Value::String(value));
            }
        }
        Ok(bucket(&self.create_bucket(&project, &fields)?))
    }

    fn grpc_list_buckets(
        &self,
        asked: &api::ListBucketsRequest,
    ) -> Result<api::ListBucketsResponse, Failure> {
        let project = asked.parent.strip_prefix("projects/").unwrap_or(&asked.parent);
        let token = Some(asked.page_token.as_str()).filter(|token| !token.is_empty());
        let after = token.map(from_token).transpose()?;
        let most = size_of_page(usize::try_from(asked.page_size).ok());
        let (found, last) = self.buckets(project, &asked.prefix, after.as_deref(), most);
        Ok(api::ListBucketsResponse {
            buckets: found.iter().map(bucket).collect(),
            next_page_token: last
                .map(|last| BASE64_URL_SAFE_NO_PAD.encode(last))
                .unwrap_or_default(),
            ..api::ListBucketsResponse::default()
        })
    }
}

/// The bucket's own name out of `projects/_/buckets/NAME`.
fn own_name(name: &str) -> Result<&str, Failure> {
    let wrong = || Failure::invalid(format!("Invalid bucket name: {name}"));
    name.strip_prefix("projects/_/buckets/").ok_or_else(wrong)
}

fn refuse(set: bool, what: &str) -> Result<(), Failure> {
    if set {
        Err(Failure::not_implemented(what))
    } else {
        Ok(())
    }
}

/// Generation 0 is whichever is live.
fn live(generation: i64) -> Option<i64> {
    Some(generation).filter(|generation| *generation != 0)
}

fn time(micros: i64) -> prost_types::Timestamp {
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos,
    }
}

fn object(object: &Object) -> api::Object {
    let attributes = object.attributes.clone();
    let sums = api::ObjectChecksums {
        crc32c: Some(object.sums.crc32c),
        md5_hash: object.sums.md5.to_vec(),
    };
    api::Object {
        name: object.name.clone(),
        bucket: format!("projects/_/buckets/{}", object.bucket),
        etag: object.etag(),
        generation: object.generation,
        metageneration: object.metageneration,
        storage_class: object.storage_class().to_owned(),
        size: i64::try_from(object.size).unwrap_or(i64::MAX),
        content_encoding: attributes.content_encoding.unwrap_or_default(),
        content_disposition: attributes.content_disposition.unwrap_or_default(),
        cache_control: attributes.cache_control.unwrap_or_default(),
        content_language: attributes.content_language.unwrap_or_default(),
        content_type: object.content_type().to_owned(),
        metadata: attributes.metadata.into_iter().collect(),
        checksums: Some(sums),
        create_time: Some(time(object.created)),
        finalize_time: Some(time(object.created)),
        update_time: Some(time(object.updated)),
        ..api::Object::default()
    }
}

fn bucket(bucket: &Bucket) -> api::Bucket {
    api::Bucket {
        name: format!("projects/_/buckets/{}", bucket.name),
        bucket_id: bucket.name.clone(),
        etag: bucket.etag(),
        project: format!("projects/{}", bucket.project),
        metageneration: bucket.metageneration,
        location: bucket.location.clone(),
        storage_class: bucket.storage_class.clone(),
        create_time: Some(time(bucket.created)),
        update_time: Some(time(bucket.updated)),
        ..api::Bucket::default()
    }
}
