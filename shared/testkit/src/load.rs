//! Many documents at once, as the functions would have stored them: past the functions, in commits of five hundred.

use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{CommitRequest, Document, MapValue, Value, Write};
use prost_types::Timestamp;
use std::collections::HashMap;
use std::net::SocketAddr;
use tonic::transport::Channel;

/// The documents of a commit: the most that there may be.
const TOGETHER: usize = 500;

/// Stores documents in a project's Firestore.
#[derive(Debug, Clone)]
pub struct Load {
    client: FirestoreClient<Channel>,
    database: String,
}

/// A document to be stored.
#[derive(Debug, Clone)]
pub struct Loaded {
    collection: &'static str,
    id: String,
    fields: HashMap<String, Value>,
}

impl Load {
    /// Into the project of the emulator at `address`.
    pub async fn into(address: SocketAddr, project: &str) -> Self {
        let client = FirestoreClient::connect(format!("http://{address}")).await;
        Self {
            client: client.expect("the emulator answers"),
            database: format!("projects/{project}/databases/(default)"),
        }
    }

    /// Stores them, whatever was there before.
    pub async fn store(&self, documents: impl IntoIterator<Item = Loaded>) {
        let mut documents = documents.into_iter().peekable();
        while documents.peek().is_some() {
            let writes = documents
                .by_ref()
                .take(TOGETHER)
                .map(|document| self.write(document));
            let request = CommitRequest {
                database: self.database.clone(),
                writes: writes.collect(),
                ..CommitRequest::default()
            };
            self.client.clone().commit(request).await.expect("committed");
        }
    }

    fn write(&self, document: Loaded) -> Write {
        let document = Document {
            name: format!(
                "{}/documents/{}/{}",
                self.database, document.collection, document.id
            ),
            fields: document.fields,
            ..Document::default()
        };
        Write {
            operation: Some(Operation::Update(document)),
            ..Write::default()
        }
    }
}

impl Loaded {
    /// The public post `number` of `author`, made so many milliseconds after 1970. Of the same author and number it is the same post.
    pub fn post(author: &str, number: u64, millis: i64) -> Self {
        let id = id_of(&format!("{author} {number}"));
        let shard = i64::from(id.as_bytes()[0] % 4);
        let id = id.to_string();
        Self::new(
            "posts",
            id.clone(),
            [
                ("postId", text(&id)),
                ("authorId", text(author)),
                ("username", text("loaded")),
                (
                    "text",
                    text("What is written in a post of average length, and loaded past everybody."),
                ),
                ("labels", list(vec![text("text")])),
                ("visibility", text("public")),
                ("shared", of(ValueType::BooleanValue(true))),
                ("shard", integer(shard)),
                ("version", integer(1)),
                ("createdAt", time(millis)),
            ],
        )
    }

    /// The profile of somebody.
    pub fn profile(user: &str, username: &str) -> Self {
        Self::new(
            "profiles",
            user.to_owned(),
            [
                ("userId", text(user)),
                ("username", text(username)),
                ("usernameLower", text(&username.to_lowercase())),
                ("displayName", text(username)),
                ("registered", of(ValueType::BooleanValue(true))),
                ("edited", of(ValueType::BooleanValue(false))),
                ("createdAt", time(0)),
                ("version", integer(1)),
            ],
        )
    }

    /// That `follower` follows `person` since so many milliseconds after 1970.
    pub fn follow(follower: &str, person: &str, millis: i64) -> Self {
        Self::new(
            "edges",
            format!("{follower}_{person}"),
            [
                ("followerId", text(follower)),
                ("followeeId", text(person)),
                ("state", text("active")),
                ("createdAt", time(millis)),
            ],
        )
    }

    /// That so many follow `person`, as it was counted.
    pub fn followers(person: &str, count: i64) -> Self {
        let counts = [
            ("followers", integer(count)),
            ("following", integer(0)),
            ("posts", integer(0)),
            ("videos", integer(0)),
        ];
        let counts = ValueType::MapValue(MapValue {
            fields: fields(counts),
        });
        Self::new(
            "counts",
            person.to_owned(),
            [
                ("id", text(person)),
                ("generation", integer(1)),
                ("counts", of(counts)),
            ],
        )
    }

    fn new<const N: usize>(collection: &'static str, id: String, named: [(&str, Value); N]) -> Self {
        Self {
            collection,
            id,
            fields: fields(named),
        }
    }
}

/// An id that is derived from a name: the same for the same.
pub fn id_of(name: &str) -> contracts::PostId {
    let mut bytes = [0; 16];
    // FNV-1a in both halves, with different beginnings: good enough to tell names apart
    for (half, offset) in bytes
        .chunks_mut(8)
        .zip([0xcbf2_9ce4_8422_2325_u64, 0x8422_2325_cbf2_9ce4])
    {
        let hash = name.bytes().fold(offset, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // the last bytes of a name reach the first bits only so
        half.copy_from_slice(
            &(hash ^ (hash >> 32))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .to_be_bytes(),
        );
    }
    contracts::PostId::from_bytes(bytes)
}

fn fields<const N: usize>(named: [(&str, Value); N]) -> HashMap<String, Value> {
    let fields = named.into_iter().map(|(name, value)| (name.to_owned(), value));
    fields.collect()
}

fn of(value: ValueType) -> Value {
    Value {
        value_type: Some(value),
    }
}

fn text(text: &str) -> Value {
    of(ValueType::StringValue(text.to_owned()))
}

fn integer(number: i64) -> Value {
    of(ValueType::IntegerValue(number))
}

fn list(values: Vec<Value>) -> Value {
    of(ValueType::ArrayValue(
        gcloud_sdk::google::firestore::v1::ArrayValue { values },
    ))
}

fn time(millis: i64) -> Value {
    let nanos = millis.rem_euclid(1000) * 1_000_000;
    of(ValueType::TimestampValue(Timestamp {
        seconds: millis.div_euclid(1000),
        nanos: i32::try_from(nanos).unwrap_or_default(),
    }))
}
