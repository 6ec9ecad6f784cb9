//! What the handlers share.

use crate::model::Group;
use crate::unread;
use access::Access;
use cloud::{Cloud, Documents, Shelf, Stored};
use contracts::UserId;
use contracts::resources::Notification;
use runtime::{Context, SetupError};

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Notifications {
    pub(crate) context: Context,
    pub(crate) cloud: Cloud,
    pub(crate) access: Access,
    /// How many entries are unread, by owner.
    pub(crate) unread: Shelf,
    /// How many of those who have the bell on one message tells.
    pub(crate) bell_page: usize,
}

impl Notifications {
    /// `BELL_PAGE` (100): how many of those who have the bell on for somebody one message tells what is new.
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let mut reader = context.environment().reader();
        let bell_page = reader.or("BELL_PAGE", 100);
        if bell_page == 0 {
            reader.refuse("BELL_PAGE", "at least 1");
        }
        reader.done()?;
        let cloud = context.cloud().clone();
        Ok(Self {
            context: context.clone(),
            access: Access::new(cloud.clone()),
            unread: Shelf::new(cloud.cache().clone(), "notif_unread", unread::KEPT),
            cloud,
            bell_page,
        })
    }

    pub(crate) fn documents(&self) -> &Documents {
        self.cloud.documents()
    }

    /// Entries of one inbox as its owner sees them, without people whom they block or who block them. Reads of profiles and of how people stand what is
    /// not in Redis, in one batch each.
    pub(crate) async fn view<'a>(
        &self,
        groups: impl IntoIterator<Item = &'a Group>,
    ) -> cloud::Result<Vec<Notification>> {
        let groups: Vec<&Group> = groups.into_iter().collect();
        let owner = groups.first().map(|group| group.recipient_id);
        let present = self.present(owner, groups.iter().copied()).await?;
        let people = self.access.known(&present).await?;
        Ok(groups.iter().map(|group| group.view(&people)).collect())
    }

    /// Those of `groups` in which somebody is left whom their owner may know of, or nobody ever was.
    pub(crate) async fn heard(
        &self,
        owner: UserId,
        groups: Vec<Stored<Group>>,
    ) -> cloud::Result<Vec<Stored<Group>>> {
        let present = self
            .present(Some(owner), groups.iter().map(|group| &**group))
            .await?;
        let heard = |group: &Stored<Group>| {
            group.actors.is_empty() || group.actors.iter().any(|actor| present.contains(actor))
        };
        Ok(groups.into_iter().filter(heard).collect())
    }

    /// Whether nobody of those who did something is anybody to `owner`. Two Redis commands each; reads what is not kept.
    pub(crate) async fn is_silent(&self, owner: UserId, actors: &[UserId]) -> cloud::Result<bool> {
        let present = self
            .access
            .present(Some(owner), actors.to_vec(), |actor| Some(*actor));
        Ok(!actors.is_empty() && present.await?.is_empty())
    }

    /// Those who did what `groups` tell and are not absent to their owner.
    pub(crate) async fn present<'a>(
        &self,
        owner: Option<UserId>,
        groups: impl Iterator<Item = &'a Group>,
    ) -> cloud::Result<Vec<UserId>> {
        let mut actors: Vec<UserId> = groups.flat_map(|group| group.actors.iter().copied()).collect();
        actors.sort_unstable();
        actors.dedup();
        self.access.present(owner, actors, |actor| Some(*actor)).await
    }
}
