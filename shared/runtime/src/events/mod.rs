//! Events in: Pub/Sub pushes.

mod envelope;
mod route;

pub(crate) use envelope::{filter, filter_about};
pub(crate) use route::{authorised, route, subscription_name};
