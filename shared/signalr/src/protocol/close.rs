//! What the last message says.

/// Why the connection ends, as the client is told, and whether it may come back.
///
/// Clients with automatic reconnect come back only when `allow_reconnect` is set; a close without it makes them
/// stop for good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Close {
    /// Text for the client; absent when nothing went wrong.
    pub error: Option<String>,
    /// Whether clients with automatic reconnect should use it.
    pub allow_reconnect: bool,
}

impl Close {
    /// An ending without an error; the client may come back or not.
    pub fn quiet(allow_reconnect: bool) -> Self {
        Self {
            error: None,
            allow_reconnect,
        }
    }

    /// An ending with an error that clients may recover from by connecting again.
    pub fn error(text: impl Into<String>) -> Self {
        Self {
            error: Some(text.into()),
            allow_reconnect: true,
        }
    }

    /// An ending with an error that connecting again would not cure.
    pub fn refusal(text: impl Into<String>) -> Self {
        Self {
            error: Some(text.into()),
            allow_reconnect: false,
        }
    }
}
