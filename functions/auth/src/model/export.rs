//! An export: everything that is held about somebody, put together for them.

use super::due::shard_of;
use cloud::Document;
use contracts::resources::{self, ExportState};
use contracts::{ExportId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// An export, in `exports`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Export {
    pub(crate) export_id: ExportId,
    pub(crate) user_id: UserId,
    pub(crate) requested_at: Timestamp,
    /// Who writes a part.
    pub(crate) functions: Vec<String>,
    /// Who has.
    pub(crate) written: Vec<String>,
    /// Which of the archives that were put together is given out: two may be, side by side.
    #[serde(default)]
    pub(crate) archive: String,
    /// Which generation of the archive's object may be read; there is none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) generation: Option<i64>,
    /// There is no archive yet.
    pub(crate) pending: bool,
    /// When it is taken away.
    pub(crate) due_at: Timestamp,
    /// Which part of the sweep looks after it.
    pub(crate) shard: u8,
}

impl Export {
    /// One that begins now.
    pub(crate) fn begun(
        export_id: ExportId,
        user_id: UserId,
        functions: Vec<String>,
        now: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self {
            export_id,
            user_id,
            requested_at: now,
            functions,
            written: Vec::new(),
            archive: String::new(),
            generation: None,
            pending: true,
            due_at: until,
            shard: shard_of(export_id.as_bytes()),
        }
    }

    /// After `function` has written its part.
    pub(crate) fn with_part(&self, function: &str) -> Self {
        let mut next = self.clone();
        if !next.written.iter().any(|written| written == function) {
            next.written.push(function.to_owned());
        }
        next
    }

    /// With its archive, unless it has one.
    pub(crate) fn with_archive(&self, archive: &str, generation: i64) -> Self {
        if !self.pending {
            return self.clone();
        }
        Self {
            archive: archive.to_owned(),
            generation: Some(generation),
            pending: false,
            ..self.clone()
        }
    }

    /// Everybody has written, and the archive is not there yet.
    pub(crate) fn is_complete(&self) -> bool {
        self.pending
            && self
                .functions
                .iter()
                .all(|function| self.written.contains(function))
    }

    /// What the names of its objects begin with.
    pub(crate) fn folder(&self) -> String {
        format!("{}{}/", runtime::Export::folder_of(self.user_id), self.export_id)
    }

    /// What the names of its parts begin with.
    pub(crate) fn parts(&self) -> String {
        runtime::Export::parts_of(self.user_id, self.export_id)
    }

    /// The object of an archive.
    pub(crate) fn object(&self, archive: &str) -> String {
        format!("{}{archive}/export.zip", self.folder())
    }

    /// As its owner sees it; `url` is where the archive is.
    pub(crate) fn view(&self, url: Option<String>) -> resources::Export {
        resources::Export {
            export_id: self.export_id,
            state: if self.generation.is_some() {
                ExportState::Ready
            } else {
                ExportState::Pending
            },
            requested_at: self.requested_at,
            expires_at: self.due_at,
            url,
        }
    }
}

impl Document for Export {
    fn id(&self) -> String {
        self.export_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_complete_once_and_its_first_archive_stays() {
        let functions = ["auth", "posts"].map(str::to_owned).to_vec();
        let now = Timestamp::EPOCH;
        let export = Export::begun(ExportId::random(), UserId::random(), functions, now, now);
        let export = export.with_part("posts").with_part("posts");
        assert!(!export.is_complete());
        let export = export.with_part("auth");
        assert!(export.is_complete());
        let export = export.with_archive("one", 7);
        assert!(!export.is_complete());
        assert_eq!(export.with_archive("other", 8), export);
        assert!(export.object("one").ends_with("/one/export.zip"));
    }
}
