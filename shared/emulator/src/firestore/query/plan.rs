//! A query, read and completed: what it looks through, keeps, sorts by and answers.

use super::filter::{Filter, path};
use crate::firestore::name::{self, Database};
use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, Direction, Order as ProtoOrder, Projection,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Cursor, StructuredQuery};
use tonic::Status;

/// The most terms of a filter written as an OR of ANDs.
const MOST_DISJUNCTIONS: usize = 30;

/// What to answer, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The name of a document, or of all documents.
    pub(crate) parent: String,
    /// The collection's id; empty for all of them.
    pub(crate) collection: String,
    /// Whether collections of that id at any depth below the parent are meant.
    pub(crate) group: bool,
    /// What matches.
    pub(crate) filter: Option<Filter>,
    /// What the results are sorted by: always ends with the name.
    pub(crate) orders: Vec<Order>,
    /// Where the results begin.
    pub(crate) start: Option<Cursor>,
    /// Where they end.
    pub(crate) end: Option<Cursor>,
    /// How many are left out at the beginning.
    pub(crate) offset: usize,
    /// How many are answered at most.
    pub(crate) limit: Option<usize>,
    /// The fields that are answered; all when there is none.
    pub(crate) select: Option<Vec<FieldPath>>,
}

/// One field that results are sorted by; a document without it is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// The field.
    pub(crate) path: FieldPath,
    /// From the greatest to the least.
    pub(crate) descending: bool,
}

impl Plan {
    /// Reads and checks a query below `parent`; answers its database too.
    pub(crate) fn read(parent: &str, query: &StructuredQuery) -> Result<(Database, Self), Status> {
        let database = name::check_parent(parent)?;
        if query.find_nearest.is_some() {
            return Err(Status::unimplemented(
                "the emulator has no vector search (find_nearest)",
            ));
        }
        let from = selector(&query.from)?;
        let filter = query.r#where.as_ref().map(Filter::read).transpose()?;
        let named = query.order_by.iter().map(order).collect::<Result<Vec<_>, _>>()?;
        let plan = Self {
            parent: parent.to_owned(),
            collection: from.collection_id,
            group: from.all_descendants,
            orders: complete(named, filter.as_ref())?,
            filter,
            start: query.start_at.clone().filter(|cursor| !cursor.values.is_empty()),
            end: query.end_at.clone().filter(|cursor| !cursor.values.is_empty()),
            offset: size("offset", query.offset)?,
            limit: query.limit.map(|limit| size("limit", limit)).transpose()?,
            select: query.select.as_ref().and_then(selected).transpose()?,
        };
        plan.check()?;
        Ok((database, plan))
    }

    fn check(&self) -> Result<(), Status> {
        let disjunctions = self.filter.as_ref().map_or(1, Filter::disjunctions);
        if disjunctions > MOST_DISJUNCTIONS {
            let text = format!("The query has {disjunctions} disjunctions; the most is {MOST_DISJUNCTIONS}.");
            return Err(Status::invalid_argument(text));
        }
        for cursor in self.start.iter().chain(&self.end) {
            check_cursor(cursor, &self.orders)?;
        }
        let on_fields = self.orders.len() > 1
            || self
                .filter
                .iter()
                .flat_map(Filter::fields)
                .any(|(path, _)| !path.is_name());
        if self.collection.is_empty() && on_fields {
            return Err(Status::invalid_argument(
                "A query over all collections can only filter and sort by __name__.",
            ));
        }
        Ok(())
    }
}

fn selector(from: &[CollectionSelector]) -> Result<CollectionSelector, Status> {
    let [from] = from else {
        return Err(Status::invalid_argument(
            "A query must be about exactly one collection.",
        ));
    };
    if !from.collection_id.is_empty() {
        name::check_id(&from.collection_id)?;
    }
    Ok(from.clone())
}

fn size(what: &str, number: i32) -> Result<usize, Status> {
    usize::try_from(number).map_err(|_| Status::invalid_argument(format!("{what} is negative")))
}

fn order(order: &ProtoOrder) -> Result<Order, Status> {
    let descending = match Direction::try_from(order.direction) {
        Ok(Direction::Descending) => true,
        Ok(_) => false,
        Err(_) => {
            return Err(Status::invalid_argument(format!(
                "{} is no direction.",
                order.direction
            )));
        }
    };
    Ok(Order {
        path: path(order.field.as_ref())?,
        descending,
    })
}

/// An empty selection is none.
fn selected(select: &Projection) -> Option<Result<Vec<FieldPath>, Status>> {
    let fields = Some(&select.fields).filter(|fields| !fields.is_empty())?;
    Some(fields.iter().map(|field| path(Some(field))).collect())
}

/// Adds what is implied: the fields of inequalities by their names, then the document's name, in the last direction.
fn complete(mut orders: Vec<Order>, filter: Option<&Filter>) -> Result<Vec<Order>, Status> {
    for (at, order) in orders.iter().enumerate() {
        if orders[..at].iter().any(|earlier| earlier.path == order.path) {
            return Err(Status::invalid_argument(format!(
                "order by clause has {} twice",
                order.path
            )));
        }
    }
    let descending = orders.last().is_some_and(|last| last.descending);
    let mut implied: Vec<&FieldPath> = filter
        .map(Filter::fields)
        .unwrap_or_default()
        .into_iter()
        .filter(|(path, test)| test.is_inequality() && !path.is_name())
        .map(|(path, _)| path)
        .collect();
    implied.sort_unstable();
    for path in implied {
        if !orders
            .iter()
            .any(|order| order.path == *path || order.path.is_name())
        {
            orders.push(Order {
                path: path.clone(),
                descending,
            });
        }
    }
    if !orders.iter().any(|order| order.path.is_name()) {
        orders.push(Order {
            path: FieldPath::parse("__name__")?,
            descending,
        });
    }
    Ok(orders)
}

fn check_cursor(cursor: &Cursor, orders: &[Order]) -> Result<(), Status> {
    if cursor.values.len() > orders.len() {
        return Err(Status::invalid_argument("Cursor has too many values."));
    }
    for (value, order) in cursor.values.iter().zip(orders) {
        if order.path.is_name() && !matches!(value.value_type, Some(ValueType::ReferenceValue(_))) {
            return Err(Status::invalid_argument(
                "Cursor value for __name__ must be a reference.",
            ));
        }
    }
    Ok(())
}
