//! Resource names, as <https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names> has them.

use tonic::Status;

/// What the topic of a subscription is called after its topic was deleted.
pub(crate) const DELETED_TOPIC: &str = "_deleted-topic_";

/// Checks `projects/P/topics/T`.
pub(crate) fn check_topic(name: &str) -> Result<(), Status> {
    check(name, "topics")
}

/// Checks `projects/P/subscriptions/S`.
pub(crate) fn check_subscription(name: &str) -> Result<(), Status> {
    check(name, "subscriptions")
}

/// Checks `projects/P/snapshots/S`.
pub(crate) fn check_snapshot(name: &str) -> Result<(), Status> {
    check(name, "snapshots")
}

/// The project id in `projects/P` or `projects/P/...`; empty when there is none.
pub(crate) fn project(name: &str) -> &str {
    name.strip_prefix("projects/")
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default()
}

/// Checks `projects/P`.
pub(crate) fn check_project(name: &str) -> Result<(), Status> {
    let id = name.strip_prefix("projects/").unwrap_or_default();
    if is_project(id) {
        Ok(())
    } else {
        Err(Status::invalid_argument(format!(
            "Invalid project name: {name:?}."
        )))
    }
}

/// `name` itself when it is a full name, else the full name of that id in `project`.
pub(crate) fn full(project: &str, collection: &str, name: &str) -> String {
    if name.contains('/') {
        name.to_owned()
    } else {
        format!("projects/{project}/{collection}/{name}")
    }
}

fn check(name: &str, collection: &str) -> Result<(), Status> {
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        ["projects", project, found, id] if found == collection && is_project(project) && is_id(id) => Ok(()),
        _ => Err(Status::invalid_argument(format!(
            "Invalid resource name given (name={name}). It must have the form projects/PROJECT/{collection}/ID; an id has 3 to 255 letters, \
             digits and -_.~+%, starts with a letter and not with \"goog\"."
        ))),
    }
}

fn is_project(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 100
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:_".contains(&b))
}

fn is_id(id: &str) -> bool {
    (3..=255).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_alphabetic())
        && !id.starts_with("goog")
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.~+%".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_name_brings_the_check_down(name in "(projects|topics|/|[a-zé%~-]){0,12}|.{0,20}") {
            if check_topic(&name).is_ok() {
                prop_assert_eq!(full("other", "topics", &name), name.clone());
                let id = format!("projects/{}/topics/", project(&name));
                prop_assert!(name.starts_with(&id) && name.len() > id.len() + 2);
            }
            prop_assert!(check_topic(&name).is_err() || check_subscription(&name).is_err());
        }
    }

    #[test]
    fn names_as_the_service_takes_them() {
        for good in [
            "projects/demo/topics/posts",
            "projects/a/topics/a.b~c+d%2",
            "projects/x:y/topics/abc",
        ] {
            assert!(check_topic(good).is_ok(), "{good}");
        }
        let wrong = [
            "",
            "posts",
            "projects/demo/topics",
            "projects/demo/topics/ab",
            "projects/demo/topics/1ab",
            "projects/demo/topics/googles",
        ];
        for name in wrong.into_iter().chain([
            "projects/demo/subscriptions/abc",
            "projects//topics/abc",
            "projects/d/topics/a b c",
        ]) {
            assert!(check_topic(name).is_err(), "{name}");
        }
        assert_eq!(project("projects/demo/topics/posts"), "demo");
        assert_eq!(full("demo", "topics", "posts"), "projects/demo/topics/posts");
        assert_eq!(
            full("demo", "topics", "projects/other/topics/posts"),
            "projects/other/topics/posts"
        );
    }
}
