//! Why the store did not do what it was asked.

use tonic::Status;

/// A refusal, or the database's failure as one: what a caller is answered.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) Status);

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self(database(&error))
    }
}

impl From<Status> for Failed {
    fn from(status: Status) -> Self {
        Self(status)
    }
}

impl From<Failed> for Status {
    fn from(Failed(status): Failed) -> Self {
        status
    }
}

/// The database's failure as a status.
pub(crate) fn database(error: &rusqlite::Error) -> Status {
    Status::internal(format!("the emulator's database: {error}"))
}

/// What was stored in a form that this version never wrote.
pub(crate) fn unreadable(what: &str) -> Status {
    Status::internal(format!(
        "the emulator's database holds {what} that cannot be read"
    ))
}
