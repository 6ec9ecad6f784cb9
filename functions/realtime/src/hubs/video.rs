//! Hub `video`: videos that are looked at. What becomes of an upload is told to its user without joining anything.

use super::{Guarded, everywhere, join};
use crate::authorize::Door;
use access::Access;
use contracts::{Subject, VideoId};
use signalr::{Caller, Hub, HubError, Methods};
use std::sync::Arc;

/// Hub `video`.
pub(crate) struct Video {
    door: Door,
    access: Access,
}

impl Video {
    pub(crate) const fn new(door: Door, access: Access) -> Self {
        Self { door, access }
    }

    async fn join_video_room(self: Arc<Self>, caller: Caller, video: VideoId) -> Result<(), HubError> {
        join(&self.access, &caller, Subject::Video(video)).await
    }

    #[expect(clippy::unnecessary_wraps, reason = "what every method is")]
    fn leave_video_room(_: &Self, caller: &Caller, video: VideoId) -> Result<(), HubError> {
        caller.leave(&Subject::Video(video).to_string());
        Ok(())
    }
}

impl Guarded for Video {
    fn door(&self) -> &Door {
        &self.door
    }
}

impl Hub for Video {
    fn methods() -> Methods<Self> {
        everywhere()
            .on("JoinVideoRoom", Self::join_video_room)
            .on("LeaveVideoRoom", Self::leave_video_room)
    }

    async fn connected(&self, caller: &Caller) -> Result<(), HubError> {
        self.door.welcome(caller).await
    }
}
