//! Queries and aggregations: mostly ones that make sense, some that are to be refused.

use super::names;
use super::values::{PATHS, typed, value};
use crate::oracle::chance::Chance;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::aggregation::{
    Avg, Count, Operator as Sums, Sum,
};
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::{Aggregation, QueryType};
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, CompositeFilter, Direction, FieldFilter, FieldReference, Filter, Order, Projection,
    UnaryFilter, composite_filter, field_filter, filter::FilterType, unary_filter,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{
    ArrayValue, Cursor, StructuredAggregationQuery, StructuredQuery, Value,
};

fn field(path: &str) -> FieldReference {
    FieldReference {
        field_path: path.to_owned(),
    }
}

fn reference(chance: &mut Chance, root: &str) -> Value {
    typed(ValueType::ReferenceValue(format!(
        "{root}/{}",
        names::path(chance)
    )))
}

fn field_filter(chance: &mut Chance, root: &str) -> Filter {
    use field_filter::Operator;
    if chance.one_in(8) {
        let op = chance.of_these(&[
            unary_filter::Operator::IsNan,
            unary_filter::Operator::IsNull,
            unary_filter::Operator::IsNotNan,
            unary_filter::Operator::IsNotNull,
        ]);
        let operand_type = Some(unary_filter::OperandType::Field(field(chance.of_these(&PATHS))));
        return Filter {
            filter_type: Some(FilterType::UnaryFilter(UnaryFilter {
                op: op.into(),
                operand_type,
            })),
        };
    }
    let path = if chance.one_in(10) {
        "__name__"
    } else {
        chance.of_these(&PATHS)
    };
    let one = |chance: &mut Chance| {
        if path == "__name__" {
            reference(chance, root)
        } else {
            value(chance, 1, root)
        }
    };
    let op = chance.of_these(&[
        Operator::Equal,
        Operator::Equal,
        Operator::Equal,
        Operator::LessThan,
        Operator::LessThanOrEqual,
        Operator::GreaterThan,
        Operator::GreaterThanOrEqual,
        Operator::NotEqual,
        Operator::In,
        Operator::NotIn,
        Operator::ArrayContains,
        Operator::ArrayContainsAny,
    ]);
    let operand = match op {
        Operator::In | Operator::NotIn | Operator::ArrayContainsAny if !chance.one_in(20) => {
            typed(ValueType::ArrayValue(ArrayValue {
                values: chance.some(1, 3, one),
            }))
        }
        _ => one(chance),
    };
    let filter = FieldFilter {
        field: Some(field(path)),
        op: op.into(),
        value: Some(operand),
    };
    Filter {
        filter_type: Some(FilterType::FieldFilter(filter)),
    }
}

fn filter(chance: &mut Chance, root: &str, depth: usize) -> Filter {
    if depth == 0 || chance.one_in(2) {
        return field_filter(chance, root);
    }
    let op = chance.of_these(&[
        composite_filter::Operator::And,
        composite_filter::Operator::And,
        composite_filter::Operator::Or,
    ]);
    let filters = chance.some(1, 3, |chance| filter(chance, root, depth - 1));
    Filter {
        filter_type: Some(FilterType::CompositeFilter(CompositeFilter {
            op: op.into(),
            filters,
        })),
    }
}

fn order(chance: &mut Chance) -> Order {
    let direction = chance.of_these(&[
        Direction::Ascending,
        Direction::Ascending,
        Direction::Descending,
        Direction::Unspecified,
    ]);
    let path = if chance.one_in(6) {
        "__name__"
    } else {
        chance.of_these(&PATHS)
    };
    Order {
        field: Some(field(path)),
        direction: direction.into(),
    }
}

fn cursor(chance: &mut Chance, orders: &[Order], root: &str) -> Cursor {
    let most = orders.len().max(1);
    let count = if chance.one_in(15) {
        most + 1
    } else {
        1 + chance.below(most)
    };
    let one = |(index, chance): (usize, &mut Chance)| {
        let name = orders
            .get(index)
            .is_none_or(|order| order.field == Some(field("__name__")));
        if name && !chance.one_in(15) {
            reference(chance, root)
        } else {
            value(chance, 1, root)
        }
    };
    let mut values = Vec::with_capacity(count);
    for index in 0..count {
        values.push(one((index, chance)));
    }
    Cursor {
        values,
        before: chance.one_in(2),
    }
}

/// A query and the path of its parent.
pub(super) fn query(chance: &mut Chance, root: &str) -> (String, StructuredQuery) {
    let all_descendants = chance.one_in(4);
    let parent = if all_descendants && !chance.one_in(20) {
        ""
    } else {
        names::parent(chance)
    };
    let collection_id = if chance.one_in(20) {
        ""
    } else {
        chance.of_these(&["a", "a", "b", "c"])
    };
    let order_by = chance.some(0, 2, order);
    let start_at = chance.maybe(4, |chance| cursor(chance, &order_by, root));
    let end_at = chance.maybe(5, |chance| cursor(chance, &order_by, root));
    let query = StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: collection_id.to_owned(),
            all_descendants,
        }],
        r#where: chance
            .maybe(1, |chance| filter(chance, root, 2))
            .filter(|_| !chance.one_in(3)),
        select: chance.maybe(6, |chance| Projection {
            fields: chance.some(1, 2, |chance| {
                field(chance.of_these(&["a", "m.x", "__name__", "b"]))
            }),
        }),
        offset: if chance.one_in(6) {
            i32::try_from(chance.below(3)).expect("small")
        } else {
            0
        },
        limit: chance.maybe(4, |chance| i32::try_from(chance.below(5)).expect("small")),
        order_by,
        start_at,
        end_at,
        ..StructuredQuery::default()
    };
    (
        if parent.is_empty() {
            root.to_owned()
        } else {
            format!("{root}/{parent}")
        },
        query,
    )
}

/// An aggregation and the path of its parent.
pub(super) fn aggregation(chance: &mut Chance, root: &str) -> (String, StructuredAggregationQuery) {
    let (parent, nested) = query(chance, root);
    let (least, most) = (
        usize::from(!chance.one_in(20)),
        if chance.one_in(20) { 6 } else { 3 },
    );
    let aggregations = chance.some(least, most, |chance| {
        let over = Some(field(chance.of_these(&PATHS)));
        let operator = match chance.below(3) {
            0 => Sums::Count(Count {
                up_to: chance.maybe(4, |chance| i64::try_from(chance.below(3)).expect("small")),
            }),
            1 => Sums::Sum(Sum { field: over }),
            _ => Sums::Avg(Avg { field: over }),
        };
        Aggregation {
            alias: if chance.one_in(4) {
                chance.of_these(&["x", "y", "field_1"]).to_owned()
            } else {
                String::new()
            },
            operator: Some(operator),
        }
    });
    (
        parent,
        StructuredAggregationQuery {
            aggregations,
            query_type: Some(QueryType::StructuredQuery(nested)),
        },
    )
}
