//! Runs executions: one Tokio task each, which starts processes and stores how they end.

use super::execution::{End, Execution, Failure, Status as TaskStatus};
use super::process::{Process, command};
use super::scratch::Scratch;
use super::spawner::Spawner;
use super::{Inner, Jobs, process, store};
use crate::core::StartError;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// What runs. Dropping it ends every process.
#[derive(Debug)]
pub(super) struct Runner {
    folder: PathBuf,
    spawner: Spawner,
    tasks: Mutex<JoinSet<()>>,
    cancellations: Mutex<BTreeMap<String, CancellationToken>>,
}

impl Runner {
    /// `folder` holds the output of tasks.
    pub(super) fn new(folder: PathBuf) -> io::Result<Self> {
        Ok(Self {
            folder,
            spawner: Spawner::start()?,
            tasks: Mutex::default(),
            cancellations: Mutex::default(),
        })
    }

    /// Removes what the tasks of an execution wrote.
    pub(super) fn forget(&self, name: &str) {
        let folder = self.logs(name);
        if let Err(error) = std::fs::remove_dir_all(&folder)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, folder = %folder.display(), "the output of an execution is left");
        }
    }

    /// Where the output of an execution's tasks is.
    pub(super) fn logs(&self, name: &str) -> PathBuf {
        self.folder.join(name.rsplit('/').next().unwrap_or_default())
    }

    /// Whether processes of an execution that was cancelled are still ending.
    pub(super) fn is_ending(&self, name: &str) -> bool {
        let cancellations = self.cancellations.lock().unwrap_or_else(PoisonError::into_inner);
        cancellations
            .get(name)
            .is_some_and(CancellationToken::is_cancelled)
    }

    /// Ends the processes of an execution.
    pub(super) fn cancel(&self, name: &str) {
        let cancellations = self.cancellations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = cancellations.get(name) {
            token.cancel();
        }
    }
}

impl Jobs {
    /// After a start: what ran was lost and comes again.
    pub(super) fn take_up(&self) -> Result<(), StartError> {
        let mut state = self.inner.state();
        let mut names = Vec::new();
        for execution in state
            .executions
            .values_mut()
            .filter(|execution| execution.completed.is_none())
        {
            if let Some(program) = self.inner.images.get(&execution.template.image) {
                execution
                    .tasks
                    .iter()
                    .filter_map(|task| task.pid)
                    .for_each(|pid| process::end_left(pid, program));
            }
            Scratch::sweep(execution);
            execution.recover();
            self.inner
                .core
                .db
                .write(|transaction| store::put_execution(transaction, execution))?;
            names.push(execution.name.clone());
        }
        drop(state);
        for name in names {
            self.run_in_background(name);
        }
        Ok(())
    }

    /// Runs a stored execution until it has ended.
    pub(super) fn run_in_background(&self, name: String) {
        let runner = &self.inner.runner;
        let token = CancellationToken::new();
        let mut cancellations = runner
            .cancellations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        cancellations.insert(name.clone(), token.clone());
        let mut tasks = runner.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(run(Arc::downgrade(&self.inner), name, token));
    }
}

/// An attempt that is to start.
#[derive(Debug)]
struct Attempt {
    execution: Execution,
    index: usize,
    number: u32,
}

async fn run(inner: Weak<Inner>, name: String, token: CancellationToken) {
    let mut attempts = JoinSet::new();
    loop {
        let Some(strong) = inner.upgrade() else { return };
        match strong.start(&name) {
            Ok(starting) => {
                for attempt in starting {
                    attempts.spawn(strong.attempt(attempt, inner.clone(), token.clone()));
                }
            }
            Err(_) if token.is_cancelled() => {}
            Err(status) => tracing::error!(name, %status, "an execution cannot go on"),
        }
        drop(strong);
        match attempts.join_next().await {
            Some(Ok((index, end))) => {
                let Some(strong) = inner.upgrade() else { return };
                let now = strong.core.clock.tick();
                let stored = strong.change(&name, |execution| execution.end(index, end, now));
                if let (Err(status), false) = (stored, token.is_cancelled()) {
                    tracing::error!(name, %status, "the end of a task could not be stored");
                }
            }
            Some(Err(error)) => tracing::error!(name, %error, "an attempt broke"),
            None => break,
        }
    }
    if let Some(strong) = inner.upgrade() {
        strong
            .runner
            .cancellations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&name);
    }
}

