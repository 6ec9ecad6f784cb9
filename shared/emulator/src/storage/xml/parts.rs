//! Multipart uploads (<https://cloud.google.com/storage/docs/xml-api/post-object-multipart>).

use super::reader::Element;
use super::{Call, document, element, nested, read, root};
use crate::storage::checksum::Claimed;
use crate::storage::encoding::encode_path;
use crate::storage::failure::{Failure, Kind};
use crate::storage::parts::Part;
use crate::storage::sending::set;
use crate::storage::time;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, StatusCode, header};

/// As many parts or uploads as one answer lists.
const LARGEST_PAGE: usize = 1000;

impl Call {
    fn place(&self) -> (&str, &str) {
        (&self.bucket, &self.name)
    }

    pub(super) fn start_parts(&self) -> Result<Response, Failure> {
        let id = self.storage.start_parts(self.target()?)?;
        let body = element("Bucket", &self.bucket) + &element("Key", &self.name) + &element("UploadId", id);
        Ok(document(&root("InitiateMultipartUploadResult", &body)))
    }

    pub(super) async fn put_part(&self, id: &str, body: Body) -> Result<Response, Failure> {
        let number = self
            .number("partNumber")?
            .ok_or_else(|| Failure::invalid("Missing parameter: partNumber"))?;
        self.storage.parts(id, self.place())?;
        let claimed = Claimed::from_headers(&self.head.headers);
        let part = self.storage.put_part(id, number, claimed, body).await?;
        let mut headers = HeaderMap::new();
        set(&mut headers, header::ETAG, &part.etag());
        set(
            &mut headers,
            HeaderName::from_static("x-goog-hash"),
            &part.sums.header(),
        );
        Ok((StatusCode::OK, headers).into_response())
    }

    pub(super) async fn complete_parts(&self, id: &str, body: Body) -> Result<Response, Failure> {
        let request = Element::parse(&read(body).await?)?;
        let named = request.all("Part").map(named).collect::<Result<Vec<_>, _>>()?;
        let object = self.storage.complete_parts(id, self.place(), &named).await?;
        let base = self.storage.base(&self.head.headers);
        let location = format!("{base}/{}/{}", self.bucket, encode_path(&self.name));
        let body = element("Location", location)
            + &element("Bucket", &self.bucket)
            + &element("Key", &self.name)
            + &element("ETag", object.content_etag());
        let mut answer = document(&root("CompleteMultipartUploadResult", &body));
        let generation = HeaderName::from_static("x-goog-generation");
        set(answer.headers_mut(), generation, &object.generation.to_string());
        let hash = HeaderName::from_static("x-goog-hash");
        set(answer.headers_mut(), hash, &object.sums.header());
        Ok(answer)
    }

    pub(super) fn abort_parts(&self, id: &str) -> Result<Response, Failure> {
        self.storage.parts(id, self.place())?;
        self.storage.abort_parts(id)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    pub(super) fn list_parts(&self, id: &str) -> Result<Response, Failure> {
        let upload = self.storage.parts(id, self.place())?;
        let after: u32 = self.number("part-number-marker")?.unwrap_or(0);
        let most = self
            .number("max-parts")?
            .unwrap_or(LARGEST_PAGE)
            .min(LARGEST_PAGE);
        let behind = upload.parts.range(after.saturating_add(1)..);
        let shown: Vec<&Part> = behind.clone().take(most).map(|(_, part)| part).collect();
        let more = behind.count() > shown.len();
        let mut body = element("Bucket", &self.bucket)
            + &element("Key", &self.name)
            + &element("UploadId", id)
            + &element(
                "StorageClass",
                upload
                    .target
                    .attributes
                    .storage_class
                    .as_deref()
                    .unwrap_or("STANDARD"),
            )
            + &element("PartNumberMarker", after)
            + &element(
                "NextPartNumberMarker",
                shown.last().map_or(after, |part| part.number),
            )
            + &element("MaxParts", most)
            + &element("IsTruncated", more);
        for part in shown {
            let fields = element("PartNumber", part.number)
                + &element("LastModified", time::rfc3339(part.modified))
                + &element("ETag", part.etag())
                + &element("Size", part.size);
            body += &nested("Part", &fields);
        }
        Ok(document(&root("ListPartsResult", &body)))
    }

    /// `GET /bucket?uploads`.
    pub(super) fn list_uploads(&self) -> Result<Response, Failure> {
        let prefix = self.params.get("prefix").unwrap_or_default();
        let after = self.params.get("key-marker").unwrap_or_default();
        let after_id = self.params.get("upload-id-marker").unwrap_or_default();
        let most = self
            .number("max-uploads")?
            .unwrap_or(LARGEST_PAGE)
            .min(LARGEST_PAGE);
        if self.params.get("delimiter").is_some_and(|text| !text.is_empty()) {
            return Err(Failure::not_implemented("delimiter in a list of uploads"));
        }
        let all = self.storage.parts_of(&self.bucket)?;
        let mut all = all
            .iter()
            .filter(|upload| upload.target.name.starts_with(prefix))
            .peekable();
        let passed = |name: &str| name < after || (name == after && after_id.is_empty() && !after.is_empty());
        while all.peek().is_some_and(|upload| passed(&upload.target.name)) {
            all.next();
        }
        if !after_id.is_empty() {
            while all
                .next_if(|upload| upload.target.name == after)
                .is_some_and(|upload| upload.id != after_id)
            {}
        }
        let shown: Vec<_> = all.by_ref().take(most).collect();
        let more = all.next().is_some();
        let mut body = element("Bucket", &self.bucket)
            + &element("KeyMarker", after)
            + &element("UploadIdMarker", after_id)
            + &element("MaxUploads", most)
            + &element("IsTruncated", more);
        if let Some(last) = shown.last().filter(|_| more) {
            body += &(element("NextKeyMarker", &last.target.name) + &element("NextUploadIdMarker", &last.id));
        }
        for upload in shown {
            let class = upload
                .target
                .attributes
                .storage_class
                .as_deref()
                .unwrap_or("STANDARD");
            let fields = element("Key", &upload.target.name)
                + &element("UploadId", &upload.id)
                + &element("StorageClass", class)
                + &element("Initiated", time::rfc3339(upload.started));
            body += &nested("Upload", &fields);
        }
        Ok(document(&root("ListMultipartUploadsResult", &body)))
    }
}

/// Number and `ETag` of a part in a completion.
fn named(part: &Element) -> Result<(u32, String), Failure> {
    let number = part.text_of("PartNumber").and_then(|text| text.parse().ok());
    number
        .zip(part.text_of("ETag").map(str::to_owned))
        .ok_or_else(|| Failure::new(Kind::MalformedXml, "A Part needs a PartNumber and an ETag."))
}
