use super::*;
use crate::{
    connection::Disconnect,
    hub::Identity,
    protocol::Close,
    server::{CloseOrder, Envelope, Event, LeaveOrder, MemoryBus, Receiver},
};
use bytes::Bytes;
use std::{sync::Mutex, time::Duration};

const NOON: SystemTime = SystemTime::UNIX_EPOCH;

struct Hands {
    registry: Arc<Registry>,
    time: Arc<Mutex<SystemTime>>,
    hub: Arc<str>,
}

impl Hands {
    fn with(limits: Limits, backplane: Option<Arc<dyn Backplane>>) -> Self {
        let time = Arc::new(Mutex::new(NOON));
        let clock = Arc::clone(&time);
        let registry = Registry::new(
            Arc::new(limits),
            Arc::new(move || *clock.lock().unwrap()),
            backplane.clone(),
        );
        if let Some(backplane) = backplane {
            backplane.attach(Receiver::new(&registry));
        }
        Self {
            registry,
            time,
            hub: "feed".into(),
        }
    }

    fn new() -> Self {
        Self::with(Limits::default(), None)
    }

    fn admit(&self, id: &str, user: &str) -> Result<Admitted, Admission> {
        let identity = Identity {
            user_id: Some(user.into()),
            session_id: Some(format!("{user}-session")),
            expires: Some(NOON + Duration::from_mins(1)),
            ..Identity::default()
        };
        let expires = NOON + Duration::from_secs(15);
        self.registry.admit(id.into(), &self.hub, identity, Some(expires))
    }

    async fn enter(&self, id: &str, user: &str) -> Admitted {
        let admitted = self.admit(id, user).ok().unwrap();
        self.registry.enter(&admitted.peer).await.unwrap();
        admitted
    }

    async fn join(&self, member: &Admitted, group: &str) -> Result<(), JoinError> {
        self.registry
            .join(Topic::group("feed", group), None, &member.peer)
            .await
    }

    async fn publish(&self, topic: Topic, event: Event) {
        self.registry
            .publish(&topic, &Envelope::Event(event))
            .await
            .unwrap();
    }
}

fn event(target: &str) -> Event {
    Event::new(target, ()).unwrap()
}

fn received(member: &Admitted) -> Vec<String> {
    let bytes = member.peer.take_frame().unwrap_or_default();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let records = text.split_terminator('\u{1e}').map(|record| {
        let message: serde_json::Value = serde_json::from_str(record).unwrap();
        message["target"].as_str().unwrap().to_owned()
    });
    records.collect()
}

#[tokio::test]
async fn events_reach_whom_they_are_for() {
    let hands = Hands::new();
    let (ann, ann2, bob) = (
        hands.enter("a1", "ann").await,
        hands.enter("a2", "ann").await,
        hands.enter("b", "bob").await,
    );
    hands.join(&ann, "post:1").await.unwrap();
    hands.join(&ann, "post:1").await.unwrap();
    hands.join(&bob, "post:1").await.unwrap();
    hands.join(&bob, "POST:1").await.unwrap();

    hands.publish(Topic::all("feed"), event("All")).await;
    hands.publish(Topic::all("video"), event("OtherHub")).await;
    hands.publish(Topic::user("feed", "ann"), event("User")).await;
    hands
        .publish(Topic::user("feed", "nobody"), event("Nobody"))
        .await;
    hands
        .publish(Topic::group("feed", "post:1"), event("Group"))
        .await;
    hands
        .publish(
            Topic::group("feed", "post:1"),
            event("Except").except([&"a1".into()]),
        )
        .await;
    hands.publish(Topic::group("feed", "POST:1"), event("Case")).await;
    assert!(hands.registry.deliver_to("feed", &"b".into(), &event("One")));
    assert!(!hands.registry.deliver_to("video", &"b".into(), &event("One")));
    assert!(!hands.registry.deliver_to("feed", &"x".into(), &event("One")));

    assert_eq!(received(&ann), ["All", "User", "Group"]);
    assert_eq!(received(&ann2), ["All", "User"]);
    assert_eq!(received(&bob), ["All", "Group", "Except", "Case", "One"]);

    hands.registry.leave(&Topic::group("feed", "post:1"), &ann.peer);
    hands
        .publish(Topic::group("feed", "post:1"), event("Later"))
        .await;
    assert_eq!(received(&ann), [""; 0]);
}

#[tokio::test]
async fn all_receivers_share_the_bytes() {
    let hands = Hands::new();
    let (one, two) = (hands.enter("1", "ann").await, hands.enter("2", "bob").await);
    hands.publish(Topic::all("feed"), event("All")).await;
    let frames = [&one, &two].map(|member| member.peer.take_frame().unwrap());
    assert_eq!(frames[0].as_ptr(), frames[1].as_ptr());
}

