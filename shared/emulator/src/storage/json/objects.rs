//! Objects: get, download, list, change, delete.

use super::{Call, no_content, wrong_method};
use crate::storage::attributes::object_fields;
use crate::storage::failure::Failure;
use crate::storage::list::ListQuery;
use crate::storage::precondition::Preconditions;
use crate::storage::sending::{Serving, download};
use axum::response::Response;
use http::Method;
use serde_json::{Value, json};

/// Not for caches, as the cloud says of this path.
const CACHE: &str = "no-cache, no-store, max-age=0, must-revalidate";

impl Call {
    pub(super) fn list(mut self, bucket: &str) -> Result<Response, Failure> {
        let query = ListQuery::take(&mut self.params)?;
        std::mem::take(&mut self.params).finish()?;
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
        Ok(self.json(&answer))
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
        if *method == Method::DELETE {
            self.params.drop_list();
        }
        std::mem::take(&mut self.params).finish()?;
        let place = (bucket, name, generation);
        match *method {
            Method::GET | Method::HEAD if media => {
                let (object, file) = self.storage.open_object(place, &preconditions)?;
                let serving = Serving {
                    head: *method == Method::HEAD,
                    cache: CACHE,
                    etag: object.etag(),
                };
                download(&object, file, &self.headers, &serving)
            }
            Method::GET => {
                let object = self.storage.object(place, &preconditions)?;
                self.check_etag(&object.etag())?;
                Ok(self.json(&object.json(&self.base)))
            }
            Method::PATCH | Method::PUT => {
                let replace = *method == Method::PUT;
                let object =
                    self.storage
                        .patch_object(place, &object_fields(body)?, &preconditions, replace)?;
                Ok(self.json(&object.json(&self.base)))
            }
            Method::DELETE => self
                .storage
                .delete_object(place, &preconditions)
                .map(|()| no_content()),
            _ => Err(wrong_method(method)),
        }
    }
}
