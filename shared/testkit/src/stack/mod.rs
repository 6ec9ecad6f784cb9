//! The two forms of a Kith: all functions in this process, or each in its own.

mod one;
mod process;
mod processes;

use local::{Addresses, Secrets};
use runtime::Environment;
use std::net::SocketAddr;

/// A running form.
#[derive(Debug)]
pub(crate) enum Stack {
    One(one::One),
    Processes(Box<processes::Processes>),
}

/// Starts one and sets `at.public` to where it is.
pub(crate) async fn start(
    at: &mut Addresses,
    secrets: &Secrets,
    overrides: &[(&str, &str)],
    processes: bool,
) -> Stack {
    if processes {
        Stack::Processes(Box::new(
            processes::Processes::start(at, secrets, overrides).await,
        ))
    } else {
        Stack::One(one::One::start(at, secrets, overrides).await)
    }
}

/// What the functions are told.
fn environment(at: &Addresses, secrets: &Secrets, overrides: &[(&str, &str)]) -> Environment {
    let quick = local::environment(at, secrets)
        .with("OUTBOX_DUE_SECONDS", "1")
        .with("LOGIN_FAILURES", "50");
    overrides
        .iter()
        .fold(quick, |environment, (name, value)| environment.with(name, *value))
}

impl Stack {
    pub(crate) async fn kill(&mut self, function: &str) {
        self.processes().kill(function).await;
    }

    pub(crate) async fn revive(&mut self, function: &str) {
        self.processes().revive(function).await;
    }

    pub(crate) async fn another(&mut self, function: &str) -> SocketAddr {
        match self {
            Self::One(one) => one.another(function).await,
            Self::Processes(processes) => processes.another(function).await,
        }
    }

    fn processes(&mut self) -> &mut processes::Processes {
        match self {
            Self::Processes(processes) => processes,
            Self::One(_) => {
                panic!("start it with `Kith::processes`: in one process no function can be killed alone")
            }
        }
    }
}
