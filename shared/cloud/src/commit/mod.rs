//! One atomic write: documents with their preconditions, what goes out, and the stored answer.

mod answer;
mod builder;
mod effect;
mod execute;
mod guard;
mod outbox;

pub use answer::{Answered, Header, IdempotencyKey, Replayable, StoredAnswer};
pub(crate) use answer::{RECORDS, earlier, is_kept};
pub(crate) use builder::message;
pub use builder::{ANSWERS_KEPT, Commit};
pub use effect::JobRun;
pub(crate) use effect::Message;
pub use outbox::{Outbox, Swept};
