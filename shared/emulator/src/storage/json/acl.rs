//! Access control lists. Every bucket here has uniform bucket-level access, so they are refused as the cloud refuses them then
//! (<https://cloud.google.com/storage/docs/uniform-bucket-level-access>).

use super::Call;
use crate::storage::failure::Failure;
use crate::storage::params::Params;
use axum::response::Response;

const MORE: &str = "Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access";

/// Parameters that would set a list.
const SETTERS: [&str; 3] = [
    "predefinedAcl",
    "predefinedDefaultObjectAcl",
    "destinationPredefinedAcl",
];

/// Refuses calls that would set a list.
pub(super) fn refuse(params: &Params) -> Result<(), Failure> {
    match SETTERS.iter().find(|name| params.get(name).is_some()) {
        Some(_) => Err(Failure::invalid(format!(
            "Cannot insert legacy ACL for an object when uniform bucket-level access is enabled. {MORE}"
        ))),
        None => Ok(()),
    }
}

impl Call {
    pub(super) fn bucket_acl(self, bucket: &str, kind: &str) -> Result<Response, Failure> {
        self.storage.bucket(bucket)?;
        let of = if kind == "acl" {
            "a bucket"
        } else {
            "default objects"
        };
        Err(Failure::invalid(format!(
            "Cannot use ACL API to update bucket policy for {of} when uniform bucket-level access is enabled. {MORE}"
        )))
    }

    pub(super) fn object_acl(self, bucket: &str, name: &str) -> Result<Response, Failure> {
        self.storage.object(
            (bucket, name, None),
            &crate::storage::precondition::Preconditions::default(),
        )?;
        Err(Failure::invalid(format!(
            "Cannot get legacy ACL for an object when uniform bucket-level access is enabled. {MORE}"
        )))
    }
}
