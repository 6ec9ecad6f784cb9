//! Objects: get, list, update, delete, move.

use super::convert::{masked, object, written};
use super::{live, own_name, refuse};
use crate::storage::Storage;
use crate::storage::failure::Failure;
use crate::storage::glob::Glob;
use crate::storage::list::{ListQuery, Mark, size_of_page};
use crate::storage::precondition::Preconditions;
use gcloud_sdk::google::storage::v2 as api;
use serde_json::{Map, Value};

/// What an update may name.
const WRITABLE: [&str; 9] = [
    "content_type",
    "content_encoding",
    "content_disposition",
    "content_language",
    "cache_control",
    "metadata",
    "custom_time",
    "temporary_hold",
    "event_based_hold",
];

impl Storage {
    pub(super) fn grpc_get(&self, asked: &api::GetObjectRequest) -> Result<api::Object, Failure> {
        let bucket = own_name(&asked.bucket)?;
        refuse(asked.soft_deleted == Some(true), "soft_deleted")?;
        let preconditions = Preconditions {
            generation: asked.if_generation_match,
            generation_not: asked.if_generation_not_match,
            metageneration: asked.if_metageneration_match,
            metageneration_not: asked.if_metageneration_not_match,
        };
        let place = (bucket, asked.object.as_str(), live(asked.generation));
        Ok(object(&self.object(place, &preconditions)?))
    }

    pub(super) fn grpc_list(
        &self,
        asked: api::ListObjectsRequest,
    ) -> Result<api::ListObjectsResponse, Failure> {
        let bucket = own_name(&asked.parent)?.to_owned();
        refuse(asked.soft_deleted, "soft_deleted")?;
        refuse(asked.include_folders_as_prefixes, "include_folders_as_prefixes")?;
        let token = Some(asked.page_token).filter(|token| !token.is_empty());
        let glob = Some(asked.match_glob).filter(|glob| !glob.is_empty());
        let query = ListQuery {
            prefix: asked.prefix,
            delimiter: asked.delimiter,
            start: asked.lexicographic_start,
            end: asked.lexicographic_end,
            with_trailing_delimiter: asked.include_trailing_delimiter,
            versions: asked.versions,
            glob: glob.map(|glob| Glob::parse(&glob)).transpose()?,
            page_size: size_of_page(usize::try_from(asked.page_size).ok()),
            after: token.map(|token| Mark::from_token(&token)).transpose()?,
        };
        let listed = self.list(&bucket, &query)?;
        Ok(api::ListObjectsResponse {
            objects: listed.objects.iter().map(object).collect(),
            prefixes: listed.prefixes,
            next_page_token: listed.next.unwrap_or_default(),
        })
    }

    pub(super) fn grpc_update(&self, asked: api::UpdateObjectRequest) -> Result<api::Object, Failure> {
        let wanted = asked.object.unwrap_or_default();
        let bucket = own_name(&wanted.bucket)?;
        let mask = asked.update_mask.unwrap_or_default();
        if mask.paths.is_empty() {
            return Err(Failure::invalid("An update needs an update_mask."));
        }
        let preconditions = Preconditions {
            generation: asked.if_generation_match,
            generation_not: asked.if_generation_not_match,
            metageneration: asked.if_metageneration_match,
            metageneration_not: asked.if_metageneration_not_match,
        };
        let mut changes = masked(&written(&wanted)?, &mask.paths, &WRITABLE)?;
        let place = (bucket, wanted.name.as_str(), live(wanted.generation));
        let whole_map = mask.paths.iter().any(|path| path == "metadata" || path == "*");
        if whole_map {
            self.replace_metadata(place, &mut changes)?;
        }
        Ok(object(&self.patch_object(
            place,
            &changes,
            &preconditions,
            false,
        )?))
    }

    /// A map that is named as a whole is replaced: its keys that are not sent are removed.
    fn replace_metadata(
        &self,
        place: (&str, &str, Option<i64>),
        changes: &mut Map<String, Value>,
    ) -> Result<(), Failure> {
        let known = self.object(place, &Preconditions::default())?;
        if let Some(Value::Object(map)) = changes.get_mut("metadata") {
            for key in known.attributes.metadata.keys() {
                map.entry(key.clone()).or_insert(Value::Null);
            }
        }
        Ok(())
    }

    pub(super) fn grpc_delete(&self, asked: &api::DeleteObjectRequest) -> Result<(), Failure> {
        let bucket = own_name(&asked.bucket)?;
        let preconditions = Preconditions {
            generation: asked.if_generation_match,
            generation_not: asked.if_generation_not_match,
            metageneration: asked.if_metageneration_match,
            metageneration_not: asked.if_metageneration_not_match,
        };
        self.delete_object((bucket, &asked.object, live(asked.generation)), &preconditions)
    }

    pub(super) fn grpc_move(&self, asked: &api::MoveObjectRequest) -> Result<api::Object, Failure> {
        let bucket = own_name(&asked.bucket)?;
        let source = Preconditions {
            generation: asked.if_source_generation_match,
            generation_not: asked.if_source_generation_not_match,
            metageneration: asked.if_source_metageneration_match,
            metageneration_not: asked.if_source_metageneration_not_match,
        };
        let target = Preconditions {
            generation: asked.if_generation_match,
            generation_not: asked.if_generation_not_match,
            metageneration: asked.if_metageneration_match,
            metageneration_not: asked.if_metageneration_not_match,
        };
        let place = (bucket, asked.source_object.as_str(), None);
        Ok(object(&self.move_object(
            place,
            &source,
            &asked.destination_object,
            &target,
        )?))
    }
}
