//! What can go wrong below the domain.

use contracts::Refusal;

/// A result of the cloud layer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong below the domain.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A precondition of a commit failed, and this is what its author said that means.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else changed what was read; reading again and trying again may succeed.
    #[error("what was read has changed meanwhile")]
    Contention,
    /// A service is away or too slow; later may succeed.
    #[error("{service} is away")]
    Unavailable {
        /// Which service.
        service: &'static str,
        /// What it, or the connection, said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A stored document is not what this version reads.
    #[error("document {name} cannot be read")]
    Unreadable {
        /// Its full name.
        name: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A service refused what we asked, which is a mistake of ours.
    #[error("{service} refused the request")]
    Rejected {
        /// Which service.
        service: &'static str,
        /// What it said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A service is away or too slow.
    pub fn unavailable(
        service: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable {
            service,
            source: source.into(),
        }
    }

    /// A service refused what we asked.
    pub fn rejected(
        service: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Rejected {
            service,
            source: source.into(),
        }
    }
}

/// Sorts Firestore's statuses: passing ones, contention, and mistakes of ours.
impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        use tonic::Code::{
            Aborted, Cancelled, DeadlineExceeded, Internal, ResourceExhausted, Unavailable, Unknown,
        };
        match status.code() {
            Aborted => Self::Contention,
            Cancelled | DeadlineExceeded | Internal | ResourceExhausted | Unavailable | Unknown => {
                Self::unavailable("Firestore", status)
            }
            _ => Self::rejected("Firestore", status),
        }
    }
}

/// Everything Redis says is passing to us: it is a cache.
impl From<redis::RedisError> for Error {
    fn from(error: redis::RedisError) -> Self {
        Self::unavailable("Redis", error)
    }
}

/// An error with its causes, for a log line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
