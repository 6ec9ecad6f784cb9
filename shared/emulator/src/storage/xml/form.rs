//! `POST /bucket` with an HTML form (<https://cloud.google.com/storage/docs/xml-api/post-object-forms>), under a signed policy document.

use super::{Call, document, element, nested};
use crate::storage::attributes::Attributes;
use crate::storage::changes::Ends;
use crate::storage::checksum::Claimed;
use crate::storage::encoding::{encode, encode_path};
use crate::storage::failure::{Failure, Kind};
use crate::storage::files::Incoming;
use crate::storage::object::Object;
use crate::storage::precondition::Preconditions;
use crate::storage::sending::set;
use crate::storage::session::Target;
use crate::storage::signed::Form;
use crate::storage::upload::{Event, Multipart, PartHeaders, boundary, drain};
use axum::body::{Body, BodyDataStream};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use http::{HeaderMap, StatusCode, header};

/// All fields but the file together may not be larger.
const LARGEST_FIELDS: usize = 64 * 1024;

/// Where the reading of a form stands.
struct Reading {
    form: Form,
    /// The field that is being read.
    field: Option<(String, Vec<u8>)>,
    size: usize,
    /// The file once it has begun, and where it goes.
    file: Option<(Target, Incoming)>,
    /// The file has ended; what follows is not read, as in the cloud.
    ended: bool,
}

impl Call {
    pub(super) async fn form(&self, body: Body) -> Result<Response, Failure> {
        let kind = self.text("content-type").unwrap_or_default();
        let boundary =
            boundary(kind).ok_or_else(|| Failure::invalid("The Content-Type names no boundary."))?;
        let mut body = body.into_data_stream();
        let mut reading = Reading {
            form: Form::default(),
            field: None,
            size: 0,
            file: None,
            ended: false,
        };
        let read = self
            .read_form(&mut reading, Multipart::new(&boundary), &mut body)
            .await;
        drain(&mut body).await;
        read?;
        let (target, incoming) = reading
            .file
            .ok_or_else(|| Failure::invalid("The form has no file."))?;
        let stored = self.storage.inner.files.finish(incoming).await?;
        let object = self.storage.finalize(&target, stored, Ends::Nothing)?;
        Ok(self.done(&reading.form, &object))
    }

    async fn read_form(
        &self,
        reading: &mut Reading,
        mut parser: Multipart,
        body: &mut BodyDataStream,
    ) -> Result<(), Failure> {
        while let Some(chunk) = body.next().await {
            parser
                .push(&chunk.map_err(|error| Failure::invalid(format!("the upload was cut off: {error}")))?);
            while let Some(event) = parser.next()? {
                match event {
                    Event::Part(headers) => self.next_field(reading, &headers).await?,
                    Event::Data(bytes) => reading.take(&bytes).await?,
                    Event::End => return Ok(()),
                }
            }
        }
        Err(Failure::invalid("Missing end boundary in multipart body."))
    }

    async fn next_field(&self, reading: &mut Reading, headers: &PartHeaders) -> Result<(), Failure> {
        reading.end_field()?;
        let disposition = headers.get("content-disposition").unwrap_or_default();
        let name = parameter(disposition, "name").unwrap_or_default().to_lowercase();
        if reading.file.is_some() {
            reading.ended = true;
            return Ok(());
        }
        if name != "file" {
            reading.field = Some((name, Vec::new()));
            return Ok(());
        }
        let target = self.form_target(
            &reading.form,
            parameter(disposition, "filename").unwrap_or_default(),
            headers,
        )?;
        self.storage.begin(&target)?;
        reading.file = Some((target, self.storage.inner.files.create().await?));
        Ok(())
    }

