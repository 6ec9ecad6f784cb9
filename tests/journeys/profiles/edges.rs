//! What is stored of how two people stand, what Redis keeps of it, and what changing it costs.

use super::{follow, is_private, people, profile_of};
use cloud::redis::cmd;
use cloud::{Cloud, Collection, Document};
use reqwest::Method;
use runtime::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use testkit::{Kith, Person};

/// An edge as it is stored, whatever it says.
#[derive(Debug, Serialize, Deserialize)]
struct Edge(Map<String, Value>);

impl Document for Edge {
    fn id(&self) -> String {
        String::new()
    }
}

fn cloud(kith: &Kith) -> Cloud {
    let context = Context::new("profiles", &kith.environment()).unwrap();
    context.cloud().clone()
}

fn edge_id(one: &Person, other: &Person) -> String {
    format!("{}_{}", one.user_id, other.user_id)
}

async fn edge(kith: &Kith, one: &Person, other: &Person) -> Map<String, Value> {
    let cloud = cloud(kith);
    let edges: Collection<Edge> = Collection::new("edges");
    let edge = cloud.documents().get(edges, edge_id(one, other)).await.unwrap();
    edge.unwrap().into_inner().0
}

async fn wish(one: &Person, method: Method, what: &str, other: &Person) -> testkit::Answer {
    let path = format!("{}/{what}", profile_of(other));
    let answer = one.send(one.request(method, &path)).await;
    assert!(answer.status < 300, "{what}: {}", answer.body);
    answer
}

#[tokio::test]
async fn what_has_ended_stays_for_an_audit_until_it_is_revived() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    follow(&bob, &ann).await;
    let first = edge(&kith, &bob, &ann).await;
    assert_eq!((&first["state"], first.get("endedAt")), (&json!("active"), None));
    wish(&bob, Method::DELETE, "follow", &ann).await;
    let ended = edge(&kith, &bob, &ann).await;
    assert_eq!(
        (&ended["state"], &ended["createdAt"]),
        (&json!("ended"), &first["createdAt"])
    );
    let ended_at = ended["endedAt"].as_str().unwrap();
    assert!(ended_at >= first["createdAt"].as_str().unwrap());

    follow(&bob, &ann).await;
    let revived = edge(&kith, &bob, &ann).await;
    assert_eq!(revived["state"], "active");
    assert_eq!(
        revived["endedAt"], ended["endedAt"],
        "when it ended the last time"
    );
    assert!(revived["createdAt"].as_str().unwrap() >= ended_at);
    wish(&ann, Method::POST, "block", &bob).await;
    let barred = edge(&kith, &bob, &ann).await;
    assert_eq!(
        (&barred["state"], &barred["barred"]),
        (&json!("ended"), &json!(true))
    );
    assert!(barred["endedAt"].as_str().unwrap() >= revived["createdAt"].as_str().unwrap());
}

/// What Redis keeps of how one stands to another.
async fn stance(kith: &Kith, one: &Person, other: &Person) -> Option<Value> {
    let cloud = cloud(kith);
    let key = cloud.cache().key(&format!("stance:{{{}}}", edge_id(one, other)));
    let kept: Option<String> = cloud.cache().run(cmd("GET").arg(key)).await.unwrap();
    kept.map(|json| serde_json::from_str(&json).unwrap())
}

#[tokio::test]
async fn whoever_changes_how_two_stand_takes_from_redis_what_it_keeps_of_it() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    let (post, delete) = (Method::POST, Method::DELETE);
    let wishes = [
        (&bob, &post, "follow", "state", json!("active")),
        (&bob, &post, "mute", "muting", json!(true)),
        (&bob, &delete, "mute", "muting", json!(false)),
        (&bob, &delete, "follow", "state", json!("other")),
        (&bob, &post, "follow", "state", json!("active")),
        (&ann, &delete, "follower", "state", json!("other")),
        (&ann, &post, "block", "barred", json!(true)),
        (&ann, &delete, "block", "barred", json!(false)),
    ];
    for (who, method, what, field, value) in wishes {
        let other = if who.user_id == ann.user_id { &bob } else { &ann };
        // nothing of what came before is still on its way: it would make Redis forget too
        kith.settled().await;
        for (one, other) in [(&ann, &bob), (&bob, &ann)] {
            one.get(&profile_of(other)).await;
        }
        let before = stance(&kith, &bob, &ann).await.expect("kept");
        assert_ne!(before[field], value, "before {what}");
        wish(who, method.clone(), what, other).await;
        // whoever handles the event may have looked again by now
        let after = stance(&kith, &bob, &ann).await;
        assert!(
            after.as_ref().is_none_or(|after| after[field] == value),
            "{what}: {after:?}"
        );
        let back = stance(&kith, &ann, &bob).await;
        let barred = what == "block" && method == Method::POST;
        assert!(
            back.as_ref().is_none_or(|back| back["barred"] == barred),
            "{what}: {back:?}"
        );
    }
}

#[tokio::test]
async fn a_block_costs_the_same_whatever_was_before() {
    let kith = Kith::start().await;
    let [ann, bob, cid, fans @ ..] =
        people(&kith, ["ann", "bob", "cid", "f1", "f2", "f3", "f4", "f5", "f6"]).await;
    for fan in &fans {
        follow(fan, &ann).await;
        follow(fan, &bob).await;
        follow(&ann, fan).await;
        fan.posts("words").await;
    }
    ann.posts("of ann").await;
    bob.posts("of bob").await;
    follow(&ann, &bob).await;
    follow(&bob, &ann).await;
    is_private(&cid, true).await;
    follow(&ann, &cid).await;
    kith.settled().await;
    let operations = ["reads", "writes", "deletes"];
    let costs = async |method: Method, other: &Person| {
        let answer = wish(&ann, method, "block", other).await;
        operations.map(|operation| answer.cost(operation))
    };
    // two profiles, two edges; numbers that the nudge finds kept or not. Both edges and the outbox are written
    let [reads, writes, deletes] = costs(Method::POST, &bob).await;
    assert!(reads <= 4 + 2, "{reads}");
    assert_eq!((writes, deletes), (3, 1));
    assert_eq!(costs(Method::POST, &bob).await, [4, 0, 0], "again");
    assert_eq!(
        costs(Method::POST, &cid).await,
        [4, 3, 1],
        "who was asked to be followed"
    );
    assert_eq!(costs(Method::DELETE, &bob).await, [4, 3, 1]);
    assert_eq!(costs(Method::DELETE, &bob).await, [4, 0, 0]);
}
