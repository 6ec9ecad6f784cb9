//! `POST /api/reports`

use crate::reports::{REPORTS, StoredReport};
use crate::state::{Posts, author};
use axum::extract::State;
use cloud::Error;
use contracts::resources::ReportReceipt;
use contracts::{Refusal, Subject, SubjectKind, ThingId};
use runtime::{Body, Caller, Created, Idempotency, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What should not be there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewReport {
    /// What kind of thing it is.
    subject: SubjectKind,
    /// Which.
    id: ThingId,
    /// Why: 1 to 1,000 characters.
    #[schema(example = "it is an advertisement")]
    reason: String,
}

/// Report a post, a comment, a video or a person to the moderators.
///
/// Only what the caller may see; 404 otherwise. There is one report a caller and thing: doing it again answers the first. Moderators see the thing as it was.
///
/// At most six reads: the first report, the thing, how the caller stands to whom it belongs, what it says, profiles that are not kept; and whom its text
/// names.
#[utoipa::path(post, path = "/api/reports", tag = "moderation", request_body = NewReport,
    responses((status = 201, body = ReportReceipt), (status = 404), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn create_report(
    caller: Caller,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    Body(new): Body<NewReport>,
) -> Result<Created<ReportReceipt>> {
    let reason = StoredReport::check_reason(&new.reason)?;
    let subject = Subject::of(new.subject, new.id);
    let answer = |report: &StoredReport| {
        let location = format!("/api/moderation/reports/{}", report.report_id);
        Created::at(location, report.receipt())
    };
    let id = StoredReport::id_of(subject, caller.user_id);
    let documents = posts.cloud.documents();
    if let Some(first) = documents.get(REPORTS, id).await? {
        return Ok(answer(&first));
    }
    posts.access.require(subject, Some(caller.user_id)).await?;
    let snapshot = posts.snapshot(subject).await?;
    let report = StoredReport::write(subject, &author(&caller), reason, snapshot, posts.now());
    let commit = posts.commit().create(REPORTS, &report).emit(&report.created());
    match commit.answer(idempotency.key(), answer(&report)).await {
        // reported by the same person at the same time
        Err(Error::Refused(Refusal::Conflict { .. })) => {
            let first = documents.get(REPORTS, id).await?.ok_or(Refusal::NotFound)?;
            Ok(answer(&first))
        }
        outcome => Ok(outcome?),
    }
}
