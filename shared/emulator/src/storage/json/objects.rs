//! Objects: get, download, list, change, copy, delete.

use super::{Call, json, no_content, wrong_method};
use crate::storage::failure::Failure;
use crate::storage::list::ListQuery;
use crate::storage::object::{Draft, object_fields};
use crate::storage::precondition::Preconditions;
use crate::storage::sending::download;
use crate::storage::session::Target;
use axum::response::Response;
use http::Method;
use serde_json::{Value, json};

/// Not for caches, as the cloud says of this path.
const CACHE: &str = "no-cache, no-store, max-age=0, must-revalidate";

impl Call {
    pub(super) fn list(mut self, bucket: &str) -> Result<Response, Failure> {
        let query = ListQuery::take(&mut self.params)?;
        self.params.finish()?;
        let listed = self.storage.list(bucket, &query)?;
        let items: Vec<Value> = listed
            .objects
            .iter()
            .map(|object| object.json(&self.base))
            .collect();
        let mut answer = json!({"kind": "storage#objects", "items": items});
        if !listed.prefixes.is_empty() {
            answer["prefixes"] = listed.prefixes.into();
        }
        if let Some(next) = listed.next {
            answer["nextPageToken"] = next.into();
        }
        Ok(json(&answer))
    }

    pub(super) fn object(
        mut self,
        method: &Method,
        bucket: &str,
        name: &str,
        body: &[u8],
    ) -> Result<Response, Failure> {
        let media = self.params.get("alt") == Some("media");
        let preconditions = Preconditions::take(&mut self.params)?;
        let generation = self.params.take_as("generation")?;
        self.params.finish()?;
        let place = (bucket, name, generation);
        match *method {
            Method::GET | Method::HEAD if media => {
                let (object, file) = self.storage.open_object(place, &preconditions)?;
                download(&object, file, &self.headers, *method == Method::HEAD, CACHE)
            }
            Method::GET => Ok(json(
                &self.storage.object(place, &preconditions)?.json(&self.base),
            )),
            Method::PATCH | Method::PUT => {
                let replace = *method == Method::PUT;
                let object =
                    self.storage
                        .patch_object(place, &object_fields(body)?, &preconditions, replace)?;
                Ok(json(&object.json(&self.base)))
            }
            Method::DELETE => self
                .storage
                .delete_object(place, &preconditions)
                .map(|()| no_content()),
            _ => Err(wrong_method(method)),
        }
    }

    /// `copyTo` and `rewriteTo`; a rewrite is always done in one call here.
    pub(super) fn copy(
        mut self,
        (bucket, name): (&str, &str),
        (to_bucket, to_name): (&str, &str),
        rewrite: bool,
        body: &[u8],
    ) -> Result<Response, Failure> {
        let source_conditions = Preconditions::take_named(&mut self.params, "ifSource")?;
        let preconditions = Preconditions::take(&mut self.params)?;
        let generation = self.params.take_as("sourceGeneration")?;
        self.params.take("maxBytesRewrittenPerCall");
        self.params.finish()?;
        let said = !body.iter().all(u8::is_ascii_whitespace) && !object_fields(body)?.is_empty();
        let draft = Draft::parse(body)?;
        let target = Target {
            bucket: to_bucket.to_owned(),
            name: to_name.to_owned(),
            attributes: draft.attributes.clone(),
            claimed: draft.claimed,
            preconditions,
            length: None,
        };
        let attributes = said.then_some(draft.attributes);
        let object =
            self.storage
                .copy_object((bucket, name, generation), &source_conditions, target, attributes)?;
        let resource = object.json(&self.base);
        if !rewrite {
            return Ok(json(&resource));
        }
        Ok(json(&json!({
            "kind": "storage#rewriteResponse",
            "totalBytesRewritten": object.size.to_string(),
            "objectSize": object.size.to_string(),
            "done": true,
            "resource": resource,
        })))
    }
}
