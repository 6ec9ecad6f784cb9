//! A call's place among those that wait for locks.

use super::Engine;
use crate::firestore::transactions::{Answer, Owner, Range, Ticket, Wish, contention};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::futures::Notified;
use tonic::Status;

/// How long a call waits for locks at most, in microseconds on the emulator's clock: 20 seconds, as
/// <https://firebase.google.com/docs/firestore/transaction-data-contention> says of pessimistic transactions.
const PATIENCE: i64 = 20_000_000;

/// The place of one call; it is given up when the call ends.
#[derive(Debug)]
pub(crate) struct Place {
    engine: Arc<Engine>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The place in the queue and when it was taken, while the call waits.
    taken: Option<(Ticket, i64)>,
    /// Until when the call's last try is to wait, at the latest.
    until: Option<i64>,
}

impl Place {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self {
            engine,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the call's last try had to wait.
    #[cfg(test)]
    pub(crate) fn waits(&self) -> bool {
        self.state().until.is_some()
    }

    /// Waits until the call's last try, which had to wait for locks, can be made again; answers at once, and `false`, if it had not.
    pub(crate) async fn waited<'a>(&'a self, mut changed: Pin<Box<Notified<'a>>>) -> bool {
        let Some(until) = self.state().until.take() else {
            return false;
        };
        loop {
            tokio::select! {
                () = changed.as_mut() => {}
                () = self.engine.core.clock.sleep_until(Some(until)) => return true,
            }
            changed.set(self.engine.changed.notified());
            changed.as_mut().enable();
            if self.may_go() {
                return true;
            }
        }
    }

    fn may_go(&self) -> bool {
        let taken = self.state().taken;
        taken.is_none_or(|(ticket, _)| self.engine.transactions().locks.may_go(ticket))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((ticket, _)) = self.state().taken {
            let mut transactions = self.engine.transactions();
            transactions.locks.leave(ticket);
            drop(transactions);
            self.engine.changed.notify_waiters();
        }
    }
}

impl Engine {
    /// Asks for locks, for the transaction of that id or for nobody. Refused with a status that only [`Place::waited`] sees when the call has to
    /// wait; with the contention's own when it lost, and its transaction with it.
    pub(super) fn ask(
        &self,
        place: &Place,
        owner: Option<(Owner, &[u8])>,
        wish: Wish<Arc<Range>>,
    ) -> Result<(), Status> {
        let now = self.core.clock.now_micros();
        let mut transactions = self.transactions();
        transactions.expire(now);
        let mut state = place.state();
        let (ticket, since) = state.taken.unwrap_or_else(|| (transactions.locks.ticket(), now));
        let mut answer = transactions
            .locks
            .ask(ticket, owner.map(|(owner, _)| owner), wish);
        if answer == Answer::Waits && now - since >= PATIENCE {
            transactions.locks.leave(ticket);
            answer = Answer::Aborted;
        }
        state.taken = (answer == Answer::Waits).then_some((ticket, since));
        let latest = since + PATIENCE;
        let until = transactions.next_end().map_or(latest, |end| end.min(latest));
        state.until = (answer == Answer::Waits).then_some(until);
        drop(state);
        if let (Answer::Aborted, Some((_, id))) = (answer, owner) {
            transactions.end(id);
        }
        self.tell(transactions);
        match answer {
            Answer::Granted => Ok(()),
            Answer::Waits | Answer::Aborted => Err(contention()),
        }
    }

    /// Lets those who wait look again, if there is something to see.
    pub(super) fn tell(
        &self,
        mut transactions: MutexGuard<'_, crate::firestore::transactions::Transactions>,
    ) {
        let changed = transactions.locks.take_changed();
        drop(transactions);
        if changed {
            self.changed.notify_waiters();
        }
    }
}
