//! What the handlers share.

use crate::model::{Policy, Times};
use crate::settings::Settings;
use crate::turns::Turns;
use access::Access;
use cloud::Cloud;
use contracts::Timestamp;
use contracts::media::{PUBLIC, UPLOADS};
use imaging::Limits;
use runtime::{Context, SetupError};
use std::time::Duration;

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Library {
    pub(crate) cloud: Cloud,
    pub(crate) access: Access,
    pub(crate) policy: Policy,
    pub(crate) times: Times,
    pub(crate) limits: Limits,
    /// How long an address to upload to is good.
    pub(crate) good_for: Duration,
    /// Above how many bytes an upload is a resumable session.
    pub(crate) resumable_above: u64,
    /// Who examines an image: each may take hundreds of megabytes.
    pub(crate) turns: Turns,
}

impl Library {
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let settings = Settings::read(context.environment())?;
        let cloud = context.cloud().clone();
        Ok(Self {
            access: Access::new(cloud.clone()),
            cloud,
            policy: settings.policy,
            times: settings.times,
            limits: settings.limits,
            good_for: settings.good_for,
            resumable_above: settings.resumable_above,
            turns: Turns::new(usize::from(settings.examinations), settings.patience),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.cloud.clock().now()
    }

    /// The bucket that bytes arrive in.
    pub(crate) fn uploads(&self) -> String {
        self.cloud.bucket(UPLOADS)
    }

    /// The bucket that is served.
    pub(crate) fn public(&self) -> String {
        self.cloud.bucket(PUBLIC)
    }
}
