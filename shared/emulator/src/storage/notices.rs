//! Sends notifications that are stored until Pub/Sub has them: at least once, in no order, as in the cloud.

use super::notification::Notice;
use super::store::{self, Numbered};
use crate::core::Core;
use crate::pubsub::PubSub;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// How long after a failure it is tried again: first, and at most.
const WAITS: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// Notifications on their way. Dropping it ends the sending; what is stored is sent at the next start.
#[derive(Debug)]
pub(super) struct Outbox {
    core: Arc<Core>,
    pubsub: PubSub,
    waiting: Arc<Mutex<BTreeMap<i64, Notice>>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Outbox {
    pub(super) fn new(core: Arc<Core>, pubsub: PubSub) -> Self {
        Self {
            core,
            pubsub,
            waiting: Arc::default(),
            tasks: Mutex::default(),
        }
    }

    /// Sends what is stored already. A task each: a topic that is held does not hold the others.
    pub(super) fn send(&self, notices: Numbered) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        for (id, notice) in notices {
            self.waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id, notice.clone());
            tasks.spawn(deliver(
                Arc::clone(&self.core),
                self.pubsub.clone(),
                Arc::clone(&self.waiting),
                id,
                notice,
            ));
        }
    }

    /// Gives up what is not published to the project's topics, and answers the rows of it.
    pub(super) fn forget(&self, project: &str) -> Vec<i64> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let own = waiting
            .iter()
            .filter(|(_, notice)| notice.project() == Some(project));
        let own: Vec<i64> = own.map(|(id, _)| *id).collect();
        for id in &own {
            waiting.remove(id);
        }
        own
    }

    /// One line for each notification of the project's topics that is not published yet.
    pub(super) fn pending(&self, project: Option<&str>) -> Vec<String> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let of_project = |notice: &&Notice| project.is_none_or(|project| notice.project() == Some(project));
        let line = |notice: &Notice| {
            format!(
                "storage: a notification about {} for {}",
                notice.attributes.get("objectId").map_or("", String::as_str),
                notice.topic
            )
        };
        waiting.values().filter(of_project).map(line).collect()
    }
}

async fn deliver(
    core: Arc<Core>,
    pubsub: PubSub,
    waiting: Arc<Mutex<BTreeMap<i64, Notice>>>,
    id: i64,
    notice: Notice,
) {
    let mut wait = WAITS.0;
    while let Err(status) = pubsub.publish(&notice.topic, vec![notice.message()]) {
        if matches!(
            status.code(),
            tonic::Code::NotFound | tonic::Code::InvalidArgument
        ) {
            tracing::warn!(topic = notice.topic, %status, "a notification is dropped");
            break;
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(WAITS.1);
        // A reset of the project gives it up.
        let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting.contains_key(&id) {
            return;
        }
    }
    if let Err(error) = core.db.write(|transaction| store::delete_notice(transaction, id)) {
        tracing::error!(%error, "a sent notification stays stored and will be sent again");
    }
    waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
}
