//! One description of everything that is answered: OpenAPI 3.1, generated from the code.

mod complete;
mod serve;

pub(crate) use complete::{complete, operations};
pub(crate) use serve::{merge, routes};
