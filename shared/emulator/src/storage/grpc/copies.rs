//! Objects made from objects: compose and rewrite.

use super::convert::{object, written};
use super::{live, own_name, refuse};
use crate::storage::Storage;
use crate::storage::attributes::Attributes;
use crate::storage::checksum::Claimed;
use crate::storage::copies::Component;
use crate::storage::failure::Failure;
use crate::storage::precondition::Preconditions;
use crate::storage::rewrite::Rewrite;
use crate::storage::session::Target;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gcloud_sdk::google::storage::v2 as api;

impl Storage {
    pub(super) async fn grpc_compose(
        &self,
        asked: api::ComposeObjectRequest,
    ) -> Result<api::Object, Failure> {
        refuse(
            !asked.destination_predefined_acl.is_empty(),
            "access control lists",
        )?;
        refuse(!asked.kms_key.is_empty(), "customer-managed encryption keys")?;
        refuse(asked.delete_source_objects == Some(true), "delete_source_objects")?;
        let destination = asked.destination.unwrap_or_default();
        let components: Vec<Component> = asked.source_objects.into_iter().map(component).collect();
        let target = Target {
            bucket: own_name(&destination.bucket)?.to_owned(),
            name: destination.name.clone(),
            attributes: Attributes::default().patched(&written(&destination)?)?,
            claimed: claimed(asked.object_checksums),
            preconditions: Preconditions {
                generation: asked.if_generation_match,
                metageneration: asked.if_metageneration_match,
                ..Preconditions::default()
            },
            length: None,
        };
        Ok(object(&self.compose(&target, &components).await?))
    }

    pub(super) fn grpc_rewrite(
        &self,
        asked: api::RewriteObjectRequest,
    ) -> Result<api::RewriteResponse, Failure> {
        refuse(
            !asked.destination_predefined_acl.is_empty(),
            "access control lists",
        )?;
        refuse(
            !asked.destination_kms_key.is_empty(),
            "customer-managed encryption keys",
        )?;
        refuse(
            !asked.copy_source_encryption_algorithm.is_empty(),
            "customer-supplied encryption keys",
        )?;
        let fields = asked.destination.as_ref().map(written).transpose()?;
        let attributes = fields
            .filter(|fields| !fields.is_empty())
            .map(|fields| Attributes::default().patched(&fields))
            .transpose()?;
        let target = Target {
            bucket: own_name(&asked.destination_bucket)?.to_owned(),
            name: asked.destination_name.clone(),
            attributes: Attributes::default(),
            claimed: claimed(asked.object_checksums),
            preconditions: Preconditions {
                generation: asked.if_generation_match,
                generation_not: asked.if_generation_not_match,
                metageneration: asked.if_metageneration_match,
                metageneration_not: asked.if_metageneration_not_match,
            },
            length: None,
        };
        let source = own_name(&asked.source_bucket)?;
        let rewritten = self.rewrite_object(Rewrite {
            source: (source, &asked.source_object, live(asked.source_generation)),
            source_conditions: Preconditions {
                generation: asked.if_source_generation_match,
                generation_not: asked.if_source_generation_not_match,
                metageneration: asked.if_source_metageneration_match,
                metageneration_not: asked.if_source_metageneration_not_match,
            },
            target,
            attributes,
            per_call: u64::try_from(asked.max_bytes_rewritten_per_call)
                .ok()
                .filter(|most| *most > 0),
            token: Some(asked.rewrite_token).filter(|token| !token.is_empty()),
        })?;
        Ok(api::RewriteResponse {
            total_bytes_rewritten: i64::try_from(rewritten.bytes).unwrap_or(i64::MAX),
            object_size: i64::try_from(rewritten.size).unwrap_or(i64::MAX),
            done: rewritten.object.is_some(),
            rewrite_token: rewritten.token.unwrap_or_default(),
            resource: rewritten.object.as_ref().map(object),
        })
    }
}

fn component(source: api::compose_object_request::SourceObject) -> Component {
    let generation = source
        .object_preconditions
        .and_then(|known| known.if_generation_match);
    Component {
        name: source.name,
        generation: live(source.generation),
        preconditions: Preconditions {
            generation,
            ..Preconditions::default()
        },
    }
}

/// The sums that the caller says the whole has.
fn claimed(sums: Option<api::ObjectChecksums>) -> Claimed {
    let sums = sums.unwrap_or_default();
    Claimed {
        crc32c: sums
            .crc32c
            .map(|crc32c| BASE64_STANDARD.encode(crc32c.to_be_bytes())),
        md5: Some(sums.md5_hash)
            .filter(|md5| !md5.is_empty())
            .map(|md5| BASE64_STANDARD.encode(md5)),
        sha256: None,
    }
}