impl Inner {
    /// Changes an execution: stored first, then seen.
    pub(super) fn change<T>(&self, name: &str, work: impl FnOnce(&mut Execution) -> T) -> Result<T, Status> {
        let mut state = self.state();
        let live = state
            .executions
            .get_mut(name)
            .ok_or_else(|| Status::not_found(format!("{name} not found")))?;
        let mut changed = live.clone();
        let answer = work(&mut changed);
        if changed != *live {
            self.core
                .db
                .write(|transaction| store::put_execution(transaction, &changed))?;
            *live = changed;
            self.changed.notify_waiters();
        }
        Ok(answer)
    }

    /// Marks the tasks that start now, before any process does.
    fn start(&self, name: &str) -> Result<Vec<Attempt>, Status> {
        let now = self.core.clock.tick();
        self.change(name, |execution| {
            let starting = execution.start(now);
            let number = |index: usize| execution.tasks.get(index).map_or(0, |task| task.attempt);
            let attempts = starting.into_iter().map(|index| (index, number(index)));
            attempts
                .map(|(index, number)| Attempt {
                    execution: execution.clone(),
                    index,
                    number,
                })
                .collect()
        })
    }

    /// The process of one attempt, from its start to its end.
    fn attempt(
        &self,
        attempt: Attempt,
        inner: Weak<Self>,
        token: CancellationToken,
    ) -> impl Future<Output = (usize, End)> + use<> {
        let Attempt {
            execution,
            index,
            number,
        } = attempt;
        let folder = self.runner.logs(&execution.name);
        let prepared = self.prepare(&execution, index, number, &folder);
        let kill = self
            .core
            .faults
            .kills(&execution.name, self.core.clock.now_micros());
        let (spawner, core) = (self.runner.spawner.clone(), Arc::clone(&self.core));
        async move {
            let deadline = core.clock.now_micros().saturating_add(execution.template.timeout);
            let started = async {
                let (command, scratch) = prepared?;
                Ok::<_, io::Error>((Process::new(spawner.spawn(command).await?), scratch))
            };
            let (mut process, _scratch) = match started.await {
                Ok(started) => started,
                Err(error) => {
                    let message = format!("The container could not be started: {error}");
                    return (index, End::Failed(message.as_str().into()));
                }
            };
            if let Some(strong) = inner.upgrade() {
                strong.remember(&execution.name, index, process.id());
            }
            if kill {
                process.kill().await;
                return (
                    index,
                    End::Failed("The container was killed, as a fault asked.".into()),
                );
            }
            let end = tokio::select! {
                status = process.wait() => end_of(status),
                () = core.clock.sleep_until(Some(deadline)) => {
                    process.stop(&core.clock).await;
                    End::Failed("The configured timeout was reached.".into())
                }
                () = token.cancelled() => {
                    process.stop(&core.clock).await;
                    End::Failed("The execution was cancelled.".into())
                }
            };
            (index, end)
        }
    }

    /// The command of an attempt, and the folder that lives as long as it.
    fn prepare(
        &self,
        execution: &Execution,
        index: usize,
        number: u32,
        folder: &Path,
    ) -> io::Result<(Command, Scratch)> {
        let image = &execution.template.image;
        let program = self.images.get(image);
        let program =
            program.ok_or_else(|| io::Error::other(format!("no program stands for the image {image}")))?;
        std::fs::create_dir_all(folder)?;
        let scratch = Scratch::make(execution, index, number)?;
        let log = folder.join(format!("{index}-{number}.log"));
        let command = command(program, execution, index, number, &log, scratch.path())?;
        Ok((command, scratch))
    }

    fn remember(&self, name: &str, index: usize, pid: Option<u32>) {
        let stored = self.change(name, |execution| {
            let running = execution
                .tasks
                .get_mut(index)
                .filter(|task| task.status == TaskStatus::Running);
            if let Some(task) = running {
                task.pid = pid;
            }
        });
        if let Err(status) = stored {
            tracing::warn!(name, %status, "the process of a task could not be recorded");
        }
    }
}

fn end_of(status: io::Result<std::process::ExitStatus>) -> End {
    let status = match status {
        Ok(status) if status.success() => return End::Succeeded,
        Ok(status) => status,
        Err(error) => {
            let message = format!("The container could not be waited for: {error}");
            return End::Failed(message.as_str().into());
        }
    };
    let message = match status.code() {
        Some(code) => format!("The container exited with an error (exit code {code})."),
        None => "The container was ended by a signal.".to_owned(),
    };
    End::Failed(Failure {
        message,
        exit_code: status.code(),
        signal: signal(status),
    })
}

#[cfg(unix)]
fn signal(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: std::process::ExitStatus) -> Option<i32> {
    None
}
