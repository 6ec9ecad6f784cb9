//! Hub `feed`: posts that are looked at, and new ones of those whom one follows.

use super::{Guarded, everywhere, join, user_of};
use crate::authorize::Door;
use access::Access;
use contracts::{PostId, Subject};
use futures::future::try_join_all;
use signalr::{Caller, Hub, HubError, Methods};
use std::sync::Arc;

/// How many of the authors whom somebody follows are listened to: those they followed last. It bounds what a connection costs here and in
/// Redis; posts of all others are in the feed when it is read.
const AUTHORS: usize = 100;

/// Hub `feed`.
pub(crate) struct Feed {
    door: Door,
    access: Access,
}

impl Feed {
    pub(crate) const fn new(door: Door, access: Access) -> Self {
        Self { door, access }
    }

    async fn join_post_group(self: Arc<Self>, caller: Caller, post: PostId) -> Result<(), HubError> {
        join(&self.access, &caller, Subject::Post(post)).await
    }

    #[expect(clippy::unnecessary_wraps, reason = "what every method is")]
    fn leave_post_group(_: &Self, caller: &Caller, post: PostId) -> Result<(), HubError> {
        caller.leave(&Subject::Post(post).to_string());
        Ok(())
    }

    /// Puts a connection in the channels of the authors whom its user follows. No read when Redis keeps the list, as after reading the
    /// home feed; else one for each of them.
    async fn listen_to_authors(&self, caller: &Caller) -> Result<(), HubError> {
        let followees = self.access.followees(user_of(caller)?).await;
        let authors = followees
            .map_err(HubError::internal)?
            .into_iter()
            .take(AUTHORS)
            .map(|author| Subject::User(author).to_string());
        try_join_all(authors.map(|author| async move { caller.tune_in(&author).await })).await?;
        Ok(())
    }
}

impl Guarded for Feed {
    fn door(&self) -> &Door {
        &self.door
    }
}

impl Hub for Feed {
    fn methods() -> Methods<Self> {
        everywhere()
            .on("JoinPostGroup", Self::join_post_group)
            .on("LeavePostGroup", Self::leave_post_group)
    }

    async fn connected(&self, caller: &Caller) -> Result<(), HubError> {
        self.door.welcome(caller).await?;
        if let Err(error) = self.listen_to_authors(caller).await {
            // new posts are seen when the feed is read
            tracing::warn!(%error, "a connection does not hear of new posts");
        }
        Ok(())
    }
}
