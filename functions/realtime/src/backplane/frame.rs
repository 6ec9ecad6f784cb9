//! From what functions publish to what the server's connections get: channels, topics, events.

use crate::hubs::tags;
use contracts::hub::{
    AccountBecamePrivate, Hub, INSTANCES_CHANNEL, Parting, VideoProcessingProgress, hub_channel,
};
use contracts::{Audience, HubEvent, SessionId, Subject, UserId};
use serde::Deserialize;
use serde::de::Error;
use serde_json::value::RawValue;
use signalr::{CloseOrder, Envelope, Event, LeaveOrder, Topic};
use std::borrow::Cow;

/// [`contracts::HubFrame`] as it is read here: the argument stays the text that it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame<'a> {
    hub: Option<Hub>,
    audience: Option<Audience>,
    #[serde(borrow)]
    event: Option<Cow<'a, str>>,
    #[serde(borrow)]
    argument: Option<&'a RawValue>,
    #[serde(default)]
    last: bool,
    #[serde(default)]
    except: Vec<UserId>,
    session_id: Option<SessionId>,
    user_id: Option<UserId>,
    from: Option<UserId>,
    parting: Option<Parting>,
    owner_id: Option<UserId>,
}

/// Whom a frame is for, and what they get.
pub(super) fn read(message: &[u8]) -> serde_json::Result<(Topic, Envelope)> {
    match serde_json::from_slice(message)? {
        Frame {
            hub: Some(hub),
            audience: Some(audience),
            event: Some(name),
            argument: Some(argument),
            last,
            except,
            ..
        } => {
            let droppable = is_droppable(&name);
            let event = Event::new(name, [argument]).map_err(serde_json::Error::custom)?;
            let event = event.except_users(except.iter().map(ToString::to_string));
            let event = if droppable { event.droppable() } else { event };
            let event = if last { event.last() } else { event };
            Ok((topic_of(hub, &audience), Envelope::Event(event)))
        }
        Frame {
            session_id: Some(session),
            ..
        } => {
            let order = CloseOrder {
                session: Some(session.to_string()),
                allow_reconnect: false,
                ..CloseOrder::default()
            };
            Ok((Topic::Server, Envelope::Close(order)))
        }
        Frame {
            hub: Some(hub),
            user_id: Some(user),
            from: Some(from),
            parting: Some(parting),
            ..
        } => {
            let tags = tags::ended_by(parting, from);
            let topic = topic_of(hub, &Audience::User(user));
            Ok((topic, Envelope::Leave(LeaveOrder { tags, tell: None })))
        }
        Frame {
            owner_id: Some(user_id),
            ..
        } => {
            let told = AccountBecamePrivate { user_id };
            let told = Event::new(AccountBecamePrivate::NAME, [told]).map_err(serde_json::Error::custom)?;
            let order = LeaveOrder {
                tags: vec![tags::until(Parting::Blocked, user_id)],
                tell: Some(told),
            };
            Ok((Topic::Server, Envelope::Leave(order)))
        }
        _ => Err(serde_json::Error::custom("a frame of an unknown kind")),
    }
}

/// What a slow reader may miss: the next one says it again.
fn is_droppable(event: &str) -> bool {
    event == VideoProcessingProgress::NAME
}

/// The topic of an audience. An author's followers are put there by the server and do not join; see `hubs::feed`.
fn topic_of(hub: Hub, audience: &Audience) -> Topic {
    match audience {
        Audience::User(user) => Topic::user(hub.as_str(), &user.to_string()),
        Audience::Group(subject @ Subject::User(_)) => Topic::channel(hub.as_str(), &subject.to_string()),
        Audience::Group(subject) => Topic::group(hub.as_str(), &subject.to_string()),
    }
}

