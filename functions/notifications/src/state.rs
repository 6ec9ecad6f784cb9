//! What the handlers share.

use crate::model::Group;
use access::Access;
use cloud::{Cloud, Documents};
use contracts::UserId;
use contracts::resources::Notification;
use runtime::{Context, SetupError};

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Notifications {
    pub(crate) context: Context,
    pub(crate) cloud: Cloud,
    pub(crate) access: Access,
}

impl Notifications {
    #[expect(clippy::unnecessary_wraps, reason = "other functions read variables here")]
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        Ok(Self {
            context: context.clone(),
            cloud: context.cloud().clone(),
            access: Access::new(context.cloud().clone()),
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
