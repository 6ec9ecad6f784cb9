//! Taking an entry for one sweep alone: it becomes due later, on condition that nobody else has touched it. Should the sweep die, it is due again.

use super::entry::{Entry, OUTBOX, as_text, backoff};
use crate::commit::effect::Effect;
use crate::commit::guard::Expect;
use crate::documents::{commit, pb, value};
use crate::retry::{Call, repeat};
use crate::{Cloud, Result};
use contracts::Timestamp;
use serde::Serialize;
use tonic::Code;

/// What a claim changes. Nothing else of the entry is read or written, so that one which this version cannot read is put off like any other.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    due_at: Timestamp,
    attempts: u32,
}

#[derive(Serialize)]
struct Left {
    effects: String,
}

/// Takes the stored entry; answers how often it was taken, or nothing when somebody else was first. One write.
pub(super) async fn claim(cloud: &Cloud, found: &pb::Document) -> Result<Option<u32>> {
    let attempts = attempts(found).saturating_add(1);
    let changes = Claim {
        due_at: cloud.clock().now() + backoff(cloud.outbox_due(), attempts),
        attempts,
    };
    let unchanged = Expect::Unchanged(found.update_time.unwrap_or_default());
    let write = change(&found.name, &changes, &["dueAt", "attempts"], &unchanged)?;
    Ok(write_one(cloud, write).await?.then_some(attempts))
}

/// Keeps of the entry `id` only what is still to be sent. One write.
pub(super) async fn keep(cloud: &Cloud, id: &str, left: &[Effect]) -> Result<()> {
    let name = cloud.own_documents().client.name(OUTBOX.name(), id);
    let effects = as_text(left)?;
    let write = change(&name, &Left { effects }, &["effects"], &Expect::Present)?;
    write_one(cloud, write).await.map(|_| ())
}

/// Whether the write happened: its precondition may not have held.
async fn write_one(cloud: &Cloud, write: pb::Write) -> Result<bool> {
    let client = &cloud.own_documents().client;
    let made = repeat(client.timeouts(), Call::BareCommit, |limit| {
        commit(client, vec![write.clone()], limit)
    });
    match made.await {
        Ok(_) => Ok(true),
        Err(status)
            if matches!(
                status.code(),
                Code::Aborted | Code::FailedPrecondition | Code::NotFound
            ) =>
        {
            Ok(false)
        }
        Err(status) => Err(status.into()),
    }
}

fn change(name: &str, fields: &impl Serialize, paths: &[&str], expect: &Expect) -> Result<pb::Write> {
    let mask = pb::DocumentMask {
        field_paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    };
    Ok(pb::Write {
        operation: Some(pb::write::Operation::Update(value::write(name, fields)?)),
        update_mask: Some(mask),
        current_document: Some(expect.precondition()),
        ..Default::default()
    })
}

fn attempts(found: &pb::Document) -> u32 {
    use pb::value::ValueType::IntegerValue;
    match found
        .fields
        .get("attempts")
        .and_then(|value| value.value_type.as_ref())
    {
        Some(IntegerValue(attempts)) => u32::try_from(*attempts).unwrap_or(0),
        _ => 0,
    }
}

/// What is in the entry, if this version can read it.
pub(super) fn read(found: &pb::Document) -> Result<(Entry, Vec<Effect>)> {
    let entry = value::read::<Entry>(found)?.into_inner();
    let effects = entry.effects()?;
    Ok((entry, effects))
}
