//! Objects made from objects: compose, copy, rewrite, move.

use super::Call;
use crate::storage::attributes::{Attributes, object_fields};
use crate::storage::checksum::Claimed;
use crate::storage::copies::Component;
use crate::storage::failure::Failure;
use crate::storage::object::Draft;
use crate::storage::precondition::Preconditions;
use crate::storage::rewrite::{Rewrite, Rewritten};
use crate::storage::session::Target;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A request to compose.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ComposeBody {
    #[serde(rename = "kind")]
    _kind: Option<String>,
    destination: Map<String, Value>,
    source_objects: Vec<SourceObject>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SourceObject {
    name: String,
    generation: Option<Value>,
    #[serde(default)]
    object_preconditions: ObjectPreconditions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ObjectPreconditions {
    if_generation_match: Option<Value>,
}

/// A 64-bit number, which JSON clients send as text.
fn number(value: Option<Value>) -> Result<Option<i64>, Failure> {
    let parsed = value.map(|value| match &value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    });
    match parsed {
        Some(None) => Err(Failure::invalid("a generation is no number")),
        known => Ok(known.flatten()),
    }
}

impl SourceObject {
    fn component(self) -> Result<Component, Failure> {
        Ok(Component {
            name: self.name,
            generation: number(self.generation)?,
            preconditions: Preconditions {
                generation: number(self.object_preconditions.if_generation_match)?,
                ..Preconditions::default()
            },
        })
    }
}

impl Call {
    pub(super) async fn compose(
        mut self,
        bucket: &str,
        name: &str,
        body: &[u8],
    ) -> Result<Response, Failure> {
        let preconditions = Preconditions::take(&mut self.params)?;
        std::mem::take(&mut self.params).finish()?;
        let body: ComposeBody = serde_json::from_value(Value::Object(object_fields(body)?))
            .map_err(|error| Failure::invalid(error.to_string()))?;
        let components = body.source_objects.into_iter().map(SourceObject::component);
        let target = Target {
            bucket: bucket.to_owned(),
            name: name.to_owned(),
            attributes: Attributes::default().patched(&body.destination)?,
            claimed: Claimed::default(),
            preconditions,
            length: None,
        };
        let object = self
            .storage
            .compose(&target, &components.collect::<Result<Vec<_>, _>>()?)
            .await?;
        Ok(self.json(&object.json(&self.base)))
    }

    /// `moveTo`.
    pub(super) fn rename(mut self, bucket: &str, from: &str, to: &str) -> Result<Response, Failure> {
        let source_conditions = Preconditions::take_named(&mut self.params, "ifSource")?;
        let preconditions = Preconditions::take(&mut self.params)?;
        std::mem::take(&mut self.params).finish()?;
        let object =
            self.storage
                .move_object((bucket, from, None), &source_conditions, to, &preconditions)?;
        Ok(self.json(&object.json(&self.base)))
    }

    pub(super) fn copy(
        mut self,
        (bucket, name): (&str, &str),
        to: (&str, &str),
        body: &[u8],
    ) -> Result<Response, Failure> {
        let source_conditions = Preconditions::take_named(&mut self.params, "ifSource")?;
        let generation = self.params.take_as("sourceGeneration")?;
        let (target, attributes) = self.copied_to(to, body)?;
        std::mem::take(&mut self.params).finish()?;
        let object =
            self.storage
                .copy_object((bucket, name, generation), &source_conditions, target, attributes)?;
        Ok(self.json(&object.json(&self.base)))
    }

    /// A rewrite; of a large object into another place or class it may take several calls.
    pub(super) fn rewrite(
        mut self,
        (bucket, name): (&str, &str),
        to: (&str, &str),
        body: &[u8],
    ) -> Result<Response, Failure> {
        let source_conditions = Preconditions::take_named(&mut self.params, "ifSource")?;
        let generation = self.params.take_as("sourceGeneration")?;
        let per_call = self.params.take_as("maxBytesRewrittenPerCall")?;
        let token = self.params.take("rewriteToken").filter(|token| !token.is_empty());
        let (target, attributes) = self.copied_to(to, body)?;
        std::mem::take(&mut self.params).finish()?;
        let asked = Rewrite {
            source: (bucket, name, generation),
            source_conditions,
            target,
            attributes,
            per_call,
            token,
        };
        let rewritten = self.storage.rewrite_object(asked)?;
        Ok(self.json(&answer(&rewritten, &self.base)))
    }

    /// Where a copy goes, and the attributes of its own that the body says, if it says any.
    fn copied_to(
        &mut self,
        (bucket, name): (&str, &str),
        body: &[u8],
    ) -> Result<(Target, Option<Attributes>), Failure> {
        let said = !body.iter().all(u8::is_ascii_whitespace) && !object_fields(body)?.is_empty();
        let draft = Draft::parse(body)?;
        let target = Target {
            bucket: bucket.to_owned(),
            name: name.to_owned(),
            attributes: draft.attributes.clone(),
            claimed: draft.claimed,
            preconditions: Preconditions::take(&mut self.params)?,
            length: None,
        };
        Ok((target, said.then_some(draft.attributes)))
    }
}

fn answer(rewritten: &Rewritten, base: &str) -> Value {
    let mut answer = json!({
        "kind": "storage#rewriteResponse",
        "totalBytesRewritten": rewritten.bytes.to_string(),
        "objectSize": rewritten.size.to_string(),
        "done": rewritten.object.is_some(),
    });
    if let Some(object) = &rewritten.object {
        answer["resource"] = object.json(base);
    }
    if let Some(token) = &rewritten.token {
        answer["rewriteToken"] = token.clone().into();
    }
    answer
}
