//! What a task runs: the template of a job, and what a run overrides of it
//! (<https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs>).

use super::time::duration;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tonic::Status;

/// How tasks run. What is not read here either means nothing for a process on this machine (memory, accounts, networks) or is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Template {
    pub(super) image: String,
    pub(super) args: Vec<String>,
    pub(super) env: BTreeMap<String, String>,
    pub(super) working_dir: Option<String>,
    pub(super) task_count: u32,
    /// 0: all at once.
    pub(super) parallelism: u32,
    pub(super) max_retries: u32,
    /// Of each attempt, in microseconds.
    pub(super) timeout: i64,
}

/// Fields that mean nothing here.
const WITHOUT_MEANING: [&str; 16] = [
    "name",
    "resources",
    "ports",
    "baseImageUri",
    "buildInfo",
    "serviceAccount",
    "executionEnvironment",
    "encryptionKey",
    "vpcAccess",
    "nodeSelector",
    "gpuZonalRedundancyDisabled",
    "labels",
    "annotations",
    "client",
    "clientVersion",
    "priorityTier",
];

const DEFAULT_TIMEOUT: i64 = 600_000_000;
const LONGEST_TIMEOUT: i64 = 168 * 3_600 * 1_000_000;

impl Template {
    /// Reads the `template` of a job.
    pub(super) fn parse(job: &Map<String, Value>) -> Result<Self, Status> {
        let outer = object(job.get("template"), "template")?;
        known(outer, &["template", "taskCount", "parallelism"])?;
        let inner = object(outer.get("template"), "template.template")?;
        known(inner, &["containers", "maxRetries", "timeout"])?;
        let containers = inner
            .get("containers")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let [container] = containers else {
            return Err(match containers.len() {
                0 => Status::invalid_argument(
                    "template.template.containers: at least one container is required",
                ),
                _ => Status::unimplemented("the emulator has no tasks of several containers"),
            });
        };
        let container = object(Some(container), "container")?;
        known(container, &["image", "args", "env", "workingDir"])?;
        let image = container
            .get("image")
            .and_then(Value::as_str)
            .filter(|image| !image.is_empty());
        let timeout = inner.get("timeout").map(read_timeout).transpose()?;
        Ok(Self {
            image: image
                .ok_or_else(|| Status::invalid_argument("container.image is required"))?
                .to_owned(),
            args: args(container)?,
            env: env(container)?,
            working_dir: container
                .get("workingDir")
                .and_then(Value::as_str)
                .map(str::to_owned),
            task_count: number(outer, "taskCount", 1)?.max(1),
            parallelism: number(outer, "parallelism", 0)?,
            max_retries: max_retries(inner)?,
            timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
        })
    }

    /// With the `overrides` of a run: arguments are replaced, variables merged.
    pub(super) fn overridden(&self, overrides: &Map<String, Value>) -> Result<Self, Status> {
        known(overrides, &["containerOverrides", "taskCount", "timeout"])?;
        let mut changed = self.clone();
        changed.task_count = match number(overrides, "taskCount", 0)? {
            0 => self.task_count,
            count => count,
        };
        if let Some(timeout) = overrides.get("timeout") {
            changed.timeout = read_timeout(timeout)?;
        }
        let containers = overrides.get("containerOverrides").and_then(Value::as_array);
        for container in containers.map(Vec::as_slice).unwrap_or_default() {
            let container = object(Some(container), "containerOverride")?;
            known(container, &["args", "env", "clearArgs"])?;
            let replaced = args(container)?;
            if !replaced.is_empty() || container.get("clearArgs") == Some(&Value::Bool(true)) {
                changed.args = replaced;
            }
            changed.env.extend(env(container)?);
        }
        Ok(changed)
    }
}

fn object<'a>(value: Option<&'a Value>, what: &str) -> Result<&'a Map<String, Value>, Status> {
    value
        .and_then(Value::as_object)
        .ok_or_else(|| Status::invalid_argument(format!("{what} must be an object")))
}

/// Refuses fields that would mean something and are not read.
fn known(fields: &Map<String, Value>, read: &[&str]) -> Result<(), Status> {
    let empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    let meant = |(name, value): &(&String, &Value)| {
        !read.contains(&name.as_str()) && !WITHOUT_MEANING.contains(&name.as_str()) && !empty(value)
    };
    match fields.iter().find(meant) {
        Some((name, _)) => Err(Status::unimplemented(format!(
            "the emulator's jobs have no field `{name}`"
        ))),
        None => Ok(()),
    }
}

fn args(container: &Map<String, Value>) -> Result<Vec<String>, Status> {
    let list = container.get("args").cloned().unwrap_or_else(|| json!([]));
    serde_json::from_value(list).map_err(|error| Status::invalid_argument(format!("args: {error}")))
}

