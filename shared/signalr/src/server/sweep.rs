//! The one timer of all connections.

use super::Registry;
use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};
use tokio::time::MissedTickBehavior;

/// Looks over the connections every so often, for as long as the registry is there.
pub(super) fn start(registry: &Arc<Registry>, every: Duration) {
    tokio::spawn(run(Arc::downgrade(registry), every));
}

async fn run(registry: Weak<Registry>, every: Duration) {
    let mut ticks = tokio::time::interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match registry.upgrade() {
            Some(registry) => registry.sweep(Instant::now()),
            None => return,
        }
    }
}
