//! Kith's hubs. They hold no domain logic: they look who may hear what, and put connections where it is said.

mod feed;
mod notifications;
pub(crate) mod tags;
mod video;

pub(crate) use feed::{Feed, Telling};
pub(crate) use notifications::Notifications;
pub(crate) use video::Video;

use crate::authorize::Door;
use access::Access;
use cloud::Error;
use contracts::hub::Parting;
use contracts::{Refusal, Subject, UserId};
use signalr::{Caller, Hub, HubError, Methods};
use std::sync::Arc;

/// A hub whose connections come through the door.
trait Guarded: Hub {
    fn door(&self) -> &Door;
}

/// What every hub has: `Heartbeat()` and `RefreshToken(accessToken)`.
fn everywhere<H: Guarded>() -> Methods<H> {
    Methods::new()
        .on("Heartbeat", heartbeat::<H>)
        .on("RefreshToken", refresh_token::<H>)
}

/// Nothing but an answer: whoever asks knows that the connection lives both ways.
#[expect(clippy::unnecessary_wraps, reason = "what every method is")]
fn heartbeat<H: Guarded>(_: &H, _: &Caller) -> Result<(), HubError> {
    Ok(())
}

async fn refresh_token<H: Guarded>(hub: Arc<H>, caller: Caller, token: String) -> Result<(), HubError> {
    hub.door().refresh(&caller, &token).await
}

fn user_of(caller: &Caller) -> Result<UserId, HubError> {
    caller.user()?.parse().map_err(HubError::internal)
}

/// Joins the group of what the caller may see, for as long as nothing comes between them and whose it is. Costs what [`Access::require`] costs, and a Redis
/// command.
async fn join(access: &Access, caller: &Caller, subject: Subject) -> Result<(), HubError> {
    let user = user_of(caller)?;
    let thing = access
        .require(subject, Some(user))
        .await
        .map_err(|error| match error {
            Error::Refused(Refusal::NotFound) => {
                HubError::public("there is no such thing, or you may not see it")
            }
            error => HubError::internal(error),
        })?;
    let for_all = access.may_see(thing.visibility, thing.root_owner, None).await;
    let until = if for_all.map_err(HubError::internal)? {
        Parting::Blocked
    } else {
        Parting::Left
    };
    let tag = tags::until(until, thing.root_owner);
    Ok(caller.join_under(&tag, &subject.to_string()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::HubEvent;
    use contracts::hub;

    const DOCS: &str = include_str!("../../../../docs/realtime.md");

    /// The rows of the tables: hub, then method or event.
    fn rows() -> Vec<(String, String)> {
        let cells = |line: &str| {
            let mut cells = line
                .split('|')
                .skip(1)
                .map(|cell| cell.trim().trim_matches('`').to_owned());
            Some((cells.next()?, cells.next()?))
        };
        DOCS.lines().filter_map(cells).collect()
    }

    fn is_listed(hub: &str, name: &str) -> bool {
        rows().contains(&(hub.to_owned(), name.to_owned()))
    }

    fn undocumented<H: Hub>(hub: &str, methods: &Methods<H>) -> Vec<&'static str> {
        let names = methods.list().into_iter().map(|method| method.name);
        names
            .filter(|name| !is_listed(hub, name) && !is_listed("any", name))
            .collect()
    }

    fn event<E: HubEvent>() -> (&'static str, &'static str) {
        (E::HUB.as_str(), E::NAME)
    }

    #[test]
    fn the_docs_list_every_method() {
        assert_eq!(undocumented("feed", &Feed::methods()), Vec::<&str>::new());
        assert_eq!(
            undocumented("notifications", &Notifications::methods()),
            Vec::<&str>::new()
        );
        assert_eq!(undocumented("video", &Video::methods()), Vec::<&str>::new());
        assert_eq!(
            undocumented("chat", &Video::methods()),
            ["JoinVideoRoom", "LeaveVideoRoom"]
        );
    }

    #[test]
    fn the_docs_list_every_event() {
        let events = [
            event::<hub::CommentAdded>(),
            event::<hub::CommentRemoved>(),
            event::<hub::ReactionUpdated>(),
            event::<hub::PostRemoved>(),
            event::<hub::NewPostAvailable>(),
            event::<hub::NewNotification>(),
            event::<hub::UnreadCountChanged>(),
            event::<hub::VideoProcessingProgress>(),
            event::<hub::VideoProcessingCompleted>(),
            event::<hub::VideoProcessingFailed>(),
            ("feed, video", hub::AccountBecamePrivate::NAME),
        ];
        for (hub, name) in events {
            assert!(is_listed(hub, name), "{hub} {name}");
        }
    }
}
