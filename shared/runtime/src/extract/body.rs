//! JSON bodies.

use crate::Error;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use contracts::{FieldError, Refusal};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

/// The body as the app's layer read it, within the limit.
#[derive(Debug, Clone)]
pub(crate) struct Buffered(pub(crate) Bytes);

/// A JSON body. The type must refuse unknown fields (`#[serde(deny_unknown_fields)]`).
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        require_json(request.headers())?;
        let Some(Buffered(bytes)) = request.extensions().get() else {
            return Err(Error::failed("the request did not pass the app's layers"));
        };
        Ok(parse(bytes).map(Self)?)
    }
}

/// 415 unless the body says that it is JSON.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Error> {
    if is_json(headers) {
        return Ok(());
    }
    Err(super::unsupported("the body must be application/json"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    essence
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/json")
}

/// Reads `bytes`, or says which field is wrong and how.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        describe(&pointer, error.inner())
    })?;
    json.end().map_err(|error| describe("", &error))?;
    Ok(value)
}

fn describe(pointer: &str, error: &serde_json::Error) -> Refusal {
    if !error.is_data() {
        return Refusal::malformed("malformed_json", format!("the body is not JSON: {error}"));
    }
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    let field = text.split('`').nth(1).unwrap_or_default();
    let (code, at) = if text.starts_with("unknown field") {
        ("unknown_field", extend(pointer, field))
    } else if text.starts_with("missing field") {
        ("missing_field", extend(pointer, field))
    } else {
        ("wrong_type", pointer.to_owned())
    };
    Refusal::Malformed {
        code: "malformed_body",
        detail: format!("the body is not of the form asked for: {text}"),
        errors: vec![FieldError::new(at, code, text)],
    }
}

/// The pointer to `field` under `pointer`, which may name it already.
fn extend(pointer: &str, field: &str) -> String {
    let last = format!("/{}", escape(field));
    if pointer.ends_with(&last) {
        pointer.to_owned()
    } else {
        format!("{pointer}{last}")
    }
}

fn pointer(path: &Path) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escape(key)),
        Segment::Enum { variant } => format!("/{}", escape(variant)),
        Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

/// RFC 6901, section 3.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct New {
        #[expect(dead_code, reason = "only its reading is tested")]
        first_name: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only its reading is tested")]
        sizes: Vec<u8>,
    }

    fn wrong(text: &str) -> (String, String) {
        match parse::<New>(text.as_bytes()).unwrap_err() {
            Refusal::Malformed { errors, code, .. } => {
                errors.first().map_or((String::new(), code.to_owned()), |e| {
                    (e.pointer.clone(), e.code.to_string())
                })
            }
            other => (format!("{other:?}"), String::new()),
        }
    }

    #[test]
    fn every_mistake_is_named_at_its_place() {
        let cases = [
            (r#"{"firstName":"a","extra":1}"#, "/extra", "unknown_field"),
            (r"{}", "/firstName", "missing_field"),
            (r#"{"firstName":1}"#, "/firstName", "wrong_type"),
            (r#"{"firstName":"a","sizes":[1,"x"]}"#, "/sizes/1", "wrong_type"),
            (r#"{"firstName":"a"} x"#, "", "malformed_json"),
            (r#"{"firstName":"a""#, "", "malformed_json"),
            ("", "", "malformed_json"),
        ];
        for (text, pointer, code) in cases {
            assert_eq!(wrong(text), (pointer.to_owned(), code.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = parse::<New>(&bytes);
        }
    }
}
