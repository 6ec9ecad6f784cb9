//! What is given to somebody of what is held of them.

use crate::reports::{REPORTS, StoredReport};
use crate::store::{BOOKMARKS, DELETED_POSTS, PINS, POSTS, REVISIONS};
use contracts::resources::Visibility;
use contracts::{Subject, UserId};
use engagement::{Engagement, StoredComment};
use runtime::{Export, Result};
use serde_json::{Value, json};

/// What they wrote, and what they keep of it.
pub(super) async fn own(user: UserId, export: &mut Export) -> Result<()> {
    let posts = POSTS.query().eq("authorId", user);
    export.all("posts", posts, |post| post).await?;
    let versions = REVISIONS.query().eq("authorId", user);
    export.all("versions", versions, |version| version).await?;
    let deleted = DELETED_POSTS.query().eq("authorId", user);
    export.all("deleted", deleted, |post| post).await?;
    let bookmarks = BOOKMARKS.query().eq("userId", user);
    export.all("bookmarks", bookmarks, |bookmark| bookmark).await?;
    let pins = PINS.query().eq("userId", user);
    export.all("pins", pins, |pin| pin).await
}

/// What they said about things of others, how they reacted, and what they reported and decided.
pub(super) async fn engagement(user: UserId, export: &mut Export) -> Result<()> {
    let comments = Engagement::comments_by(user);
    export.all("comments", comments, |comment| comment).await?;
    let reactions = Engagement::reactions_by(user);
    export.all("reactions", reactions, |reaction| reaction).await?;
    let reports = REPORTS.query().eq("reporterId", user);
    export.all("reports", reports, |report| reported(&report)).await?;
    let decided = REPORTS.query().eq("resolution.moderatorId", user);
    export.all("decisions", decided, |report| decision(&report)).await
}

/// Where others name them, as far as they may see it, and that something of theirs was reported: not by whom, nor in which words.
pub(super) async fn others(user: UserId, export: &mut Export) -> Result<()> {
    let naming = POSTS.query().contains("mentionedIds", user);
    export
        .those("mentions", naming, |post| {
            let public = post.visibility == Visibility::Public;
            public.then(|| json!({ "postId": post.post_id, "createdAt": post.created_at }))
        })
        .await?;
    let naming = Engagement::comments_naming(user);
    export
        .all("mentions-in-comments", naming, |comment| named(&comment))
        .await?;
    let sharing = POSTS.query().eq("sharedAuthorId", user);
    export
        .those("shares", sharing, |post| {
            let public = post.visibility == Visibility::Public;
            public.then(|| json!({ "postId": post.post_id, "sharedPostId": post.shared_post_id, "createdAt": post.created_at }))
        })
        .await?;
    let about = REPORTS.query().eq("subject", Subject::User(user));
    export.all("reported", about, |report| of_theirs(&report)).await?;
    let theirs = REPORTS.query().eq("snapshot.author.userId", user);
    export
        .those("reported-things", theirs, |report| {
            let person = report.subject == Subject::User(user);
            (!person).then(|| of_theirs(&report))
        })
        .await
}

/// A report of theirs, without what moderators say to each other.
fn reported(report: &StoredReport) -> Value {
    json!({ "subject": report.subject, "reason": report.reason, "status": report.status, "createdAt": report.created_at })
}

fn decision(report: &StoredReport) -> Value {
    json!({ "reportId": report.report_id, "subject": report.subject, "resolution": report.resolution })
}

fn of_theirs(report: &StoredReport) -> Value {
    let action = report.resolution.as_ref().map(|resolution| resolution.action);
    json!({ "subject": report.subject, "status": report.status, "action": action, "createdAt": report.created_at })
}

fn named(comment: &StoredComment) -> Value {
    json!({ "commentId": comment.comment_id, "subject": comment.subject, "createdAt": comment.created_at })
}
