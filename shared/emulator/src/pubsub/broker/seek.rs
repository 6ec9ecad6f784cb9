//! Seeking a subscription to a time or a snapshot: <https://cloud.google.com/pubsub/docs/replay-overview>.

use super::Broker;
use super::publish::new_row;
use super::tick::micros_of;
use crate::pubsub::queue::Replay;
use crate::pubsub::store::{MessageRow, Point, Row, Store};
use gcloud_sdk::google::pubsub::v1::SeekRequest;
use gcloud_sdk::google::pubsub::v1::seek_request::Target;
use tonic::Status;

impl Broker {
    /// Takes a subscription to a point: what was published before a time is acknowledged and what is retained from then on is not; or what
    /// the snapshot holds is not acknowledged and all else is.
    pub(crate) fn seek(&mut self, store: &Store<'_>, asked: &SeekRequest, now: i64) -> Result<(), Status> {
        let name = &asked.subscription;
        let topic = self.subscription(name)?.config.topic.clone();
        if self.subscription(name)?.config.detached {
            return Err(Status::failed_precondition(
                "The subscription is detached from its topic.",
            ));
        }
        let point = match &asked.target {
            None => return Err(Status::invalid_argument("A time or a snapshot must be given.")),
            Some(Target::Time(time)) => Point::Time(micros_of(Some(*time))),
            Some(Target::Snapshot(snapshot)) => {
                let (snapshot, number) = self.snapshot(snapshot)?;
                if snapshot.topic != topic {
                    return Err(Status::failed_precondition(
                        "The snapshot is not one of the subscription's topic.",
                    ));
                }
                Point::Snapshot(*number)
            }
        };
        self.touch(store, name, now)?;
        let has_topic = self.topics.contains_key(&topic);
        let mut ids = self.ids;
        let subscription = self.subscription(name)?;
        let keep = subscription.keep();
        let (ordered, filter) = (
            subscription.config.enable_message_ordering,
            subscription.filter.as_ref(),
        );
        let mut deliver = |message: MessageRow| -> Result<Option<Row>, Status> {
            if filter.is_some_and(|filter| !filter.matches(&message.message.attributes)) {
                return Ok(None);
            }
            let key = message.message.ordering_key.clone();
            let id = ids.next(store)?.unsigned_abs();
            Ok(Some(new_row(
                id,
                &message,
                (ordered && !key.is_empty()).then_some(key),
            )))
        };
        let mut replay = Replay {
            point,
            topic: has_topic.then_some(topic.as_str()),
            keep,
            deliver: &mut deliver,
        };
        subscription.queue.seek(store, &mut replay)?;
        subscription.arrived.notify_waiters();
        self.ids = ids;
        Ok(())
    }
}
