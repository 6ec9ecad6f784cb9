//! Starts processes from one thread that lives as long as the emulator.
//!
//! Linux kills a child with `pdeathsig` when the *thread* that started it ends, and threads of a runtime come and go.

use std::io;
use std::sync::mpsc;
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

type Request = (Command, oneshot::Sender<io::Result<Child>>);

/// The thread; it ends when this is dropped.
#[derive(Debug, Clone)]
pub(super) struct Spawner {
    requests: mpsc::Sender<Request>,
}

impl Spawner {
    /// Starts the thread. Must run inside a Tokio runtime, which the children belong to.
    pub(super) fn start() -> io::Result<Self> {
        let (requests, received) = mpsc::channel::<Request>();
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        std::thread::Builder::new()
            .name("job-spawner".to_owned())
            .spawn(move || {
                let _inside = runtime.enter();
                for (mut command, answer) in received {
                    // Nobody waits any more: the child is dropped, and with it killed.
                    drop(answer.send(command.spawn()));
                }
            })?;
        Ok(Self { requests })
    }

    pub(super) async fn spawn(&self, command: Command) -> io::Result<Child> {
        let (answer, child) = oneshot::channel();
        let ended = || io::Error::other("the thread that starts processes has ended");
        self.requests.send((command, answer)).map_err(|_| ended())?;
        child.await.map_err(|_| ended())?
    }
}
