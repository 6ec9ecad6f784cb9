//! Counting everything that people see again: what to do when numbers were written by hand, or a mistake of ours was mended.

use crate::environment::Addresses;
use crate::job_environment;
use crate::kith::PROJECT;
use access::Access;
use contracts::events::posts::RecountWanted;
use contracts::{EventId, SubjectKind};
use runtime::{Context, Environment, SetupError};
use std::net::SocketAddr;

/// How many things are counted by one event.
const PAGE: usize = 50;

/// What a program beside a running local Kith is told, whose emulator is there.
pub fn environment_beside(emulator: SocketAddr) -> Environment {
    job_environment(&Addresses {
        project: PROJECT.to_owned(),
        public: emulator,
        emulator,
        // it is not asked for anything
        redis: "redis://127.0.0.1:6379".to_owned(),
    })
}

/// Asks the functions to count everything again: posts, comments, videos and people. They do so while they serve; asking twice does no harm. Answers how
/// many things there are. One read a thing, and one message for each fifty.
///
/// # Errors
/// The environment is not that of a function, or the cloud is away.
pub async fn recount(environment: &Environment) -> Result<u64, SetupError> {
    let context = Context::new("recount", environment)?;
    let access = Access::new(context.cloud().clone());
    let mut asked = 0;
    for kind in [
        SubjectKind::Post,
        SubjectKind::Comment,
        SubjectKind::Video,
        SubjectKind::User,
    ] {
        let mut after = None;
        loop {
            let subjects = access.some_of(kind, after, PAGE).await?;
            let Some(last) = subjects.last() else { break };
            after = Some(last.id());
            asked += subjects.len() as u64;
            let wanted = RecountWanted { subjects };
            context.cloud().events().emit(EventId::random(), &wanted).await?;
        }
    }
    Ok(asked)
}