fn env(container: &Map<String, Value>) -> Result<BTreeMap<String, String>, Status> {
    let list = container.get("env").and_then(Value::as_array);
    let variable = |variable: &Value| {
        let fields = object(Some(variable), "env")?;
        if fields.get("valueSource").is_some_and(|source| !source.is_null()) {
            return Err(Status::unimplemented(
                "the emulator's jobs have no field `valueSource`",
            ));
        }
        let name = fields
            .get("name")
            .and_then(Value::as_str)
            .filter(|name| !name.is_empty() && !name.contains('='));
        let value = fields.get("value").and_then(Value::as_str).unwrap_or_default();
        Ok((
            name.ok_or_else(|| Status::invalid_argument("env: a name is required"))?
                .to_owned(),
            value.to_owned(),
        ))
    };
    list.map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .map(variable)
        .collect()
}

fn read_timeout(value: &Value) -> Result<i64, Status> {
    let timeout = value
        .as_str()
        .and_then(duration)
        .filter(|timeout| (1..=LONGEST_TIMEOUT).contains(timeout));
    timeout.ok_or_else(|| Status::invalid_argument("timeout must be like \"600s\", at most 168 hours"))
}

/// How often a task may fail and be tried again: at most ten times (<https://cloud.google.com/run/docs/configuring/max-retries>).
fn max_retries(fields: &Map<String, Value>) -> Result<u32, Status> {
    match number(fields, "maxRetries", 3)? {
        retries @ 0..=10 => Ok(retries),
        _ => Err(Status::invalid_argument("maxRetries must be from 0 to 10")),
    }
}

/// A number, which JSON of Google's may also write as text.
fn number(fields: &Map<String, Value>, name: &str, otherwise: u32) -> Result<u32, Status> {
    let Some(value) = fields.get(name).filter(|value| !value.is_null()) else {
        return Ok(otherwise);
    };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let number = number
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| *number <= 10_000);
    number.ok_or_else(|| Status::invalid_argument(format!("{name} must be a number from 0 to 10000")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;

    fn parse(job: Value) -> Result<Template, Status> {
        let Value::Object(fields) = job else {
            panic!("an object")
        };
        Template::parse(&fields)
    }

    fn job() -> Value {
        json!({"template": {"taskCount": 2, "template": {"maxRetries": 1, "timeout": "60s", "containers": [{
            "image": "transcode", "args": ["a"], "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
            "resources": {"limits": {"cpu": "2"}},
        }]}}})
    }

    #[test]
    fn defaults_are_those_of_the_cloud() {
        let least = parse(json!({"template": {"template": {"containers": [{"image": "x"}]}}})).unwrap();
        assert_eq!(
            (
                least.task_count,
                least.parallelism,
                least.max_retries,
                least.timeout
            ),
            (1, 0, 3, 600_000_000)
        );
    }

    #[test]
    fn a_run_replaces_arguments_and_merges_variables() {
        let template = parse(job()).unwrap();
        let overrides = json!({"taskCount": 5, "timeout": "9s", "containerOverrides": [{"args": ["b", "c"], "env": [{"name": "B", "value": "3"}]}]});
        let run = template.overridden(overrides.as_object().unwrap()).unwrap();
        assert_eq!(
            (run.args, run.task_count, run.timeout),
            (vec!["b".into(), "c".into()], 5, 9_000_000)
        );
        assert_eq!(
            run.env,
            BTreeMap::from([("A".into(), "1".into()), ("B".into(), "3".into())])
        );
        let cleared = json!({"containerOverrides": [{"clearArgs": true}]});
        assert!(
            template
                .overridden(cleared.as_object().unwrap())
                .unwrap()
                .args
                .is_empty()
        );
        assert_eq!(template.overridden(&Map::new()).unwrap(), template);
    }

    #[test]
    fn what_would_mean_something_else_is_refused() {
        for (path, value) in [
            ("/template/template/containers/0/command", json!(["sh"])),
            (
                "/template/template/containers/0/volumeMounts",
                json!([{"name": "v"}]),
            ),
            ("/template/template/volumes", json!([{"name": "v"}])),
        ] {
            let mut job = job();
            let (parent, field) = path.rsplit_once('/').unwrap();
            job.pointer_mut(parent).unwrap()[field] = value;
            assert_eq!(parse(job).unwrap_err().code(), Code::Unimplemented, "{path}");
        }
        for text in [
            "{}",
            r#"{"template":{"template":{"containers":[]}}}"#,
            r#"{"template":{"template":{"containers":[{}]}}}"#,
        ] {
            assert_eq!(
                parse(serde_json::from_str(text).unwrap()).unwrap_err().code(),
                Code::InvalidArgument,
                "{text}"
            );
        }
    }
}
