//! What the handlers share.

use crate::model::Group;
use crate::unread;
use access::Access;
use cloud::{Cloud, Documents, Shelf};
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
}

impl Notifications {
    #[expect(clippy::unnecessary_wraps, reason = "other functions read variables here")]
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let cloud = context.cloud().clone();
        Ok(Self {
            context: context.clone(),
            access: Access::new(cloud.clone()),
            unread: Shelf::new(cloud.cache().clone(), "notif_unread", unread::KEPT),
            cloud,
        })
    }

    pub(crate) fn documents(&self) -> &Documents {
        self.cloud.documents()
    }

    /// Entries as their owner sees them. Reads the summaries of people that are not in Redis, in one batch.
    pub(crate) async fn view<'a>(
        &self,
        groups: impl IntoIterator<Item = &'a Group>,
    ) -> cloud::Result<Vec<Notification>> {
        let groups: Vec<&Group> = groups.into_iter().collect();
        let actors: Vec<UserId> = groups
            .iter()
            .flat_map(|group| group.actors.iter().copied())
            .collect();
        let people = self.access.known(&actors).await?;
        Ok(groups.iter().map(|group| group.view(&people)).collect())
    }
}
