//! Making, changing and deleting topics, subscriptions and snapshots.

mod page;
mod snapshots;
mod subscriptions;
mod topics;

use tonic::Status;

fn exists(name: &str) -> Status {
    Status::already_exists(format!(
        "Resource already exists in the project (resource={}).",
        name.rsplit('/').next().unwrap_or(name)
    ))
}
