//! A username that changes.

use super::{people, profile_of};
use cloud::Cloud;
use contracts::events::identity::UsernameChanged;
use runtime::Context;
use testkit::{Kith, Person};

/// Tells that somebody chose a username, as `auth` does.
async fn named(cloud: &Cloud, person: &Person, username: &str) {
    let changed = UsernameChanged {
        user_id: person.user_id.parse().unwrap(),
        username: username.to_owned(),
    };
    cloud.commit().emit(&changed).await.unwrap();
}

#[tokio::test]
async fn a_profile_is_found_by_the_name_that_was_chosen_last() {
    let kith = Kith::start().await;
    let context = Context::new("auth", &kith.environment()).unwrap();
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    let before = ann.get(&profile_of(&ann)).await.headers["etag"].clone();
    named(context.cloud(), &ann, "ann.lee").await;
    kith.settled().await;
    let by_name = |name: &str| format!("/api/profiles/by-username/{name}");
    let seen = bob.get(&by_name("Ann.Lee")).await;
    assert_ne!(seen.headers["etag"], before);
    let seen = seen.expect(200);
    assert_eq!(
        (seen["userId"].as_str(), seen["username"].as_str()),
        (Some(ann.user_id.as_str()), Some("ann.lee"))
    );
    bob.get(&by_name(&ann.username)).await.problem(404, "not_found");
    // her token still says the old name
    ann.get(&by_name(&ann.username)).await.problem(404, "not_found");
    let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    assert_eq!(bob.get(&post).await.expect(200)["author"]["username"], "ann.lee");
}

#[tokio::test]
async fn the_latest_name_holds_though_events_come_late_and_twice() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let context = Context::new("auth", &kith.environment()).unwrap();
    let [ann] = people(&kith, ["ann"]).await;
    kith.shuffle(2, testkit::seed()).await;
    for n in 0..8 {
        named(context.cloud(), &ann, &format!("ann{n}")).await;
        // names are told apart by their time, which has milliseconds
        let then = contracts::Clock::system().now();
        while contracts::Clock::system().now() == then {
            tokio::task::yield_now().await;
        }
    }
    kith.settled().await;
    let seen = kith.nobody().get(&profile_of(&ann)).await.expect(200);
    assert_eq!(seen["username"], "ann7");
}
