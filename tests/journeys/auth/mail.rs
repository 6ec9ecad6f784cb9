//! Mail goes out, whatever becomes of the server that takes it.

use super::smtp::{Mood, Smtp};
use testkit::Kith;

async fn with_server(smtp: &Smtp, more: &[(&str, &str)]) -> Kith {
    let ours = [("MAIL_URL", smtp.url.as_str())];
    Kith::start_with(&[&ours, more].concat()).await
}

#[tokio::test]
async fn mail_goes_out_by_smtp() {
    let smtp = Smtp::start(Mood::Takes).await;
    let kith = with_server(&smtp, &[("MAIL_FROM", "Kith <hello@kith.test>")]).await;
    kith.people(["ann"]).await;
    kith.settled().await;
    let received = smtp.received();
    let [mail] = received.as_slice() else {
        panic!("{received:?}")
    };
    assert_eq!(
        (mail.from.as_str(), mail.to.as_str()),
        ("hello@kith.test", "ann@example.com")
    );
    for line in ["From: ", "To: ann@example.com", "Message-ID: <", "Date: "] {
        assert!(mail.text.contains(line), "{line} in {}", mail.text);
    }
    assert!(mail.text.contains("It is good for 10 minutes"), "{}", mail.text);
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_is_busy_and_its_mail_goes_out_once() {
    let smtp = Smtp::start(Mood::Busy).await;
    let kith = with_server(&smtp, &[]).await;
    let [ann] = kith.people(["ann"]).await;
    kith.until("it was tried", async || smtp.tries() >= 2).await;
    assert_eq!(
        ann.get("/api/auth/me").await.expect(200)["emailVerified"],
        false,
        "she is in"
    );
    smtp.set(Mood::Takes);
    kith.settled().await;
    assert_eq!(smtp.received().len(), 1);
    kith.run_schedule("auth-letters").await;
    kith.settled().await;
    assert_eq!(smtp.received().len(), 1, "nothing is left to sweep");
}

#[tokio::test]
async fn mail_whose_event_is_lost_is_swept_up_by_one_of_two() {
    if testkit::left_out() {
        return;
    }
    let smtp = Smtp::start(Mood::Takes).await;
    let kith = with_server(&smtp, &[("MAIL_DUE_SECONDS", "0")]).await;
    kith.pause_schedule("auth-letters").await;
    kith.hold("auth-mail-due").await;
    kith.people(["ann"]).await;
    assert_eq!(smtp.tries(), 0);
    tokio::join!(
        kith.run_schedule("auth-letters"),
        kith.run_schedule("auth-letters")
    );
    kith.until("it is swept", async || !smtp.received().is_empty())
        .await;
    kith.release("auth-mail-due").await;
    kith.settled().await;
    assert_eq!(smtp.received().len(), 1, "the event finds that it is done");
}

#[tokio::test]
async fn what_nobody_takes_is_not_tried_again() {
    let smtp = Smtp::start(Mood::Refuses).await;
    let kith = with_server(&smtp, &[]).await;
    kith.people(["ann"]).await;
    kith.settled().await;
    smtp.set(Mood::Takes);
    kith.run_schedule("auth-letters").await;
    kith.settled().await;
    assert_eq!((smtp.tries(), smtp.received().len()), (1, 0));
}

#[tokio::test]
async fn the_mailbox_shows_what_would_have_been_sent_on_loopback_only() {
    let kith = Kith::start().await;
    kith.people(["ann"]).await;
    let code = kith.code("ann@example.com").await;
    let page = format!("/_mailbox?project={}", kith.at.project);
    let page = kith.emulator(reqwest::Method::GET, &page, None).await.expect(200);
    let page = page.as_str().unwrap();
    assert!(
        page.contains(&code) && page.contains("to ann@example.com"),
        "{page}"
    );
    kith.nobody().get("/_mailbox").await.expect(404);
}
