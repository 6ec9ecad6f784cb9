//! Somebody commented.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::CommentCreated;
use runtime::Result;

/// Counts the comments of what was commented on, and the replies.
pub(crate) async fn handle(event: Event<CommentCreated>, posts: Posts) -> Result<()> {
    let CommentCreated {
        subject,
        parent_comment_id,
        ..
    } = event.data;
    Ok(posts
        .engagement
        .comments_changed(subject, parent_comment_id)
        .await?)
}
