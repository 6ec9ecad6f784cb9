//! Pub/Sub: topics, push and pull subscriptions, at-least-once delivery.
//!
//! `broker` (with `queue`, `filter`, `backoff`, `config`) is what happens, in steps that are one transaction of `store` each; `publisher`,
//! `subscriber` and `rest` are the ways in, `push` the way out, `control` what tests turn.

mod acks;
mod answers;
mod backoff;
mod broker;
mod config;
mod control;
mod envelope;
mod faults;
mod filter;
mod iam;
mod json;
mod message;
mod names;
mod publisher;
mod push;
mod queue;
mod rest;
mod snapshots;
mod store;
mod streaming;
mod subscriber;
#[cfg(test)]
mod tests;
mod time;

use crate::core::{Core, StartError};
use answers::Answers;
use axum::Router;
use broker::{Broker, Push};
use faults::Faults;
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Store;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tonic::{Code, Status};

/// The service; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct PubSub {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    core: Arc<Core>,
    broker: Mutex<Broker>,
    /// Publish calls that a held topic keeps waiting.
    waiting_calls: Mutex<BTreeMap<String, usize>>,
    /// Told when a topic is released.
    released: Notify,
    /// Told when there may be something to push.
    changed: Arc<Notify>,
    last_owner: AtomicU64,
    answers: Answers,
    pump: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

impl PubSub {
    /// Reads what was stored and goes on delivering. Must run inside a Tokio runtime.
    pub(crate) fn open(core: Arc<Core>) -> Result<Self, StartError> {
        store::prepare(&core.db)?;
        let now = core.clock.now_micros();
        let (mut broker, _) = store::transaction(&core.db, now, |store| Broker::open(store, now))
            .map_err(|status| StartError::Stored(format!("Pub/Sub: {}", status.message())))?;
        broker.faults = Faults::of(Arc::clone(&core.faults));
        let changed = Arc::new(Notify::new());
        let inner = Arc::new_cyclic(|weak| Inner {
            pump: tokio::spawn(push::run(weak.clone(), Arc::clone(&core), Arc::clone(&changed)))
                .abort_handle(),
            core,
            broker: Mutex::new(broker),
            waiting_calls: Mutex::default(),
            released: Notify::new(),
            changed: Arc::clone(&changed),
            last_owner: AtomicU64::new(0),
            answers: Answers::default(),
        });
        // the task waits for this: before, there is no service for it
        inner.changed.notify_one();
        Ok(Self { inner })
    }

    /// gRPC, REST and the control surface.
    pub(crate) fn router(&self) -> Router {
        let inner = &self.inner;
        publisher::router(Arc::clone(inner))
            .merge(subscriber::router(Arc::clone(inner)))
            .merge(rest::router(Arc::clone(inner)))
            .merge(iam::router(Arc::clone(inner)))
            .merge(control::router(Arc::clone(inner)))
    }

    /// Publishes from inside the emulator (Cloud Storage's notifications): no fault set for callers applies.
    pub(crate) fn publish(&self, topic: &str, messages: Vec<PubsubMessage>) -> Result<Vec<String>, Status> {
        self.inner.publish_now(topic, messages)
    }

    /// The projects that have topics or subscriptions.
    pub(crate) fn projects(&self) -> Vec<String> {
        let broker = self.inner.lock();
        let names = broker.topics.keys().chain(broker.subscriptions.keys());
        names.map(|name| names::project(name).to_owned()).collect()
    }

    /// Removes all topics, subscriptions and snapshots of a project, with what they hold.
    pub(crate) fn reset(&self, project: &str) -> Result<(), Status> {
        let ours = |name: &&String| names::project(name) == project;
        self.inner.step(|broker, store, _| {
            let subscriptions: Vec<String> = broker.subscriptions.keys().filter(ours).cloned().collect();
            let snapshots: Vec<String> = broker.snapshots.keys().filter(ours).cloned().collect();
            let topics: Vec<String> = broker.topics.keys().filter(ours).cloned().collect();
            for name in subscriptions {
                broker.delete_subscription(store, &name)?;
            }
            for name in snapshots {
                broker.delete_snapshot(store, &name)?;
            }
            topics
                .iter()
                .try_for_each(|name| broker.delete_topic(store, name))
        })
    }

