//! Answers as text that is equal when they mean the same: fields in order, times by the commits that made them.

use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, Value};
use prost_types::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// The names of times, on one side.
#[derive(Debug, Default)]
pub(super) struct Times {
    names: BTreeMap<(i64, i32), String>,
}

/// Later than every time that a history writes by itself.
const RECENT: i64 = 1_700_000_000;

impl Times {
    /// Names a time, unless it has a name.
    pub(super) fn learn(&mut self, time: Option<&Timestamp>, name: &str) {
        if let Some(time) = time {
            self.names
                .entry((time.seconds, time.nanos))
                .or_insert_with(|| name.to_owned());
        }
    }

    pub(super) fn show(&self, time: Option<&Timestamp>) -> String {
        let Some(time) = time else { return "-".to_owned() };
        match self.names.get(&(time.seconds, time.nanos)) {
            Some(name) => name.clone(),
            None if time.seconds > RECENT => "recent".to_owned(),
            None => format!("{}.{:09}", time.seconds, time.nanos),
        }
    }

    pub(super) fn document(&self, document: &Document) -> String {
        let times = [&document.create_time, &document.update_time].map(|time| self.show(time.as_ref()));
        format!(
            "{} {} ({}..{})",
            short(&document.name),
            self.fields(&document.fields),
            times[0],
            times[1]
        )
    }

    pub(super) fn fields(&self, fields: &HashMap<String, Value>) -> String {
        let mut parts: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name:?}: {}", self.value(value)))
            .collect();
        parts.sort_unstable();
        format!("{{{}}}", parts.join(", "))
    }

    pub(super) fn value(&self, value: &Value) -> String {
        match value.value_type.as_ref() {
            Some(ValueType::ArrayValue(array)) => {
                let parts: Vec<String> = array.values.iter().map(|value| self.value(value)).collect();
                format!("[{}]", parts.join(", "))
            }
            Some(ValueType::MapValue(map)) => self.fields(&map.fields),
            Some(ValueType::TimestampValue(time)) if time.seconds > RECENT => "now".to_owned(),
            Some(ValueType::TimestampValue(time)) => format!("time {}.{:09}", time.seconds, time.nanos),
            Some(ValueType::ReferenceValue(name)) => short(name).to_owned(),
            Some(ValueType::StringValue(text)) if text.len() > 100 => format!("text of {}", text.len()),
            Some(other) => format!("{other:?}"),
            None => "nothing".to_owned(),
        }
    }
}

/// A name without its database.
pub(super) fn short(name: &str) -> &str {
    name.split_once("/documents/").map_or(name, |(_, path)| path)
}
