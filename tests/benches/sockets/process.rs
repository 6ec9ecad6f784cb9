//! A server as a process of its own, so that its processor time and memory are its alone.

use super::{Addresses, Kind, SERVE};
use crate::support::{Outcome, Program, machine};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A running server.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    program: Program,
    /// Where it is.
    pub(crate) at: Addresses,
}

impl ServerProcess {
    /// Starts one, on a core of its own where there are two.
    pub(crate) fn start(kind: Kind) -> Outcome<Self> {
        let this = std::env::current_exe()?;
        let mut command = if machine::has_two_cores() {
            let mut command = Command::new("taskset");
            command.args(["--cpu-list", machine::SERVER_CORE]).arg(this);
            command
        } else {
            Command::new(this)
        };
        command
            .args([SERVE, kind.name()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut program = Program::start(&mut command)?;
        let output = program.child().stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let (sockets, control) = line.trim().split_once(' ').ok_or("the server did not start")?;
        let at = Addresses {
            sockets: sockets.parse()?,
            control: control.parse()?,
        };
        Ok(Self { program, at })
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn cpu(&self) -> Outcome<f64> {
        self.program.cpu()
    }

    /// Its memory, in kilobytes.
    pub(crate) fn resident(&self) -> Outcome<f64> {
        self.program.resident()
    }
}
