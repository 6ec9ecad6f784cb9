//! The documents that all parts write: posts of some 300 bytes.

use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{CommitRequest, Document, Value, Write};

/// Everybody who posts.
pub(super) const AUTHORS: usize = 10;

/// The author of the post `number`, who has every tenth.
pub(super) fn author(number: usize) -> String {
    format!("author-{}", number % AUTHORS)
}

/// The name of a project's database.
pub(super) fn database(project: &str) -> String {
    format!("projects/{project}/databases/(default)")
}

/// The post `number` of a project, under a random name.
pub(super) fn post(project: &str, number: usize) -> Document {
    let fields = [
        ("author", text(author(number))),
        (
            "body",
            text("What is written in a post of average length. ".repeat(3)),
        ),
        ("visibility", text("public".to_owned())),
        ("version", integer(1)),
        ("number", integer(number)),
    ];
    Document {
        name: format!("{}/documents/posts/{}", database(project), uuid::Uuid::new_v4()),
        fields: fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        ..Document::default()
    }
}

/// A commit of these documents, whatever was there before.
pub(super) fn commit(project: &str, documents: impl IntoIterator<Item = Document>) -> CommitRequest {
    let write = |document| Write {
        operation: Some(Operation::Update(document)),
        ..Write::default()
    };
    CommitRequest {
        database: database(project),
        writes: documents.into_iter().map(write).collect(),
        ..CommitRequest::default()
    }
}

/// A text as a value.
pub(super) fn text(text: String) -> Value {
    Value {
        value_type: Some(ValueType::StringValue(text)),
    }
}

fn integer(number: usize) -> Value {
    Value {
        value_type: Some(ValueType::IntegerValue(i64::try_from(number).unwrap_or(i64::MAX))),
    }
}
