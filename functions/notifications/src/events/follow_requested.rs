//! `follow.requested`: somebody asks to follow me.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::graph::FollowRequested;
use runtime::Result;

/// One entry for who is asked, unless it was answered or taken back meanwhile.
pub(crate) async fn handle(event: Event<FollowRequested>, notifications: Notifications) -> Result<()> {
    let edge = &event.data;
    let access = &notifications.access;
    if access.asks(edge.follower_id, edge.followee_id).await? {
        notifications.deliver(&Note::of_request(edge), &event).await?;
    }
    Ok(())
}
