//! Runs a bucket's lifecycle now, on the emulator's clock.

use super::Storage;
use super::change::Change;
use super::failure::Failure;
use super::lifecycle::{Lifecycle, Verdict};
use super::object::Object;
use super::state::Held;
use serde_json::{Value, json};

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Swept {
    deleted: u64,
    archived: u64,
    class_changed: u64,
    uploads_aborted: u64,
}

impl Swept {
    pub(super) fn json(self) -> Value {
        json!({
            "deleted": self.deleted,
            "archived": self.archived,
            "storageClassChanged": self.class_changed,
            "uploadsAborted": self.uploads_aborted,
        })
    }
}

impl Storage {
    /// Does to each object of a bucket what its rules say. Each is a change of its own, as in the cloud.
    pub(super) fn run_lifecycle(&self, bucket: &str) -> Result<Swept, Failure> {
        let mut swept = Swept::default();
        let now = self.inner.core.clock.now_micros();
        let mut state = self.state();
        let held = state.held(bucket)?;
        let rules = Lifecycle::of(held.bucket.settings.get("lifecycle"));
        let judged: Vec<(Object, Verdict)> = held
            .all()
            .filter_map(|object| {
                let verdict = rules.verdict(object, newer(held, object), now)?;
                Some((object.clone(), verdict))
            })
            .collect();
        let held = state.held_mut(bucket)?;
        for (object, verdict) in judged {
            self.execute(held, object, verdict, &mut swept)?;
        }
        let expired: Vec<String> = state
            .parts
            .values()
            .filter(|upload| upload.target.bucket == bucket)
            .filter(|upload| rules.aborts(&upload.target.name, upload.started, now))
            .map(|upload| upload.id.clone())
            .collect();
        drop(state);
        for id in expired {
            self.abort_parts(&id)?;
            swept.uploads_aborted += 1;
        }
        Ok(swept)
    }

    fn execute(
        &self,
        held: &mut Held,
        mut object: Object,
        verdict: Verdict,
        swept: &mut Swept,
    ) -> Result<(), Failure> {
        let mut change = Change::default();
        let now = self.inner.core.clock.tick();
        match verdict {
            // What is under a hold stays until the hold is gone.
            Verdict::Delete if object.check_hold().is_err() => return Ok(()),
            Verdict::Delete => {
                let archive = object.deleted.is_none() && held.bucket.versions();
                change.delete(held, &object, now, archive)?;
                *(if archive {
                    &mut swept.archived
                } else {
                    &mut swept.deleted
                }) += 1;
            }
            Verdict::SetStorageClass(class) => {
                object.attributes.storage_class = Some(class);
                object.metageneration += 1;
                (object.updated, object.class_changed) = (now, Some(now));
                change.update(held, object);
                swept.class_changed += 1;
            }
        }
        self.commit(held, change)
    }
}

/// How many newer generations of its name there are.
fn newer(held: &Held, object: &Object) -> usize {
    let from = (object.name.clone(), object.generation.saturating_add(1));
    let noncurrent = held.noncurrent.range(from..);
    let noncurrent = noncurrent
        .take_while(|((name, _), _)| *name == object.name)
        .count();
    let live = held.objects.get(&object.name);
    noncurrent + usize::from(live.is_some_and(|live| live.generation > object.generation))
}
