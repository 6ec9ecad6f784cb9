//! Work that goes on from message to message, each of which may come twice.

use crate::Result;
use cloud::Cloud;
use cloud::redis::cmd;
use contracts::Refusal;
use std::time::Duration;

/// How long a stint keeps others out whose message is the same. Longer than any request lives.
const ALONE: Duration = Duration::from_mins(2);
/// How long it is remembered that a stint was made, in seconds: as long as a message may come again, and less than the patience for silent functions.
const REMEMBERED: u64 = 600;

/// Makes the stint `name` once however often its message comes: while it is made, the message is to come again, in case it comes to nothing. Without Redis
/// it may be made several times, which does no harm.
pub(super) async fn once(cloud: &Cloud, name: &str, stint: impl Future<Output = Result<()>>) -> Result<()> {
    let made = cloud.cache().key(&format!("{}:{name}:made", cloud.function()));
    let lease = cloud.locks().lease(name, ALONE).await;
    if let Ok(None) = lease {
        return Err(Refusal::Unavailable.into());
    }
    let known: cloud::Result<bool> = cloud.cache().run(cmd("EXISTS").arg(&made)).await;
    let outcome = if let Ok(true) = known { Ok(()) } else { stint.await };
    if outcome.is_ok() {
        let mut remember = cmd("SET");
        remember.arg(&made).arg(1).arg("EX").arg(REMEMBERED);
        // without Redis it is made again
        let _ = cloud.cache().run::<()>(&remember).await;
    }
    if let Ok(Some(lease)) = lease {
        // without Redis it runs out by itself
        let _ = lease.release().await;
    }
    outcome
}
