//! What the handlers share.

use crate::feed::Timelines;
use crate::settings::Settings;
use access::{Access, Author};
use cloud::{Cloud, Commit};
use contracts::Timestamp;
use engagement::Engagement;
use runtime::{Caller, Context, SetupError};

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Posts {
    /// For cursors.
    pub(crate) context: Context,
    pub(crate) cloud: Cloud,
    pub(crate) access: Access,
    pub(crate) engagement: Engagement,
    pub(crate) settings: Settings,
    pub(crate) timelines: Timelines,
}

impl Posts {
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let cloud = context.cloud().clone();
        let access = Access::new(cloud.clone());
        let settings = Settings::read(context.environment())?;
        let (kept, active) = (settings.timeline_kept, settings.feed_active);
        Ok(Self {
            context: context.clone(),
            engagement: Engagement::new(cloud.clone(), access.clone()),
            timelines: Timelines::new(cloud.cache().clone(), kept, active),
            access,
            settings,
            cloud,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.cloud.clock().now()
    }

    pub(crate) fn commit(&self) -> Commit {
        self.cloud.commit()
    }
}

/// The caller, as the author of something.
pub(crate) fn author(caller: &Caller) -> Author {
    Author {
        user_id: caller.user_id,
        username: caller.username.clone(),
    }
}
