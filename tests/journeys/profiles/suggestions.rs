//! People whom one may want to follow.

use super::{block, follow, ids, is_private, people, profile_of};
use testkit::{Kith, Person};

async fn suggested(person: &Person) -> Vec<String> {
    let page = person.get("/api/profiles/suggestions").await.expect(200);
    let items = page["items"].as_array().unwrap();
    ids(items).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn whom_most_of_those_one_follows_follow() {
    let kith = Kith::start().await;
    let [ann, bob, cid, dan, eve, fay] = people(&kith, ["ann", "bob", "cid", "dan", "eve", "fay"]).await;
    assert!(suggested(&eve).await.is_empty());
    for friend in [&bob, &cid] {
        follow(&ann, friend).await;
        follow(friend, &ann).await;
        follow(friend, &eve).await;
    }
    for other in [&dan, &fay] {
        follow(&bob, other).await;
    }
    follow(&bob, &cid).await;
    let all = [&eve, &fay, &dan].map(|person| person.user_id.clone());
    assert_eq!(
        suggested(&ann).await,
        all,
        "eve is known to both, and fay was followed last"
    );

    follow(&ann, &eve).await;
    assert_eq!(
        suggested(&ann).await,
        all[1..],
        "whom one follows is left out at once"
    );
    block(&fay, &ann).await;
    assert_eq!(suggested(&ann).await, all[2..], "and who blocks one");
    ann.post_nothing(&format!("{}/mute", profile_of(&dan)))
        .await
        .expect(200);
    assert!(suggested(&ann).await.is_empty(), "and whom one muted");
    ann.delete(&format!("{}/mute", profile_of(&dan)))
        .await
        .expect(204);
    is_private(&dan, true).await;
    assert_eq!(suggested(&ann).await, all[2..]);
    follow(&ann, &dan).await;
    assert!(suggested(&ann).await.is_empty(), "and whom one has asked");
    ann.get("/api/profiles/suggestions?limit=0")
        .await
        .problem(400, "malformed_query");
    ann.get("/api/profiles/suggestions?cursor=x")
        .await
        .problem(400, "malformed_query");
    kith.nobody()
        .get("/api/profiles/suggestions")
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn they_cost_no_more_when_everybody_follows_many() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    follow(&ann, &bob).await;
    let crowd: Vec<Person> = (0..30).map(|n| kith.minted(&format!("p{n}"), &[])).collect();
    futures::future::join_all(crowd.iter().map(|person| async {
        person.get("/api/profiles/me").await.expect(200);
        follow(&bob, person).await;
        follow(&ann, person).await;
        ann.delete(&format!("{}/follow", profile_of(person)))
            .await
            .expect(204);
    }))
    .await;
    let first = ann.get("/api/profiles/suggestions?limit=100").await;
    assert_eq!(first.clone().expect(200)["items"].as_array().unwrap().len(), 20);
    assert!(first.cost("reads") <= 1 + 20 + 2 * 20, "{:?}", first.headers);
    let again = ann.get("/api/profiles/suggestions").await;
    assert_eq!(again.cost("reads"), 0, "{:?}", again.headers);
}
