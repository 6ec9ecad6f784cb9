//! Resource names: `projects/{project}/databases/{database}/documents/{collection}/{document}/...`.
//!
//! Rules from <https://firebase.google.com/docs/firestore/quotas#limits>.

use std::cmp::Ordering;
use tonic::Status;

/// The longest id of a collection or a document, in bytes.
const LONGEST_ID: usize = 1500;
/// The longest name of a document, in bytes (6 KiB).
const LONGEST_NAME: usize = 6 * 1024;
/// The most subcollections below each other.
const DEEPEST: usize = 100;

/// A database: `projects/{project}/databases/{database}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Database {
    /// The project's id.
    pub(crate) project: String,
    /// The whole name.
    pub(crate) name: String,
}

impl Database {
    /// Reads a database's own name.
    pub(crate) fn parse(name: &str) -> Result<Self, Status> {
        match name.split('/').collect::<Vec<_>>()[..] {
            ["projects", project, "databases", database] if !project.is_empty() && !database.is_empty() => {
                Ok(Self {
                    project: project.to_owned(),
                    name: name.to_owned(),
                })
            }
            _ => Err(Status::invalid_argument(format!(
                "Invalid database name: \"{name}\""
            ))),
        }
    }

    /// The name that all documents of the database stand under.
    pub(crate) fn root(&self) -> String {
        format!("{}/documents", self.name)
    }
}

/// Splits any name below a database into the database and the ids after `documents`.
fn split(name: &str) -> Result<(Database, Vec<&str>), Status> {
    let parts: Vec<&str> = name.splitn(6, '/').collect();
    if parts.len() < 5 || parts[4] != "documents" {
        return Err(Status::invalid_argument(format!(
            "Invalid resource name: \"{name}\""
        )));
    }
    let database = Database::parse(&parts[..4].join("/"))?;
    let ids = parts
        .get(5)
        .map(|rest| rest.split('/').collect())
        .unwrap_or_default();
    Ok((database, ids))
}

/// The database and project of any name below it.
pub(crate) fn database_of(name: &str) -> Result<Database, Status> {
    split(name).map(|(database, _)| database)
}

/// Checks a document's name.
pub(crate) fn check_document(name: &str) -> Result<Database, Status> {
    let (database, ids) = split(name)?;
    if ids.is_empty() || ids.len() % 2 == 1 {
        let text = format!(
            "Document name \"{name}\" lacks \"/\" at index {} or names no document.",
            name.len()
        );
        return Err(Status::invalid_argument(text));
    }
    check_ids(name, &ids)?;
    Ok(database)
}

/// Checks the parent of a collection: a document's name or that of all documents.
pub(crate) fn check_parent(name: &str) -> Result<Database, Status> {
    let (database, ids) = split(name)?;
    if ids.len() % 2 == 1 {
        return Err(Status::invalid_argument(format!(
            "\"{name}\" is neither a document nor a database's root."
        )));
    }
    check_ids(name, &ids)?;
    Ok(database)
}

fn check_ids(name: &str, ids: &[&str]) -> Result<(), Status> {
    if name.len() > LONGEST_NAME {
        return Err(Status::invalid_argument(format!(
            "Document name is longer than {LONGEST_NAME} bytes."
        )));
    }
    if ids.len() > DEEPEST * 2 {
        return Err(Status::invalid_argument(format!(
            "Collections are nested deeper than {DEEPEST}."
        )));
    }
    ids.iter().enumerate().try_for_each(|(at, id)| {
        if at % 2 == 0 {
            check_id(id)
        } else {
            check_document_id(id)
        }
    })
}

/// Checks the id of a collection.
pub(crate) fn check_id(id: &str) -> Result<(), Status> {
    let reserved = id.len() > 4 && id.starts_with("__") && id.ends_with("__");
    if id.is_empty() || id == "." || id == ".." || id.contains('/') || reserved {
        return Err(Status::invalid_argument(format!(
            "Resource id \"{id}\" is invalid because it is reserved."
        )));
    }
    if id.len() > LONGEST_ID {
        return Err(Status::invalid_argument(format!(
            "Resource id is longer than {LONGEST_ID} bytes."
        )));
    }
    Ok(())
}

fn check_document_id(id: &str) -> Result<(), Status> {
    if numeric(id).is_some() {
        Ok(())
    } else {
        check_id(id)
    }
}

/// The number of an id of the form `__id7__`, which Datastore's numeric keys have.
pub(crate) fn numeric(id: &str) -> Option<i64> {
    let digits = id.strip_prefix("__id")?.strip_suffix("__")?;
    let number: i64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// The collection that a document is in, and its id there. Both are empty for a name without a slash.
pub(crate) fn split_last(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or_default()
}

/// Names in the order of `__name__`: id by id, numeric ids first, others by their bytes.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    left.split('/').map(id_key).cmp(right.split('/').map(id_key))
}

fn id_key(id: &str) -> (bool, i64, &str) {
    numeric(id).map_or((true, 0, id), |number| (false, number, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "projects/p/databases/(default)/documents";

    #[test]
    fn names_are_taken_apart() {
        let database = check_document(&format!("{ROOT}/users/a/posts/b")).unwrap();
        assert_eq!((database.project.as_str(), database.root().as_str()), ("p", ROOT));
        assert_eq!(split_last("a/b/c"), ("a/b", "c"));
        assert!(check_parent(ROOT).is_ok());
        assert!(check_parent(&format!("{ROOT}/users/a")).is_ok());
    }

    #[test]
    fn bad_names_are_refused() {
        for tail in [
            "users",
            "users/",
            "users/.",
            "users/..",
            "users/__x__",
            "users/__id07__",
            "__all__/a",
            "users/a/posts",
            "//a",
        ] {
            assert!(check_document(&format!("{ROOT}/{tail}")).is_err(), "{tail}");
        }
        assert!(check_document(&format!("{ROOT}/users/{}", "a".repeat(1501))).is_err());
        assert!(check_document("projects/p/documents/users/a").is_err());
        assert!(check_parent(&format!("{ROOT}/users")).is_err());
        assert!(check_document(&format!("{ROOT}/users/__id7__")).is_ok());
    }

    #[test]
    fn numeric_ids_stand_first_and_as_numbers() {
        let mut ids = [
            "users/b",
            "users/__id10__",
            "users/a/posts/z",
            "users/__id9__",
            "users/a",
        ];
        ids.sort_by(|left, right| compare(left, right));
        assert_eq!(
            ids,
            [
                "users/__id9__",
                "users/__id10__",
                "users/a",
                "users/a/posts/z",
                "users/b"
            ]
        );
    }
}
