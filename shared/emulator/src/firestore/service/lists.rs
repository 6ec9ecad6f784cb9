//! Listing documents and collections.

use super::reads::masked;
use super::{Calls, refuse};
use crate::firestore::documents::{Documents, Snapshot};
use crate::firestore::engine::TransactionId;
use crate::firestore::name::check_parent;
use crate::firestore::query::plan::Plan;
use crate::firestore::query::{reference, value_of};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gcloud_sdk::google::firestore::v1::list_collection_ids_request::ConsistencySelector as IdsSelector;
use gcloud_sdk::google::firestore::v1::list_documents_request::ConsistencySelector;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, Direction, FieldReference, Order,
};
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
        let transaction: TransactionId<'_> = match request.consistency_selector.as_ref() {
            None => None,
            Some(ConsistencySelector::Transaction(id)) => Some(id),
            Some(ConsistencySelector::ReadTime(_)) => return Err(refuse::read_time()),
        };
        let mask = refuse::mask(request.mask.as_ref())?;
        let size = page_size(request.page_size)?;
        let (database, plan) = Plan::read(&request.parent, &list_query(request, size)?)?;
        let mut found = self.engine.query(&database, &plan, transaction)?.what.documents;
        if request.show_missing {
            let missing = self
                .engine
                .look(&database, transaction, |all, at| missing(&plan, all, at))?;
            found.extend(missing);
            found.sort_unstable_by(|a, b| crate::firestore::name::compare(&a.name, &b.name));
        }
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = found
            .last()
            .filter(|_| more)
            .map(|last| token(&plan, last))
            .unwrap_or_default();
        let documents = found
            .iter()
            .map(|document| masked(document, mask.as_deref()))
            .collect();
        Ok(ListDocumentsResponse {
            documents,
            next_page_token,
        })
    }

    pub(super) fn list_collection_ids(
        &self,
        request: &ListCollectionIdsRequest,
    ) -> Result<ListCollectionIdsResponse, Status> {
        if let Some(IdsSelector::ReadTime(_)) = request.consistency_selector.as_ref() {
            return Err(refuse::read_time());
        }
        let database = check_parent(&request.parent)?;
        let size = page_size(request.page_size)?;
        let ids = self
            .engine
            .look(&database, None, |all, at| all.collection_ids(&request.parent, at))?;
        let from = ids.partition_point(|id| id.as_str() <= request.page_token.as_str());
        let from = if request.page_token.is_empty() { 0 } else { from };
        let page: Vec<String> = ids.iter().skip(from).take(size).cloned().collect();
        let more = ids.len() > from + page.len();
        let next_page_token = page.last().filter(|_| more).cloned().unwrap_or_default();
        Ok(ListCollectionIdsResponse {
            collection_ids: page,
            next_page_token,
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

/// The documents that are not there, but have documents below them, after the page's start.
fn missing(plan: &Plan, documents: &Documents, at: Snapshot) -> Vec<Arc<Document>> {
    let names = documents.missing(&format!("{}/{}", plan.parent, plan.collection), at);
    let empty = names
        .into_iter()
        .map(|name| {
            Arc::new(Document {
                name,
                ..Document::default()
            })
        })
        .collect::<Vec<_>>();
    crate::firestore::query::run::select(plan, empty.iter()).documents
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
