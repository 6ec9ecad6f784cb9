//! The collection of reports.

use super::StoredReport;
use super::model::SHARDS;
use cloud::{Collection, Direction, Documents, Query, Result, Stored};
use contracts::resources::ReportStatus;
use contracts::{ReportId, Subject, Timestamp};
use futures::future::try_join_all;

pub(crate) const REPORTS: Collection<StoredReport> = Collection::new("reports");

/// How many reports of one thing a decision settles at once.
const TOGETHER: usize = 100;

/// Where a report stands in a list.
pub(crate) type Position = (Timestamp, ReportId);

/// The `want` newest reports of a status after a position. Reads so many a shard at most; index `reports(shard, status, createdAt desc)`.
pub(crate) async fn listed(
    documents: &Documents,
    status: ReportStatus,
    after: Option<Position>,
    want: usize,
) -> Result<Vec<Stored<StoredReport>>> {
    let shards = (0..SHARDS).map(|shard| documents.query(of_shard(shard, status, after, want)));
    let mut reports: Vec<_> = try_join_all(shards).await?.into_iter().flatten().collect();
    reports.sort_by_key(|report| std::cmp::Reverse((report.created_at, report.report_id)));
    reports.truncate(want);
    Ok(reports)
}

fn of_shard(shard: u8, status: ReportStatus, after: Option<Position>, limit: usize) -> Query<StoredReport> {
    let reports = REPORTS.query().eq("shard", shard).eq("status", status);
    let reports = reports.order_by("createdAt", Direction::Descending).limit(limit);
    match after {
        Some((at, id)) => reports.after(at, &id),
        None => reports,
    }
}

/// Reports of a thing that are open. Reads them, a hundred at most; index: the fields' own.
pub(crate) fn open_about(subject: Subject) -> Query<StoredReport> {
    REPORTS
        .query()
        .eq("subject", subject)
        .eq("status", ReportStatus::Open)
        .limit(TOGETHER)
}
