//! Objects made from objects: `x-goog-copy-source` and `?compose`.

use super::objects::uploaded;
use super::reader::Element;
use super::{Call, document, element, nested, read};
use crate::storage::copies::Component;
use crate::storage::encoding::decode;
use crate::storage::failure::{Failure, Kind};
use crate::storage::precondition::Preconditions;
use crate::storage::time;
use axum::body::Body;
use axum::response::Response;
use std::str::FromStr;

impl Call {
    /// `PUT` with `x-goog-copy-source: /bucket/object`.
    pub(super) fn copy(&self) -> Result<Response, Failure> {
        let source = decode(self.text("x-goog-copy-source").unwrap_or_default())?;
        let (bucket, name) = source
            .trim_start_matches('/')
            .split_once('/')
            .ok_or_else(|| Failure::invalid("x-goog-copy-source names no object"))?;
        let conditions = Preconditions {
            generation: self.header_number("x-goog-copy-source-if-generation-match")?,
            metageneration: self.header_number("x-goog-copy-source-if-metageneration-match")?,
            ..Preconditions::default()
        };
        let generation = self.header_number("x-goog-copy-source-generation")?;
        let target = self.target()?;
        let attributes = match self.text("x-goog-metadata-directive").unwrap_or("COPY") {
            "COPY" => None,
            "REPLACE" => Some(target.attributes.clone()),
            other => return Err(Failure::invalid(format!("Invalid metadata directive: {other}"))),
        };
        let object = self
            .storage
            .copy_object((bucket, name, generation), &conditions, target, attributes)?;
        let body =
            element("LastModified", time::rfc3339(object.updated)) + &element("ETag", object.content_etag());
        Ok(document(&nested("CopyObjectResult", &body)))
    }

    /// `PUT ?compose`.
    pub(super) async fn compose(&self, body: Body) -> Result<Response, Failure> {
        let request = Element::parse(&read(body).await?)?;
        let components = request
            .all("Component")
            .map(component)
            .collect::<Result<Vec<_>, _>>()?;
        let mut target = self.target()?;
        // They are of the request's own body.
        target.claimed.md5 = None;
        let object = self.storage.compose(&target, &components).await?;
        Ok(uploaded(&object))
    }

    fn header_number(&self, name: &str) -> Result<Option<i64>, Failure> {
        let parsed = self.text(name).map(str::parse).transpose();
        parsed.map_err(|_| Failure::invalid(format!("{name} is no number")))
    }
}

fn component(element: &Element) -> Result<Component, Failure> {
    let wrong = || Failure::new(Kind::MalformedXml, "A Component is not as it should be.");
    let number = |name: &str| element.text_of(name).map(i64::from_str).transpose();
    Ok(Component {
        name: element.text_of("Name").ok_or_else(wrong)?.to_owned(),
        generation: number("Generation").map_err(|_| wrong())?,
        preconditions: Preconditions {
            generation: number("IfGenerationMatch").map_err(|_| wrong())?,
            ..Preconditions::default()
        },
    })
}
