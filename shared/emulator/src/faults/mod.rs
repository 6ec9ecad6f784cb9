//! What goes wrong because somebody asked for it: one place for all services, set at `/_emulator/faults`.
//!
//! `fault` is what can be asked for, `standing` counts and decides, `call` names what a request asks of which service (`peek` reads the name in
//! a gRPC message), `layer` stands before every API. Deliveries of Pub/Sub, processes of Cloud Run Jobs and writes to the disk ask here
//! themselves. Nothing is stored: faults end with the process.

mod call;
mod control;
mod fault;
mod layer;
mod peek;
mod slow_disk;
mod standing;
#[cfg(test)]
mod tests;

pub(crate) use control::router;
pub(crate) use layer::Layer;
pub(crate) use slow_disk::SlowDisk;

use call::Call;
use fault::{Fault, Kind, Service};
use serde_json::Value;
use standing::Standing;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tonic::Status;

/// All faults that are set. Times are microseconds of the emulator's clock.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<All>);

#[derive(Debug, Default)]
struct All {
    standing: Vec<Standing>,
    last: u64,
}

/// What happens to a call before its work is done.
#[derive(Debug, Default)]
struct Before {
    delay_millis: u64,
    refused: Option<Status>,
}

/// How the deliveries of a subscription are made worse than they need to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DeliveryFaults {
    /// How often a message is delivered beyond the first time, each until it is acknowledged.
    pub(crate) duplicate: u32,
    /// Draws the order of what waits from this seed; an ordering key stays in order.
    pub(crate) shuffle: Option<u64>,
    /// How long a message waits before it is delivered; with `shuffle`, a time drawn up to it.
    pub(crate) delay_millis: u64,
}

impl Faults {
    fn lock(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets a fault, as JSON has it, in the place of one for the same calls; answers how it stands.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: it is no fault, or makes no sense.
    pub(crate) fn set(&self, fault: Value, now: i64) -> Result<Value, Status> {
        let wrong = |error: serde_json::Error| Status::invalid_argument(error.to_string());
        let fault = serde_json::from_value::<Fault>(fault).map_err(wrong)?.checked()?;
        let mut all = self.lock();
        all.standing.retain(|standing| !standing.fault.same_place(&fault));
        all.last += 1;
        let standing = Standing::new(all.last, fault, now);
        let shown = standing.json(now);
        all.standing.push(standing);
        Ok(shown)
    }

    /// Ends the faults that are of that project and that id; what is not said is not asked.
    pub(crate) fn end(&self, project: Option<&str>, id: Option<u64>) {
        self.lock().standing.retain(|standing| {
            let meant = project.is_none_or(|project| standing.fault.project.as_deref() == Some(project))
                && id.is_none_or(|id| standing.id == id);
            !meant
        });
    }

    /// All of them, also those that are used up, oldest first.
    pub(crate) fn list(&self, now: i64) -> Vec<Value> {
        let all = self.lock();
        all.standing.iter().map(|standing| standing.json(now)).collect()
    }

    fn is_empty(&self) -> bool {
        self.lock().standing.is_empty()
    }

    /// Counts a call for the faults that mean it, and answers those that strike, up to the first that refuses.
    fn strike(&self, call: &Call, now: i64, of: impl Fn(&Fault) -> bool) -> Vec<Fault> {
        let mut struck = Vec::new();
        let mut all = self.lock();
        for standing in all
            .standing
            .iter_mut()
            .filter(|standing| of(&standing.fault) && standing.fault.means(call))
        {
            if standing.strikes(now) {
                struck.push(standing.fault.clone());
                if standing.fault.kind.code().is_some() {
                    break;
                }
            }
        }
        struck
    }

    fn before(&self, call: &Call, now: i64) -> Before {
        let of = |fault: &Fault| !fault.after && (fault.kind == Kind::Delay || fault.kind.code().is_some());
        let struck = self.strike(call, now, of);
        Before {
            delay_millis: struck.iter().map(|fault| fault.delay_millis).sum(),
            refused: struck.iter().find_map(Fault::status),
        }
    }

    fn after(&self, call: &Call, now: i64) -> Option<Status> {
        let struck = self.strike(call, now, |fault| fault.after);
        struck.iter().find_map(Fault::status)
    }

    /// What is wrong with the deliveries of a message that comes into `subscription` (its full name) now.
    pub(crate) fn delivery(&self, subscription: &str, now: i64) -> DeliveryFaults {
        let call = Call::new(Service::Pubsub, fault::DELIVER, subscription);
        let of = |fault: &Fault| matches!(fault.kind, Kind::Duplicate | Kind::Reorder | Kind::Delay);
        let mut found = DeliveryFaults::default();
        for fault in self.strike(&call, now, of) {
            found.delay_millis += fault.delay_millis;
            match fault.kind {
                Kind::Duplicate => found.duplicate += fault.copies,
                Kind::Reorder => found.shuffle = Some(fault.seed),
                _ => {}
            }
        }
        found
    }

    /// Whether the first delivery of a message to `subscription` is lost on its way.
    pub(crate) fn loses(&self, subscription: &str, now: i64) -> bool {
        let call = Call::new(Service::Pubsub, fault::DELIVER, subscription);
        let of = |fault: &Fault| fault.kind == Kind::DropOnce;
        !self.strike(&call, now, of).is_empty()
    }

    /// Whether the attempt of a task that starts now is to be killed.
    pub(crate) fn kills(&self, execution: &str, now: i64) -> bool {
        let call = Call::new(Service::Run, fault::ATTEMPT, execution);
        !self
            .strike(&call, now, |fault| fault.kind == Kind::Kill)
            .is_empty()
    }

    /// How many executions more than one a run of `job` starts.
    pub(crate) fn runs_more(&self, job: &str, now: i64) -> u32 {
        let call = Call::new(Service::Run, fault::RUN, job);
        let struck = self.strike(&call, now, |fault| fault.kind == Kind::Duplicate);
        struck.iter().map(|fault| fault.copies).sum()
    }

    /// How long a write to the disk that begins now is to wait.
    pub(crate) fn slow_disk(&self, now: i64) -> Duration {
        let call = Call::new(Service::Any, fault::WRITE, "");
        let struck = self.strike(&call, now, |fault| fault.kind == Kind::SlowDisk);
        Duration::from_millis(struck.iter().map(|fault| fault.delay_millis).sum())
    }
}
