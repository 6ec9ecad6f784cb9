//! A query, read and completed: what it looks through, keeps, sorts by and answers.

use super::branch::{Branch, branches};
use super::disjunctions;
use super::filter::{Filter, Term, Test, path};
use crate::firestore::name::{self, Database};
use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, Direction, Order as ProtoOrder, Projection,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Cursor, StructuredQuery};
use std::collections::BTreeSet;
use tonic::Status;

/// What to answer, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Where all of it is.
    pub(crate) database: Database,
    /// The name of a document, or of all documents.
    pub(crate) parent: String,
    /// The collection's id; empty for all of them.
    pub(crate) collection: String,
    /// Whether collections of that id at any depth below the parent are meant.
    pub(crate) group: bool,
    /// What matches.
    pub(crate) filter: Option<Filter>,
    /// The same as alternatives.
    pub(crate) branches: Vec<Branch>,
    /// What the results are sorted by: always ends with the name.
    pub(crate) orders: Vec<Order>,
    /// Whether the query itself sorts or filters by names: then no other field can come before them.
    pub(crate) names_said: bool,
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
        for cursor in query.start_at.iter().chain(&query.end_at) {
            check_cursor(cursor, &named, &database)?;
        }
        if let Some(filter) = &filter {
            disjunctions::check(filter)?;
            check_filter(filter, &database)?;
        }
        if named.len() > 1 {
            check_scan(&named, filter.as_ref())?; // before it is said that nothing may follow the name
        }
        let plan = Self {
            database: database.clone(),
            branches: branches(filter.as_ref(), &database.root())?,
            parent: parent.to_owned(),
            collection: from.collection_id,
            group: from.all_descendants,
            names_said: says_names(&named, filter.as_ref()),
            orders: complete(named, filter.as_ref())?,
            filter,
            start: query.start_at.clone(),
            end: query.end_at.clone(),
            offset: size("offset", query.offset)?,
            limit: query.limit.map(|limit| size("limit", limit)).transpose()?,
            select: query.select.as_ref().and_then(selected).transpose()?,
        };
        plan.check()?;
        Ok((database, plan))
    }

    /// The one collection's full path, if it is about one.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.parent, self.collection)
    }

    /// Whether the names, by which results are sorted last, go down.
    pub(crate) fn name_descending(&self) -> bool {
        self.orders.last().is_some_and(|last| last.descending)
    }

    /// Whether it looks through collections of any id, right below its parent or everywhere.
    pub(crate) fn is_of_all_collections(&self) -> bool {
        self.collection.is_empty() && (!self.group || self.parent == self.database.root())
    }

    /// What Google refuses to look for in these collections.
    pub(crate) fn check(&self) -> Result<(), Status> {
        let filters = self.filter.iter().flat_map(Filter::fields);
        let mut on_fields = filters.map(|(path, _)| path).filter(|path| !path.is_name());
        let on_field = on_fields.next();
        if self.collection.is_empty() {
            if let Some(path) = on_field {
                let text = format!("kind is required for filter: {path}");
                return Err(Status::invalid_argument(text));
            }
            if self.orders.len() > 1 || self.name_descending() {
                return Err(Status::invalid_argument(
                    "kind is required for all orders except __key__ ascending",
                ));
            }
        }
        if self.group && self.parent != self.database.root() && (on_field.is_some() || self.orders.len() > 1)
        {
            return Err(Status::invalid_argument(
                "collection group queries are only allowed at the root parent",
            ));
        }
        check_scan(&self.orders, self.filter.as_ref())
    }
}

/// Whether there is a condition on a field: an index finds what meets it, nothing can, or its order is asked for elsewhere.
fn has_field(filter: Option<&Filter>) -> bool {
    let fields = filter.map(Filter::fields).unwrap_or_default();
    fields.iter().any(|(path, _)| !path.is_name())
}

/// Refuses to read the names, and nothing but them, backwards.
fn check_scan(orders: &[Order], filter: Option<&Filter>) -> Result<(), Status> {
    let backwards = |order: &Order| order.path.is_name() && order.descending;
    if !orders.is_empty() && orders.iter().all(backwards) && !has_field(filter) {
        return Err(Status::failed_precondition(
            "Firestore does not support descending key scans",
        ));
    }
    Ok(())
}

fn says_names(orders: &[Order], filter: Option<&Filter>) -> bool {
    let fields = filter.map(Filter::fields).unwrap_or_default();
    orders.iter().any(|order| order.path.is_name()) || fields.iter().any(|(path, _)| path.is_name())
}

