//! Configuration: read once, typed, from the environment.

mod environment;
mod settings;

pub use environment::{Environment, Reader, WrongVariables};
pub use settings::{OidcMode, Settings};
