//! Lists of a bucket's objects, in both forms (<https://cloud.google.com/storage/docs/xml-api/get-bucket-list>).

use super::{Call, document, element, nested};
use crate::storage::failure::Failure;
use crate::storage::list::{ListQuery, Mark, size_of_page};
use crate::storage::object::Object;
use crate::storage::time;
use axum::response::Response;

/// Of lists; the other answers have another one.
const XMLNS: &str = "http://doc.s3.amazonaws.com/2006-03-01";

impl Call {
    pub(super) fn list(&self) -> Result<Response, Failure> {
        let text = |name: &str| self.params.get(name).unwrap_or_default();
        if self.params.get("versions").is_some() {
            return Err(Failure::not_implemented(
                "versions in XML lists; use the JSON API",
            ));
        }
        let second = text("list-type") == "2";
        let token = Some(text("continuation-token")).filter(|token| second && !token.is_empty());
        let begin = if second {
            text("start-after")
        } else {
            text("marker")
        };
        let most = size_of_page(self.number("max-keys")?);
        let query = ListQuery {
            prefix: text("prefix").to_owned(),
            delimiter: text("delimiter").to_owned(),
            page_size: most,
            after: match token {
                Some(token) => Some(Mark::from_token(token)?),
                None => Some(begin)
                    .filter(|begin| !begin.is_empty())
                    .map(|begin| Mark::behind(begin, text("delimiter"))),
            },
            ..ListQuery::default()
        };
        let listed = self.storage.list(&self.bucket, &query)?;
        let mut body = element("Name", &self.bucket)
            + &element("Prefix", &query.prefix)
            + &element("MaxKeys", most)
            + &element("IsTruncated", listed.next.is_some());
        if !query.delimiter.is_empty() {
            body += &element("Delimiter", &query.delimiter);
        }
        if second {
            body += &element("KeyCount", listed.objects.len() + listed.prefixes.len());
        } else {
            body += &element("Marker", begin);
        }
        if let Some(next) = &listed.next {
            body += &if second {
                element("NextContinuationToken", next)
            } else {
                element("NextMarker", Mark::from_token(next)?.name())
            };
        }
        body.extend(listed.objects.iter().map(contents));
        for prefix in &listed.prefixes {
            body += &nested("CommonPrefixes", &element("Prefix", prefix));
        }
        let name = "ListBucketResult";
        Ok(document(&format!("<{name} xmlns='{XMLNS}'>{body}</{name}>")))
    }
}

fn contents(object: &Object) -> String {
    let fields = element("Key", &object.name)
        + &element("Generation", object.generation)
        + &element("MetaGeneration", object.metageneration)
        + &element("LastModified", time::rfc3339(object.updated))
        + &element("ETag", object.content_etag())
        + &element("Size", object.size)
        + &element("StorageClass", object.storage_class());
    nested("Contents", &fields)
}
