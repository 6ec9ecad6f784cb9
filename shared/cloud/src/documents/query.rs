//! Queries: equality and order only, because every other kind needs care with indexes.

use super::value;
use super::{Document, pb};
use pb::structured_query as sq;
use serde::Serialize;
use std::marker::PhantomData;

/// The direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl From<Direction> for i32 {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Ascending => sq::Direction::Ascending.into(),
            Direction::Descending => sq::Direction::Descending.into(),
        }
    }
}

/// Documents of one collection, narrowed. Ties in the order are broken by the document's name, so a cursor is exact.
#[derive(Debug)]
pub struct Query<T> {
    pub(crate) collection: &'static str,
    filters: Vec<sq::Filter>,
    order: Option<(&'static str, Direction)>,
    after: Option<(Vec<pb::Value>, String)>,
    by_name: bool,
    limit: Option<i32>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        Self {
            collection: self.collection,
            filters: self.filters.clone(),
            order: self.order,
            after: self.after.clone(),
            by_name: self.by_name,
            limit: self.limit,
            kind: PhantomData,
        }
    }
}

impl<T> Query<T> {
    pub(crate) fn new(collection: &'static str) -> Self {
        Self {
            collection,
            filters: Vec::new(),
            order: None,
            after: None,
            by_name: false,
            limit: None,
            kind: PhantomData,
        }
    }

    /// Only documents whose `field` is `value`.
    pub fn eq(self, field: &str, value: impl Serialize) -> Self {
        self.filter(field, sq::field_filter::Operator::Equal, value::of(value))
    }

    /// Only documents whose `field` is one of `values` (1 to 30).
    pub fn is_in<V: Serialize>(self, field: &str, values: &[V]) -> Self {
        self.filter(field, sq::field_filter::Operator::In, list(values))
    }

    /// Only documents whose `field` is a list that holds one of `values`; these times those of [`Query::is_in`] are at most 30.
    pub fn contains_any<V: Serialize>(self, field: &str, values: &[V]) -> Self {
        self.filter(field, sq::field_filter::Operator::ArrayContainsAny, list(values))
    }

    /// Only documents whose `field` is a list that holds `value`.
    pub fn contains(self, field: &str, value: impl Serialize) -> Self {
        self.filter(field, sq::field_filter::Operator::ArrayContains, value::of(value))
    }

    /// Only documents whose `field` is `value` or more.
    pub fn at_least(self, field: &str, value: impl Serialize) -> Self {
        self.filter(
            field,
            sq::field_filter::Operator::GreaterThanOrEqual,
            value::of(value),
        )
    }

    /// Only documents whose `field` is less than `value`.
    pub fn below(self, field: &str, value: impl Serialize) -> Self {
        self.filter(field, sq::field_filter::Operator::LessThan, value::of(value))
    }

    /// Only documents whose `field` is `value` or less.
    pub fn at_most(self, field: &str, value: impl Serialize) -> Self {
        self.filter(
            field,
            sq::field_filter::Operator::LessThanOrEqual,
            value::of(value),
        )
    }

    /// In the order of `field`, then of the documents' names in the same direction.
    pub fn order_by(mut self, field: &'static str, direction: Direction) -> Self {
        self.order = Some((field, direction));
        self
    }

    /// Only what comes after the document `id` whose ordered field is `value`.
    pub fn after(mut self, value: impl Serialize, id: &impl ToString) -> Self {
        self.after = Some((vec![value::of(value)], id.to_string()));
        self
    }

    /// In the order of the documents' names, those after the document `id`: to walk over all that equalities find, which needs no index of its own.
    pub fn by_name(mut self, after: Option<String>) -> Self {
        self.by_name = true;
        self.order = None;
        self.after = after.map(|id| (Vec::new(), id));
        self
    }

    /// At most so many.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(i32::try_from(limit).unwrap_or(i32::MAX));
        self
    }

    fn filter(mut self, field: &str, op: sq::field_filter::Operator, value: pb::Value) -> Self {
        let field = Some(sq::FieldReference {
            field_path: field.to_owned(),
        });
        let filter = sq::FieldFilter {
            field,
            op: op.into(),
            value: Some(value),
        };
        self.filters.push(sq::Filter {
            filter_type: Some(sq::filter::FilterType::FieldFilter(filter)),
        });
        self
    }
}

impl<T: Document> Query<T> {
    pub(crate) fn into_structured(self, root: &str) -> pb::StructuredQuery {
        let order_by = match self.order {
            Some((field, direction)) => ordered(&[(field, direction), ("__name__", direction)]),
            None if self.by_name => ordered(&[("__name__", Direction::Ascending)]),
            None => Vec::new(),
        };
        let start_at = self.after.map(|(mut values, id)| {
            values.push(value::reference(format!("{root}/{}/{id}", self.collection)));
            pb::Cursor {
                values,
                before: false,
            }
        });
        pb::StructuredQuery {
            from: vec![sq::CollectionSelector {
                collection_id: self.collection.to_owned(),
                all_descendants: false,
            }],
            r#where: all_of(self.filters),
            order_by,
            start_at,
            limit: self.limit,
            ..Default::default()
        }
    }
}

fn list<V: Serialize>(values: &[V]) -> pb::Value {
    let values = values.iter().map(value::of).collect();
    pb::Value {
        value_type: Some(pb::value::ValueType::ArrayValue(pb::ArrayValue { values })),
    }
}

fn ordered(fields: &[(&str, Direction)]) -> Vec<sq::Order> {
    let order = |(field, direction): &(&str, Direction)| sq::Order {
        field: Some(sq::FieldReference {
            field_path: (*field).to_owned(),
        }),
        direction: (*direction).into(),
    };
    fields.iter().map(order).collect()
}

fn all_of(mut filters: Vec<sq::Filter>) -> Option<sq::Filter> {
    if filters.len() < 2 {
        return filters.pop();
    }
    let op = sq::composite_filter::Operator::And.into();
    let all = sq::filter::FilterType::CompositeFilter(sq::CompositeFilter { op, filters });
    Some(sq::Filter {
        filter_type: Some(all),
    })
}
