//! Lists, a page at a time.

use axum::Json;
use serde::Deserialize;
use serde_json::{Value, json};

/// Which page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Page {
    pub(super) page_size: i32,
    pub(super) page_token: String,
}

/// A list under its name, and the token of the next page where there is one; as the protocol has it, nothing empty.
pub(super) fn page_answer(name: &str, entries: Vec<Value>, next: String) -> Json<Value> {
    let mut answer = json!({});
    if !entries.is_empty() {
        answer[name] = entries.into();
    }
    if !next.is_empty() {
        answer["nextPageToken"] = next.into();
    }
    Json(answer)
}

/// [`page_answer`] of names alone.
pub(super) fn names_answer(name: &str, names: Vec<String>, next: String) -> Json<Value> {
    page_answer(name, names.into_iter().map(Value::String).collect(), next)
}
