//! What an emulator is told at its start.

use crate::run::Program;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How hard a write is pressed to the disk before it is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Survives the death of the process (`kill -9`), not that of the machine: SQLite `synchronous=NORMAL`.
    #[default]
    Process,
    /// Survives the death of the machine: SQLite `synchronous=FULL`, some milliseconds a write.
    Machine,
}

/// What an emulator is told at its start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds everything: `emulator.db`, `objects/`, `jobs/`. Made when it is not there.
    pub data: PathBuf,
    /// How hard a write is pressed to the disk.
    pub durability: Durability,
    /// The programs that stand for container images: Cloud Run Jobs run them as child processes.
    pub images: BTreeMap<String, Program>,
    /// Requests to hosts with one of these suffixes go to the address beside it (`kith.internal` -> `127.0.0.1:8080`): push endpoints and
    /// schedules name hosts, never ports, so that they survive a restart on another port. More can be set while it runs.
    pub hosts: BTreeMap<String, std::net::SocketAddr>,
}

impl Options {
    /// Everything in `data`, nothing else set.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            durability: Durability::default(),
            images: BTreeMap::new(),
            hosts: BTreeMap::new(),
        }
    }
}