    /// Checks the policy and says where the file goes.
    fn form_target(&self, form: &Form, filename: &str, file: &PartHeaders) -> Result<Target, Failure> {
        if form.get("policy").is_none() {
            let message = "Anonymous caller does not have storage.objects.create access to the Google Cloud Storage bucket.";
            return Err(Failure::new(Kind::AccessDenied, message));
        }
        let core = &self.storage.inner.core;
        let permit = form.check(
            &self.bucket,
            core.clock.now_micros(),
            |account, message, signature| core.accounts.verify(&core.issuer, account, message, signature),
        )?;
        if form.get("acl").or_else(|| form.get("x-goog-acl")).is_some() {
            return Err(Failure::not_implemented(
                "access control lists: every bucket has uniform bucket-level access",
            ));
        }
        let key = form
            .get("key")
            .ok_or_else(|| Failure::invalid("The form has no key."))?;
        let text = |name: &str| form.get(name).map(str::to_owned);
        let metadata = form
            .0
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("x-goog-meta-")?.to_owned(), value.clone())));
        let attributes = Attributes {
            content_type: text("content-type").or_else(|| file.get("content-type").map(str::to_owned)),
            content_encoding: text("content-encoding"),
            content_disposition: text("content-disposition"),
            content_language: text("content-language"),
            cache_control: text("cache-control"),
            custom_time: text("x-goog-custom-time"),
            storage_class: text("x-goog-storage-class"),
            metadata: metadata.collect(),
            ..Attributes::default()
        };
        attributes.check()?;
        Ok(Target {
            bucket: self.bucket.clone(),
            name: key.replace("${filename}", filename),
            attributes,
            claimed: Claimed::default(),
            preconditions: Preconditions::default(),
            length: permit.length,
        })
    }

    /// As the form wishes: a redirect, 200, 201 with a document, or 204.
    fn done(&self, form: &Form, object: &Object) -> Response {
        let mut headers = HeaderMap::new();
        let base = self.storage.base(&self.head.headers);
        let location = format!("{base}/{}/{}", self.bucket, encode_path(&object.name));
        let etag = object.content_etag();
        set(&mut headers, header::ETAG, &etag);
        if let Some(target) = form.get("success_action_redirect") {
            let joint = if target.contains('?') { '&' } else { '?' };
            let (key, etag) = (encode(&object.name), encode(&etag));
            let target = format!("{target}{joint}bucket={}&key={key}&etag={etag}", self.bucket);
            set(&mut headers, header::LOCATION, &target);
            return (StatusCode::SEE_OTHER, headers).into_response();
        }
        set(&mut headers, header::LOCATION, &location);
        match form.get("success_action_status") {
            Some("200") => (StatusCode::OK, headers).into_response(),
            Some("201") => {
                let fields = element("Location", location)
                    + &element("Bucket", &self.bucket)
                    + &element("Key", &object.name)
                    + &element("ETag", etag);
                let body = document(&nested("PostResponse", &fields));
                (StatusCode::CREATED, headers, body).into_response()
            }
            _ => (StatusCode::NO_CONTENT, headers).into_response(),
        }
    }
}

impl Reading {
    async fn take(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if let Some((_, value)) = &mut self.field {
            self.size += bytes.len();
            if self.size > LARGEST_FIELDS {
                return Err(Failure::invalid("The fields of the form are too large."));
            }
            value.extend_from_slice(bytes);
        } else if let (Some((target, incoming)), false) = (&mut self.file, self.ended) {
            target.check_growing(incoming.size + bytes.len() as u64)?;
            incoming.write(bytes).await?;
        }
        Ok(())
    }

    fn end_field(&mut self) -> Result<(), Failure> {
        if let Some((name, value)) = self.field.take() {
            let value = String::from_utf8(value)
                .map_err(|_| Failure::invalid(format!("The field {name} is not UTF-8.")))?;
            self.form.0.push((name, value));
        }
        Ok(())
    }
}

/// A parameter of a `Content-Disposition`, as browsers write it.
fn parameter<'a>(disposition: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = disposition.split_once(';')?.1;
    loop {
        let (name, tail) = rest.split_once('=')?;
        let (value, tail) = match tail.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => tail.split_at_checked(tail.find(';').unwrap_or(tail.len()))?,
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value.trim());
        }
        rest = tail.trim_start().strip_prefix(';')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_field_has_its_name() {
        let file = "form-data; name=\"file\"; filename=\"a;b.jpg\"";
        assert_eq!(
            (parameter(file, "name"), parameter(file, "filename")),
            (Some("file"), Some("a;b.jpg"))
        );
        assert_eq!(parameter("form-data; name=key", "name"), Some("key"));
        assert_eq!(parameter("form-data", "name"), None);
    }

    proptest! {
        #[test]
        fn no_disposition_brings_it_down(text in "(form-data|;|=|\"|name| |ä){0,12}") {
            let _ = parameter(&text, "name");
        }
    }
}
