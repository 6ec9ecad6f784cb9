//! Threads that give way to all others.

use std::io;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

/// Threads for long calculations that nobody else is to notice: on Linux, others come first. They begin when there is work, and end
/// when there was none for a while.
#[derive(Debug)]
pub(crate) struct Background {
    handle: Handle,
    /// Taken when it ends: a runtime that is dropped in another one would wait.
    runtime: Option<Runtime>,
}

impl Background {
    /// As many threads as this, at most.
    ///
    /// # Errors
    /// There is no runtime to be had.
    pub(crate) fn new(threads: usize) -> io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .thread_name("background")
            .max_blocking_threads(threads)
            .on_thread_start(give_way)
            .build()?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Does `work` on one of them.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        self.handle.spawn_blocking(work)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A low priority for this thread. Elsewhere than on Linux a priority is a whole process's.
#[cfg(target_os = "linux")]
fn give_way() {
    if let Err(error) = rustix::process::setpriority_process(None, PRIORITY) {
        tracing::warn!(%error, "passwords are hashed at the priority of everything else");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

/// Of setpriority(2), where 19 is the lowest: of a core that others keep busy all the time this still gets about a tenth, so that people can sign in.
#[cfg(target_os = "linux")]
const PRIORITY: i32 = 10;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn its_threads_alone_give_way() {
        let background = Background::new(2).unwrap();
        let priority = || rustix::process::getpriority_process(None).unwrap();
        let before = priority();
        assert_eq!(background.spawn(priority).await.unwrap(), PRIORITY);
        assert_eq!(priority(), before);
        drop(background);
    }
}
