//! Buckets, their policies, their notifications.

use super::{Call, no_content, wrong_method};
use crate::storage::attributes::object_fields;
use crate::storage::buckets::no_notification;
use crate::storage::failure::{Failure, Kind};
use crate::storage::list::{from_token, size_of_page};
use crate::storage::precondition::Preconditions;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{Method, header};
use serde_json::{Value, json};

impl Call {
    pub(super) fn buckets(mut self, method: &Method, body: &[u8]) -> Result<Response, Failure> {
        let project = self
            .params
            .take("project")
            .filter(|project| !project.is_empty())
            .ok_or_else(|| Failure::invalid("Required parameter: project"))?;
        // Soft deletion and partial listings of unreachable places are not asked for in what is answered.
        self.params
            .take("enableObjectRetention")
            .map_or(Ok(()), |asked| {
                if asked == "true" {
                    Err(Failure::not_implemented("object retention"))
                } else {
                    Ok(())
                }
            })?;
        match *method {
            Method::POST => {
                std::mem::take(&mut self.params).finish()?;
                Ok(self.json(
                    &self
                        .storage
                        .create_bucket(&project, &object_fields(body)?)?
                        .json(&self.base),
                ))
            }
            Method::GET => {
                let prefix = self.params.take("prefix").unwrap_or_default();
                let most = size_of_page(self.params.take_as("maxResults")?);
                let token = self.params.take("pageToken").filter(|token| !token.is_empty());
                let after = token.map(|token| from_token(&token)).transpose()?;
                std::mem::take(&mut self.params).finish()?;
                let (found, last) = self
                    .storage
                    .buckets(Some(&project), &prefix, after.as_deref(), most);
                let items: Vec<Value> = found.iter().map(|bucket| bucket.json(&self.base)).collect();
                let mut answer = json!({"kind": "storage#buckets", "items": items});
                if let Some(last) = last {
                    answer["nextPageToken"] = BASE64_URL_SAFE_NO_PAD.encode(last).into();
                }
                Ok(self.json(&answer))
            }
            _ => Err(wrong_method(method)),
        }
    }

    pub(super) fn bucket(mut self, method: &Method, name: &str, body: &[u8]) -> Result<Response, Failure> {
        let preconditions = Preconditions::take(&mut self.params)?;
        std::mem::take(&mut self.params).finish()?;
        match *method {
            Method::GET => {
                let bucket = self.storage.bucket(name)?;
                preconditions.check_read((bucket.created, bucket.metageneration))?;
                self.check_etag(&bucket.etag())?;
                Ok(self.json(&bucket.json(&self.base)))
            }
            Method::PATCH | Method::PUT => {
                let replace = *method == Method::PUT;
                let bucket =
                    self.storage
                        .patch_bucket(name, &object_fields(body)?, &preconditions, replace)?;
                Ok(self.json(&bucket.json(&self.base)))
            }
            Method::DELETE => self
                .storage
                .delete_bucket(name, &preconditions)
                .map(|()| no_content()),
            _ => Err(wrong_method(method)),
        }
    }

    pub(super) fn policy(mut self, method: &Method, name: &str, body: &[u8]) -> Result<Response, Failure> {
        self.params.take("optionsRequestedPolicyVersion");
        std::mem::take(&mut self.params).finish()?;
        match *method {
            Method::GET => Ok(self.json(&self.storage.bucket(name)?.policy())),
            Method::PUT => Ok(self.json(&self.storage.set_policy(name, &object_fields(body)?)?)),
            _ => Err(wrong_method(method)),
        }
    }

    /// `If-Match` and `If-None-Match` on a resource.
    pub(super) fn check_etag(&self, etag: &str) -> Result<(), Failure> {
        let lists = |name: header::HeaderName| {
            let list = self.headers.get(name)?.to_str().ok()?;
            Some(list.split(',').any(|entry| {
                matches!(entry.trim().trim_matches('"'), "*") || entry.trim().trim_matches('"') == etag
            }))
        };
        if lists(header::IF_MATCH) == Some(false) {
            let message = "At least one of the pre-conditions you specified did not hold.";
            return Err(Failure::new(Kind::Precondition, message));
        }
        if lists(header::IF_NONE_MATCH) == Some(true) {
            return Err(Failure::new(Kind::NotModified, "Not Modified"));
        }
        Ok(())
    }

    /// Whoever reaches this API may do everything.
    pub(super) fn test_permissions(self, name: &str) -> Result<Response, Failure> {
        self.storage.bucket(name)?;
        let asked = self
            .params
            .pairs()
            .iter()
            .filter(|(key, _)| key == "permissions")
            .map(|(_, value)| value);
        Ok(self.json(
            &json!({"kind": "storage#testIamPermissionsResponse", "permissions": asked.collect::<Vec<_>>()}),
        ))
    }

    pub(super) fn notifications(
        mut self,
        method: &Method,
        name: &str,
        body: &[u8],
    ) -> Result<Response, Failure> {
        std::mem::take(&mut self.params).finish()?;
        match *method {
            Method::POST => {
                let config = self.storage.add_notification(name, object_fields(body)?)?;
                Ok(self.json(&config.json(&self.base, name)))
            }
            Method::GET => {
                let bucket = self.storage.bucket(name)?;
                let items: Vec<Value> = bucket
                    .notifications
                    .values()
                    .map(|config| config.json(&self.base, name))
                    .collect();
                Ok(self.json(&json!({"kind": "storage#notifications", "items": items})))
            }
            _ => Err(wrong_method(method)),
        }
    }

    pub(super) fn notification(mut self, method: &Method, name: &str, id: &str) -> Result<Response, Failure> {
        std::mem::take(&mut self.params).finish()?;
        match *method {
            Method::GET => {
                let bucket = self.storage.bucket(name)?;
                let config = bucket.notifications.get(id).ok_or_else(no_notification)?;
                Ok(self.json(&config.json(&self.base, name)))
            }
            Method::DELETE => self.storage.remove_notification(name, id).map(|()| no_content()),
            _ => Err(wrong_method(method)),
        }
    }
}
