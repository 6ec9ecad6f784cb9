//! `user.followed`: somebody follows me.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::graph::UserFollowed;
use runtime::Result;

/// One entry for who is followed, unless that has ended meanwhile.
pub(crate) async fn handle(event: Event<UserFollowed>, notifications: Notifications) -> Result<()> {
    let edge = &event.data;
    let Some(note) = Note::of_follow(edge) else {
        return Ok(());
    };
    if notifications
        .access
        .follows(edge.follower_id, edge.followee_id)
        .await?
    {
        notifications.deliver(&note, &event).await?;
    }
    Ok(())
}
