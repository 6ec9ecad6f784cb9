//! Sessions: what one sees of them, and how they end.

use serde_json::{Value, json};
use testkit::{HubClient, Kith, PASSWORD, Person};

async fn another_device(person: &Person, name: &str) -> Person {
    let login = json!({ "identifier": person.username, "password": PASSWORD, "deviceName": name });
    person.with_tokens(&person.post("/api/auth/login", login).await.expect(200))
}

async fn sessions(person: &Person) -> Vec<Value> {
    let list = person.get("/api/auth/sessions").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

fn id_of(session: &Value) -> String {
    session["sessionId"].as_str().unwrap().to_owned()
}

async fn refreshes(person: &Person) -> bool {
    let refresh = json!({ "refreshToken": person.refresh_token });
    let answer = person.post("/api/auth/refresh", refresh).await;
    assert!(matches!(answer.status, 200 | 401), "{}", answer.body);
    answer.status == 200
}

/// A connection that the hub has let in.
async fn connected(person: &Person) -> HubClient {
    let mut hub = person.hub("feed").await;
    assert_eq!(hub.invoke("Heartbeat", json!([])).await, Ok(Value::Null));
    hub
}

async fn is_open(hub: &mut HubClient) -> bool {
    hub.invoke("Heartbeat", json!([])).await.is_ok()
}

/// Pub/Sub brings nothing from now on: what closes now is closed by the request itself.
async fn without_events(kith: &Kith) {
    for subscription in ["realtime-session-revoked", "auth-sessions-ended"] {
        kith.hold(subscription).await;
    }
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let phone = another_device(&ann, " a phone ").await;
    let list = phone.get("/api/auth/sessions").await;
    assert_eq!((list.cost("reads"), list.cost("writes")), (3, 0));
    let list = sessions(&phone).await;
    let [newest, first] = list.as_slice() else {
        panic!("{list:?}")
    };
    assert_eq!(
        (&newest["deviceName"], &newest["current"]),
        (&json!("a phone"), &json!(true))
    );
    assert_eq!(
        (&first["deviceName"], &first["current"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(newest["ip"], "127.0.0.1");
    assert_eq!(newest["lastUsedAt"], newest["createdAt"]);
    assert!(newest["expiresAt"].as_str() > newest["createdAt"].as_str());
    assert_eq!(sessions(&bob).await.len(), 1);

    assert!(refreshes(&ann).await);
    let used = &sessions(&ann).await[1];
    assert!(used["lastUsedAt"].as_str() > used["createdAt"].as_str(), "{used}");
}

#[tokio::test]
async fn the_list_of_sessions_is_walked_by_pages() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    for number in 0..4 {
        another_device(&ann, &number.to_string()).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/auth/sessions?limit=2".to_owned());
    loop {
        let page = ann.get(&path).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(id_of));
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        path = format!("/api/auth/sessions?limit=2&cursor={cursor}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn a_device_is_signed_out_from_another_one_and_hears_it_at_once() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let phone = another_device(&ann, "a phone").await;
    let (mut of_phone, mut here) = (connected(&phone).await, connected(&ann).await);
    let path = format!("/api/auth/sessions/{}", id_of(&sessions(&ann).await[0]));
    bob.delete(&path).await.problem(404, "not_found");

    without_events(&kith).await;
    let revoked = ann.delete(&path).await;
    assert_eq!((revoked.cost("reads"), revoked.cost("writes")), (1, 2));
    revoked.expect(204);
    assert_eq!(
        of_phone.closed().await,
        Some(json!({ "type": 7 })),
        "without allowReconnect"
    );
    assert!(is_open(&mut here).await);
    assert!(!refreshes(&phone).await);
    ann.delete(&path).await.expect(204);
    assert_eq!(sessions(&ann).await.len(), 1);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_and_every_connection() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let mut devices = vec![ann.clone()];
    for number in 0..3 {
        devices.push(another_device(&ann, &number.to_string()).await);
    }
    let mut hubs = Vec::new();
    for device in &devices {
        hubs.push(connected(device).await);
    }
    let mut of_bob = connected(&bob).await;
    without_events(&kith).await;
    ann.post_nothing("/api/auth/logout-all").await.expect(204);
    for hub in &mut hubs {
        assert_eq!(hub.closed().await, Some(json!({ "type": 7 })));
    }
    for device in &devices {
        assert!(!refreshes(device).await);
    }
    assert!(is_open(&mut of_bob).await && refreshes(&bob).await);
    assert!(
        sessions(&ann).await.is_empty(),
        "the access token is still good for a while"
    );
    ann.post_nothing("/api/auth/logout-all").await.expect(204);
}

#[tokio::test]
async fn what_breaks_off_while_everybody_is_signed_out_the_event_finishes() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let phone = another_device(&ann, "a phone").await;
    let mut hub = connected(&phone).await;
    kith.settled().await;
    // the request ends no session by itself: it cannot list them
    let fault =
        json!({ "service": "firestore", "method": "RunQuery", "kind": "permissionDenied", "times": 1 });
    kith.fault(fault).await;
    ann.post_nothing("/api/auth/logout-all").await.expect(204);
    assert_eq!(hub.closed().await, Some(json!({ "type": 7 })));
    kith.settled().await;
    assert_eq!(kith.published("identity", "session.revoked").await.len(), 2);
    assert!(!refreshes(&phone).await && !refreshes(&ann).await);
}
