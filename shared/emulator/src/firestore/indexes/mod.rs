//! Which indexes a project has, and which a query needs.
//!
//! The cloud refuses a query that lacks its index; so does this, for projects that declared theirs. The rules:
//! <https://firebase.google.com/docs/firestore/query-data/index-overview>.

mod choice;
mod declared;
mod definition;
mod entries;
mod intern;
mod need;
#[cfg(test)]
mod tests;

pub(crate) use choice::Choice;
pub(crate) use declared::Declared;
pub(crate) use definition::{IndexDefinition, PartKind};
pub(crate) use entries::{entries_of, header};
pub(crate) use intern::Intern;
pub(crate) use need::Need;

use super::query::plan::Plan;
use crate::core::StartError;
use std::collections::BTreeMap;
use tonic::Status;

/// What each project declared.
#[derive(Debug, Default)]
pub(crate) struct Indexes {
    by_project: BTreeMap<String, Declared>,
    /// What those have that declared nothing.
    usual: Declared,
}

impl Indexes {
    /// Reads what was stored: projects and JSON.
    pub(crate) fn load(stored: Vec<(String, String)>) -> Result<Self, StartError> {
        let unreadable = |error: serde_json::Error| StartError::Stored(format!("indexes: {error}"));
        let read = |(project, json): (String, String)| {
            Ok((project, serde_json::from_str(&json).map_err(unreadable)?))
        };
        Ok(Self {
            by_project: stored.into_iter().map(read).collect::<Result<_, StartError>>()?,
            usual: Declared::default(),
        })
    }

    /// From now on, the project has these indexes and no others.
    pub(crate) fn set(&mut self, project: String, declared: Declared) {
        self.by_project.insert(project, declared);
    }

    /// What a project declared, if it did.
    pub(crate) fn of(&self, project: &str) -> Option<&Declared> {
        self.by_project.get(project)
    }

    /// What a project declared; nothing but the usual if it did not.
    pub(crate) fn or_usual(&self, project: &str) -> &Declared {
        self.of(project).unwrap_or(&self.usual)
    }

    /// Refuses a query that lacks an index, and prints the one it lacks. A project that declared nothing is never refused.
    pub(crate) fn check(&self, project: &str, plan: &Plan) -> Result<(), Status> {
        let missing = self
            .of(project)
            .and_then(|declared| need::missing(plan, declared));
        missing.map_or(Ok(()), |missing| Err(refusal(&missing)))
    }
}

/// How a query is refused that lacks this index.
fn refusal(missing: &str) -> Status {
    Status::failed_precondition(format!(
        "The query requires an index. Add this to firestore.indexes.json: {missing}"
    ))
}
