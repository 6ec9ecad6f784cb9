//! How far the job is: kept in Redis for whoever asks, told to the uploader. What is not heard is no loss.

use cloud::Cloud;
use cloud::redis::cmd;
use contracts::hub::VideoProcessingProgress;
use contracts::pipeline::{Order, Progress, progress_key};
use contracts::{Audience, HubFrame, UserId};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// At least so often, also without progress, the job shows that it lives.
const BEAT: Duration = Duration::from_mins(1);

/// How long the last word is kept, in seconds: a job that is silent for longer is dead.
const KEPT: u64 = 15 * 60;

/// Says how far the job is, until it is dropped.
#[derive(Debug)]
pub(super) struct Reporter {
    percent: watch::Sender<u8>,
    reporting: JoinHandle<()>,
}

impl Reporter {
    /// Begins with 0 %.
    pub(super) fn start(cloud: Cloud, order: &Order, owner: UserId) -> Self {
        let (percent, said) = watch::channel(0);
        let reporting = tokio::spawn(report(cloud, order.clone(), owner, said));
        Self { percent, reporting }
    }

    /// So far it is.
    pub(super) fn say(&self, percent: u8) {
        self.percent
            .send_if_modified(|last| std::mem::replace(last, percent) != percent);
    }

    /// Waits until the last word is out, so that nothing is heard after the end.
    pub(super) async fn finish(self) {
        let Self { percent, reporting } = self;
        drop(percent);
        if let Err(error) = reporting.await {
            tracing::debug!(%error, "progress was not told");
        }
    }
}

async fn report(cloud: Cloud, order: Order, owner: UserId, mut said: watch::Receiver<u8>) {
    loop {
        let percent = *said.borrow_and_update();
        if let Err(error) = tell(&cloud, &order, owner, percent).await {
            tracing::debug!(%error, percent, "progress was not told");
        }
        // a beat without news is told again
        if let Ok(Err(_)) = timeout(BEAT, said.changed()).await {
            return;
        }
    }
}

async fn tell(cloud: &Cloud, order: &Order, owner: UserId, percent: u8) -> Result<(), runtime::SetupError> {
    let progress = Progress {
        generation: order.generation,
        progress: percent,
    };
    let event = VideoProcessingProgress {
        video_id: order.video_id,
        progress: percent,
    };
    let frame = HubFrame::tell(Audience::User(owner), &event)?;
    let cache = cloud.cache();
    let mut set = cmd("SET");
    set.arg(cache.key(&progress_key(order.video_id)))
        .arg(serde_json::to_string(&progress)?)
        .arg("EX")
        .arg(KEPT);
    cache.run::<()>(&set).await?;
    cloud.backplane().publish(&frame).await?;
    Ok(())
}
