//! What something shows is kept, and only that.

use super::{BEGIN, begin, examined, path, pictures, put, upload};
use serde_json::{Value, json};
use testkit::{Kith, Person};

const SWEEP: &str = "media-sweep";

/// Where everything that nothing shows is due at once, and swept only when a test says so.
async fn impatient() -> Kith {
    let kith = Kith::start_with(&[
        ("MEDIA_UNATTACHED_SECONDS", "0"),
        ("MEDIA_OVERDUE_SECONDS", "3600"),
    ])
    .await;
    kith.pause_schedule(SWEEP).await;
    kith
}

/// A ready image; its path and its id.
async fn image(kith: &Kith, person: &Person) -> (String, Value) {
    let path = upload(kith, person, "image/png", &pictures::png(30, 30)).await;
    let media = examined(kith, person, &path).await;
    assert_eq!(media["status"], "ready");
    (path, media["mediaId"].clone())
}

async fn sweep(kith: &Kith) {
    kith.settled().await;
    kith.run_schedule(SWEEP).await;
    kith.settled().await;
}

#[tokio::test]
async fn what_a_post_shows_is_kept_until_it_shows_it_no_longer() {
    let kith = impatient().await;
    let [ann] = kith.people(["ann"]).await;
    let (first, first_id) = image(&kith, &ann).await;
    let (second, second_id) = image(&kith, &ann).await;
    let body =
        json!({ "text": "two", "media": [{ "mediaId": first_id }, { "mediaId": second_id, "alt": "blue" }] });
    let post = ann.post("/api/posts", body).await.expect(201);
    let shown: Vec<&Value> = post["media"]
        .as_array()
        .unwrap()
        .iter()
        .map(|media| &media["mediaId"])
        .collect();
    assert_eq!(shown, [&first_id, &second_id]);
    sweep(&kith).await;
    for path in [&first, &second] {
        assert_eq!(ann.get(path).await.expect(200)["attached"], true);
        ann.delete(path).await.problem(409, "attached");
    }
    let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let edit = json!({ "text": "one", "media": [{ "mediaId": second_id }] });
    ann.put(&post, edit).await.expect(200);
    kith.settled().await;
    assert_eq!(ann.get(&first).await.expect(200)["attached"], false);
    sweep(&kith).await;
    ann.get(&first).await.problem(404, "not_found");
    assert_eq!(ann.get(&second).await.expect(200)["attached"], true);
    ann.delete(&post).await.expect(204);
    kith.settled().await;
    assert_eq!(ann.get(&second).await.expect(200)["attached"], false);
    sweep(&kith).await;
    ann.get(&second).await.problem(404, "not_found");
}

#[tokio::test]
async fn whatever_is_told_when_the_last_word_counts() {
    for seed in [1, 2, 3] {
        let kith = Kith::start().await;
        let [ann] = kith.people(["ann"]).await;
        let (path, id) = image(&kith, &ann).await;
        let (other, other_id) = image(&kith, &ann).await;
        kith.shuffle(2, seed).await;
        let with = |ids: &[&Value]| {
            let media: Vec<Value> = ids.iter().map(|id| json!({ "mediaId": id })).collect();
            json!({ "text": "words", "media": media })
        };
        let post = ann.post("/api/posts", with(&[&id])).await.expect(201);
        let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
        let fleeting = ann.post("/api/posts", with(&[&id, &other_id])).await.expect(201);
        for media in [with(&[]), with(&[&other_id, &id]), with(&[&other_id])] {
            ann.put(&post, media).await.expect(200);
        }
        let fleeting = format!("/api/posts/{}", fleeting["postId"].as_str().unwrap());
        ann.delete(&fleeting).await.expect(204);
        kith.settled().await;
        assert_eq!(ann.get(&path).await.expect(200)["attached"], false, "seed {seed}");
        assert_eq!(ann.get(&other).await.expect(200)["attached"], true, "seed {seed}");
    }
}

#[tokio::test]
async fn what_was_attached_at_the_last_moment_is_never_swept() {
    if testkit::left_out() {
        return;
    }
    // the sweep is due at once, and runs while the news of the post is still on its way
    let kith = Kith::start_with(&[
        ("MEDIA_UNATTACHED_SECONDS", "3600"),
        ("MEDIA_ATTACHABLE_SECONDS", "3599"),
    ])
    .await;
    kith.pause_schedule(SWEEP).await;
    let [ann] = kith.people(["ann"]).await;
    let (path, id) = image(&kith, &ann).await;
    kith.hold("media-post-created").await;
    let body = json!({ "text": "just in time", "media": [{ "mediaId": id }] });
    ann.post("/api/posts", body).await.expect(201);
    kith.run_schedule(SWEEP).await;
    assert_eq!(
        ann.get(&path).await.expect(200)["attached"],
        false,
        "the news is not here yet"
    );
    kith.release("media-post-created").await;
    kith.settled().await;
    assert_eq!(ann.get(&path).await.expect(200)["attached"], true);

    // what could be swept before its news came is not attached at all
    let kith = Kith::start_with(&[("MEDIA_ATTACHABLE_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    let (_, id) = image(&kith, &ann).await;
    let body = json!({ "text": "too late", "media": [{ "mediaId": id }] });
    let problem = ann.post("/api/posts", body).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["code"], "expired");
}

#[tokio::test]
async fn only_ones_own_ready_images_are_attached() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let (_, foreign) = image(&kith, &bob).await;
    let waits = begin(&ann, "image/png", b"x").await["mediaId"].clone();
    let lie = upload(&kith, &ann, "image/png", b"GIF89a").await;
    let lie = examined(&kith, &ann, &lie).await["mediaId"].clone();
    let new = json!({ "kind": "file", "contentType": "text/plain", "sizeBytes": 2 });
    let file = ann.post(BEGIN, new).await.expect(201);
    put(&kith, &file, b"ok").await.expect(200);
    examined(&kith, &ann, &path(&file)).await;
    for (id, code) in [
        (&foreign, "unknown_media"),
        (&json!("7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a"), "unknown_media"),
        (&waits, "not_ready"),
        (&lie, "rejected"),
        (&file["mediaId"], "not_an_image"),
    ] {
        let body = json!({ "text": "mine", "media": [{ "mediaId": id }] });
        let problem = ann.post("/api/posts", body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        let pointer = problem["errors"][0]["pointer"].as_str().unwrap();
        assert!(pointer.starts_with("/media/0"), "{pointer}");
    }
}

#[tokio::test]
async fn what_a_profile_shows_is_kept_until_it_shows_it_no_longer() {
    let kith = impatient().await;
    let [ann] = kith.people(["ann"]).await;
    let (first, first_id) = image(&kith, &ann).await;
    let (second, second_id) = image(&kith, &ann).await;
    let profile = format!("/api/profiles/{}", ann.user_id);
    let shows = async |id: &Value| {
        let body = json!({ "displayName": "Ann", "avatarMediaId": id });
        ann.put(&profile, body).await.expect(200);
    };
    shows(&first_id).await;
    kith.settled().await;
    assert_eq!(ann.get(&first).await.expect(200)["attached"], true);
    shows(&second_id).await;
    sweep(&kith).await;
    ann.get(&first).await.problem(404, "not_found");
    assert_eq!(ann.get(&second).await.expect(200)["attached"], true);
}
