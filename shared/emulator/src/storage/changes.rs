//! Changes of single objects: made, changed, deleted.

use super::Storage;
use super::attributes::Attributes;
use super::change::Change;
use super::failure::Failure;
use super::files::Stored;
use super::object::{Object, check_name};
use super::precondition::Preconditions;
use super::session::Target;
use super::store;
use serde_json::{Map, Value};

/// Bucket, name and perhaps a generation.
pub(super) type Place<'a> = (&'a str, &'a str, Option<i64>);

/// What else is stored in the transaction that makes an object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ends<'a> {
    Nothing,
    /// The session is done; what came of it stays to be asked for.
    Session(&'a str),
    /// The parts upload is over.
    Parts(&'a str),
}

impl Storage {
    /// Makes the bytes visible as the object that `target` describes. When that fails they are removed.
    pub(super) fn finalize(
        &self,
        target: &Target,
        stored: Stored,
        ends: Ends<'_>,
    ) -> Result<Object, Failure> {
        let file = stored.file.clone();
        let made = self.finalize_stored(target, stored, ends);
        if made.is_err() {
            self.inner.files.remove(&file);
        }
        made
    }

    fn finalize_stored(&self, target: &Target, stored: Stored, ends: Ends<'_>) -> Result<Object, Failure> {
        check_name(&target.name)?;
        target.attributes.check()?;
        target.check_whole(stored.size)?;
        target.claimed.check(&stored.sums)?;
        target.claimed.check_payload(stored.sha256.as_deref())?;
        let mut state = self.state();
        let held = state.held(&target.bucket)?;
        let live = held.objects.get(&target.name).map(Object::version);
        target.preconditions.check(live)?;
        let object = new_object(
            target,
            stored,
            self.inner.core.clock.tick(),
            &held.bucket.storage_class,
        );
        let mut change = Change::default();
        change.finalize(held, object.clone())?;
        let finished = match ends {
            Ends::Session(id) => state.sessions.get(id).map(|session| session.done(&object)),
            _ => None,
        };
        let numbered = self.inner.core.db.write(|transaction| {
            if let Some(session) = &finished {
                store::put_session(transaction, session)?;
            }
            if let Ends::Parts(id) = ends {
                store::delete_parts(transaction, id)?;
            }
            change.write(transaction)
        })?;
        if let Some(session) = finished {
            state.sessions.insert(session.id.clone(), session);
        }
        if let Ends::Parts(id) = ends {
            state.parts.remove(id);
        }
        self.apply(state.held_mut(&target.bucket)?, change, numbered);
        Ok(object)
    }

    /// Changes attributes; `replace` is an update (PUT), else a PATCH.
    pub(super) fn patch_object(
        &self,
        (bucket, name, generation): Place<'_>,
        fields: &Map<String, Value>,
        preconditions: &Preconditions,
        replace: bool,
    ) -> Result<Object, Failure> {
        let mut state = self.state();
        let held = state.held_mut(bucket)?;
        let mut object = held.object(name, generation)?.clone();
        preconditions.check(Some(object.version()))?;
        let before = if replace {
            Attributes {
                // Not for an update to change: these stay until they are set.
                storage_class: object.attributes.storage_class.clone(),
                custom_time: object.attributes.custom_time.clone(),
                ..Attributes::default()
            }
        } else {
            object.attributes.clone()
        };
        let changed = before.patched(fields)?;
        if changed.storage_class != object.attributes.storage_class {
            return Err(Failure::invalid(
                "The storage class of an object is changed by rewriting it.",
            ));
        }
        object.attributes = changed;
        object.metageneration += 1;
        object.updated = self.inner.core.clock.tick();
        let mut change = Change::default();
        change.update(held, object.clone());
        self.commit(held, change)?;
        Ok(object)
    }

    /// Deletes the object. Without a generation, a bucket with versions keeps it as noncurrent.
    pub(super) fn delete_object(
        &self,
        (bucket, name, generation): Place<'_>,
        preconditions: &Preconditions,
    ) -> Result<(), Failure> {
        let mut state = self.state();
        let held = state.held_mut(bucket)?;
        let object = held.object(name, generation)?.clone();
        preconditions.check(Some(object.version()))?;
        let now = self.inner.core.clock.tick();
        let archive = generation.is_none() && held.bucket.versions();
        let mut change = Change::default();
        change.delete(held, &object, now, archive)?;
        self.commit(held, change)
    }
}

/// The object that comes of an upload, `now`. Its class is the bucket's unless it names one.
fn new_object(target: &Target, stored: Stored, now: i64, class: &str) -> Object {
    let mut attributes = target.attributes.clone();
    attributes.storage_class.get_or_insert_with(|| class.to_owned());
    Object {
        bucket: target.bucket.clone(),
        name: target.name.clone(),
        generation: now,
        metageneration: 1,
        size: stored.size,
        sums: stored.sums,
        created: now,
        updated: now,
        attributes,
        file: stored.file,
        components: stored.components,
        deleted: None,
        class_changed: None,
    }
}
