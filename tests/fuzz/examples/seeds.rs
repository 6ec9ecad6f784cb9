//! Writes the seeds of the gRPC targets: `cargo run --example seeds` in this folder, after a message got a new field worth starting from.

use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, CompositeFilter, FieldFilter, FieldReference, Filter, Order, composite_filter,
    field_filter,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{
    ArrayValue, BatchGetDocumentsRequest, BeginTransactionRequest, CommitRequest, Cursor, Document,
    ListDocumentsRequest, RunQueryRequest, StructuredQuery, Value, Write, run_query_request,
};
use gcloud_sdk::google::pubsub::v1::{
    PublishRequest, PubsubMessage, PullRequest, PushConfig, Subscription, Topic,
};
use prost::Message;
use std::path::Path;

const DATABASE: &str = "projects/p/databases/(default)";
const TOPIC: &str = "projects/p/topics/topic";
const SUBSCRIPTION: &str = "projects/p/subscriptions/subscription";

fn main() -> std::io::Result<()> {
    for (method, message) in firestore() {
        write("firestore", method, &format!("{method}\n"), &message)?;
    }
    for (side, method, message) in pubsub() {
        write("pubsub", method, &format!("{side}{method}\n"), &message)?;
    }
    Ok(())
}

fn write(target: &str, name: &str, head: &str, message: &[u8]) -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(name), [head.as_bytes(), message].concat())
}

fn value(kind: ValueType) -> Value {
    Value {
        value_type: Some(kind),
    }
}

fn firestore() -> Vec<(&'static str, Vec<u8>)> {
    let name = format!("{DATABASE}/documents/posts/a");
    let list = ArrayValue {
        values: vec![
            value(ValueType::StringValue("b".into())),
            value(ValueType::DoubleValue(1.5)),
        ],
    };
    let fields = [
        ("text".to_owned(), value(ValueType::StringValue("a".into()))),
        ("number".to_owned(), value(ValueType::IntegerValue(7))),
        ("list".to_owned(), value(ValueType::ArrayValue(list))),
        ("other".to_owned(), value(ValueType::ReferenceValue(name.clone()))),
    ];
    let document = Document {
        name: name.clone(),
        fields: fields.into(),
        ..Document::default()
    };
    let update = Write {
        operation: Some(Operation::Update(document)),
        ..Write::default()
    };
    let commit = CommitRequest {
        database: DATABASE.into(),
        writes: vec![update],
        ..CommitRequest::default()
    };
    let get = BatchGetDocumentsRequest {
        database: DATABASE.into(),
        documents: vec![name],
        ..Default::default()
    };
    let begin = BeginTransactionRequest {
        database: DATABASE.into(),
        ..Default::default()
    };
    let list = ListDocumentsRequest {
        parent: format!("{DATABASE}/documents"),
        collection_id: "posts".into(),
        page_size: 2,
        ..ListDocumentsRequest::default()
    };
    let query = RunQueryRequest {
        parent: format!("{DATABASE}/documents"),
        query_type: Some(run_query_request::QueryType::StructuredQuery(query())),
        ..RunQueryRequest::default()
    };
    vec![
        ("Commit", commit.encode_to_vec()),
        ("BatchGetDocuments", get.encode_to_vec()),
        ("BeginTransaction", begin.encode_to_vec()),
        ("ListDocuments", list.encode_to_vec()),
        ("RunQuery", query.encode_to_vec()),
    ]
}

fn query() -> StructuredQuery {
    let field = |path: &str| {
        Some(FieldReference {
            field_path: path.into(),
        })
    };
    let one = |path: &str, op: field_filter::Operator| Filter {
        filter_type: Some(FilterType::FieldFilter(FieldFilter {
            field: field(path),
            op: op.into(),
            value: Some(value(ValueType::IntegerValue(7))),
        })),
    };
    let both = CompositeFilter {
        op: composite_filter::Operator::Or.into(),
        filters: vec![
            one("number", field_filter::Operator::GreaterThan),
            one("`a.b`.c", field_filter::Operator::Equal),
        ],
    };
    StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: "posts".into(),
            all_descendants: false,
        }],
        r#where: Some(Filter {
            filter_type: Some(FilterType::CompositeFilter(both)),
        }),
        order_by: vec![Order {
            field: field("number"),
            direction: 2,
        }],
        start_at: Some(Cursor {
            values: vec![value(ValueType::IntegerValue(9))],
            before: false,
        }),
        limit: Some(5),
        ..StructuredQuery::default()
    }
}

fn pubsub() -> Vec<(char, &'static str, Vec<u8>)> {
    let topic = Topic {
        name: TOPIC.into(),
        ..Topic::default()
    };
    let subscription = Subscription {
        name: SUBSCRIPTION.into(),
        topic: TOPIC.into(),
        filter: "attributes.type = \"a\" AND NOT hasPrefix(attributes.b, \"c\")".into(),
        push_config: Some(PushConfig {
            push_endpoint: "https://posts.example/push".into(),
            ..PushConfig::default()
        }),
        ..Subscription::default()
    };
    let message = PubsubMessage {
        data: b"data".to_vec(),
        attributes: [("type".to_owned(), "a".to_owned())].into(),
        ordering_key: "key".into(),
        ..PubsubMessage::default()
    };
    let publish = PublishRequest {
        topic: TOPIC.into(),
        messages: vec![message],
    };
    let pull = PullRequest {
        subscription: SUBSCRIPTION.into(),
        max_messages: 2,
        ..PullRequest::default()
    };
    vec![
        ('p', "CreateTopic", topic.encode_to_vec()),
        ('p', "Publish", publish.encode_to_vec()),
        ('s', "CreateSubscription", subscription.encode_to_vec()),
        ('s', "Pull", pull.encode_to_vec()),
    ]
}
