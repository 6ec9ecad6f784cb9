//! Somebody took a comment back.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::CommentDeleted;
use runtime::Result;

/// Counts the comments of what it was under, and the replies.
pub(crate) async fn handle(event: Event<CommentDeleted>, posts: Posts) -> Result<()> {
    let CommentDeleted {
        subject,
        parent_comment_id,
        ..
    } = event.data;
    Ok(posts
        .engagement
        .comments_changed(subject, parent_comment_id)
        .await?)
}
