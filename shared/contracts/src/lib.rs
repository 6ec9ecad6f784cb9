//! The wire: ids, times, resources, events, hub messages and problems, as they travel between clients, functions and the cloud.
//!
//! Pure types and plain rules over them; nothing here does IO. Everything is camelCase JSON on the wire.

pub mod check;
pub mod clock;
pub mod event;
pub mod events;
pub mod hub;
mod ids;
pub mod media;
pub mod mentions;
pub mod pipeline;
pub mod problem;
mod prose;
mod refusal;
pub mod resources;
mod subject;
pub mod tags;
mod timestamp;
mod version;

pub use check::Check;
pub use clock::Clock;
pub use event::{DomainEvent, Event};
pub use hub::{Audience, HubEvent, HubFrame};
pub use ids::{
    CommentId, ErasureId, EventId, ExportId, MediaId, NotificationId, ParseIdError, PostId, ReportId,
    SessionId, ThingId, UserId, VideoId,
};
pub use problem::{FieldError, Problem};
pub use refusal::Refusal;
pub use subject::{ParseSubjectError, Subject, SubjectKind};
pub use timestamp::Timestamp;
pub use version::Version;
