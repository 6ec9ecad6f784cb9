//! `user.followed`: somebody follows me, or has accepted that I follow them.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::graph::UserFollowed;
use runtime::Result;

/// One entry for who is followed, or for who was accepted; unless that has ended meanwhile.
pub(crate) async fn handle(event: Event<UserFollowed>, notifications: Notifications) -> Result<()> {
    let edge = &event.data;
    let access = &notifications.access;
    if access.follows(edge.follower_id, edge.followee_id).await? {
        notifications.deliver(&Note::of_follow(edge), &event).await?;
    }
    Ok(())
}
