//! The resources as the API shows them (<https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs.executions>).

use super::{Execution, Status, Task};
use crate::run::template::Template;
use crate::run::time::{duration_text, rfc3339};
use serde_json::{Map, Value, json};

impl Execution {
    /// The execution.
    pub(in crate::run) fn json(&self) -> Value {
        let mut value = json!({
            "name": self.name,
            "uid": self.uid,
            "generation": "1",
            "observedGeneration": "1",
            "job": self.job_id(),
            "createTime": rfc3339(self.created),
            "updateTime": rfc3339(self.updated()),
            "launchStage": "GA",
            "parallelism": self.template.parallelism,
            "taskCount": self.template.task_count,
            "template": self.template.json(),
            "reconciling": self.completed.is_none(),
            "conditions": self.conditions(),
            "runningCount": self.count(Status::Running),
            "succeededCount": self.count(Status::Succeeded),
            "failedCount": self.count(Status::Failed),
            "cancelledCount": self.count(Status::Cancelled),
            "retriedCount": self.tasks.iter().map(|task| u64::from(task.attempt)).sum::<u64>(),
            "logUri": self.log_uri(),
            "etag": self.etag(),
        });
        put_times(
            &mut value,
            &[("startTime", self.started), ("completionTime", self.completed)],
        );
        value
    }

