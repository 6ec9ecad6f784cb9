//! A gateway without WebSockets: `auth` sends clients to `realtime` with a ticket.

use super::{Instance, id, let_in, negotiate, open};
use contracts::Clock;
use runtime::Caller;
use runtime::token::Tickets;
use serde_json::json;
use std::time::Duration;
use testkit::{Kith, Person};

/// Whoever has the ticket, where it says.
async fn sent_on(kith: &Kith, person: &Person, hub: &str) -> Person {
    let gateway = Instance::start(kith, "auth", &[("REALTIME_URL", &kith.url())]).await;
    let answer = negotiate(&person.through(gateway.address), hub).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let answer = answer.expect(200);
    assert_eq!(answer["url"], format!("{}/hubs/{hub}", kith.url()));
    assert_eq!(
        answer.as_object().unwrap().len(),
        2,
        "and no connection: {answer}"
    );
    gateway.stop().await;
    person.with_token(answer["accessToken"].as_str())
}

/// The same ticket, given two minutes earlier.
fn aged(kith: &Kith, ticket: &str) -> String {
    let tickets = Tickets::new(&kith.secrets().ticket_key).unwrap();
    let ticket = tickets.open(ticket).unwrap();
    let caller = Caller {
        user_id: ticket.user_id,
        session_id: ticket.session_id,
        username: String::new(),
        roles: Vec::new(),
        token_expires: ticket.token_expires,
    };
    let earlier = Clock::system().now() - Duration::from_mins(2);
    tickets.issue(ticket.hub, &caller, earlier).unwrap()
}

#[tokio::test]
async fn a_client_that_is_sent_on_hears_what_others_hear() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("first light").await;
    let mut hub = sent_on(&kith, &ann, "feed").await.hub("feed").await;
    hub.invoke("JoinPostGroup", json!([post["postId"]]))
        .await
        .unwrap();
    ann.comments(&post, "through the side door").await;
    assert_eq!(hub.next("CommentAdded").await["text"], "through the side door");
    ann.post_nothing("/api/auth/logout").await.expect(204);
    assert_eq!(
        hub.closed().await,
        Some(json!({ "type": 7 })),
        "the ticket is its session's"
    );
}

#[tokio::test]
async fn a_ticket_opens_one_hub_and_nothing_else() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let sent = sent_on(&kith, &ann, "feed").await;
    let mut hub = sent.hub("feed").await;
    let_in(&mut hub).await;
    negotiate(&sent, "notifications").await.expect(401);
    sent.get("/api/auth/me").await.problem(401, "invalid_token");
    let bobs = negotiate(&bob, "feed").await.expect(200);
    assert_eq!(open(&sent, "feed", &id(&bobs, "connectionToken")).await, 404);
    let ticket = sent.token.clone().unwrap();
    let forged = ticket.replace("kith1.", "kith1.A");
    negotiate(&sent.with_token(Some(&forged)), "feed")
        .await
        .expect(401);
}

#[tokio::test]
async fn a_gateway_knows_who_asks_and_which_hubs_there_are() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let gateway = Instance::start(&kith, "auth", &[("REALTIME_URL", "https://live.example/")]).await;
    let through = ann.through(gateway.address);
    let answer = negotiate(&through, "Feed").await.expect(200);
    assert_eq!(answer["url"], "https://live.example/hubs/feed");
    negotiate(&through, "chat").await.problem(404, "not_found");
    negotiate(&through.with_token(None), "feed")
        .await
        .problem(401, "missing_token");
    negotiate(&through.with_token(Some("x")), "feed")
        .await
        .problem(401, "invalid_token");
    gateway.stop().await;
}

#[tokio::test]
async fn a_ticket_that_ran_out_opens_nothing_new_but_what_was_negotiated_with_it() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let fresh = sent_on(&kith, &ann, "feed").await;
    let old = ann.with_token(Some(&aged(&kith, fresh.token.as_deref().unwrap())));
    negotiate(&old, "feed").await.expect(401);
    assert_eq!(open(&old, "feed", "x").await, 404);
    let negotiated = negotiate(&fresh, "feed").await.expect(200);
    let connection = id(&negotiated, "connectionToken");
    assert_eq!(open(&old, "feed", &connection).await, 101);
    assert_ne!(open(&fresh, "feed", &connection).await, 101, "it opens once");
    old.get("/hubs/feed").await.expect(401);
}
