//! How she and others stand to each other.

use super::Life;
use serde_json::json;
use testkit::{Kith, Person};

pub(super) async fn all(kith: &Kith, life: &Life) {
    let (ann, bob, cid) = (&life.ann, &life.bob, &life.cid);
    let others = ["dee", "eve", "fay", "gus", "hal", "ivy"].map(|name| kith.minted(name, &["user"]));
    for person in &others {
        person.get("/api/profiles/me").await.expect(200);
    }
    let [dee, eve, fay, gus, hal, ivy] = &others;
    for (one, other) in [
        (ann, bob),
        (bob, ann),
        (cid, ann),
        (bob, fay),
        (ann, fay),
        (ann, hal),
    ] {
        one.follows(other).await;
    }
    // ended ones stay
    unfollows(ann, fay).await;
    // both ways: who blocks, who mutes, who asks
    for (one, other, what) in [
        (ann, gus, "block"),
        (hal, ann, "block"),
        (ann, ivy, "mute"),
        (ivy, ann, "mute"),
    ] {
        let path = format!("/api/profiles/{}/{what}", other.user_id);
        one.post_nothing(&path).await.ok();
    }
    hides(dee).await;
    ann.follows(dee).await;
    kith.settled().await;
    let own = ann.get("/api/profiles/me").await.expect(200);
    let private = json!({
        "displayName": own["displayName"], "bio": own["bio"], "website": own["website"], "location": own["location"],
        "avatarMediaId": own["avatarMediaId"], "bannerMediaId": own["bannerMediaId"], "isPrivate": true,
    });
    ann.put(&format!("/api/profiles/{}", ann.user_id), private)
        .await
        .expect(200);
    eve.follows(ann).await;
    kith.settled().await;
}

async fn unfollows(person: &Person, other: &Person) {
    let path = format!("/api/profiles/{}/follow", other.user_id);
    person.delete(&path).await.expect(204);
}

async fn hides(person: &Person) {
    let private = json!({ "displayName": "dee", "isPrivate": true });
    person
        .put(&format!("/api/profiles/{}", person.user_id), private)
        .await
        .expect(200);
}
