//! Deciding about a report, and with it about all others of the same thing.

use super::model::{Decision, Resolving};
use super::store::open_about;
use super::{REPORTS, StoredReport};
use crate::routes::remove_post;
use crate::state::Posts;
use cloud::{Result, Stored, on_contention};
use contracts::resources::ReportAction;
use contracts::{Refusal, ReportId, Subject};

impl Posts {
    /// Does what a moderator decided, and notes it on every open report of the thing, a hundred at once. Doing it again changes nothing.
    ///
    /// What is removed is removed first: should this process die in between, the report is still open, and deciding again finds the rest done.
    ///
    /// # Errors
    /// `NotFound`: no such report. `Conflict`: it was decided otherwise.
    pub(crate) async fn resolve(&self, id: ReportId, decision: &Decision) -> Result<StoredReport> {
        on_contention(|| async move {
            let report = self.cloud.documents().get(REPORTS, id).await?;
            let report = report.ok_or(Refusal::NotFound)?;
            if report.may_resolve(decision.action)? == Resolving::Done {
                return Ok(report.into_inner());
            }
            if decision.action == ReportAction::Remove {
                self.remove(report.subject).await?;
            }
            self.settle(report, decision).await
        })
        .await
    }

    async fn settle(&self, report: Stored<StoredReport>, decision: &Decision) -> Result<StoredReport> {
        let now = self.now();
        let others = self.cloud.documents().query(open_about(report.subject)).await?;
        let resolved = report.clone().into_inner().resolved(decision, now);
        let mut commit = self.commit().save(REPORTS, Some(&report), &resolved);
        for other in others.iter().filter(|other| other.report_id != report.report_id) {
            let decided = other.clone().into_inner().resolved(decision, now);
            commit = commit.save(REPORTS, Some(other), &decided);
        }
        commit.await?;
        tracing::info!(report.id = %report.report_id, report.action = ?decision.action, "report resolved");
        Ok(resolved)
    }

    /// Deletes a thing as its author would. What is gone already is no error.
    async fn remove(&self, subject: Subject) -> Result<()> {
        match subject {
            Subject::Post(id) => remove_post(self, id).await,
            Subject::Comment(id) => self.engagement.remove_comment(id).await,
            Subject::Video(_) | Subject::User(_) => Ok(()),
        }
    }
}
