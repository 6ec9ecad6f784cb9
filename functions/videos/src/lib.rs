//! Videos and shorts: signed uploads, processing by the job `transcode`, playing.

mod begin;
mod events;
mod holder;
mod model;
mod routes;
mod state;
mod store;
mod sweep;

use contracts::events::uploads::ObjectFinalized;
use contracts::{DomainEvent, pipeline};
use runtime::{Bucket, Every, Function, Need};
use state::Videos;

/// The function `videos`.
pub fn function() -> Function {
    Function::new("videos", Videos::new)
        .needs([
            Need::Documents,
            Need::Cache,
            Need::Backplane,
            Need::Bucket(Bucket {
                name: pipeline::UPLOADS.to_owned(),
                public: false,
                notifies: Some(ObjectFinalized::TOPIC.to_owned()),
            }),
            Need::Bucket(Bucket {
                name: pipeline::RENDITIONS.to_owned(),
                public: true,
                notifies: None,
            }),
            Need::Job(pipeline::JOB.to_owned()),
        ])
        .routes(routes::all())
        .holds_people()
        .on(events::object_finalized::handle)
        .on(events::processing_completed::handle)
        .on(events::processing_failed::handle)
        .every(Every::minutes(5), "silent-jobs", sweep::run)
        .build()
}
