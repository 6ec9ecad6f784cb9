//! Parameters with a default, as they are meant: an inlined schema with one comes as two that no value fits, one of the type and an object that has the
//! default.

use utoipa::openapi::path::Operation;
use utoipa::openapi::{RefOr, Schema};

/// Makes one schema of the two.
pub(super) fn settle_defaults(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(schema) = &mut parameter.schema
            && let Some(one) = one(schema)
        {
            *schema = one;
        }
    }
}

fn one(schema: &RefOr<Schema>) -> Option<RefOr<Schema>> {
    let RefOr::T(Schema::AllOf(all)) = schema else {
        return None;
    };
    let [RefOr::T(Schema::Object(typed)), RefOr::T(Schema::Object(rest))] = all.items.as_slice() else {
        return None;
    };
    let mut typed = typed.clone();
    typed.default = Some(rest.default.clone()?);
    Some(Schema::Object(typed).into())
}
