//! One description of everything that is answered: OpenAPI 3.1, generated from the code.

mod complete;
mod defaults;
mod examples;
mod serve;

pub(crate) use complete::{complete, operations};
pub(crate) use examples::exemplify;
pub(crate) use serve::{merge, routes};
