//! What functions do when the process is told to stop, beside finishing requests.

use futures::future::{BoxFuture, join_all};
use std::fmt;

/// Runs once, when the process is told to stop.
pub(crate) type Farewell = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// All that is to be done at the stop.
#[derive(Default)]
pub(crate) struct Farewells(Vec<Farewell>);

impl Farewells {
    pub(crate) fn add(&mut self, farewell: Farewell) {
        self.0.push(farewell);
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Does it, side by side.
    pub(crate) async fn say(self) {
        join_all(self.0.into_iter().map(|farewell| farewell())).await;
    }
}

impl fmt::Debug for Farewells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Farewells").field(&self.0.len()).finish()
    }
}
