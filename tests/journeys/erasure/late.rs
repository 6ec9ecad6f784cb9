//! What ends, arrives or is told after everything is erased makes nothing.

use super::{QUICK, delete, nothing_is_found, report, reported, scan};
use crate::account::export::EXPORT;
use crate::media::{self, pictures::png};
use crate::videos::{self, clips::clip, describe};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

/// The names of all objects of a bucket.
async fn objects(kith: &Kith, bucket: &str) -> Vec<String> {
    let path = format!("/storage/v1/b/{}-{bucket}/o", kith.at.project);
    let listed = kith.emulator(Method::GET, &path, None).await.ok();
    let items = listed["items"].as_array().cloned().unwrap_or_default();
    let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
    items.iter().map(name).collect()
}

async fn no_objects(kith: &Kith) {
    for bucket in ["media-uploads", "media", "raw-videos", "videos", "exports"] {
        assert_eq!(objects(kith, bucket).await, Vec::<String>::new(), "{bucket}");
    }
}

/// From now on each object that is stored in a bucket takes so long.
async fn slow_bucket(kith: &Kith, bucket: &str, millis: u64) {
    let bucket = format!("{}-{bucket}", kith.at.project);
    kith.fault(
        json!({ "service": "storage", "method": "WriteObject", "resource": bucket, "kind": "delay", "delayMillis": millis }),
    )
    .await;
}

/// A signal to the job that runs.
async fn signal(kith: &Kith, name: &str) {
    let running = videos::executions(kith).await;
    let task = &running[0]["tasks"][0];
    assert_eq!(task["status"], "running", "it ended too early: {task}");
    let pid = task["pid"].as_u64().unwrap().to_string();
    let mut kill = tokio::process::Command::new("kill");
    let sent = kill.args([name, &pid]).status().await;
    assert!(sent.unwrap().success(), "{name} {pid}");
}

/// Puts a video, and stops its job while that stores what it has made; answers the video's path.
async fn stopped_job(kith: &Kith, ann: &Person) -> String {
    slow_bucket(kith, "videos", 1000).await;
    let path = videos::upload(kith, ann, &clip("320x180", 1).await).await;
    describe(ann, &path, &format!("{} at sea", ann.username))
        .await
        .expect(201);
    kith.until("the job stores what it has made", async || {
        ann.get(&path).await.expect(200)["progress"].as_u64() > Some(90)
    })
    .await;
    signal(kith, "-STOP").await;
    path
}

#[tokio::test]
async fn a_job_that_ends_later_leaves_nothing() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&QUICK).await;
    let [ann] = kith.people(["antonia"]).await;
    kith.settled().await;
    stopped_job(&kith, &ann).await;
    let report = reported(&kith, &delete(&ann).await).await;
    signal(&kith, "-CONT").await;
    kith.settled().await;
    no_objects(&kith).await;
    nothing_is_found(&kith, &[&ann.user_id, "antonia"], &report).await;
    let told = kith.published("videos", "video.processing_completed").await;
    assert_eq!(told.len(), 1, "the job has ended well");
}

#[tokio::test]
async fn a_job_that_begins_later_or_dies_on_the_way_leaves_nothing() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&[QUICK[0], QUICK[1], ("JOB_SILENCE_SECONDS", "0")]).await;
    kith.pause_schedule("videos-silent-jobs").await;
    let [ann] = kith.people(["adelheid"]).await;
    kith.settled().await;
    // of the attempts that are left after this one, each dies as soon as it has begun: nobody hears of any
    let path = stopped_job(&kith, &ann).await;
    kith.fault(json!({ "service": "run", "resource": "transcode", "kind": "kill", "times": 3 }))
        .await;
    let report = reported(&kith, &delete(&ann).await).await;
    signal(&kith, "-KILL").await;
    kith.settled().await;
    // what it had stored by then is found by the sweep, which remembers the video until no job of it can be at work
    let remembered = scan::kinds(&kith, &[id(&path)]).await;
    assert!(remembered.contains("gone_videos"), "{remembered:?}");
    kith.until("nothing is left of it", async || {
        kith.run_schedule("videos-silent-jobs").await;
        let left = scan::kinds(&kith, &[id(&path)]).await;
        objects(&kith, "videos").await.is_empty() && !left.contains("gone_videos")
    })
    .await;
    no_objects(&kith).await;
    nothing_is_found(&kith, &[&ann.user_id, "adelheid"], &report).await;
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn bytes_that_arrive_later_do_not_stay() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&QUICK).await;
    let [ann] = kith.people(["amalia"]).await;
    kith.settled().await;
    let picture = png(400, 30);
    let image = media::begin(&ann, "image/png", &picture).await;
    let video = videos::begin(&ann, b"a video").await;
    let report = reported(&kith, &delete(&ann).await).await;
    media::put(&kith, &image, &picture).await.expect(200);
    videos::put(&kith, &video, b"a video").await.expect(200);
    kith.settled().await;
    no_objects(&kith).await;
    assert_eq!(videos::executions(&kith).await, Vec::<Value>::new());
    nothing_is_found(&kith, &[&ann.user_id, "amalia"], &report).await;
}

