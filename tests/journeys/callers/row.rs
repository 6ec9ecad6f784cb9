//! A row of the table.

use serde_json::Value;

/// Who calls, about something of the owner's that only followers may see; their account is private.
pub(super) const CALLERS: [&str; 9] = [
    "nobody",
    "a stranger",
    "a follower",
    "one who asked to follow",
    "one whom the owner blocks",
    "one who blocks the owner",
    "a follower who mutes the owner",
    "the owner",
    "a moderator",
];
/// The owner among [`CALLERS`].
pub(super) const OWNER: usize = 7;

/// The status that each of [`CALLERS`] gets.
pub(super) type Statuses = [u16; 9];

/// An endpoint, a body for it, and the status that each of [`CALLERS`] gets.
pub(super) struct Row {
    pub(super) endpoint: &'static str,
    pub(super) body: Value,
    pub(super) expected: Statuses,
    /// Everybody has an account with `auth`, not only a token.
    pub(super) registered: bool,
}

impl Row {
    /// Whether it changes nothing: then all callers may ask about the same things.
    pub(super) fn only_reads(&self) -> bool {
        self.endpoint.starts_with("GET ")
    }
}

/// A row without a body.
pub(super) fn row(endpoint: &'static str, expected: Statuses) -> Row {
    with(endpoint, Value::Null, expected)
}

/// A row with a body.
pub(super) fn with(endpoint: &'static str, body: Value, expected: Statuses) -> Row {
    Row {
        endpoint,
        body,
        expected,
        registered: false,
    }
}

/// The same for everybody.
pub(super) const fn all(status: u16) -> Statuses {
    [status; 9]
}

/// Needs a token, and is about nobody else.
pub(super) const fn signed_in(status: u16) -> Statuses {
    told(401, status, status, status)
}

/// About a person or what they show to everybody: who is blocked or blocks finds nothing.
pub(super) const fn unless_blocked(nobody: u16, others: u16, owner: u16) -> Statuses {
    let mut statuses = told(nobody, others, others, owner);
    statuses[4] = 404;
    statuses[5] = 404;
    statuses
}

/// About something for followers.
pub(super) const fn told(nobody: u16, outsider: u16, follower: u16, owner: u16) -> Statuses {
    [
        nobody, outsider, follower, outsider, outsider, outsider, follower, owner, outsider,
    ]
}

/// Something for followers that is read.
pub(super) const FOLLOWERS: Statuses = told(404, 404, 200, 200);
/// Something of everybody's, unless they block or are blocked.
pub(super) const PUBLIC: Statuses = unless_blocked(200, 200, 200);
/// For everybody.
pub(super) const ALL: Statuses = all(200);
/// For everybody with a token.
pub(super) const SIGNED_IN: Statuses = signed_in(200);
