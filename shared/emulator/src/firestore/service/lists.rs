//! Listing documents and collections.

use super::reads::masked;
use super::{Calls, consistency, refuse};
use crate::firestore::bill::Operations;
use crate::firestore::engine::Consistency;
use crate::firestore::name::{check_parent, compare, split_last};
use crate::firestore::query::plan::Plan;
use crate::firestore::query::run::select;
use crate::firestore::query::{reference, value_of};
use crate::firestore::store::{self, Snapshot};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, Direction, FieldReference, Order,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{
    Cursor, Document, ListCollectionIdsRequest, ListCollectionIdsResponse, ListDocumentsRequest,
    ListDocumentsResponse, StructuredQuery,
};
use prost::Message;
use std::sync::Arc;
use tonic::Status;

/// A page without a size.
const USUAL_PAGE: usize = 100;
/// The largest page.
const LARGEST_PAGE: usize = 300;

impl Calls {
    pub(super) fn list_documents(
        &self,
        request: &ListDocumentsRequest,
    ) -> Result<ListDocumentsResponse, Status> {
        let consistency = consistency::of_list(request.consistency_selector.as_ref())?;
        let mask = refuse::mask(request.mask.as_ref())?;
        let size = page_size(request.page_size)?;
        let (database, plan) = Plan::read(&request.parent, &list_query(request, size)?)?;
        self.billed(&database, "ListDocuments", || {
            self.engine
                .hold_range(&self.place, &database, &plan, consistency)?;
            let seen = self.engine.query(&database, &plan, consistency)?;
            let mut found = seen.what.documents;
            if request.show_missing {
                let look = |snapshot: &Snapshot<'_>| missing(&plan, snapshot, size + 1);
                let same = match consistency {
                    Consistency::Latest => Consistency::At(seen.at),
                    other => other,
                };
                found.extend(self.engine.read(&database, same, look)?.what);
                found.sort_unstable_by(|a, b| compare(&a.name, &b.name));
            }
            let more = found.len() > size;
            found.truncate(size);
            let last = found.last().filter(|_| more);
            let documents = found.iter().map(|document| masked(document, mask.as_deref()));
            let answer = ListDocumentsResponse {
                next_page_token: last.map(|last| token(&plan, last)).unwrap_or_default(),
                documents: documents.collect(),
            };
            Ok((answer, Operations::query(found.len(), seen.entries)))
        })
    }

    pub(super) fn list_collection_ids(
        &self,
        request: &ListCollectionIdsRequest,
    ) -> Result<ListCollectionIdsResponse, Status> {
        let consistency = consistency::of_ids(request.consistency_selector.as_ref())?;
        let database = check_parent(&request.parent)?;
        let size = page_size(request.page_size)?;
        let after = Some(request.page_token.as_str()).filter(|token| !token.is_empty());
        self.billed(&database, "ListCollectionIds", || {
            let look =
                |snapshot: &Snapshot<'_>| store::collection_ids(snapshot, &request.parent, after, size + 1);
            let mut ids = self.engine.read(&database, consistency, look)?.what;
            let more = ids.len() > size;
            ids.truncate(size);
            let last = ids.last().filter(|_| more);
            let answer = ListCollectionIdsResponse {
                next_page_token: last.cloned().unwrap_or_default(),
                collection_ids: ids,
            };
            Ok((answer, Operations::gets(1)))
        })
    }
}

fn page_size(asked: i32) -> Result<usize, Status> {
    match usize::try_from(asked) {
        Ok(0) => Ok(USUAL_PAGE),
        Ok(size) => Ok(size.min(LARGEST_PAGE)),
        Err(_) => Err(Status::invalid_argument("page_size is negative")),
    }
}

/// A list is a query for one result more than its page has.
fn list_query(request: &ListDocumentsRequest, size: usize) -> Result<StructuredQuery, Status> {
    if request.show_missing && !request.order_by.is_empty() {
        return Err(Status::invalid_argument(
            "show_missing and order_by cannot be used together.",
        ));
    }
    let from = CollectionSelector {
        collection_id: request.collection_id.clone(),
        all_descendants: false,
    };
    let limit = i32::try_from(size + 1).ok();
    Ok(StructuredQuery {
        from: vec![from],
        order_by: with_name(orders(&request.order_by)?),
        start_at: cursor(&request.page_token)?,
        limit,
        ..StructuredQuery::default()
    })
}

/// `a desc, b`: as a list request writes its order.
fn orders(text: &str) -> Result<Vec<Order>, Status> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (path, direction) = part.split_once(char::is_whitespace).unwrap_or((part, "asc"));
            let direction = match direction.trim().to_ascii_lowercase().as_str() {
                "asc" => Direction::Ascending,
                "desc" => Direction::Descending,
                other => {
                    return Err(Status::invalid_argument(format!(
                        "Invalid order_by: \"{other}\" is no direction."
                    )));
                }
            };
            let field = Some(FieldReference {
                field_path: path.to_owned(),
            });
            Ok(Order {
                field,
                direction: direction.into(),
            })
        })
        .collect()
}

/// Ends the order with the name, so that a page can start at any document.
fn with_name(mut orders: Vec<Order>) -> Vec<Order> {
    let field = FieldReference {
        field_path: "__name__".to_owned(),
    };
    if !orders.iter().any(|order| order.field.as_ref() == Some(&field)) {
        let direction = orders
            .last()
            .map_or_else(|| Direction::Ascending.into(), |last| last.direction);
        orders.push(Order {
            field: Some(field),
            direction,
        });
    }
    orders
}

/// The documents that are not there, but have documents below them, after the page's start: at most `most`.
fn missing(plan: &Plan, snapshot: &Snapshot<'_>, most: usize) -> Result<Vec<Arc<Document>>, Status> {
    let mut names = Vec::new();
    if plan.collection.is_empty() {
        for id in store::collection_ids(snapshot, &plan.parent, None, usize::MAX)? {
            let collection = format!("{}/{id}", plan.parent);
            names.extend(store::missing(snapshot, &collection, None, usize::MAX)?);
        }
    } else {
        let collection = format!("{}/{}", plan.parent, plan.collection);
        names = store::missing(snapshot, &collection, started_after(plan), most)?;
    }
    let empty = |name| {
        Arc::new(Document {
            name,
            ..Document::default()
        })
    };
    let empty: Vec<_> = names.into_iter().map(empty).collect();
    Ok(select(plan, empty.iter()).documents)
}

/// The id of the last document of the page before.
fn started_after(plan: &Plan) -> Option<&str> {
    match plan.start.as_ref()?.values.first()?.value_type.as_ref()? {
        ValueType::ReferenceValue(name) => Some(split_last(name).1),
        _ => None,
    }
}

/// Where the next page starts: just after `last`.
fn token(plan: &Plan, last: &Document) -> String {
    let value =
        |path| value_of(last, path).map_or_else(|| reference(&last.name), std::borrow::Cow::into_owned);
    let values = plan.orders.iter().map(|order| value(&order.path)).collect();
    URL_SAFE_NO_PAD.encode(
        Cursor {
            values,
            before: false,
        }
        .encode_to_vec(),
    )
}

fn cursor(token: &str) -> Result<Option<Cursor>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    let invalid = || Status::invalid_argument("Invalid page token.");
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
    Cursor::decode(bytes.as_slice()).map(Some).map_err(|_| invalid())
}
