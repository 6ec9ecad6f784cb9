//! Reports as moderators see them.

use super::StoredReport;
use crate::state::Posts;
use cloud::Result;
use contracts::resources::{Report, Resolution};

impl Posts {
    /// Reports as moderators see them. Reads profiles that are not kept.
    pub(crate) async fn report_views(&self, reports: &[&StoredReport]) -> Result<Vec<Report>> {
        let moderators = reports
            .iter()
            .filter_map(|report| report.resolution.as_ref())
            .filter_map(super::model::StoredResolution::moderator);
        let people = reports.iter().map(|report| report.reporter()).chain(moderators);
        let people = self.access.summaries(people).await?;
        let summary = |author: access::Author| {
            let known = people.get(&author.user_id).cloned();
            known.unwrap_or_else(|| author.summary())
        };
        let views = reports.iter().map(|report| Report {
            receipt: report.receipt(),
            reporter: summary(report.reporter()),
            snapshot: report.snapshot.clone(),
            status: report.status,
            resolution: report.resolution.as_ref().map(|resolution| Resolution {
                action: resolution.action,
                note: resolution.note.clone(),
                moderator: resolution.moderator().map(summary),
                at: resolution.at,
            }),
        });
        Ok(views.collect())
    }
}