#[tokio::test]
async fn an_examination_that_ends_later_leaves_nothing() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&QUICK).await;
    let [ann] = kith.people(["ambrosia"]).await;
    kith.settled().await;
    slow_bucket(&kith, "media", 3000).await;
    let picture = png(700, 30);
    let ticket = media::begin(&ann, "image/png", &picture).await;
    media::put(&kith, &ticket, &picture).await.expect(200);
    kith.until("it is examined", async || {
        objects(&kith, "media-uploads").await.is_empty() || being_pushed(&kith).await
    })
    .await;
    let report = reported(&kith, &delete(&ann).await).await;
    kith.settled().await;
    no_objects(&kith).await;
    assert_eq!(kith.published("media", "media.uploaded").await.len(), 0);
    nothing_is_found(&kith, &[&ann.user_id, "ambrosia"], &report).await;
}

/// Whether the news of an upload is with `media` just now.
async fn being_pushed(kith: &Kith) -> bool {
    let state = format!("/_emulator/pubsub/state?project={}", kith.at.project);
    let state = kith.emulator(Method::GET, &state, None).await.ok();
    let subscriptions = state["subscriptions"].as_array().unwrap();
    let of_media = |one: &&Value| one["name"].as_str().unwrap().ends_with("/media-object-finalize");
    let leased = subscriptions
        .iter()
        .find(of_media)
        .map(|one| one["leased"].clone());
    leased.is_some_and(|leased| leased.as_u64() > Some(0))
}

/// Whatever makes something of somebody when it is told of them.
const LISTENERS: [&str; 22] = [
    "media-object-finalize",
    "media-post-created",
    "media-profile-updated",
    "notifications-comment-created",
    "notifications-post-shared",
    "notifications-post-updated",
    "notifications-reaction-added",
    "notifications-user-followed",
    "notifications-user-mentioned",
    "posts-comment-created",
    "posts-feed-fan-out",
    "posts-post-created",
    "posts-post-shared",
    "posts-reaction-added",
    "posts-post-deleted",
    "posts-reaction-removed",
    "profiles-post-created",
    "profiles-post-deleted",
    "profiles-user-followed",
    "profiles-user-registered",
    "profiles-user-unfollowed",
    "profiles-username-changed",
];

#[tokio::test]
async fn what_is_told_later_is_known_to_be_of_somebody_who_is_gone() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&QUICK).await;
    let [bob] = kith.people(["bob"]).await;
    bob.get("/api/profiles/me").await.expect(200);
    kith.settled().await;
    for listener in LISTENERS {
        kith.hold(listener).await;
    }
    let [ann] = kith.people(["aurelia"]).await;
    acts(&kith, &ann, &bob).await;
    let begun = delete(&ann).await;
    reported(&kith, &begun).await;
    for listener in LISTENERS {
        kith.release(listener).await;
    }
    kith.settled().await;
    let report = report(&kith, &begun).await;
    no_objects(&kith).await;
    nothing_is_found(&kith, &[&ann.user_id, "aurelia"], &report).await;
    assert_eq!(bob.notifications().await, Vec::<Value>::new());
}

/// Does what others are told of.
async fn acts(kith: &Kith, ann: &Person, bob: &Person) {
    ann.get("/api/profiles/me").await.expect(200);
    ann.put("/api/auth/username", json!({ "username": "aurelia.b" }))
        .await
        .expect(200);
    ann.follows(bob).await;
    bob.follows(ann).await;
    let theirs = bob.posts("words of his to @aurelia").await;
    let mine = ann.posts("words of aurelia to @bob").await;
    ann.comments(&theirs, "aurelia says to @bob").await;
    bob.comments(&mine, "he says to @aurelia").await;
    let path = |post: &Value| format!("/api/posts/{}", post["postId"].as_str().unwrap());
    for (person, post) in [(ann, &theirs), (bob, &mine)] {
        let reaction = json!({ "type": "love" });
        person
            .post(&format!("{}/reactions", path(post)), reaction)
            .await
            .expect(201);
        person
            .post(&format!("{}/share", path(post)), json!({ "text": "look" }))
            .await
            .expect(201);
    }
    let picture = png(30, 30);
    let ticket = media::begin(ann, "image/png", &picture).await;
    media::put(kith, &ticket, &picture).await.expect(200);
}

#[tokio::test]
async fn an_export_that_is_put_together_later_is_not_kept() {
    if testkit::left_out() {
        return;
    }
    for listener in ["posts-export-requested", "auth-export-part"] {
        let kith = Kith::start_with(&QUICK).await;
        let [ann] = kith.people(["apollonia"]).await;
        ann.posts("words of apollonia").await;
        kith.settled().await;
        kith.hold(listener).await;
        ann.post_nothing(EXPORT).await.expect(201);
        kith.until("the others have written", async || {
            !objects(&kith, "exports").await.is_empty()
        })
        .await;
        let report = reported(&kith, &delete(&ann).await).await;
        kith.release(listener).await;
        kith.settled().await;
        no_objects(&kith).await;
        nothing_is_found(&kith, &[&ann.user_id, "apollonia"], &report).await;
    }
}
