//! A session ended before its time.

use crate::state::Realtime;
use contracts::events::identity::SessionRevoked;
use contracts::{Event, HubFrame};
use runtime::Result;

/// Remembers it, then closes its connections.
///
/// Those that were there when it ended have been closed at once, by the frame of the commit. This is for one that was being let in at that
/// moment: a connection listens before it looks whether its session has ended (`Door::welcome`), so it either sees what is remembered
/// here or hears the frame that follows.
pub(crate) async fn handle(event: Event<SessionRevoked>, realtime: Realtime) -> Result<()> {
    let session_id = event.data.session_id;
    realtime.revoked.add(session_id).await?;
    let frame = HubFrame::EndSession { session_id };
    Ok(realtime.cloud.backplane().publish(&frame).await?)
}
