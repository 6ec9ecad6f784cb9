//! One at a time, across all instances.

mod lease;
mod lock;

pub use lease::Lease;
pub use lock::Lock;

use crate::Cloud;

/// Leases and locks of a function, by name.
#[derive(Debug, Clone)]
pub struct Locks {
    cloud: Cloud,
}

impl Locks {
    pub(crate) fn new(cloud: Cloud) -> Self {
        Self { cloud }
    }
}
