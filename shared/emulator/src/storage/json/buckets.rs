//! Buckets, their policies, their notifications.

use super::{Call, json, no_content, wrong_method};
use crate::storage::buckets::no_notification;
use crate::storage::failure::Failure;
use crate::storage::list::{from_token, size_of_page};
use crate::storage::object::object_fields;
use crate::storage::precondition::Preconditions;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::Method;
use serde_json::{Value, json};

impl Call {
    pub(super) fn buckets(mut self, method: &Method, body: &[u8]) -> Result<Response, Failure> {
        let project = self
            .params
            .take("project")
            .ok_or_else(|| Failure::invalid("Required parameter: project"))?;
        match *method {
            Method::POST => {
                self.params.finish()?;
                Ok(json(
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
                self.params.finish()?;
                let (found, last) = self.storage.buckets(&project, &prefix, after.as_deref(), most);
                let items: Vec<Value> = found.iter().map(|bucket| bucket.json(&self.base)).collect();
                let mut answer = json!({"kind": "storage#buckets", "items": items});
                if let Some(last) = last {
                    answer["nextPageToken"] = BASE64_URL_SAFE_NO_PAD.encode(last).into();
                }
                Ok(json(&answer))
            }
            _ => Err(wrong_method(method)),
        }
    }

    pub(super) fn bucket(mut self, method: &Method, name: &str, body: &[u8]) -> Result<Response, Failure> {
        let preconditions = Preconditions::take(&mut self.params)?;
        self.params.finish()?;
        match *method {
            Method::GET => {
                let bucket = self.storage.bucket(name)?;
                preconditions.check_read((bucket.created, bucket.metageneration))?;
                Ok(json(&bucket.json(&self.base)))
            }
            Method::PATCH => {
                let bucket = self
                    .storage
                    .patch_bucket(name, &object_fields(body)?, &preconditions)?;
                Ok(json(&bucket.json(&self.base)))
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
        self.params.finish()?;
        match *method {
            Method::GET => Ok(json(&self.storage.bucket(name)?.policy())),
            Method::PUT => Ok(json(&self.storage.set_policy(name, &object_fields(body)?)?)),
            _ => Err(wrong_method(method)),
        }
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
        Ok(json(
            &json!({"kind": "storage#testIamPermissionsResponse", "permissions": asked.collect::<Vec<_>>()}),
        ))
    }

    pub(super) fn notifications(self, method: &Method, name: &str, body: &[u8]) -> Result<Response, Failure> {
        self.params.finish()?;
        match *method {
            Method::POST => {
                let config = self.storage.add_notification(name, object_fields(body)?)?;
                Ok(json(&config.json(&self.base, name)))
            }
            Method::GET => {
                let bucket = self.storage.bucket(name)?;
                let items: Vec<Value> = bucket
                    .notifications
                    .values()
                    .map(|config| config.json(&self.base, name))
                    .collect();
                Ok(json(&json!({"kind": "storage#notifications", "items": items})))
            }
            _ => Err(wrong_method(method)),
        }
    }

    pub(super) fn notification(self, method: &Method, name: &str, id: &str) -> Result<Response, Failure> {
        self.params.finish()?;
        match *method {
            Method::GET => {
                let bucket = self.storage.bucket(name)?;
                let config = bucket.notifications.get(id).ok_or_else(no_notification)?;
                Ok(json(&config.json(&self.base, name)))
            }
            Method::DELETE => self.storage.remove_notification(name, id).map(|()| no_content()),
            _ => Err(wrong_method(method)),
        }
    }
}
