//! The two forms of a Kith: all functions in this process, or each in its own.

mod one;
mod process;
mod processes;

use local::{Addresses, Secrets};
use one::One;
use processes::Processes;
use runtime::Environment;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// A running form.
#[derive(Debug)]
pub(crate) enum Stack {
    One(One),
    Processes(Box<Processes>),
}

/// Starts one at `listener` and sets `at.public` to where that is.
pub(crate) async fn start(
    listener: TcpListener,
    at: &mut Addresses,
    secrets: &Secrets,
    overrides: &[(&str, &str)],
    processes: bool,
) -> Stack {
    if processes {
        Stack::Processes(Box::new(Processes::start(listener, at, secrets, overrides).await))
    } else {
        Stack::One(One::start(listener, at, secrets, overrides).await)
    }
}

/// What the functions are told.
fn environment(at: &Addresses, secrets: &Secrets, overrides: &[(&str, &str)]) -> Environment {
    overrides
        .iter()
        .fold(local::environment(at, secrets), |environment, (name, value)| {
            environment.with(name, *value)
        })
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

    fn processes(&mut self) -> &mut Processes {
        match self {
            Self::Processes(processes) => processes,
            Self::One(_) => {
                panic!("start it with `Kith::processes`: in one process no function can be killed alone")
            }
        }
    }
}
