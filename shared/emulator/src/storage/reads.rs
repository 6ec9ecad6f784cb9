//! Reads of buckets and objects.

use super::Storage;
use super::bucket::Bucket;
use super::changes::Place;
use super::failure::Failure;
use super::list::{ListQuery, page};
use super::object::Object;
use super::precondition::Preconditions;
use super::state::{Live, Versions};
use std::ops::Bound;

/// One page of a listing, taken out of the state.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) objects: Vec<Object>,
    pub(super) prefixes: Vec<String>,
    pub(super) next: Option<String>,
}

impl Storage {
    pub(super) fn bucket(&self, name: &str) -> Result<Bucket, Failure> {
        Ok(self.state().held(name)?.bucket.clone())
    }

    /// Buckets of a project (or all) whose names begin with `prefix`, after the name `after`; the second is the last name when there are more.
    pub(super) fn buckets(
        &self,
        project: Option<&str>,
        prefix: &str,
        after: Option<&str>,
        most: usize,
    ) -> (Vec<Bucket>, Option<String>) {
        let state = self.state();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let range = state
            .buckets
            .range::<str, _>((from, Bound::Unbounded))
            .map(|(_, held)| &held.bucket);
        let mut wanted = range.filter(|bucket| {
            project.is_none_or(|project| bucket.project == project) && bucket.name.starts_with(prefix)
        });
        let found: Vec<Bucket> = wanted.by_ref().take(most).cloned().collect();
        let more = wanted.next().is_some();
        let last = found.last().filter(|_| more).map(|bucket| bucket.name.clone());
        (found, last)
    }

    pub(super) fn object(
        &self,
        (bucket, name, generation): Place<'_>,
        preconditions: &Preconditions,
    ) -> Result<Object, Failure> {
        let state = self.state();
        let object = state.object(bucket, name, generation)?;
        preconditions.check_read(object.version())?;
        Ok(object.clone())
    }

    /// The object with its bytes. The file is opened while nothing can remove it.
    pub(super) fn open_object(
        &self,
        (bucket, name, generation): Place<'_>,
        preconditions: &Preconditions,
    ) -> Result<(Object, std::fs::File), Failure> {
        let state = self.state();
        let object = state.object(bucket, name, generation)?;
        preconditions.check_read(object.version())?;
        Ok((object.clone(), self.inner.files.read(&object.file)?))
    }

    pub(super) fn list(&self, bucket: &str, query: &ListQuery) -> Result<Listed, Failure> {
        let state = self.state();
        let held = state.held(bucket)?;
        let page = if query.versions {
            page(&Versions(held), query)
        } else {
            page(&Live(held), query)
        };
        Ok(Listed {
            objects: page.items.into_iter().cloned().collect(),
            prefixes: page.prefixes,
            next: page.next,
        })
    }
}
