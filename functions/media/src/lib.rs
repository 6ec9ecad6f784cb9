//! Media: signed uploads, examined by their bytes; images in several sizes, files to download.

mod begin;
mod events;
mod examination;
mod holder;
mod model;
mod places;
mod removal;
mod routes;
mod settings;
mod settle;
mod state;
mod store;
mod sweep;
mod turns;

use contracts::DomainEvent;
use contracts::events::uploads::ObjectFinalized;
use contracts::media::{PUBLIC, UPLOADS};
use runtime::{Bucket, Every, Function, Need};
use state::Library;

/// The function `media`.
pub fn function() -> Function {
    Function::new("media", Library::new)
        .needs([
            Need::Documents,
            Need::Cache,
            Need::Bucket(Bucket {
                name: UPLOADS.to_owned(),
                public: false,
                notifies: Some(ObjectFinalized::TOPIC.to_owned()),
            }),
            Need::Bucket(Bucket {
                name: PUBLIC.to_owned(),
                public: true,
                notifies: None,
            }),
        ])
        .routes(routes::all())
        .holds_people()
        .on(events::object_finalized::handle)
        .on(events::post_created::handle)
        .on(events::post_updated::handle)
        .on(events::post_deleted::handle)
        .on(events::profile_updated::handle)
        .every(Every::minutes(10), "sweep", sweep::run)
        .build()
}
