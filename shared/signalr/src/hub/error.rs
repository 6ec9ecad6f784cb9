//! What can go wrong in a hub method, and what the client is told.

use std::error::Error;

/// The failure of a call. Only [`Public`](Self::Public) texts reach the client.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// A text that the client may see.
    #[error("{0}")]
    Public(String),
    /// The caller may not do this.
    #[error("the user is not authorised")]
    Unauthorized,
    /// No such method.
    #[error("the method does not exist")]
    UnknownMethod,
    /// The number or the types of the arguments are wrong; the text says how.
    #[error("{0}")]
    Arguments(String),
    /// Anything else: logged, and kept from the client.
    #[error(transparent)]
    Internal(Box<dyn Error + Send + Sync>),
}

impl HubError {
    /// A failure whose text the client may see.
    pub fn public(text: impl Into<String>) -> Self {
        Self::Public(text.into())
    }

    /// A failure that is none of the client's business.
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// The text of the completion, in the reference server's words, which clients' users match on.
    pub(crate) fn for_client(&self, method: &str) -> String {
        match self {
            Self::Public(text) => {
                format!(
                    "An unexpected error occurred invoking '{method}' on the server. HubException: {text}"
                )
            }
            Self::Unauthorized => format!("Failed to invoke '{method}' because user is unauthorized"),
            Self::UnknownMethod => format!(
                "Failed to invoke '{method}' due to an error on the server. HubException: Method does not exist."
            ),
            Self::Arguments(text) => format!(
                "Failed to invoke '{method}' due to an error on the server. InvalidDataException: {text}"
            ),
            Self::Internal(_) => format!("An unexpected error occurred invoking '{method}' on the server."),
        }
    }
}
