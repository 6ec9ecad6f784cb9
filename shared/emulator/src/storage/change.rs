//! One change of a bucket's objects: decided first, then stored in one transaction with the notifications that tell of it, then seen.

use super::Storage;
use super::failure::Failure;
use super::notification::{Event, Notice};
use super::object::Object;
use super::state::Held;
use super::store;
use std::collections::HashSet;

/// What is to happen, in the order in which it is told.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Taken away before anything is put.
    remove: Vec<Object>,
    put: Vec<Object>,
    notices: Vec<Notice>,
}

impl Change {
    /// `object` becomes the live one of its name; what was live before becomes noncurrent, or is gone.
    ///
    /// # Errors
    /// What was live is under a hold.
    pub(super) fn finalize(&mut self, held: &Held, object: Object) -> Result<(), Failure> {
        let old = held.objects.get(&object.name);
        let event = Event::Finalize {
            overwrote: old.map(|old| old.generation),
        };
        self.tell(held, event, &object, object.created);
        if let Some(old) = old {
            self.end(
                held,
                old,
                Some(object.generation),
                object.created,
                held.bucket.versions(),
            )?;
        }
        self.put.push(object);
        Ok(())
    }

    /// `object` is deleted, for good or (`archive`) to become noncurrent.
    ///
    /// # Errors
    /// It is under a hold.
    pub(super) fn delete(
        &mut self,
        held: &Held,
        object: &Object,
        now: i64,
        archive: bool,
    ) -> Result<(), Failure> {
        self.end(held, object, None, now, archive)
    }

    /// `object` has other attributes.
    pub(super) fn update(&mut self, held: &Held, object: Object) {
        self.tell(held, Event::MetadataUpdate, &object, object.updated);
        self.put.push(object);
    }

    fn end(
        &mut self,
        held: &Held,
        object: &Object,
        overwritten_by: Option<i64>,
        now: i64,
        archive: bool,
    ) -> Result<(), Failure> {
        object.check_hold()?;
        self.remove.push(object.clone());
        if archive {
            let mut old = object.clone();
            old.deleted = Some(now);
            self.tell(held, Event::Archive { overwritten_by }, &old, now);
            self.put.push(old);
        } else {
            self.tell(held, Event::Delete { overwritten_by }, object, now);
        }
        Ok(())
    }

    /// Adds the messages about `event` that the bucket's configurations ask for.
    fn tell(&mut self, held: &Held, event: Event, object: &Object, now: i64) {
        let configs = held.bucket.notifications.values();
        self.notices
            .extend(configs.filter_map(|config| config.notice(event, object, now)));
    }

    pub(super) fn write(&self, transaction: &rusqlite::Transaction<'_>) -> Result<store::Numbered, Failure> {
        for object in &self.remove {
            store::delete_object(transaction, object)?;
        }
        for object in &self.put {
            store::put_object(transaction, object)?;
        }
        store::put_notices(transaction, self.notices.clone())
    }
}

impl Storage {
    /// Stores `change` and makes it seen.
    pub(super) fn commit(&self, held: &mut Held, change: Change) -> Result<(), Failure> {
        let numbered = self
            .inner
            .core
            .db
            .write(|transaction| change.write(transaction))?;
        self.apply(held, change, numbered);
        Ok(())
    }

    /// Makes a change seen that is stored already. Bytes that nothing names any more are removed after.
    pub(super) fn apply(&self, held: &mut Held, change: Change, numbered: store::Numbered) {
        let kept: HashSet<String> = change.put.iter().map(|object| object.file.clone()).collect();
        let removed = change.remove.iter().filter_map(|object| held.take(object));
        let mut gone: Vec<Object> = removed.collect();
        gone.extend(change.put.into_iter().filter_map(|object| held.put(object)));
        for object in gone.into_iter().filter(|object| !kept.contains(&object.file)) {
            self.inner.files.remove(&object.file);
        }
        self.inner.outbox.send(numbered);
    }
}