    /// What is not delivered yet, in all projects or one.
    pub(crate) fn pending(&self, project: Option<&str>) -> Vec<String> {
        self.inner.pending(project)
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Broker> {
        self.broker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does one step, in one transaction that is written before it answers.
    fn step<T>(
        &self,
        work: impl FnOnce(&mut Broker, &Store<'_>, i64) -> Result<T, Status>,
    ) -> Result<T, Status> {
        let mut broker = self.lock();
        let (db, now) = (&self.core.db, self.core.clock.now_micros());
        let done = store::transaction(db, now, |store| work(&mut broker, store, now));
        if let Err(status) = &done
            && status.code() == Code::Internal
        {
            // nothing of it was written: memory must not say otherwise
            store::transaction(db, now, |store| broker.reopen(store, now))?;
        }
        drop(broker);
        let (answer, wrote) = done?;
        if wrote {
            self.changed.notify_one();
        }
        Ok(answer)
    }

    /// [`Inner::step`] of the background, where nobody hears of a failure.
    fn background<T: Default>(
        &self,
        work: impl FnOnce(&mut Broker, &Store<'_>, i64) -> Result<T, Status>,
    ) -> T {
        self.step(work).unwrap_or_else(|error| {
            tracing::error!(%error, "Pub/Sub could not store what it did");
            T::default()
        })
    }

    fn publish_now(&self, topic: &str, messages: Vec<PubsubMessage>) -> Result<Vec<String>, Status> {
        self.step(|broker, store, now| broker.publish(store, topic, messages, now))
    }

    /// A publish call from outside: waits while its topic is held. A caller that goes away meanwhile has
    /// published nothing.
    async fn publish(&self, topic: &str, messages: Vec<PubsubMessage>) -> Result<Vec<String>, Status> {
        self.until_released(topic).await;
        self.publish_now(topic, messages)
    }

    async fn until_released(&self, topic: &str) {
        let _waiting = WaitingCall::begin(self, topic);
        loop {
            let released = self.released.notified();
            if !self.lock().faults.is_held(topic) {
                return;
            }
            released.await;
        }
    }

    /// Holds or releases the deliveries of a subscription, or the publish calls to a topic.
    fn hold(&self, name: String, held: bool) {
        let mut broker = self.lock();
        if let Some(subscription) = broker.subscriptions.get(&name) {
            subscription.arrived.notify_waiters();
        }
        broker.faults.hold(name, held);
        drop(broker);
        self.released.notify_waiters();
        self.changed.notify_one();
    }

    /// Leases what is to be pushed now, after what time alone brings about.
    fn due(&self) -> Vec<Push> {
        self.background(|broker, store, now| {
            broker.tick(store, now)?;
            broker.pushes(store, now)
        })
    }

    fn next_time(&self) -> Option<i64> {
        self.lock().next_time()
    }

    fn finish(&self, push: &Push, acknowledged: bool) {
        let (name, lease) = (&push.subscription.name, &push.lease);
        self.background(|broker, store, now| {
            if acknowledged {
                broker.touch(store, name, now)?;
                broker.acknowledge(store, name, lease.id, lease.attempt, now)
            } else {
                broker.give_back(store, name, lease.id, lease.attempt, now)
            }
        });
    }

    fn pending(&self, project: Option<&str>) -> Vec<String> {
        let mut pending = self.lock().pending(project);
        let calls = self.waiting_calls.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = calls
            .iter()
            .filter(|(topic, _)| project.is_none_or(|p| names::project(topic) == p));
        pending.extend(ours.map(|(topic, count)| format!("{topic}: {count} publish calls held")));
        pending
    }

    /// A stream begins to pull from a subscription, which is in use for as long as there is one; answers who tells it of news.
    fn stream_opened(&self, name: &str) -> Result<Arc<Notify>, Status> {
        self.step(|broker, store, now| {
            broker.touch(store, name, now)?;
            let subscription = broker.subscription(name)?;
            subscription.streams += 1;
            Ok(Arc::clone(&subscription.arrived))
        })
    }

    fn stream_closed(&self, name: &str) {
        self.background(|broker, store, now| {
            broker.touch(store, name, now)?;
            if let Ok(subscription) = broker.subscription(name) {
                subscription.streams = subscription.streams.saturating_sub(1);
            }
            Ok(())
        });
        // its expiry runs again
        self.changed.notify_one();
    }

    /// A number that no other puller has.
    fn new_owner(&self) -> u64 {
        self.last_owner.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// A publish call that is counted as waiting for as long as this lives.
struct WaitingCall<'a> {
    inner: &'a Inner,
    topic: &'a str,
}

impl<'a> WaitingCall<'a> {
    fn begin(inner: &'a Inner, topic: &'a str) -> Self {
        let mut calls = inner.waiting_calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(topic.to_owned()).or_default() += 1;
        Self { inner, topic }
    }
}

impl Drop for WaitingCall<'_> {
    fn drop(&mut self) {
        let mut calls = self
            .inner
            .waiting_calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = calls.get_mut(self.topic) {
            *count -= 1;
        }
        calls.retain(|_, count| *count > 0);
    }
}
