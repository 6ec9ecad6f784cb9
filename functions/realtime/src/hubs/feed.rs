//! Hub `feed`: posts that are looked at, and new ones of those whom one follows.
//!
//! Who connects is told of new posts one by one, as who reads their feed is; of authors whom a crowd follows they are told through a channel an author.

use super::{Guarded, everywhere, join, tags, user_of};
use crate::authorize::Door;
use access::{Access, Relation};
use contracts::hub::Parting;
use contracts::{PostId, Subject, UserId};
use futures::future::{try_join, try_join_all};
use signalr::{Caller, Hub, HubError, Methods};
use std::sync::Arc;
use std::time::Duration;

/// How many channels of authors a connection is put in: of those whom its user followed last. It bounds what a connection costs here and in Redis; posts
/// of all others are in the feed when it is read.
const AUTHORS: usize = 100;

/// What is told one by one, and what through channels: the same as in `posts`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling {
    /// Authors with more followers have a channel.
    pub(crate) crowd: u64,
    /// How long after connecting somebody is told one by one.
    pub(crate) active: Duration,
}

/// Hub `feed`.
pub(crate) struct Feed {
    door: Door,
    access: Access,
    telling: Telling,
}

impl Feed {
    pub(crate) const fn new(door: Door, access: Access, telling: Telling) -> Self {
        Self {
            door,
            access,
            telling,
        }
    }

    async fn join_post_group(self: Arc<Self>, caller: Caller, post: PostId) -> Result<(), HubError> {
        join(&self.access, &caller, Subject::Post(post)).await
    }

    #[expect(clippy::unnecessary_wraps, reason = "what every method is")]
    fn leave_post_group(_: &Self, caller: &Caller, post: PostId) -> Result<(), HubError> {
        caller.leave(&Subject::Post(post).to_string());
        Ok(())
    }

    /// Puts a connection in the channels of the authors whom its user and a crowd follow, but not of those whom they muted, and notes that they are to be told
    /// of all others. Two Redis commands, and two for each author; when the list is not kept, what [`Access::celebrities`] costs.
    async fn listen_to_authors(&self, caller: &Caller) -> Result<(), HubError> {
        let user = user_of(caller)?;
        let (mut authors, ()) = try_join(
            self.access.celebrities(user, self.telling.crowd),
            self.access.reads_feed(user, self.telling.active),
        )
        .await
        .map_err(HubError::internal)?;
        authors.truncate(AUTHORS);
        try_join_all(authors.iter().map(|author| async move {
            let tag = tags::until(Parting::Muted, *author);
            caller.tune_in(&tag, &channel(*author)).await
        }))
        .await?;
        self.tune_out_unwanted(caller, user, &authors).await
    }

    /// A connection first listens, then looks: what comes between the two from now on takes it out again.
    async fn tune_out_unwanted(
        &self,
        caller: &Caller,
        user: UserId,
        authors: &[UserId],
    ) -> Result<(), HubError> {
        let standings = self.access.standings(Some(user), authors).await;
        let standings = standings.map_err(HubError::internal)?;
        for author in authors {
            let standing = standings.get(author).copied().unwrap_or_default();
            if standing.relation != Relation::Follower || standing.unwanted() {
                caller.tune_out(&channel(*author));
            }
        }
        Ok(())
    }
}

/// The channel of an author.
fn channel(author: UserId) -> String {
    Subject::User(author).to_string()
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
