//! Lifecycle rules (<https://cloud.google.com/storage/docs/lifecycle>): what becomes of an object, as a plain function of rules, object and
//! time. The cloud looks once a day; here it is done on demand.

use super::failure::Failure;
use super::object::Object;
use super::time;
use serde::Deserialize;
use serde_json::Value;

/// The `lifecycle` of a bucket.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(in crate::storage) struct Lifecycle {
    rule: Vec<Rule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    action: Action,
    condition: Condition,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
enum Action {
    Delete,
    AbortIncompleteMultipartUpload,
    #[serde(rename_all = "camelCase")]
    SetStorageClass {
        storage_class: String,
    },
}

/// All that is named must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Condition {
    age: Option<i64>,
    created_before: Option<String>,
    custom_time_before: Option<String>,
    days_since_custom_time: Option<i64>,
    days_since_noncurrent_time: Option<i64>,
    is_live: Option<bool>,
    matches_prefix: Vec<String>,
    matches_storage_class: Vec<String>,
    matches_suffix: Vec<String>,
    noncurrent_time_before: Option<String>,
    num_newer_versions: Option<usize>,
}

/// What becomes of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) enum Verdict {
    Delete,
    SetStorageClass(String),
}

const DAY: i64 = 24 * 3_600 * 1_000_000;

/// From the dearest at rest to the cheapest; a class only ever goes down.
const CLASSES: [&str; 4] = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"];

/// Refuses what is no lifecycle configuration.
pub(in crate::storage) fn check(value: &Value) -> Result<(), Failure> {
    let wrong = |what: String| Failure::invalid(format!("Invalid lifecycle configuration: {what}"));
    let lifecycle: Lifecycle =
        serde_json::from_value(value.clone()).map_err(|error| wrong(error.to_string()))?;
    for rule in &lifecycle.rule {
        let condition = &rule.condition;
        if *condition == Condition::default() {
            return Err(wrong("a rule needs a condition".to_owned()));
        }
        let dates = [
            &condition.created_before,
            &condition.custom_time_before,
            &condition.noncurrent_time_before,
        ];
        if let Some(date) = dates.into_iter().flatten().find(|date| midnight(date).is_none()) {
            return Err(wrong(format!("{date} is no date")));
        }
        let days = [
            condition.age,
            condition.days_since_custom_time,
            condition.days_since_noncurrent_time,
        ];
        if days.into_iter().flatten().any(|days| days < 0) {
            return Err(wrong("days must not be negative".to_owned()));
        }
        let of_uploads = Condition {
            age: condition.age,
            matches_prefix: condition.matches_prefix.clone(),
            matches_suffix: condition.matches_suffix.clone(),
            ..Condition::default()
        };
        match &rule.action {
            Action::AbortIncompleteMultipartUpload if *condition != of_uploads => {
                return Err(wrong("uploads have an age and a name only".to_owned()));
            }
            Action::SetStorageClass { storage_class } => {
                crate::storage::attributes::check_class(storage_class)?;
            }
            _ => {}
        }
    }
    Ok(())
}

impl Lifecycle {
    /// Of a bucket's settings; what was kept was checked.
    pub(in crate::storage) fn of(value: Option<&Value>) -> Self {
        value
            .and_then(|value| serde_json::from_value(value.clone()).ok())
            .unwrap_or_default()
    }

    /// What becomes of `object`, of which `newer` newer generations are there. A deletion comes before a class, a cheaper class before a dearer.
    pub(in crate::storage) fn verdict(&self, object: &Object, newer: usize, now: i64) -> Option<Verdict> {
        let holding = || {
            self.rule
                .iter()
                .filter(|rule| rule.condition.holds(object, newer, now))
        };
        if holding().any(|rule| rule.action == Action::Delete) {
            return Some(Verdict::Delete);
        }
        let rank = |class: &str| CLASSES.iter().position(|known| *known == class).unwrap_or(0);
        let classes = holding().filter_map(|rule| match &rule.action {
            Action::SetStorageClass { storage_class } => Some(storage_class),
            _ => None,
        });
        let cheapest = classes.max_by_key(|class| rank(class))?;
        (rank(cheapest) > rank(object.storage_class())).then(|| Verdict::SetStorageClass(cheapest.clone()))
    }

    /// Whether an upload in parts to `name`, begun at `started`, is to be given up.
    pub(in crate::storage) fn aborts(&self, name: &str, started: i64, now: i64) -> bool {
        self.rule.iter().any(|rule| {
            rule.action == Action::AbortIncompleteMultipartUpload
                && rule.condition.named(name)
                && rule
                    .condition
                    .age
                    .is_none_or(|days| now.saturating_sub(started) >= days.saturating_mul(DAY))
        })
    }
}

impl Condition {
    fn holds(&self, object: &Object, newer: usize, now: i64) -> bool {
        let since = |days: Option<i64>, time: Option<i64>| {
            days.is_none_or(|days| {
                time.is_some_and(|time| now.saturating_sub(time) >= days.saturating_mul(DAY))
            })
        };
        let before = |date: &Option<String>, time: Option<i64>| {
            let date = date.as_deref().map(midnight);
            date.is_none_or(|date| date.zip(time).is_some_and(|(date, time)| time < date))
        };
        let custom = object
            .attributes
            .custom_time
            .as_deref()
            .and_then(time::from_rfc3339);
        let classes = &self.matches_storage_class;
        since(self.age, Some(object.created))
            && before(&self.created_before, Some(object.created))
            && since(self.days_since_custom_time, custom)
            && before(&self.custom_time_before, custom)
            && since(self.days_since_noncurrent_time, object.deleted)
            && before(&self.noncurrent_time_before, object.deleted)
            && self.is_live.is_none_or(|live| live == object.deleted.is_none())
            && self.num_newer_versions.is_none_or(|least| newer >= least)
            && (classes.is_empty() || classes.iter().any(|class| class == object.storage_class()))
            && self.named(&object.name)
    }

    fn named(&self, name: &str) -> bool {
        let (prefixes, suffixes) = (&self.matches_prefix, &self.matches_suffix);
        (prefixes.is_empty() || prefixes.iter().any(|prefix| name.starts_with(prefix)))
            && (suffixes.is_empty() || suffixes.iter().any(|suffix| name.ends_with(suffix)))
    }
}

/// Microseconds since 1970 of the midnight, UTC, that begins a date.
fn midnight(date: &str) -> Option<i64> {
    time::from_rfc3339(&format!("{date}T00:00:00Z"))
}

#[cfg(test)]
mod tests;
