//! Somebody who did everything, before and after.

use super::life::Life;
use super::{QUICK, nothing_is_found, reported, scan};
use crate::account::elsewhere::Issuer;
use crate::account::export::{EXPORT, ready, unpacked};
use crate::callers::costs::events_stay_in_budget;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Kith, Person};

/// Where something of somebody who did everything is, at least: the scan finds it there before.
const PLACES: [&str; 33] = [
    "accounts",
    "bookmarks",
    "comments",
    "counts",
    "deleted_posts",
    "edges",
    "emails",
    "exports",
    "idempotency",
    "identities",
    "media",
    "notification_records",
    "notifications",
    "pins",
    "post_revisions",
    "posts",
    "profiles",
    "reactions",
    "reports",
    "reposts",
    "sessions",
    "usernames",
    "videos",
    "firestore_documents",
    "firestore_entries",
    "storage_objects",
    "Redis following",
    "Redis notif_unread",
    "Redis pending",
    "Redis person",
    "Redis stance",
    "Redis suggestions",
    "Redis timeline",
];

/// What an export of somebody who did everything has.
const PARTS: [&str; 28] = [
    "auth/account",
    "auth/exports",
    "auth/identities",
    "auth/sessions",
    "auth/usernames",
    "media/media",
    "notifications/deeds",
    "notifications/notifications",
    "notifications/records",
    "posts/bookmarks",
    "posts/comments",
    "posts/decisions",
    "posts/deleted",
    "posts/mentions",
    "posts/mentions-in-comments",
    "posts/pins",
    "posts/posts",
    "posts/reactions",
    "posts/reported",
    "posts/reported-things",
    "posts/reports",
    "posts/shares",
    "posts/versions",
    "profiles/numbers",
    "profiles/of-others",
    "profiles/profile",
    "profiles/to-others",
    "videos/videos",
];

#[tokio::test]
async fn everything_is_exported_and_then_nothing_is_found() {
    if testkit::left_out() {
        return;
    }
    let issuer = Issuer::start().await;
    let providers = issuer.providers();
    // exported and erased in many stints
    let stints = ("EXPORT_STINT_SECONDS", "0");
    let kith = Kith::start_with(&[QUICK[0], QUICK[1], stints, ("OAUTH_PROVIDERS", &providers)]).await;
    let life = Life::lived(&kith, &issuer, "annabel").await;
    exported(&kith, &life).await;

    let places = scan::kinds(&kith, &life.words()).await;
    let missing: Vec<&str> = PLACES
        .into_iter()
        .filter(|place| !places.contains(*place))
        .collect();
    assert!(missing.is_empty(), "not found in {missing:?}, but in {places:?}");

    // every message comes twice and in any order
    kith.shuffle(1, testkit::seed()).await;
    let report = reported(&kith, &life.deleted().await).await;
    kith.settled().await;
    nothing_is_found(&kith, &life.words(), &report).await;
    others_are_right_without_her(&life).await;
    decisions_and_words_stay(&kith, &life).await;
    events_stay_in_budget(&kith).await;
}

/// Downloads what is held, and compares it part by part.
async fn exported(kith: &Kith, life: &Life) {
    let export = life.ann.post_nothing(EXPORT).await.expect(201);
    let export = ready(kith, &life.ann, &export).await;
    kith.settled().await;
    let url = export["url"].as_str().unwrap();
    let archive = kith.nobody().request(Method::GET, url).send().await.unwrap();
    let files = unpacked(&archive.bytes().await.unwrap());
    let parts: BTreeSet<&str> = files
        .keys()
        .map(|name| name.rsplit_once('-').unwrap().0)
        .collect();
    let missing: Vec<&str> = PARTS.into_iter().filter(|part| !parts.contains(part)).collect();
    assert!(missing.is_empty(), "{missing:?} not among {parts:?}");
    // blocks and mutes of hers, and not those of others
    let all = json!(files).to_string();
    assert_eq!(
        (
            all.matches("\"blockedAt\":\"").count(),
            all.matches("\"mutedAt\":\"").count()
        ),
        (1, 1)
    );
    assert!(!all.contains("barred"), "who blocks her is not told");
    for held in [
        "elsewhere",
        "the life of",
        "-holiday.txt",
        "by the sea",
        "a diary of",
        "it may stay",
    ] {
        assert!(all.contains(held), "{held}");
    }
    for secret in ["argon2", "not who she says", "bob@example.com"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

async fn others_are_right_without_her(life: &Life) {
    let (ann, bob) = (&life.ann, &life.bob);
    let profile = bob
        .get(&format!("/api/profiles/{}", bob.user_id))
        .await
        .expect(200);
    assert_eq!(profile["counts"]["followers"], 0, "{profile}");
    bob.get(&format!("/api/profiles/{}", ann.user_id))
        .await
        .problem(404, "not_found");
    let own = bob.all(&format!("/api/users/{}/posts", bob.user_id)).await;
    let first = of_text(&own, "words of his");
    assert_eq!(first["counters"]["reactions"]["love"], 1, "{first}");
    assert_eq!(first["counters"]["shares"], 0, "{first}");
}

/// What others said stays, without her name; what she decided stays, without who decided it.
async fn decisions_and_words_stay(kith: &Kith, life: &Life) {
    let bob = &life.bob;
    let own = bob.all(&format!("/api/users/{}/posts", bob.user_id)).await;
    let thanks = of_text(&own, "thanks to @… and @cid");
    let mentions = thanks["mentions"].as_array().unwrap();
    assert_eq!(mentions.len(), 1, "{thanks}");
    assert_eq!(mentions[0]["username"], "cid");
    let first = of_text(&own, "words of his");
    let comments = format!("/api/posts/{}/comments", first["postId"].as_str().unwrap());
    let comments = life.cid.all(&comments).await;
    of_text(&comments, "as @… says");
    of_text(&comments, "@bob and @… said");
    assert!(
        comments.iter().any(|comment| comment["deleted"] == true),
        "what was replied to stays as a tombstone"
    );
    let moderator: Person = kith.minted("mod", &["moderator"]);
    let resolved = moderator.all("/api/moderation/reports?status=resolved").await;
    assert_eq!(resolved.len(), 1);
    assert_eq!(resolved[0]["resolution"]["note"], "it may stay");
    assert!(
        resolved[0]["resolution"].get("moderator").is_none(),
        "{resolved:?}"
    );
    let open = moderator.all("/api/moderation/reports").await;
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(open[0]["snapshot"]["text"], "@… and @cid owe me");
}

fn of_text<'a>(things: &'a [Value], text: &str) -> &'a Value {
    let found = things.iter().find(|thing| thing["text"] == text);
    found.unwrap_or_else(|| panic!("no {text} in {things:#?}"))
}
