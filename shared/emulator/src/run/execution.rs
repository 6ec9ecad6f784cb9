//! An execution: its tasks, their attempts, and what follows from each end. No IO.

use super::template::Template;
use super::time::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    /// For its first attempt, or for another.
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// A task: one process at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) status: Status,
    /// The attempt that runs or comes next, from 0 on.
    pub(super) attempt: u32,
    /// Attempts that ended badly by themselves. Those lost with the emulator do not count, as in the cloud.
    pub(super) failures: u32,
    /// What the last failure was.
    pub(super) message: Option<String>,
    /// The process of the running attempt, for ending it after the emulator died.
    pub(super) pid: Option<u32>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Succeeded,
    /// With a sentence about it.
    Failed(String),
}

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
        let task = Task {
            status: Status::Waiting,
            attempt: 0,
            failures: 0,
            message: None,
            pid: None,
        };
        let tasks = vec![task; template.task_count as usize];
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
            End::Succeeded => task.status = Status::Succeeded,
            End::Failed(message) => {
                task.message = Some(message);
                task.failures += 1;
                let again = task.failures <= most;
                task.status = if again { Status::Waiting } else { Status::Failed };
                task.attempt += u32::from(again);
            }
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
        }
    }

    pub(super) fn cancel(&mut self, now: i64) {
        for task in self
            .tasks
            .iter_mut()
            .filter(|task| matches!(task.status, Status::Waiting | Status::Running))
        {
            task.status = Status::Cancelled;
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
                let message = task.message.as_deref().unwrap_or_default();
                Err(format!(
                    "Task {}-task{index} failed with message: {message}",
                    self.id()
                ))
            }
            None if self.count(Status::Cancelled) > 0 => Err("The execution was cancelled.".to_owned()),
            None => Ok(()),
        })
    }

    /// The resource as the API shows it.
    pub(super) fn json(&self) -> Value {
        let retried: u64 = self.tasks.iter().map(|task| u64::from(task.attempt)).sum();
        let (state, message) = match self.result() {
            None => ("CONDITION_RECONCILING", String::new()),
            Some(Ok(())) => ("CONDITION_SUCCEEDED", String::new()),
            Some(Err(message)) => ("CONDITION_FAILED", message),
        };
        let mut value = json!({
            "name": self.name,
            "uid": self.uid,
            "generation": "1",
            "observedGeneration": "1",
            "job": self.job_id(),
            "createTime": rfc3339(self.created),
            "updateTime": rfc3339(self.completed.or(self.started).unwrap_or(self.created)),
            "parallelism": self.template.parallelism,
            "taskCount": self.template.task_count,
            "template": self.template.json(),
            "reconciling": self.completed.is_none(),
            "conditions": [{"type": "Completed", "state": state, "message": message}],
            "runningCount": self.count(Status::Running),
            "succeededCount": self.count(Status::Succeeded),
            "failedCount": self.count(Status::Failed),
            "cancelledCount": self.count(Status::Cancelled),
            "retriedCount": retried,
            "etag": format!("\"{}\"", self.uid),
        });
        for (name, time) in [("startTime", self.started), ("completionTime", self.completed)] {
            if let Some(time) = time {
                value[name] = rfc3339(time).into();
            }
        }
        value
    }

    /// The operation (`google.longrunning.Operation`) of the run.
    pub(super) fn operation_json(&self) -> Value {
        let typed = || {
            let mut value = self.json();
            value["@type"] = "type.googleapis.com/google.cloud.run.v2.Execution".into();
            value
        };
        let mut value =
            json!({"name": self.operation(), "metadata": typed(), "done": self.completed.is_some()});
        match self.result() {
            None => {}
            Some(Ok(())) => value["response"] = typed(),
            Some(Err(message)) => value["error"] = json!({"code": 2, "message": message}),
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn execution(task_count: u32, parallelism: u32, max_retries: u32) -> Execution {
        let template = Template {
            image: "x".into(),
            args: vec![],
            env: [].into(),
            working_dir: None,
            task_count,
            parallelism,
            max_retries,
            timeout: 1,
        };
        Execution::new(
            "projects/p/locations/l/jobs/j/executions/j-abc".into(),
            template,
            0,
        )
    }

    #[test]
    fn a_lost_attempt_comes_again_without_counting_as_failed() {
        let mut run = execution(1, 0, 0);
        assert_eq!(run.start(1), [0]);
        run.recover();
        assert_eq!((run.start(2), run.tasks[0].attempt), (vec![0], 1));
        run.end(0, End::Failed("exit 1".into()), 3);
        assert_eq!(
            run.result(),
            Some(Err("Task j-abc-task0 failed with message: exit 1".into()))
        );
    }

    #[test]
    fn cancelling_ends_it_and_a_late_end_changes_nothing() {
        let mut run = execution(2, 1, 3);
        run.start(1);
        run.cancel(2);
        run.end(0, End::Succeeded, 3);
        assert_eq!(
            (run.completed, run.result()),
            (Some(2), Some(Err("The execution was cancelled.".into())))
        );
        assert_eq!(run.start(4), [0_usize; 0]);
    }

    proptest! {
        #[test]
        fn every_task_is_tried_until_it_succeeds_or_may_not_be_tried_again(
            tasks in 1_u32..6, parallelism in 0_u32..4, retries in 0_u32..3, ends in proptest::collection::vec(any::<(bool, bool)>(), 200),
        ) {
            let mut run = execution(tasks, parallelism, retries);
            let mut running = std::collections::VecDeque::new();
            for (succeeds, dies) in ends {
                running.extend(run.start(1));
                prop_assert!(parallelism == 0 || running.len() <= parallelism as usize);
                if dies {
                    run.recover();
                    running.clear();
                    continue;
                }
                let Some(index) = running.pop_front() else { break };
                run.end(index, if succeeds { End::Succeeded } else { End::Failed("no".into()) }, 2);
            }
            for task in &run.tasks {
                prop_assert!(task.failures <= retries + 1);
                prop_assert_eq!(task.status == Status::Failed, task.failures == retries + 1);
            }
            let over = run.tasks.iter().all(|task| matches!(task.status, Status::Succeeded | Status::Failed));
            prop_assert_eq!(run.completed.is_some(), over);
            if let Some(result) = run.result() {
                prop_assert_eq!(result.is_ok(), run.tasks.iter().all(|task| task.status == Status::Succeeded));
            }
        }
    }
}
