//! The OpenAPI document, as somebody reads it who knows nothing of Kith.

use reqwest::Method;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use testkit::Kith;

/// One operation of the document.
struct Operation<'a> {
    name: String,
    path: &'a str,
    method: &'a str,
    says: &'a Value,
}

impl Operation<'_> {
    fn answers(&self) -> &Map<String, Value> {
        self.says["responses"].as_object().unwrap()
    }

    /// The statuses that every operation of its kind can give, whatever it does.
    fn given(&self) -> Vec<&'static str> {
        let takes_body = self.says.get("requestBody").is_some();
        let parameters = self.says["parameters"].as_array().into_iter().flatten();
        let can_be_wrong =
            |parameter: &Value| parameter["in"] == "query" || parameter["name"] == "Idempotency-Key";
        let can_be_wrong = parameters.clone().any(can_be_wrong);
        let can_be_stale = parameters
            .clone()
            .any(|parameter| parameter["name"] == "If-Match");
        let kinds = [
            (takes_body, &["400", "413", "415", "422"][..]),
            (can_be_wrong, &["400"]),
            (can_be_stale, &["412"]),
            (self.says.get("security").is_some(), &["401"]),
            (self.path.contains('{'), &["404"]),
            (self.path.starts_with("/api/"), &["429"]),
            (true, &["500", "503"]),
        ];
        let given = kinds.iter().filter(|(is_so, _)| *is_so);
        given.flat_map(|(_, statuses)| statuses.iter().copied()).collect()
    }

    /// What a reader would miss.
    fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for part in ["summary", "description", "operationId"] {
            let text = self.says[part].as_str().unwrap_or_default();
            if text.trim().is_empty() {
                missing.push(part.to_owned());
            }
        }
        for status in self.given() {
            if !self.answers().contains_key(status) {
                missing.push(status.to_owned());
            }
        }
        let body = &self.says["requestBody"]["content"]["application/json"];
        if body.is_object() && body.get("example").is_none() {
            missing.push("an example of what is sent".to_owned());
        }
        for (status, answer) in self.answers() {
            let content = answer["content"].as_object();
            let problem = content.and_then(|content| content.get("application/problem+json"));
            if answer["description"].as_str().unwrap_or_default().is_empty() {
                missing.push(format!("what {status} is"));
            }
            if status.as_str() >= "400" && problem.is_none() {
                missing.push(format!("{status} as a problem"));
            }
            let json = content.and_then(|content| content.get("application/json"));
            if json.is_some_and(|json| json.get("example").is_none()) {
                missing.push(format!("an example of {status}"));
            }
        }
        if self.answers().keys().all(|status| status.as_str() >= "300") {
            missing.push("what it answers".to_owned());
        }
        for parameter in self.says["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            if ["type", "$ref"].iter().all(|says| schema[*says].is_null()) {
                missing.push(format!("the type of {}", parameter["name"]));
            }
            if parameter["in"] != "path" && !parameter["description"].is_string() {
                missing.push(format!("what {} is", parameter["name"]));
            }
        }
        missing
    }
}

/// Every operation of a document.
fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, says) in item.as_object().unwrap() {
            all.push(Operation {
                name: format!("{} {path}", method.to_uppercase()),
                path,
                method,
                says,
            });
        }
    }
    all
}

async fn document(kith: &Kith) -> Value {
    kith.nobody().get("/api/openapi.json").await.expect(200)
}

#[tokio::test]
async fn nothing_is_missing_in_the_description() {
    let kith = Kith::start().await;
    let document = document(&kith).await;
    let version = document["openapi"].as_str().unwrap();
    assert!(version.starts_with("3.1"), "{version}");
    let operations = operations(&document);
    let missing: Vec<String> = operations
        .iter()
        .filter_map(|operation| {
            let missing = operation.missing();
            (!missing.is_empty()).then(|| format!("{}: {}", operation.name, missing.join(", ")))
        })
        .collect();
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
    let ids: BTreeSet<&str> = operations
        .iter()
        .map(|operation| operation.says["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids.len(),
        operations.len(),
        "each operation has a name of its own"
    );
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        assert!(schema["description"].is_string(), "{name} is not described");
    }
    let page = kith.nobody().get("/api/docs").await;
    assert!(page.headers["content-type"].starts_with("text/html"));
}

/// A path of the document with an id in the place of each parameter.
fn with_ids(path: &str) -> String {
    let parts = path.split(['{', '}']).enumerate();
    let parts = parts.map(|(place, part)| match place % 2 {
        0 => part,
        _ => "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a",
    });
    parts.collect()
}

#[tokio::test]
async fn the_examples_are_requests_that_are_understood() {
    let kith = Kith::start().await;
    let document = document(&kith).await;
    let mut wrong = Vec::new();
    for operation in operations(&document) {
        let example = &operation.says["requestBody"]["content"]["application/json"]["example"];
        if example.is_null() {
            continue;
        }
        // somebody whose account is gone, too: nobody ever registered them
        let ann = kith.minted("ann", &["moderator"]);
        let method = Method::from_bytes(operation.method.to_uppercase().as_bytes()).unwrap();
        let request = ann.request(method, &with_ids(operation.path));
        let answer = ann.send(request.json(example)).await;
        let known = operation.answers().contains_key(&answer.status.to_string());
        if !known || [400, 413, 415, 500].contains(&answer.status) {
            wrong.push(format!("{} with {example}: {}", operation.name, answer.body));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
