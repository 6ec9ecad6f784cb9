//! The statements that read, for a connection that stands at the moment itself and for one that may stand later.
//!
//! The parameters of scans: `?1` from, `?2` to, `?3` the moment, `?4` how many, `?5` the collection.

/// One document now: `?1` collection, `?2` id, `?3` the moment.
pub(crate) const DOCUMENT: &str = "SELECT since, created, body FROM firestore_documents
    WHERE collection = ?1 AND id = ?2 AND since <= ?3";

/// One document then.
pub(crate) const PAST_DOCUMENT: &str = "SELECT since, created, body FROM firestore_documents
    WHERE collection = ?1 AND id = ?2 AND since <= ?3
    UNION ALL SELECT since, created, body FROM firestore_past_documents
    WHERE collection = ?1 AND id = ?2 AND since <= ?3 AND until > ?3";

/// A statement that reads keys, in either order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Both {
    ascending: &'static str,
    descending: &'static str,
}

impl Both {
    /// The one for an order.
    pub(crate) fn pick(self, reverse: bool) -> &'static str {
        if reverse { self.descending } else { self.ascending }
    }
}

macro_rules! both {
    ($select:literal) => {
        Both {
            ascending: concat!($select, " ORDER BY 1 LIMIT ?4"),
            descending: concat!($select, " ORDER BY 1 DESC LIMIT ?4"),
        }
    };
}

/// The ids of a collection now.
pub(crate) const IDS: Both = both!(
    "SELECT id FROM firestore_documents WHERE collection = ?5 AND id >= ?1 AND id < ?2 AND since <= ?3"
);

/// The ids of a collection then.
pub(crate) const PAST_IDS: Both = both!(
    "SELECT id FROM firestore_documents WHERE collection = ?5 AND id >= ?1 AND id < ?2 AND since <= ?3
     UNION ALL SELECT id FROM firestore_past_documents
     WHERE collection = ?5 AND id >= ?1 AND id < ?2 AND since <= ?3 AND until > ?3"
);

/// Index entries now.
pub(crate) const ENTRIES: Both =
    both!("SELECT key FROM firestore_entries WHERE key >= ?1 AND key < ?2 AND since <= ?3");

/// Index entries then.
pub(crate) const PAST_ENTRIES: Both = both!(
    "SELECT key FROM firestore_entries WHERE key >= ?1 AND key < ?2 AND since <= ?3
     UNION ALL SELECT key FROM firestore_past_entries WHERE key >= ?1 AND key < ?2 AND since <= ?3 AND until > ?3"
);

/// The collections of a database between two paths: `?1` database, `?2` from, `?3` to, `?4` how many.
pub(crate) const COLLECTIONS: &str = "SELECT id, path FROM firestore_scopes
    WHERE database = ?1 AND is_group = 0 AND path >= ?2 AND path < ?3 ORDER BY path LIMIT ?4";
