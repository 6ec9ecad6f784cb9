//! Looking through documents, for people: what is read here is billed to nobody.

use super::json;
use super::operations::OfProject;
use crate::firestore::engine::{Consistency, Engine};
use crate::firestore::name::{Database, check_document, check_parent, compare, database_of, split_last};
use crate::firestore::query::plan::Plan;
use crate::firestore::store::{self, Snapshot};
use crate::rest::RestError;
use axum::Json;
use axum::extract::{Query, State};
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, Direction, FieldReference, Order,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Cursor, Document, StructuredQuery, Value as Stored};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tonic::Status;

/// How many documents one answer has when it is not said, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 300;
/// How many collections are shown below one document.
const COLLECTIONS: usize = 1000;

/// What to look at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    /// The full name of a document, of a collection, or of the root (`projects/P/databases/D/documents`).
    path: String,
    #[serde(default)]
    limit: u32,
    /// The id of the document that the page before ended with.
    #[serde(default)]
    cursor: String,
}

/// `GET /_emulator/firestore/documents?path=&limit=&cursor=`: a document with the collections below it, or the documents of a collection, also
/// those that are not there but have documents below them.
pub(super) async fn documents(
    State(engine): State<Arc<Engine>>,
    Query(look): Query<Look>,
) -> Result<Json<Value>, RestError> {
    let database = database_of(&look.path)?;
    let below = look.path.get(database.root().len()..).unwrap_or_default();
    let answer = match below.split('/').skip(1).count() {
        0 => json!({"collections": engine.collection_ids(&look.path)?}),
        depth if depth % 2 == 0 => engine.one(&database, &look.path)?,
        _ => engine.page(&database, &look)?,
    };
    Ok(Json(answer))
}

/// `GET /_emulator/firestore/collections?project=`: `{"collections": [{"database", "id", "path"}]}`.
pub(super) async fn collections(
    State(engine): State<Arc<Engine>>,
    Query(asked): Query<OfProject>,
) -> Result<Json<Value>, RestError> {
    Ok(Json(json!({"collections": engine.collections(&asked.project)?})))
}

impl Engine {
    /// The collections at the root of a project's databases: `{"database", "id", "path"}`.
    pub(crate) fn collections(&self, project: &str) -> Result<Vec<Value>, Status> {
        let prefix = format!("projects/{project}/databases/");
        let mut all = Vec::new();
        for database in self.databases()? {
            let Some(short) = database.strip_prefix(&prefix) else {
                continue;
            };
            let root = format!("{database}/documents");
            let ids = self.collection_ids(&root)?.into_iter();
            all.extend(ids.map(|id| json!({"database": short, "path": format!("{root}/{id}"), "id": id})));
        }
        Ok(all)
    }

    /// The ids of the collections below the root or a document.
    pub(crate) fn collection_ids(&self, parent: &str) -> Result<Vec<String>, Status> {
        let database = check_parent(parent)?;
        let look = |snapshot: &Snapshot<'_>| store::collection_ids(snapshot, parent, None, COLLECTIONS);
        Ok(self.read(&database, Consistency::Latest, look)?.what)
    }

    fn one(&self, database: &Database, name: &str) -> Result<Value, Status> {
        check_document(name)?;
        let found = self.get(database, &[name.to_owned()], Consistency::Latest)?;
        let found = found.what.into_iter().flatten().next();
        Ok(json!({
            "document": found.map(|found| json::document(&found)),
            "collections": self.collection_ids(name)?,
        }))
    }

    fn page(&self, database: &Database, look: &Look) -> Result<Value, Status> {
        let (parent, collection_id) = split_last(&look.path);
        let limit = if look.limit == 0 {
            USUAL
        } else {
            look.limit.min(MOST)
        };
        let after = Some(look.cursor.as_str()).filter(|cursor| !cursor.is_empty());
        let query = query(
            collection_id,
            after.map(|id| format!("{}/{id}", look.path)),
            limit + 1,
        );
        let (_, plan) = Plan::read(parent, &query)?;
        let found = self.query(database, &plan, Consistency::Latest)?.what.documents;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let missing = |snapshot: &Snapshot<'_>| store::missing(snapshot, &look.path, after, most + 1);
        let missing = self.read(database, Consistency::Latest, missing)?.what;
        let mut all: Vec<(String, Option<Arc<Document>>)> =
            missing.into_iter().map(|name| (name, None)).collect();
        all.extend(
            found
                .into_iter()
                .map(|document| (document.name.clone(), Some(document))),
        );
        all.sort_unstable_by(|a, b| compare(&a.0, &b.0));
        let more = all.len() > most;
        all.truncate(most);
        let last = all
            .last()
            .filter(|_| more)
            .map(|(name, _)| split_last(name).1.to_owned());
        let shown = |(name, found): &(String, Option<Arc<Document>>)| {
            found.as_ref().map_or_else(
                || json!({"name": name, "missing": true}),
                |found| json::document(found),
            )
        };
        let documents: Vec<Value> = all.iter().map(shown).collect();
        Ok(json!({"documents": documents, "cursor": last}))
    }
}

/// The documents of a collection by name, after one of them.
fn query(collection_id: &str, after: Option<String>, limit: u32) -> StructuredQuery {
    let reference = |name| Stored {
        value_type: Some(ValueType::ReferenceValue(name)),
    };
    StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: collection_id.to_owned(),
            all_descendants: false,
        }],
        order_by: vec![Order {
            field: Some(FieldReference {
                field_path: "__name__".to_owned(),
            }),
            direction: Direction::Ascending.into(),
        }],
        start_at: after.map(|name| Cursor {
            values: vec![reference(name)],
            before: false,
        }),
        limit: i32::try_from(limit).ok(),
        ..StructuredQuery::default()
    }
}