#[tokio::test]
async fn a_name_opens_once_and_in_time() {
    let hands = Hands::new();
    let live = hands.admit("1", "ann").ok().unwrap();
    assert_eq!(hands.admit("1", "ann").err(), Some(Admission::Live));
    drop(live);
    assert_eq!(hands.admit("1", "ann").err(), Some(Admission::Over));
    *hands.time.lock().unwrap() += Duration::from_secs(15);
    hands.registry.sweep(Instant::now());
    assert!(hands.registry.read().used.is_empty());
    assert_eq!(hands.admit("2", "ann").err(), Some(Admission::Over));
}

#[tokio::test]
async fn a_user_has_so_many_connections_to_a_hub() {
    let hands = Hands::with(
        Limits {
            connections_per_user: 2,
            ..Limits::default()
        },
        None,
    );
    let (one, _two) = (
        hands.admit("1", "ann").ok().unwrap(),
        hands.admit("2", "ann").ok().unwrap(),
    );
    assert_eq!(hands.admit("3", "ann").err(), Some(Admission::TooMany));
    let _bob = hands.admit("4", "bob").ok().unwrap();
    drop(one);
    assert!(hands.admit("5", "ann").is_ok());
}

#[tokio::test]
async fn a_connection_joins_so_many_groups() {
    let hands = Hands::with(
        Limits {
            groups_per_connection: 2,
            ..Limits::default()
        },
        None,
    );
    let ann = hands.enter("1", "ann").await;
    for group in ["a", "b", "a"] {
        hands.join(&ann, group).await.unwrap();
    }
    let channel = Topic::channel("feed", "c");
    hands
        .registry
        .join(channel.clone(), None, &ann.peer)
        .await
        .unwrap();
    assert_eq!(hands.join(&ann, "c").await, Err(JoinError::TooMany { limit: 2 }));
    hands.publish(channel, event("Told")).await;
    assert_eq!(received(&ann), ["Told"]);
    hands.registry.leave(&Topic::group("feed", "a"), &ann.peer);
    hands.join(&ann, "c").await.unwrap();
}

#[tokio::test]
async fn what_is_joined_under_a_tag_is_left_by_it() {
    let hands = Hands::new();
    let (ann, bob) = (hands.enter("1", "ann").await, hands.enter("2", "bob").await);
    let topics = [
        Topic::group("feed", "post:1"),
        Topic::group("feed", "post:2"),
        Topic::channel("feed", "user:1"),
    ];
    let tags = [Some("other"), Some("one"), Some("one")];
    for member in [&ann, &bob] {
        for (topic, tag) in topics.iter().zip(tags) {
            hands
                .registry
                .join(topic.clone(), tag, &member.peer)
                .await
                .unwrap();
        }
    }
    // joined anew under another tag, the later one counts
    let (first, user) = (topics[0].clone(), Topic::user("feed", "ann"));
    hands.registry.join(first, None, &ann.peer).await.unwrap();
    let tags = vec!["one".to_owned(), "other".to_owned()];
    hands
        .registry
        .deliver(&user, &Envelope::Leave(LeaveOrder { tags, tell: None }));
    for (topic, target) in topics.into_iter().zip(["A", "B", "C"]) {
        hands.publish(topic, event(target)).await;
    }
    assert_eq!(received(&ann), ["A"]);
    assert_eq!(received(&bob), ["A", "B", "C"], "nobody else leaves");
}

#[tokio::test]
async fn who_leaves_by_a_tag_may_be_told_wherever_they_are() {
    let hands = Hands::new();
    let (ann, bob) = (hands.enter("1", "ann").await, hands.enter("2", "bob").await);
    let (group, other) = (Topic::group("feed", "post:1"), Topic::group("feed", "post:2"));
    for (member, tag) in [(&ann, "one"), (&bob, "other")] {
        for topic in [&group, &other] {
            let joined = hands.registry.join(topic.clone(), Some(tag), &member.peer);
            joined.await.unwrap();
        }
    }
    let order = LeaveOrder {
        tags: vec!["one".to_owned()],
        tell: Some(Event::new("Left", ()).unwrap()),
    };
    for _ in 0..2 {
        let order = Envelope::Leave(order.clone());
        hands.registry.deliver(&Topic::Server, &order);
    }
    hands.publish(group, event("A")).await;
    assert_eq!(received(&ann), ["Left"], "once, whatever there was to leave");
    assert_eq!(received(&bob), ["A"]);
}

#[tokio::test]
async fn who_is_gone_is_in_nothing_and_joins_nothing() {
    let hands = Hands::new();
    let ann = hands.enter("1", "ann").await;
    hands.join(&ann, "post:1").await.unwrap();
    hands.registry.remove(&ann.peer);
    assert_eq!(hands.join(&ann, "post:2").await, Err(JoinError::Gone));
    assert_eq!(hands.registry.connections(), 0);
    for topic in [
        Topic::group("feed", "post:1"),
        Topic::all("feed"),
        Topic::user("feed", "ann"),
    ] {
        assert_eq!(hands.registry.count(&topic), 0);
    }
    assert!(hands.registry.read().per_user.is_empty());
}

