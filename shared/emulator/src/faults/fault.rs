//! What can be asked for: the JSON form of a fault, and which calls it means.

use super::call::Call;
use serde::{Deserialize, Serialize};
use tonic::{Code, Status};

/// The "methods" that no client calls. `*` does not mean them.
pub(super) const DELIVER: &str = "deliver";
pub(super) const ATTEMPT: &str = "attempt";
pub(super) const WRITE: &str = "write";
/// What `duplicate` means in Cloud Run Jobs.
pub(super) const RUN: &str = "RunJob";

/// `PUT /_emulator/faults`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(default)]
    pub(super) service: Service,
    /// A method by its gRPC name (`Commit`), the REST form of it too; `*` is every call.
    #[serde(default = "every")]
    pub(super) method: String,
    /// Only calls about this project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) project: Option<String>,
    /// Only calls about what has this name: a full one, the beginning of one (whole segments), or one segment of it (`posts`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<String>,
    pub(super) kind: Kind,
    /// Whether the work is done first, so that the caller cannot know that it was. Calls that fail anyway do not count.
    #[serde(default)]
    pub(super) after: bool,
    #[serde(default)]
    pub(super) delay_millis: u64,
    /// How many more there are: of `duplicate` only.
    #[serde(default = "one")]
    pub(super) copies: u32,
    /// How often it strikes at most; 0 is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<u64>,
    /// How long it stands, on the emulator's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) for_millis: Option<u64>,
    /// Which part of the calls it strikes, from 0 to 1, drawn from `seed` and the number of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    #[serde(default)]
    pub(super) seed: u64,
}

fn every() -> String {
    "*".to_owned()
}

fn one() -> u32 {
    1
}

/// Whose calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Service {
    #[default]
    #[serde(rename = "*")]
    Any,
    Firestore,
    Pubsub,
    Storage,
    Run,
    Scheduler,
    Iam,
}

/// What goes wrong: calls answer one of Google's codes, or something of its own happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    Cancelled,
    Unknown,
    InvalidArgument,
    DeadlineExceeded,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    Aborted,
    OutOfRange,
    Internal,
    Unavailable,
    DataLoss,
    Unauthenticated,
    /// The call (or, of the method `deliver`, the message) waits for `delayMillis`.
    Delay,
    /// Each message is delivered, or each run of a job started, `copies` more times.
    Duplicate,
    /// Waiting messages come in an order drawn from `seed`.
    Reorder,
    /// The first delivery of a message is lost on its way, and its lease runs out.
    DropOnce,
    /// The process of a task is killed as soon as it has started.
    Kill,
    /// Every write to the database and of an object waits for `delayMillis`.
    SlowDisk,
}

impl Kind {
    /// The code that a refused call answers.
    pub(super) fn code(self) -> Option<Code> {
        Some(match self {
            Self::Cancelled => Code::Cancelled,
            Self::Unknown => Code::Unknown,
            Self::InvalidArgument => Code::InvalidArgument,
            Self::DeadlineExceeded => Code::DeadlineExceeded,
            Self::NotFound => Code::NotFound,
            Self::AlreadyExists => Code::AlreadyExists,
            Self::PermissionDenied => Code::PermissionDenied,
            Self::ResourceExhausted => Code::ResourceExhausted,
            Self::FailedPrecondition => Code::FailedPrecondition,
            Self::Aborted => Code::Aborted,
            Self::OutOfRange => Code::OutOfRange,
            Self::Internal => Code::Internal,
            Self::Unavailable => Code::Unavailable,
            Self::DataLoss => Code::DataLoss,
            Self::Unauthenticated => Code::Unauthenticated,
            Self::Delay | Self::Duplicate | Self::Reorder | Self::DropOnce | Self::Kill | Self::SlowDisk => {
                return None;
            }
        })
    }

    /// The one service and method that a kind is of.
    fn place(self, service: Service) -> Option<(Service, &'static str)> {
        match self {
            Self::Duplicate if service == Service::Run => Some((Service::Run, RUN)),
            Self::Duplicate | Self::Reorder | Self::DropOnce => Some((Service::Pubsub, DELIVER)),
            Self::Kill => Some((Service::Run, ATTEMPT)),
            Self::SlowDisk => Some((Service::Any, WRITE)),
            _ => None,
        }
    }
}

impl Fault {
    /// The fault with its method filled in, if it makes sense.
    pub(super) fn checked(mut self) -> Result<Self, Status> {
        let refuse = |set: bool, what: &str| {
            if set {
                return Err(Status::invalid_argument(what));
            }
            Ok(())
        };
        if let Some((service, method)) = self.kind.place(self.service) {
            refuse(self.service != service, "This kind is not one of that service.")?;
            refuse(
                !["*", method].contains(&self.method.as_str()),
                "This kind is not one of that method.",
            )?;
            method.clone_into(&mut self.method);
        }
        let delays = matches!(self.kind, Kind::Delay | Kind::SlowDisk);
        refuse(delays && self.delay_millis == 0, "delayMillis is missing.")?;
        refuse(
            self.kind == Kind::SlowDisk && (self.project.is_some() || self.resource.is_some()),
            "The disk is slow for all projects.",
        )?;
        refuse(
            self.after && self.kind.code().is_none(),
            "Only a code can come after the work.",
        )?;
        refuse(
            self.delay_millis > 0 && !delays && self.kind != Kind::Reorder,
            "delayMillis goes with delay, reorder and slowDisk.",
        )?;
        refuse(
            self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)),
            "probability is from 0 to 1.",
        )?;
        Ok(self)
    }

    /// Whether both are for the same calls, so that one replaces the other.
    pub(super) fn same_place(&self, other: &Self) -> bool {
        let place = |fault: &Self| (fault.service, fault.after, fault.kind.code().is_some());
        let own = |fault: &Self| fault.kind.code().is_none().then_some(fault.kind);
        let names = |fault: &'_ Self| {
            (
                fault.method.clone(),
                fault.project.clone(),
                fault.resource.clone(),
            )
        };
        place(self) == place(other) && own(self) == own(other) && names(self) == names(other)
    }

    /// Whether a call is one of those it is for.
    pub(super) fn means(&self, call: &Call) -> bool {
        let client = ![DELIVER, ATTEMPT, WRITE].contains(&call.method.as_str());
        let named = self.method == call.method || (self.method == "*" && client);
        let served = self.service == Service::Any || self.service == call.service;
        let ours = |project: &String| call.project() == Some(project);
        let meant = |name: &String| {
            let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
            call.resource.strip_prefix(name.as_str()).is_some_and(below)
                || call.resource.split('/').any(|segment| segment == name)
        };
        named && served && self.project.as_ref().is_none_or(ours) && self.resource.as_ref().is_none_or(meant)
    }

    /// What a call that it strikes is refused with.
    pub(super) fn status(&self) -> Option<Status> {
        let code = self.kind.code()?;
        Some(Status::new(code, "The emulator was told to fail this call."))
    }
}
