//! A form passes through: what is not posted leaves nothing, and nothing of it is held.

use super::stored;
use crate::form::{Form, Sending, pixel, send};
use crate::media::NEWS;
use reqwest::Method;
use serde_json::json;
use testkit::{Kith, Person};

const MIB: usize = 1024 * 1024;
/// How much of a file is sent on at a time (`cloud::objects::receive`).
const SENT_ON: usize = MIB / 2;
/// How much of a form may be between who sends it and Cloud Storage: pieces that wait, and what networks hold.
const ON_ITS_WAY: usize = 3 * MIB;

async fn posts_of(person: &Person) -> usize {
    person
        .all(&format!("/api/users/{}/posts", person.user_id))
        .await
        .len()
}

async fn nothing_stays(kith: &Kith, person: &Person) {
    kith.release(NEWS).await;
    kith.settled().await;
    assert_eq!(stored(kith, "").await, Vec::<String>::new());
    crate::media::nothing_stays(kith).await;
    assert_eq!(posts_of(person).await, 0);
}

#[tokio::test]
async fn a_form_that_is_cut_off_leaves_nothing() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.hold(NEWS).await;
    for key in [None, Some("k")] {
        let mut sending = Sending::begin(&ann, key);
        sending.give(Form::default().file(&pixel()).begin_file().0).await;
        sending.give([pixel(), vec![7; MIB]].concat()).await;
        kith.until("the first file is stored", async || {
            stored(&kith, "").await == [pixel().len().to_string()]
        })
        .await;
        sending.cut().await;
        kith.until("it is taken away again", async || {
            stored(&kith, "").await.is_empty()
        })
        .await;
    }
    nothing_stays(&kith, &ann).await;
}

#[tokio::test]
async fn a_form_that_is_refused_leaves_nothing_and_its_key_is_free() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.hold(NEWS).await;
    let form = || Form::default().file(&pixel());
    let large = [pixel(), vec![0; 10 * MIB]].concat();
    for (form, status) in [
        (form().text("text", &"x".repeat(5_001)), 422),
        (
            form().text("taggedUserIds", "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a"),
            422,
        ),
        (form().text("visibility", "friends"), 400),
        (form().file(b"<svg/>"), 422),
        (form().file(&large), 413),
    ] {
        assert_eq!(send(&ann, form.end(), Some("k")).await.status, status);
        assert_eq!(stored(&kith, "").await, Vec::<String>::new(), "{status}");
    }
    nothing_stays(&kith, &ann).await;

    // what is looked at before the form is refused is not what another form with its key brings
    let mut sending = Sending::begin(&ann, Some("k"));
    sending.give(form().text("text", "look").0).await;
    kith.until("its picture is looked at", async || {
        !kith.published("media", "media.uploaded").await.is_empty()
    })
    .await;
    sending
        .give(Form::default().text("visibility", "friends").end())
        .await;
    assert_eq!(sending.end().await.status, 400);
    let other = Form::default().file(&crate::media::picture(20, 10)).end();
    let post = send(&ann, other, Some("k")).await.expect(201);
    kith.settled().await;
    let shown = ann.get(&super::super::path(&post)).await.expect(200);
    assert_eq!(
        (&shown["media"][0]["width"], &shown["media"][0]["height"]),
        (&json!(20), &json!(10))
    );
}

/// How many times bytes of a form were sent on to Cloud Storage.
async fn sent_on(kith: &Kith) -> usize {
    let told = kith.emulator(Method::GET, "/_emulator/faults", None).await.ok();
    let faults = told["faults"].as_array().unwrap().iter();
    let ours = faults.filter(|fault| fault["project"] == kith.project());
    let fired: u64 = ours.map(|fault| fault["fired"].as_u64().unwrap()).sum();
    usize::try_from(fired).unwrap()
}

#[tokio::test]
async fn thirty_megabytes_pass_and_three_are_held() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    // counts the writes
    kith.fault(json!({ "service": "storage", "method": "WriteObject", "kind": "delay", "delayMillis": 1 }))
        .await;
    let file = [pixel(), vec![7; 10 * MIB - pixel().len()]].concat();
    let whole = Form::default()
        .text("text", "three")
        .file(&file)
        .file(&file)
        .file(&file);
    let mut sending = Sending::begin(&ann, None);
    let mut given = 0;
    for piece in whole.clone().end().chunks(SENT_ON) {
        sending.give(piece.to_vec()).await;
        given += piece.len();
        kith.until("what was given is sent on", async || {
            given <= sent_on(&kith).await * SENT_ON + ON_ITS_WAY
        })
        .await;
    }
    let post = sending.end().await.expect(201);
    assert_eq!(post["media"].as_array().unwrap().len(), 3);
    let problem = send(&ann, whole.file(&pixel()).end(), None).await;
    let problem = problem.problem(413, "payload_too_large");
    assert_eq!(
        problem["detail"],
        "the sum of all files is at most 31457280 bytes"
    );
    kith.settled().await;
}
