//! Examples of whole bodies, put together from those of their fields: authors write those alone.

use super::complete::operations_mut;
use serde_json::{Map, Value};
use utoipa::openapi::{Content, OpenApi, RefOr};

/// What stands for any id.
const ID: &str = "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a";
/// What stands for any time.
const TIME: &str = "2026-11-20T09:04:00.123Z";

/// Gives every JSON body without an example one. A body one of whose fields has none stays without: a journey looks for those.
pub(crate) fn exemplify(mut document: OpenApi) -> OpenApi {
    let schemas = document.components.as_ref().map(|components| &components.schemas);
    let schemas = serde_json::to_value(schemas).unwrap_or_default();
    for item in document.paths.paths.values_mut() {
        for operation in operations_mut(item) {
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                body.content
                    .iter_mut()
                    .for_each(|(kind, content)| give(&schemas, kind, content));
            }
            for answer in operation.responses.responses.values_mut() {
                if let RefOr::T(answer) = answer {
                    answer
                        .content
                        .iter_mut()
                        .for_each(|(kind, content)| give(&schemas, kind, content));
                }
            }
        }
    }
    document
}

fn give(schemas: &Value, kind: &str, content: &mut RefOr<Content>) {
    let RefOr::T(content) = content else { return };
    if kind != "application/json" || content.example.is_some() {
        return;
    }
    let schema = serde_json::to_value(&content.schema).unwrap_or_default();
    let mut composer = Composer {
        schemas,
        within: Vec::new(),
    };
    content.example = composer.compose(&schema).ok();
}

/// Why there is no example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lack {
    /// A field has none.
    Example,
    /// A schema holds itself.
    End,
}

/// Walks through schemas.
struct Composer<'a> {
    schemas: &'a Value,
    /// The names of those it is in.
    within: Vec<String>,
}

impl Composer<'_> {
    fn compose(&mut self, schema: &Value) -> Result<Value, Lack> {
        if let Some(own) = own(schema) {
            return Ok(own.clone());
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.named(name);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                match self.compose(part)? {
                    Value::Object(part) => whole.extend(part),
                    plain => return Ok(plain),
                }
            }
            return Ok(Value::Object(whole));
        }
        if let Some(choice) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            return self.first(choice);
        }
        self.plain(schema)
    }

    fn named(&mut self, name: &str) -> Result<Value, Lack> {
        if self.within.iter().any(|within| within == name) {
            return Err(Lack::End);
        }
        self.within.push(name.to_owned());
        let schemas = self.schemas;
        let composed = self.compose(&schemas[name]);
        self.within.pop();
        composed
    }

    /// The first choice that is something; nothing where a schema would hold itself.
    fn first(&mut self, choice: &[Value]) -> Result<Value, Lack> {
        let is_null = |schema: &&Value| schema["type"] == "null";
        let mut lack = Lack::Example;
        for schema in choice.iter().filter(|schema| !is_null(schema)) {
            match self.compose(schema) {
                Ok(composed) => return Ok(composed),
                Err(why) => lack = why,
            }
        }
        if lack == Lack::End && choice.iter().any(|schema| is_null(&schema)) {
            return Ok(Value::Null);
        }
        Err(lack)
    }

    fn plain(&mut self, schema: &Value) -> Result<Value, Lack> {
        match (kind(schema), schema["format"].as_str()) {
            ("object", _) => self.object(schema),
            ("array", _) => match self.compose(&schema["items"]) {
                Ok(item) => Ok(Value::Array(vec![item])),
                Err(Lack::End) => Ok(Value::Array(Vec::new())),
                Err(lack) => Err(lack),
            },
            ("boolean", _) => Ok(Value::Bool(false)),
            ("null", _) => Ok(Value::Null),
            ("string", Some("uuid")) => Ok(ID.into()),
            ("string", Some("date-time")) => Ok(TIME.into()),
            _ => Err(Lack::Example),
        }
    }

    fn object(&mut self, schema: &Value) -> Result<Value, Lack> {
        let mut object = Map::new();
        if schema["additionalProperties"].is_object() {
            return Err(Lack::Example);
        }
        let required = |name: &str| {
            let mut names = schema["required"].as_array().into_iter().flatten();
            names.any(|required| required == name)
        };
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            match self.compose(field) {
                Ok(value) => drop(object.insert(name.clone(), value)),
                // a circle ends where it may
                Err(Lack::End) if !required(name) => {}
                Err(lack) => return Err(lack),
            }
        }
        Ok(Value::Object(object))
    }
}

/// What a schema says itself: its example, or the value it has when nothing else is said.
fn own(schema: &Value) -> Option<&Value> {
    let first = |list: &'static str| schema[list].as_array().and_then(|list| list.first());
    let said = |name: &str| schema.get(name).filter(|value| !value.is_null());
    said("example")
        .or_else(|| first("examples"))
        .or_else(|| said("const"))
        .or_else(|| said("default"))
        .or_else(|| first("enum"))
}

/// Its type, of several the first that is something.
fn kind(schema: &Value) -> &str {
    let listed = schema["type"].as_array().into_iter().flatten();
    let listed = listed.filter_map(Value::as_str).find(|kind| *kind != "null");
    schema["type"].as_str().or(listed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn composed(schema: &Value) -> Result<Value, Lack> {
        let schemas = json!({
            "Name": { "type": "string", "example": "ann" },
            "Post": { "type": "object", "required": ["author"], "properties": {
                "author": { "$ref": "#/components/schemas/Name" },
                "shared": { "oneOf": [{ "$ref": "#/components/schemas/Post" }, { "type": "null" }] },
                "first": { "$ref": "#/components/schemas/Post" },
                "replies": { "type": "array", "items": { "$ref": "#/components/schemas/Post" } },
            } },
        });
        let mut composer = Composer {
            schemas: &schemas,
            within: Vec::new(),
        };
        composer.compose(schema)
    }

    #[test]
    fn a_body_is_made_of_its_fields() {
        let schema = json!({ "type": "object", "properties": {
            "id": { "type": "string", "format": "uuid" },
            "at": { "type": ["string", "null"], "format": "date-time" },
            "kind": { "type": "string", "enum": ["a", "b"] },
            "limit": { "type": "integer", "default": 20 },
            "done": { "type": "boolean" },
            "names": { "type": "array", "items": { "$ref": "#/components/schemas/Name" } },
            "both": { "allOf": [
                { "type": "object", "properties": { "x": { "type": "integer", "example": 1 } } },
                { "type": "object", "properties": { "y": { "type": "integer", "example": 2 } } },
            ] },
        } });
        let expected = json!({
            "id": ID, "at": TIME, "kind": "a", "limit": 20, "done": false, "names": ["ann"], "both": { "x": 1, "y": 2 },
        });
        assert_eq!(composed(&schema), Ok(expected));
    }

    #[test]
    fn circles_end() {
        let post = json!({ "$ref": "#/components/schemas/Post" });
        let expected = json!({ "author": "ann", "shared": null, "replies": [] });
        assert_eq!(composed(&post), Ok(expected));
    }

    #[test]
    fn a_field_without_an_example_leaves_its_body_without() {
        for field in [
            json!({ "type": "string" }),
            json!({ "type": ["integer", "null"] }),
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        ] {
            let schema =
                json!({ "type": "array", "items": { "type": "object", "properties": { "x": field } } });
            assert_eq!(composed(&schema), Err(Lack::Example), "{schema}");
        }
    }
}