/// The channel, without the deployment's prefix, that carries what is published to a topic; none when nothing ever is.
pub(super) fn channel_of(topic: &Topic) -> Option<String> {
    let (hub, audience) = match topic {
        Topic::Server => return Some(INSTANCES_CHANNEL.to_owned()),
        Topic::User { hub, id } => (hub, Audience::User(id.parse().ok()?)),
        Topic::Group { hub, name } | Topic::Channel { hub, name } => {
            (hub, Audience::Group(name.parse().ok()?))
        }
        Topic::All { .. } | Topic::Session { .. } => return None,
    };
    Some(hub_channel(Hub::named(hub)?, &audience))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::hub::PostRemoved;
    use contracts::{HubFrame, PostId, UserId, VideoId};

    fn read_back(frame: &HubFrame) -> (Topic, Envelope) {
        read(&serde_json::to_vec(frame).unwrap()).unwrap()
    }

    #[test]
    fn every_audience_is_heard_on_the_channel_it_is_published_to() {
        let audiences = [
            Audience::User(UserId::random()),
            Audience::Group(Subject::User(UserId::random())),
            Audience::Group(Subject::Post(PostId::random())),
            Audience::Group(Subject::Video(VideoId::random())),
        ];
        for audience in audiences {
            let post_id = PostId::random();
            let frame = HubFrame::tell(audience, &PostRemoved { post_id }).unwrap();
            let (topic, envelope) = read_back(&frame);
            assert_eq!(channel_of(&topic), Some(frame.channel()), "{topic}");
            let envelope = serde_json::to_value(&envelope).unwrap();
            let expected = serde_json::json!({
                "event": { "target": "PostDeleted", "arguments": [{ "postId": post_id }], "last": true }
            });
            assert_eq!(envelope, expected);
        }
    }

    #[test]
    fn an_ended_session_is_closed_for_good_everywhere() {
        let session_id = SessionId::random();
        let frame = HubFrame::EndSession { session_id };
        let (topic, envelope) = read_back(&frame);
        assert_eq!(channel_of(&topic), Some(frame.channel()));
        let expected = serde_json::json!({ "close": { "session": session_id, "allowReconnect": false } });
        assert_eq!(serde_json::to_value(&envelope).unwrap(), expected);
    }

    #[test]
    fn who_parts_leaves_what_is_ended_by_it() {
        let (user_id, from) = (UserId::random(), UserId::random());
        let frame = HubFrame::Part {
            hub: Hub::Feed,
            user_id,
            from,
            parting: Parting::Left,
        };
        let (topic, envelope) = read_back(&frame);
        assert_eq!(channel_of(&topic), Some(frame.channel()));
        let tags = tags::ended_by(Parting::Left, from);
        let expected = serde_json::json!({ "leave": { "tags": tags } });
        assert_eq!(serde_json::to_value(&envelope).unwrap(), expected);
    }

    #[test]
    fn everywhere_those_leave_who_may_hear_it_only_as_everybody_might() {
        let owner_id = UserId::random();
        let frame = HubFrame::Conceal { owner_id };
        let (topic, envelope) = read_back(&frame);
        assert_eq!(channel_of(&topic), Some(frame.channel()));
        let expected = serde_json::json!({ "leave": {
            "tags": [format!("viewer:{owner_id}")],
            "tell": { "target": "AccountBecamePrivate", "arguments": [{ "userId": owner_id }] },
        } });
        assert_eq!(serde_json::to_value(&envelope).unwrap(), expected);
    }

    #[test]
    fn progress_may_be_missed() {
        let progress = VideoProcessingProgress {
            video_id: VideoId::random(),
            progress: 50,
        };
        let frame = HubFrame::tell(Audience::User(UserId::random()), &progress).unwrap();
        let envelope = serde_json::to_value(read_back(&frame).1).unwrap();
        assert_eq!(envelope["event"]["droppable"], true);
    }

    #[test]
    fn what_is_no_frame_is_refused_and_what_nobody_publishes_to_has_no_channel() {
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"kind":"tell","hub":"feed"}"#,
            r#"{"hub":"chat"}"#,
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
        for topic in [
            Topic::all("feed"),
            Topic::group("feed", "lobby"),
            Topic::user("chat", "1"),
        ] {
            assert_eq!(channel_of(&topic), None, "{topic}");
        }
    }
}