    /// `lastAttemptResult` and the rest of one task; `None` when there is none of that index.
    pub(in crate::run) fn task_json(&self, index: usize) -> Option<Value> {
        let task = self.tasks.get(index)?;
        let template: Map<String, Value> = match self.template.json() {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        let mut value = json!({
            "name": self.task_name(index),
            "uid": format!("{}-{index}", self.uid),
            "generation": "1",
            "observedGeneration": "1",
            "job": self.job_id(),
            "execution": self.id(),
            "createTime": rfc3339(self.created),
            "scheduledTime": rfc3339(self.created),
            "updateTime": rfc3339(task.completed.or(task.started).unwrap_or(self.created)),
            "reconciling": matches!(task.status, Status::Waiting | Status::Running),
            "conditions": [self.task_condition(task)],
            "index": index,
            "retried": task.attempt,
            "logUri": format!("{}&task={index}", self.log_uri()),
            "etag": self.etag(),
        });
        if let Some(fields) = value.as_object_mut() {
            fields.extend(template);
        }
        put_times(
            &mut value,
            &[("startTime", task.started), ("completionTime", task.completed)],
        );
        if let Some(result) = attempt_result(task) {
            value["lastAttemptResult"] = result;
        }
        Some(value)
    }

    /// `projects/P/locations/L/jobs/J/executions/E/tasks/E-taskN`.
    pub(in crate::run) fn task_name(&self, index: usize) -> String {
        format!("{}/tasks/{}-task{index}", self.name, self.id())
    }

    /// What a job says of its latest execution.
    pub(in crate::run) fn reference(&self) -> Value {
        let status = match self.result() {
            None if self.started.is_none() => "EXECUTION_PENDING",
            None => "EXECUTION_RUNNING",
            Some(Ok(())) => "EXECUTION_SUCCEEDED",
            Some(Err(_)) if self.is_cancelled() => "EXECUTION_CANCELLED",
            Some(Err(_)) => "EXECUTION_FAILED",
        };
        let mut value =
            json!({"name": self.name, "createTime": rfc3339(self.created), "completionStatus": status});
        put_times(&mut value, &[("completionTime", self.completed)]);
        value
    }

    /// The operation (`google.longrunning.Operation`) of the run.
    pub(in crate::run) fn operation_json(&self) -> Value {
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

    /// It changes with every change of the execution.
    pub(in crate::run) fn etag(&self) -> String {
        let attempts: u64 = self.tasks.iter().map(|task| u64::from(task.attempt)).sum();
        let open = self.count(Status::Waiting) + self.count(Status::Running);
        format!("\"{}-{attempts}-{open}\"", self.uid)
    }

    fn log_uri(&self) -> String {
        format!("/_emulator/run/logs?execution={}", self.name)
    }

    fn updated(&self) -> i64 {
        self.completed.or(self.started).unwrap_or(self.created)
    }

    fn is_cancelled(&self) -> bool {
        self.count(Status::Cancelled) > 0 && self.count(Status::Failed) == 0
    }

    fn conditions(&self) -> Vec<Value> {
        let mut completed = match self.result() {
            None => condition("Completed", "CONDITION_RECONCILING", "", self.updated()),
            Some(Ok(())) => condition("Completed", "CONDITION_SUCCEEDED", "", self.updated()),
            Some(Err(message)) => condition("Completed", "CONDITION_FAILED", &message, self.updated()),
        };
        if self.is_cancelled() {
            completed["executionReason"] = "CANCELLED".into();
        } else if self.count(Status::Failed) > 0 {
            completed["executionReason"] = "NON_ZERO_EXIT_CODE".into();
        }
        let since = self.started.unwrap_or(self.created);
        let begun = match self.started {
            Some(_) => "CONDITION_SUCCEEDED",
            None => "CONDITION_PENDING",
        };
        let mut all = vec![completed];
        all.extend(["ResourcesAvailable", "Started"].map(|kind| condition(kind, begun, "", since)));
        all
    }

    fn task_condition(&self, task: &Task) -> Value {
        let (state, message) = match (task.status, &task.last) {
            (Status::Waiting, _) => ("CONDITION_PENDING", ""),
            (Status::Running, _) => ("CONDITION_RECONCILING", ""),
            (Status::Succeeded, _) => ("CONDITION_SUCCEEDED", ""),
            (Status::Failed, last) => (
                "CONDITION_FAILED",
                last.as_ref().map_or("", |last| last.message.as_str()),
            ),
            (Status::Cancelled, _) => ("CONDITION_FAILED", "The execution was cancelled."),
        };
        let mut condition = condition(
            "Completed",
            state,
            message,
            task.completed.or(task.started).unwrap_or(self.created),
        );
        match task.status {
            Status::Failed => condition["executionReason"] = "NON_ZERO_EXIT_CODE".into(),
            Status::Cancelled => condition["executionReason"] = "CANCELLED".into(),
            _ => {}
        }
        condition
    }
}

/// The `TaskAttemptResult` of the last attempt that ended.
fn attempt_result(task: &Task) -> Option<Value> {
    if task.status == Status::Succeeded {
        return Some(json!({"status": {}, "exitCode": 0}));
    }
    let last = task.last.as_ref()?;
    let mut result = json!({"status": {"code": 2, "message": last.message}});
    if let Some(code) = last.exit_code {
        result["exitCode"] = code.into();
    }
    if let Some(signal) = last.signal {
        result["termSignal"] = signal.into();
    }
    Some(result)
}

fn condition(kind: &str, state: &str, message: &str, since: i64) -> Value {
    json!({"type": kind, "state": state, "message": message, "lastTransitionTime": rfc3339(since)})
}

fn put_times(value: &mut Value, times: &[(&str, Option<i64>)]) {
    for (name, time) in times {
        if let Some(time) = time {
            value[*name] = rfc3339(*time).into();
        }
    }
}

impl Template {
    /// As the API shows it in an execution and in its tasks.
    pub(in crate::run) fn json(&self) -> Value {
        let variable = |(name, value): (&String, &String)| json!({"name": name, "value": value});
        let env: Vec<Value> = self.env.iter().map(variable).collect();
        let mut container = json!({"image": self.image, "args": self.args, "env": env});
        if let Some(folder) = &self.working_dir {
            container["workingDir"] = folder.as_str().into();
        }
        json!({
            "containers": [container],
            "maxRetries": self.max_retries,
            "timeout": duration_text(self.timeout),
        })
    }
}