#[tokio::test]
async fn a_session_and_a_user_can_be_closed() {
    let hands = Hands::new();
    let (ann, bob) = (
        hands.enter("1", "ann").await,
        hands.admit("2", "bob").ok().unwrap(),
    );
    let session = Topic::Session {
        id: "ann-session".into(),
    };
    assert_eq!(hands.registry.close_all_in(&session, &Close::quiet(false)), 1);
    let end = ann.peer.ordered_end().unwrap();
    assert_eq!((end.close, end.reason), (Close::quiet(false), Disconnect::Closed));
    assert!(bob.peer.ordered_end().is_none());
    let order = CloseOrder {
        user: Some("bob".into()),
        allow_reconnect: true,
        ..CloseOrder::default()
    };
    hands
        .registry
        .publish(&Topic::Server, &Envelope::Close(order))
        .await
        .unwrap();
    assert_eq!(bob.peer.ordered_end().unwrap().close, Close::quiet(true));
}

#[tokio::test]
async fn expiry_closes_when_that_is_wanted() {
    for wanted in [false, true] {
        let hands = Hands::with(
            Limits {
                close_on_expiry: wanted,
                ..Limits::default()
            },
            None,
        );
        let (ann, bob) = (hands.enter("1", "ann").await, hands.enter("2", "bob").await);
        bob.peer.set_expiry(Some(NOON + Duration::from_mins(2)));
        *hands.time.lock().unwrap() += Duration::from_mins(1);
        hands.registry.sweep(Instant::now());
        let end = ann.peer.ordered_end();
        assert_eq!(
            end.map(|end| (end.close.allow_reconnect, end.reason)),
            wanted.then_some((true, Disconnect::Expired))
        );
        assert!(bob.peer.ordered_end().is_none());
    }
}

#[tokio::test]
async fn stopping_ends_all_takes_none_and_waits_for_the_last() {
    let hands = Hands::new();
    let ann = hands.enter("1", "ann").await;
    let mut stopped = std::pin::pin!(hands.registry.stop());
    assert!(futures::poll!(stopped.as_mut()).is_pending());
    assert_eq!(ann.peer.ordered_end().unwrap().reason, Disconnect::Stopping);
    assert_eq!(hands.admit("2", "bob").err(), Some(Admission::Stopping));
    drop(ann);
    stopped.await;
}

#[tokio::test]
async fn instances_listen_only_to_what_they_have_members_of() {
    let bus = MemoryBus::default();
    let instance = || Hands::with(Limits::default(), Some(Arc::new(bus.instance())));
    let (one, two) = (instance(), instance());
    let topic = Topic::group("feed", "post:1");
    let (ann, bob) = (one.enter("1", "ann").await, two.enter("2", "bob").await);
    let more = one.enter("3", "cem").await;
    assert_eq!(bus.listeners(&topic), 0);
    for (hands, member) in [(&one, &ann), (&one, &more), (&two, &bob)] {
        hands.join(member, "post:1").await.unwrap();
    }
    assert_eq!(bus.listeners(&topic), 2);
    assert_eq!(bus.listeners(&Topic::user("feed", "ann")), 1);

    two.publish(topic.clone(), event("Hello")).await;
    for member in [&ann, &more, &bob] {
        assert_eq!(received(member), ["Hello"]);
    }
    assert_eq!(bus.published(), 1);

    one.registry.leave(&topic, &ann.peer);
    assert_eq!(bus.listeners(&topic), 2);
    drop(more);
    assert_eq!(bus.listeners(&topic), 1);
    drop((ann, bob));
    assert_eq!(bus.listeners(&topic) + bus.listeners(&Topic::Server), 0);
}

struct Broken;

impl Backplane for Broken {
    fn attach(&self, _: Receiver) {}

    fn subscribe(&self, topic: &Topic) -> BoxFuture<'static, Result<(), BackplaneError>> {
        let result = if topic.is_group() {
            Err(BackplaneError("down".into()))
        } else {
            Ok(())
        };
        std::future::ready(result).boxed()
    }

    fn unsubscribe(&self, _: &Topic) {}

    fn publish(&self, _: &Topic, _: Bytes) -> BoxFuture<'static, Result<(), BackplaneError>> {
        std::future::ready(Err(BackplaneError("down".into()))).boxed()
    }
}

#[tokio::test]
async fn a_join_that_would_hear_nothing_fails() {
    let hands = Hands::with(Limits::default(), Some(Arc::new(Broken)));
    let ann = hands.enter("1", "ann").await;
    assert!(matches!(
        hands.join(&ann, "post:1").await,
        Err(JoinError::Backplane(_))
    ));
    assert_eq!(hands.registry.count(&Topic::group("feed", "post:1")), 0);
    assert!(
        hands
            .registry
            .publish(&Topic::all("feed"), &Envelope::Event(event("A")))
            .await
            .is_err()
    );
}
