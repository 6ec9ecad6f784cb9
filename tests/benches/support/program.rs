//! A child process that is measured.

use super::Outcome;
use super::kernel::{Cpu, resident_kilobytes};
use std::process::{Child, Command};

/// A running program; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Program(Child);

impl Program {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Outcome<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        Ok(Self(child))
    }

    /// The process, for its output.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn cpu(&self) -> Outcome<f64> {
        Ok(Cpu::of(self.0.id())?.own)
    }

    /// Its memory, in kilobytes.
    pub(crate) fn resident(&self) -> Outcome<f64> {
        resident_kilobytes(self.0.id())
    }

    /// Refuses to go on with one that has ended.
    pub(crate) fn check(&mut self) -> Outcome {
        match self.0.try_wait()? {
            None => Ok(()),
            Some(status) => Err(format!("the program ended: {status}").into()),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
