//! Objects made from objects: copied, rewritten, moved, composed. Copies share bytes (a second name of the file), so a large one is as
//! quick as a small one.

use super::Storage;
use super::attributes::Attributes;
use super::change::Change;
use super::changes::{Ends, Place};
use super::checksum::Sums;
use super::failure::{Failure, Kind};
use super::files::Stored;
use super::object::{Object, check_name};
use super::precondition::Preconditions;
use super::session::Target;

/// As many objects as one compose may put together.
const MOST_COMPONENTS: usize = 32;

/// One object of a compose request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) generation: Option<i64>,
    pub(super) preconditions: Preconditions,
}

impl Storage {
    /// Copies an object; without `attributes` it keeps its own.
    pub(super) fn copy_object(
        &self,
        (bucket, name, generation): Place<'_>,
        source_conditions: &Preconditions,
        mut target: Target,
        attributes: Option<Attributes>,
    ) -> Result<Object, Failure> {
        check_name(&target.name)?;
        let stored = {
            let state = self.state();
            let source = state.object(bucket, name, generation)?;
            source_conditions.check(Some(source.version()))?;
            state.held(&target.bucket)?;
            target.attributes = attributes.unwrap_or_else(|| copied(source, bucket != target.bucket));
            self.linked(source)?
        };
        self.finalize(&target, stored, Ends::Nothing)
    }

    /// Gives an object another name in its bucket, in one transaction.
    pub(super) fn move_object(
        &self,
        (bucket, name, generation): Place<'_>,
        source_conditions: &Preconditions,
        to: &str,
        preconditions: &Preconditions,
    ) -> Result<Object, Failure> {
        check_name(to)?;
        let mut state = self.state();
        let held = state.held_mut(bucket)?;
        let source = held.object(name, generation)?.clone();
        source_conditions.check(Some(source.version()))?;
        preconditions.check(held.objects.get(to).map(Object::version))?;
        if to == name {
            return Err(Failure::invalid(
                "The source and destination objects must be different.",
            ));
        }
        let now = self.inner.core.clock.tick();
        let stored = self.linked(&source)?;
        let object = Object {
            name: to.to_owned(),
            generation: now,
            metageneration: 1,
            created: now,
            updated: now,
            file: stored.file,
            deleted: None,
            ..source.clone()
        };
        let mut change = Change::default();
        let done = change
            .finalize(held, object.clone())
            .and_then(|()| change.delete(held, &source, now, held.bucket.versions()))
            .and_then(|()| self.commit(held, change));
        if done.is_err() {
            self.inner.files.remove(&object.file);
        }
        done.map(|()| object)
    }

    /// Puts objects of `target`'s bucket together, one behind the other.
    pub(super) async fn compose(&self, target: &Target, components: &[Component]) -> Result<Object, Failure> {
        if components.is_empty() {
            return Err(Failure::invalid(
                "You must provide at least one source component.",
            ));
        }
        if components.len() > MOST_COMPONENTS {
            let message = format!(
                "The number of source components provided ({}) exceeds the maximum ({MOST_COMPONENTS})",
                components.len()
            );
            return Err(Failure::new(Kind::TooManyComponents, message));
        }
        self.begin(target)?;
        let mut parts = Vec::with_capacity(components.len());
        let mut count = 0;
        for component in components {
            let place = (
                target.bucket.as_str(),
                component.name.as_str(),
                component.generation,
            );
            let (object, file) = self.open_component(place, &component.preconditions)?;
            count += object.components.unwrap_or(1);
            parts.push((file, object.size, object.sums.crc32c));
        }
        let stored = self.joined(parts, count).await?;
        self.finalize(target, stored, Ends::Nothing)
    }

    fn open_component(
        &self,
        (bucket, name, generation): Place<'_>,
        preconditions: &Preconditions,
    ) -> Result<(Object, std::fs::File), Failure> {
        let state = self.state();
        let object = state.object(bucket, name, generation)?;
        preconditions.check(Some(object.version()))?;
        Ok((object.clone(), self.inner.files.read(&object.file)?))
    }

    /// Copies files (with their sizes and CRC32Cs) into one new file, off the threads that serve.
    pub(super) async fn joined(
        &self,
        parts: Vec<(std::fs::File, u64, u32)>,
        components: u32,
    ) -> Result<Stored, Failure> {
        let incoming = self.inner.files.create().await?;
        let crc32c = parts.iter().fold(0, |sum, (_, size, crc32c)| {
            crc32c::crc32c_combine(sum, *crc32c, usize::try_from(*size).unwrap_or(usize::MAX))
        });
        let files = parts.into_iter().map(|(file, ..)| file).collect();
        let mut stored = self.inner.files.join(incoming, files).await?;
        stored.sums = Sums { crc32c, md5: None };
        stored.components = Some(components);
        Ok(stored)
    }

    /// A second name for the bytes of `source`.
    fn linked(&self, source: &Object) -> Result<Stored, Failure> {
        Ok(Stored {
            file: self.inner.files.link(&source.file)?,
            size: source.size,
            sums: source.sums,
            components: source.components,
            sha256: None,
        })
    }
}

/// The attributes that a copy takes over: no holds, and in another bucket not the class either.
fn copied(source: &Object, other_bucket: bool) -> Attributes {
    let mut attributes = source.attributes.clone();
    attributes.temporary_hold = None;
    attributes.event_based_hold = None;
    if other_bucket {
        attributes.storage_class = None;
    }
    attributes
}
