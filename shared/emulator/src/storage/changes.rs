//! Changes of objects. Each is one transaction with the notifications that tell of it; bytes are removed after.

use super::Storage;
use super::failure::Failure;
use super::files::Stored;
use super::notification::{Event, Notice};
use super::object::{Attributes, Object, check_name};
use super::precondition::Preconditions;
use super::session::Target;
use super::state::Held;
use super::store;
use serde_json::{Map, Value};

/// One change of a bucket's objects, before it is stored.
#[derive(Debug, Default)]
struct Change {
    put: Option<Object>,
    delete: Option<Object>,
    notices: Vec<Notice>,
}

impl Change {
    /// `object` takes the place of whatever has its name.
    fn finalize(held: &Held, object: Object) -> Self {
        let old = held.objects.get(&object.name);
        let mut notices = tell(
            held,
            Event::Finalize {
                overwrote: old.map(|old| old.generation),
            },
            &object,
            object.created,
        );
        if let Some(old) = old {
            notices.extend(tell(
                held,
                Event::Delete {
                    overwritten_by: Some(object.generation),
                },
                old,
                object.created,
            ));
        }
        Self {
            put: Some(object),
            delete: None,
            notices,
        }
    }
}

/// The messages about `event` that the bucket's configurations ask for.
fn tell(held: &Held, event: Event, object: &Object, now: i64) -> Vec<Notice> {
    held.bucket
        .notifications
        .values()
        .filter_map(|config| config.notice(event, object, now))
        .collect()
}

impl Storage {
    /// Makes the bytes visible as the object that `target` describes. With a `session`, what came of it is stored in the same transaction.
    pub(super) fn finalize(
        &self,
        target: &Target,
        stored: Stored,
        session: Option<&str>,
    ) -> Result<Object, Failure> {
        let file = stored.file.clone();
        let made = self.finalize_stored(target, stored, session);
        if made.is_err() {
            self.inner.files.remove(&file);
        }
        made
    }

    fn finalize_stored(
        &self,
        target: &Target,
        stored: Stored,
        session: Option<&str>,
    ) -> Result<Object, Failure> {
        check_name(&target.name)?;
        target.check_whole(stored.size)?;
        target.claimed.check(&stored.sums)?;
        let mut state = self.state();
        let held = state.held(&target.bucket)?;
        target
            .preconditions
            .check(held.objects.get(&target.name).map(Object::version))?;
        let now = self.inner.core.clock.tick();
        let object = Object {
            bucket: target.bucket.clone(),
            name: target.name.clone(),
            generation: now,
            metageneration: 1,
            size: stored.size,
            sums: stored.sums,
            created: now,
            updated: now,
            attributes: target.attributes.clone(),
            file: stored.file,
        };
        let change = Change::finalize(held, object.clone());
        let finished = session.and_then(|id| state.sessions.get(id)).map(|session| {
            let mut session = session.clone();
            session.file = None;
            session.done = Some(object.clone());
            session
        });
        let numbered = self.inner.core.db.write(|transaction| {
            if let Some(session) = &finished {
                store::put_session(transaction, session)?;
            }
            write(transaction, &change)
        })?;
        if let Some(session) = finished {
            state.sessions.insert(session.id.clone(), session);
        }
        self.apply(state.held_mut(&target.bucket)?, change, numbered);
        Ok(object)
    }

    /// Changes attributes; `replace` is an update (PUT), else a PATCH.
    pub(super) fn patch_object(
        &self,
        (bucket, name, generation): (&str, &str, Option<i64>),
        fields: &Map<String, Value>,
        preconditions: &Preconditions,
        replace: bool,
    ) -> Result<Object, Failure> {
        let mut state = self.state();
        let held = state.held_mut(bucket)?;
        let mut object = held.object(name, generation)?.clone();
        preconditions.check(Some(object.version()))?;
        let before = if replace {
            Attributes::default()
        } else {
            object.attributes
        };
        object.attributes = before.patched(fields)?;
        object.metageneration += 1;
        object.updated = self.inner.core.clock.tick();
        let notices = tell(held, Event::MetadataUpdate, &object, object.updated);
        let change = Change {
            put: Some(object.clone()),
            delete: None,
            notices,
        };
        let numbered = self
            .inner
            .core
            .db
            .write(|transaction| write(transaction, &change))?;
        self.apply(held, change, numbered);
        Ok(object)
    }

    pub(super) fn delete_object(
        &self,
        (bucket, name, generation): (&str, &str, Option<i64>),
        preconditions: &Preconditions,
    ) -> Result<(), Failure> {
        let mut state = self.state();
        let held = state.held_mut(bucket)?;
        let live = held.objects.get(name).map(Object::version);
        if live.is_some() {
            preconditions.check(live)?;
        }
        let object = held.object(name, generation)?.clone();
        let now = self.inner.core.clock.tick();
        let notices = tell(held, Event::Delete { overwritten_by: None }, &object, now);
        let change = Change {
            put: None,
            delete: Some(object),
            notices,
        };
        let numbered = self
            .inner
            .core
            .db
            .write(|transaction| write(transaction, &change))?;
        self.apply(held, change, numbered);
        Ok(())
    }

    /// Copies the live object `from` (bucket, name, generation); without `attributes` it keeps its own.
    pub(super) fn copy_object(
        &self,
        (bucket, name, generation): (&str, &str, Option<i64>),
        source_conditions: &Preconditions,
        mut target: Target,
        attributes: Option<Attributes>,
    ) -> Result<Object, Failure> {
        let stored = {
            let state = self.state();
            let source = state.object(bucket, name, generation)?;
            source_conditions.check(Some(source.version()))?;
            target.attributes = attributes.unwrap_or_else(|| source.attributes.clone());
            Stored {
                file: self.inner.files.link(&source.file)?,
                size: source.size,
                sums: source.sums,
            }
        };
        self.finalize(&target, stored, None)
    }

    fn apply(&self, held: &mut Held, change: Change, numbered: store::Numbered) {
        let deleted = change.delete.and_then(|object| held.objects.remove(&object.name));
        let replaced = change.put.and_then(|object| {
            let file = object.file.clone();
            held.objects
                .insert(object.name.clone(), object)
                .filter(|old| old.file != file)
        });
        for gone in deleted.into_iter().chain(replaced) {
            self.inner.files.remove(&gone.file);
        }
        self.inner.outbox.send(numbered);
    }
}

fn write(transaction: &rusqlite::Transaction<'_>, change: &Change) -> Result<store::Numbered, Failure> {
    if let Some(object) = &change.delete {
        store::delete_object(transaction, object)?;
    }
    if let Some(object) = &change.put {
        store::put_object(transaction, object)?;
    }
    store::put_notices(transaction, change.notices.clone())
}
