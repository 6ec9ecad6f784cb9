//! What an update changes: a field mask over the JSON form (<https://google.aip.dev/161>).

use super::job::Job;
use serde_json::{Value, json};
use tonic::Status;

/// What a client may set, and what of it in parts.
const FIELDS: [(&str, &[&str]); 8] = [
    ("description", &[]),
    (
        "httpTarget",
        &["uri", "httpMethod", "headers", "body", "oidcToken", "oauthToken"],
    ),
    ("pubsubTarget", &[]),
    ("appEngineHttpTarget", &[]),
    ("schedule", &[]),
    ("timeZone", &[]),
    (
        "retryConfig",
        &[
            "retryCount",
            "maxRetryDuration",
            "minBackoffDuration",
            "maxBackoffDuration",
            "maxDoublings",
        ],
    ),
    ("attemptDeadline", &[]),
];

/// `old` with the fields of the mask taken from `new`; without a mask, with all that a client may set.
pub(super) fn merge(old: &Job, new: &Job, mask: Option<&str>) -> Result<Job, Status> {
    let (mut merged, new) = (json!(old), json!(new));
    let all = || FIELDS.iter().map(|(name, _)| vec![(*name).to_owned()]).collect();
    let paths: Vec<Vec<String>> = match mask.map(str::trim).filter(|mask| !mask.is_empty()) {
        None => all(),
        Some(mask) => mask.split(',').map(path).collect::<Result<_, _>>()?,
    };
    for path in paths {
        take(&mut merged, &new, &path);
    }
    serde_json::from_value(merged).map_err(|error| Status::invalid_argument(error.to_string()))
}

/// `http_target.uri` as `[httpTarget, uri]`, if it may be changed.
fn path(text: &str) -> Result<Vec<String>, Status> {
    let parts: Vec<String> = text.trim().split('.').map(camel).collect();
    let known = |name: &str, inner: &[String]| {
        let field = FIELDS.iter().find(|(field, _)| *field == name);
        field.is_some_and(|(_, parts)| match inner {
            [] => true,
            [part] => parts.contains(&part.as_str()),
            _ => false,
        })
    };
    match parts.split_first() {
        Some((name, inner)) if known(name, inner) => Ok(parts),
        _ => Err(Status::invalid_argument(format!(
            "updateMask: {text} cannot be updated."
        ))),
    }
}

/// Puts what `new` has at a path there in `merged`, nothing when it has nothing.
fn take(merged: &mut Value, new: &Value, path: &[String]) {
    let Some((name, inner)) = path.split_first() else {
        return;
    };
    let value = new.get(name).unwrap_or(&Value::Null);
    if !inner.is_empty() {
        if !merged[name].is_object() {
            merged[name] = json!({});
        }
        return take(&mut merged[name], value, inner);
    }
    if let Some(fields) = merged.as_object_mut() {
        match value {
            Value::Null => drop(fields.remove(name)),
            value => drop(fields.insert(name.clone(), value.clone())),
        }
    }
}

fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut up = false;
    for letter in name.chars() {
        if letter == '_' {
            up = true;
        } else {
            out.push(if up { letter.to_ascii_uppercase() } else { letter });
            up = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn job(json: Value) -> Job {
        serde_json::from_value(json).unwrap()
    }

    fn old() -> Job {
        job(
            json!({"name": "n", "description": "old", "schedule": "* * * * *", "timeZone": "Etc/UTC",
            "httpTarget": {"uri": "http://a/", "body": "aGk="}, "retryConfig": {"retryCount": 2}}),
        )
    }

    #[test]
    fn parts_are_changed_and_the_rest_stays() {
        let new = job(
            json!({"description": "new", "httpTarget": {"uri": "http://b/"}, "retryConfig": {"maxDoublings": 3}}),
        );
        let merged = merge(&old(), &new, Some("http_target.uri, retryConfig.maxDoublings")).unwrap();
        let target = merged.http_target.unwrap();
        assert_eq!((target.uri.as_str(), target.body.as_str()), ("http://b/", "aGk="));
        assert_eq!(merged.description, "old");
        let retry = json!(merged.retry_config);
        assert_eq!(
            (&retry["retryCount"], &retry["maxDoublings"]),
            (&json!(2), &json!(3))
        );
    }

    #[test]
    fn without_a_mask_all_is_replaced_but_the_name_and_what_only_answers_have() {
        let merged = merge(
            &old(),
            &job(json!({"name": "other", "schedule": "0 * * * *"})),
            None,
        )
        .unwrap();
        assert_eq!(
            (merged.name.as_str(), merged.schedule.as_str()),
            ("n", "0 * * * *")
        );
        assert_eq!((merged.http_target, merged.retry_config), (None, None));
    }

    #[test]
    fn what_cannot_be_updated_is_refused() {
        for mask in [
            "state",
            "name",
            "httpTarget.uri.x",
            "httpTarget.nothing",
            "schedule,,timeZone",
        ] {
            assert!(merge(&old(), &old(), Some(mask)).is_err(), "{mask}");
        }
    }

    proptest! {
        #[test]
        fn no_mask_breaks_it(mask in "\\PC{0,40}") {
            if let Ok(merged) = merge(&old(), &old(), Some(&mask)) {
                prop_assert_eq!(merged, old());
            }
        }
    }
}
