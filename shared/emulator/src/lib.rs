#![doc = include_str!("../README.md")]

mod clock;
mod control;
mod core;
mod db;
mod faults;
mod firestore;
mod grpc;
mod hosts;
mod iam;
mod mail;
mod oidc;
mod options;
mod outgoing;
mod pubsub;
mod rest;
mod run;
mod scheduler;
mod storage;
#[cfg(test)]
mod testing;

pub use crate::core::{Emulator, StartError};
pub use crate::oidc::SERVICE_ACCOUNT;
pub use crate::options::{Durability, Options};
pub use crate::run::Program;
