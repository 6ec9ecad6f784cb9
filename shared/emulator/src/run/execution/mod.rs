//! An execution: its tasks, their attempts, and what follows from each end. No IO.

mod shown;
mod task;
#[cfg(test)]
mod tests;

pub(super) use task::{End, Failure, Status, Task};

use super::template::Template;
use serde::{Deserialize, Serialize};

/// An execution of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Execution {
    /// `projects/P/locations/L/jobs/J/executions/E`.
    pub(super) name: String,
    uid: String,
    pub(super) created: i64,
    pub(super) started: Option<i64>,
    pub(super) completed: Option<i64>,
    pub(super) template: Template,
    pub(super) tasks: Vec<Task>,
}

impl Execution {
    pub(super) fn new(name: String, template: Template, now: i64) -> Self {
        let tasks = vec![Task::default(); template.task_count as usize];
        Self {
            name,
            uid: uuid::Uuid::new_v4().to_string(),
            created: now,
            started: None,
            completed: None,
            template,
            tasks,
        }
    }

    /// `J` of the name.
    pub(super) fn job_id(&self) -> &str {
        self.name.split('/').nth(5).unwrap_or_default()
    }

    /// `E` of the name.
    pub(super) fn id(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn project(&self) -> &str {
        self.name.split('/').nth(1).unwrap_or_default()
    }

    /// The operation that a run answers with.
    pub(super) fn operation(&self) -> String {
        let place = self.name.split("/jobs/").next().unwrap_or_default();
        format!("{place}/operations/{}", self.id())
    }

    /// Starts as many waiting tasks as may run at once; answers their indexes.
    pub(super) fn start(&mut self, now: i64) -> Vec<usize> {
        let most = match self.template.parallelism {
            0 => self.tasks.len(),
            most => most as usize,
        };
        let free = most.saturating_sub(self.count(Status::Running));
        let waiting = self
            .tasks
            .iter_mut()
            .enumerate()
            .filter(|(_, task)| task.status == Status::Waiting)
            .take(free);
        let mut started = Vec::new();
        for (index, task) in waiting {
            task.status = Status::Running;
            task.started = task.started.or(Some(now));
            started.push(index);
        }
        if !started.is_empty() {
            self.started = self.started.or(Some(now));
        }
        started
    }

    /// Takes in how the running attempt of a task ended.
    pub(super) fn end(&mut self, index: usize, end: End, now: i64) {
        let most = self.template.max_retries;
        let Some(task) = self
            .tasks
            .get_mut(index)
            .filter(|task| task.status == Status::Running)
        else {
            return;
        };
        task.pid = None;
        match end {
            End::Succeeded => {
                task.status = Status::Succeeded;
            }
            End::Failed(failure) => {
                task.last = Some(failure);
                task.failures += 1;
                let again = task.failures <= most;
                task.status = if again { Status::Waiting } else { Status::Failed };
                task.attempt += u32::from(again);
            }
        }
        if matches!(task.status, Status::Succeeded | Status::Failed) {
            task.completed = Some(now);
        }
        self.complete(now);
    }

    /// After the emulator died: attempts that ran are lost and come again as the next.
    pub(super) fn recover(&mut self) {
        for task in self
            .tasks
            .iter_mut()
            .filter(|task| task.status == Status::Running)
        {
            task.status = Status::Waiting;
            task.attempt += 1;
            task.pid = None;
            task.last = Some(Failure::from("The container was lost with the emulator."));
        }
    }

    pub(super) fn cancel(&mut self, now: i64) {
        for task in self
            .tasks
            .iter_mut()
            .filter(|task| matches!(task.status, Status::Waiting | Status::Running))
        {
            task.status = Status::Cancelled;
            task.completed = Some(now);
            task.pid = None;
        }
        self.complete(now);
    }

    fn complete(&mut self, now: i64) {
        if self.count(Status::Waiting) + self.count(Status::Running) == 0 {
            self.completed = self.completed.or(Some(now));
        }
    }

    fn count(&self, status: Status) -> usize {
        self.tasks.iter().filter(|task| task.status == status).count()
    }

    /// What became of it: `None` while it runs.
    pub(super) fn result(&self) -> Option<Result<(), String>> {
        self.completed?;
        let failed = self
            .tasks
            .iter()
            .enumerate()
            .find(|(_, task)| task.status == Status::Failed);
        Some(match failed {
            Some((index, task)) => {
                let message = task.last.as_ref().map_or("", |last| last.message.as_str());
                Err(format!(
                    "Task {}-task{index} failed with message: {message}",
                    self.id()
                ))
            }
            None if self.count(Status::Cancelled) > 0 => Err("The execution was cancelled.".to_owned()),
            None => Ok(()),
        })
    }
}
