//! Whatever is doubled, delayed or killed on the way, there is one video in the end.

use super::clips::clip;
use super::{begin, describe, executions, path, processed, put, told, upload};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

const SILENT: &str = "videos-silent-jobs";

/// Ready, published and told of once.
async fn one_video(kith: &Kith, person: &Person, path: &str) {
    let video = kith.nobody().get(path).await.expect(200);
    assert_eq!(video["uploadStatus"], "ready");
    assert_eq!(kith.published("videos", "video.published").await.len(), 1);
    assert_eq!(
        (
            told(person, "video_ready").await,
            told(person, "video_failed").await
        ),
        (1, 0)
    );
}

async fn kill_attempts(kith: &Kith, attempts: u32) {
    kith.fault(json!({ "service": "run", "resource": "transcode", "kind": "kill", "times": attempts }))
        .await;
}

/// Forgets what jobs said, as time would.
async fn forget_progress(kith: &Kith, path: &str) {
    let environment = local::environment(&kith.at, kith.secrets());
    let context = runtime::Context::new("videos", &environment).unwrap();
    let cache = context.cloud().cache();
    let key = cache.key(&format!("video_processing:{}", path.rsplit('/').next().unwrap()));
    cache.run::<()>(cloud::redis::cmd("DEL").arg(key)).await.unwrap();
}

#[tokio::test]
async fn every_message_thrice_in_any_order_makes_one_video() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.shuffle(2, 7).await;
    let path = upload(&kith, &ann, &clip("320x180", 1).await).await;
    describe(&ann, &path, "By the sea").await.expect(201);
    processed(&kith, &ann, &path).await;
    one_video(&kith, &ann, &path).await;
    assert_eq!(executions(&kith).await.len(), 1);
    assert_eq!(
        ann.get(&path).await.headers["etag"],
        "\"4\"",
        "begun, titled, uploaded, ready"
    );
}

#[tokio::test]
async fn news_of_bytes_that_were_replaced_comes_too_late() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let good = clip("320x180", 1).await;
    let ticket = begin(&ann, &good).await;
    let path = path(&ticket);
    describe(&ann, &path, "By the sea").await.expect(201);
    kith.hold("videos-object-finalize").await;
    put(&kith, &ticket, &vec![0; good.len()]).await.expect(200);
    let stale = newest_upload(&kith).await;
    put(&kith, &ticket, &good).await.expect(200);
    // the first news comes once more, after the second
    let project = &kith.at.project;
    let topic = format!("/v1/projects/{project}/topics/uploads:publish");
    kith.emulator(Method::POST, &topic, Some(json!({ "messages": [stale] })))
        .await
        .ok();
    kith.release("videos-object-finalize").await;
    kith.settled().await;
    let video = kith.nobody().get(&path).await.expect(200);
    assert_eq!(video["uploadStatus"], "ready");
    assert_eq!(kith.published("videos", "video.published").await.len(), 1);
}

/// The last message of Cloud Storage, to be published again.
async fn newest_upload(kith: &Kith) -> Value {
    let topic = format!("projects/{}/topics/uploads", kith.at.project);
    let mut message = Value::Null;
    kith.until("Cloud Storage has told of the upload", async || {
        let path = format!("/_emulator/pubsub/messages?topic={topic}");
        let told = kith.emulator(Method::GET, &path, None).await.ok();
        message = told["messages"]
            .as_array()
            .and_then(|all| all.last().cloned())
            .unwrap_or_default();
        !message.is_null()
    })
    .await;
    json!({ "data": message["data"], "attributes": message["attributes"] })
}

#[tokio::test]
async fn a_job_that_is_started_twice_makes_one_video() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.fault(json!({ "service": "run", "resource": "transcode", "kind": "duplicate" }))
        .await;
    let path = upload(&kith, &ann, &clip("320x180", 1).await).await;
    describe(&ann, &path, "By the sea").await.expect(201);
    processed(&kith, &ann, &path).await;
    assert_eq!(executions(&kith).await.len(), 2);
    one_video(&kith, &ann, &path).await;
}

#[tokio::test]
async fn a_job_that_is_killed_in_the_middle_is_done_again() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let path = upload(&kith, &ann, &clip("640x360", 20).await).await;
    describe(&ann, &path, "By the sea").await.expect(201);
    let mut pid = Value::Null;
    kith.until("the job is in the middle of it", async || {
        let video = ann.get(&path).await.expect(200);
        pid = executions(&kith)
            .await
            .first()
            .map_or(Value::Null, |run| run["tasks"][0]["pid"].clone());
        video["uploadStatus"] == "processing" && video["progress"].as_u64() > Some(10) && pid.is_u64()
    })
    .await;
    let killed = tokio::process::Command::new("kill")
        .args(["-KILL", &pid.to_string()])
        .status()
        .await;
    assert!(killed.unwrap().success(), "it had ended already");
    processed(&kith, &ann, &path).await;
    one_video(&kith, &ann, &path).await;
    let task = &executions(&kith).await[0]["tasks"][0];
    assert_eq!(
        (&task["status"], &task["failures"]),
        (&json!("succeeded"), &json!(1))
    );
}

#[tokio::test]
async fn a_job_that_never_says_a_word_is_started_again() {
    let kith = Kith::start_with(&[("JOB_SILENCE_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.pause_schedule(SILENT).await;
    kill_attempts(&kith, 4).await;
    let path = upload(&kith, &ann, &clip("320x180", 1).await).await;
    describe(&ann, &path, "By the sea").await.expect(201);
    kith.settled().await;
    forget_progress(&kith, &path).await;
    assert_eq!(
        ann.get(&path).await.expect(200)["uploadStatus"],
        "uploaded",
        "four attempts died"
    );
    kith.run_schedule(SILENT).await;
    processed(&kith, &ann, &path).await;
    one_video(&kith, &ann, &path).await;
    kith.run_schedule(SILENT).await;
    kith.settled().await;
    assert_eq!(executions(&kith).await.len(), 2, "nothing is due any more");
}

#[tokio::test]
async fn a_job_that_always_dies_is_given_up() {
    let kith = Kith::start_with(&[("JOB_SILENCE_SECONDS", "0")]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.pause_schedule(SILENT).await;
    kill_attempts(&kith, 100).await;
    let path = upload(&kith, &ann, b"whatever").await;
    for _ in 0..4 {
        kith.settled().await;
        forget_progress(&kith, &path).await;
        kith.run_schedule(SILENT).await;
    }
    let video = processed(&kith, &ann, &path).await;
    assert_eq!(video["failure"]["code"], "processing_timed_out", "{video}");
    assert_eq!(executions(&kith).await.len(), 4);
    assert_eq!(told(&ann, "video_failed").await, 1);
}
