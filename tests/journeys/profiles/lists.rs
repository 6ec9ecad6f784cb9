//! Lists leave out what the viewer may not see, and their pages stay full; several profiles at once.

use super::{block, follow, ids, people, profile_of};
use serde_json::{Value, json};
use testkit::Kith;

#[tokio::test]
async fn pages_are_full_whoever_is_left_out() {
    let kith = Kith::start().await;
    let names: [&str; 9] = ["ann", "bob", "cid", "dan", "eve", "fay", "gil", "hal", "ida"];
    let [ann, viewer, fans @ ..] = people(&kith, names).await;
    for fan in &fans {
        follow(fan, &ann).await;
    }
    for fan in [&fans[1], &fans[3], &fans[5]] {
        block(&viewer, fan).await;
    }
    block(&fans[2], &viewer).await;
    let path = format!("{}/followers?limit=2", profile_of(&ann));
    let page = viewer.get(&path).await.expect(200);
    assert_eq!(
        ids(page["items"].as_array().unwrap()),
        [&fans[6].user_id, &fans[4].user_id]
    );
    let seen = viewer.all(&path).await;
    assert_eq!(ids(&seen), [&fans[6].user_id, &fans[4].user_id, &fans[0].user_id]);
    assert_eq!(kith.nobody().all(&path).await.len(), 7);
    let cursor = page["nextCursor"].as_str().unwrap();
    kith.nobody()
        .get(&format!("{path}&cursor={cursor}"))
        .await
        .problem(400, "invalid_cursor");
}

#[tokio::test]
async fn many_profiles_come_at_once() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    follow(&ann, &cid).await;
    // what the event of the follow forgets would have to be read again below
    kith.settled().await;
    let unknown = uuid::Uuid::new_v4().to_string();
    let batch = json!({ "userIds": [cid.user_id, unknown, ann.user_id, bob.user_id, cid.user_id] });
    let path = "/api/profiles/batch";
    let found = ann.post(path, batch.clone()).await.expect(200);
    let items = found["items"].as_array().unwrap();
    assert_eq!(
        ids(items),
        [&cid.user_id, &ann.user_id, &bob.user_id],
        "in the order asked for, each once"
    );
    let following: Vec<&Value> = items.iter().map(|item| &item["viewer"]["following"]).collect();
    assert_eq!(following, [&json!(true), &Value::Null, &json!(false)]);
    let again = ann.post(path, batch.clone()).await;
    assert_eq!(
        (again.cost("reads"), again.cost("writes")),
        (4, 0),
        "a read each; the rest is in Redis by now"
    );
    let seen = kith.nobody().post(path, batch).await.expect(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 3);
    assert!(seen["items"][0].get("viewer").is_none());

    let many: Vec<String> = (0..101).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    for (ids, status) in [(&many[..100], 200), (&many[..], 422), (&[], 422)] {
        let answer = ann.post(path, json!({ "userIds": ids })).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    ann.post(path, json!({ "userIds": ["ann"] }))
        .await
        .problem(400, "malformed_body");
}