/// What Google refuses to combine.
fn check_filter(filter: &Filter, database: &Database) -> Result<(), Status> {
    for (_, test) in filter.fields().into_iter().filter(|(path, _)| path.is_name()) {
        check_name_test(test, database)?;
    }
    if filter.terms().iter().any(|term| contained(term) > 1) {
        return Err(Status::invalid_argument(
            "A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.",
        ));
    }
    if fixes_name_among_inequalities(&filter.fields()) {
        return Err(Status::invalid_argument(
            "Equality on key is not allowed if there are other inequality fields and key does not appear in inequalities.",
        ));
    }
    let tests: Vec<&Test> = filter.fields().into_iter().map(|(_, test)| test).collect();
    if tests.iter().filter(|test| test.is_negation()).count() > 1 {
        return Err(Status::invalid_argument(
            "Only a single 'NOT_EQUAL', 'NOT_IN', 'IS_NOT_NAN', or 'IS_NOT_NULL' filter allowed per query.",
        ));
    }
    let disjunctive = filter.has_or()
        || tests
            .iter()
            .any(|test| matches!(test, Test::In(_) | Test::ContainsAny(_)));
    if disjunctive && tests.iter().any(|test| matches!(test, Test::NotIn(_))) {
        return Err(Status::invalid_argument(
            "'NOT_IN' cannot be used in the same query with 'IN', 'ARRAY_CONTAINS_ANY' or 'OR'.",
        ));
    }
    Ok(())
}

/// Whether the name is equal something, and other fields unequal, wherever in the filter that stands.
fn fixes_name_among_inequalities(fields: &Term<'_>) -> bool {
    let fixed = |test: &Test| matches!(test, Test::Equal(_) | Test::In(_));
    let of_name = |name: bool| fields.iter().filter(move |(path, _)| path.is_name() == name);
    of_name(true).any(|(_, test)| fixed(test))
        && of_name(false).any(|(_, test)| test.is_inequality())
        && !of_name(true).any(|(_, test)| test.is_inequality())
}

/// How many different conditions of a term look into arrays.
fn contained(term: &Term<'_>) -> usize {
    let contains = term
        .iter()
        .filter(|(_, test)| matches!(test, Test::Contains(_) | Test::ContainsAny(_)));
    contains
        .map(|one| format!("{one:?}"))
        .collect::<BTreeSet<_>>()
        .len()
}

/// Names are compared with names of the same database.
fn check_name_test(test: &Test, database: &Database) -> Result<(), Status> {
    let operands = match test {
        Test::IsNull | Test::IsNotNull | Test::IsNan | Test::IsNotNan => &[],
        Test::Contains(_) | Test::ContainsAny(_) => {
            return Err(Status::invalid_argument("the name __key__ is reserved"));
        }
        Test::In(values) | Test::NotIn(values) => values.as_slice(),
        Test::Equal(value)
        | Test::NotEqual(value)
        | Test::Less(value)
        | Test::LessOrEqual(value)
        | Test::Greater(value)
        | Test::GreaterOrEqual(value) => std::slice::from_ref(value),
    };
    if operands.is_empty() {
        return Err(Status::invalid_argument("__key__ filter value must be a Key"));
    }
    for operand in operands {
        let Some(ValueType::ReferenceValue(name)) = operand.value_type.as_ref() else {
            return Err(Status::invalid_argument("__key__ filter value must be a Key"));
        };
        if name::check_document(name)? != *database {
            return Err(Status::invalid_argument(format!(
                "The request was for database '{}' but {name} is in another",
                database.name
            )));
        }
    }
    Ok(())
}

fn selector(from: &[CollectionSelector]) -> Result<CollectionSelector, Status> {
    let from = match from {
        [] => CollectionSelector::default(),
        [one] => one.clone(),
        _ => {
            return Err(Status::invalid_argument(
                "StructuredQuery.from cannot have more than one collection selector.",
            ));
        }
    };
    if !from.collection_id.is_empty() {
        name::check_id(&from.collection_id)?;
    }
    Ok(from)
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
                "order by clause cannot contain duplicate fields {}",
                order.path
            )));
        }
    }
    let name_at = orders.iter().position(|order| order.path.is_name());
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
        if !orders.iter().any(|order| order.path == *path) {
            orders.push(Order {
                path: path.clone(),
                descending,
            });
        }
    }
    if name_at.is_some_and(|at| at + 1 < orders.len()) {
        return Err(Status::invalid_argument(
            "order by clause cannot contain more fields after the key",
        ));
    }
    if !orders.iter().any(|order| order.path.is_name()) {
        orders.push(Order {
            path: FieldPath::parse("__name__")?,
            descending,
        });
    }
    Ok(orders)
}

fn check_cursor(cursor: &Cursor, orders: &[Order], database: &Database) -> Result<(), Status> {
    if cursor.values.len() > orders.len() {
        return Err(Status::invalid_argument("Cursor has too many values."));
    }
    for (value, _) in cursor
        .values
        .iter()
        .zip(orders)
        .filter(|(_, order)| order.path.is_name())
    {
        let Some(ValueType::ReferenceValue(name)) = value.value_type.as_ref() else {
            return Err(Status::invalid_argument(
                "Cursor __key__ value is not a document reference.",
            ));
        };
        if name::check_document(name)? != *database {
            return Err(Status::invalid_argument(
                "The cursor key is in a different database than the query",
            ));
        }
    }
    Ok(())
}
