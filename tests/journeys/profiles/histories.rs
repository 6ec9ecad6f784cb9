//! Whatever people wish about each other, and however often and late it is told: the numbers are the live edges.

use super::{is_private, people, profile_of};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reqwest::Method;
use std::collections::BTreeSet;
use testkit::{Kith, Person};

const PEOPLE: usize = 5;

/// Who wishes what about whom; the last is whether the first makes their account private.
#[derive(Debug, Clone)]
enum Step {
    Wish(usize, &'static str, &'static str, usize),
    Answer(usize, &'static str, usize),
    Private(usize, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let wishes = prop::sample::select(vec![
        ("POST", "follow"),
        ("POST", "follow"),
        ("POST", "follow"),
        ("DELETE", "follow"),
        ("DELETE", "follower"),
        ("POST", "block"),
        ("DELETE", "block"),
        ("DELETE", "block"),
        ("POST", "mute"),
    ]);
    let answers = prop::sample::select(vec!["accept", "accept", "reject"]);
    prop_oneof![
        8 => (0..PEOPLE, wishes, 0..PEOPLE).prop_map(|(one, (method, what), other)| Step::Wish(one, method, what, other)),
        3 => (0..PEOPLE, answers, 0..PEOPLE).prop_map(|(one, how, other)| Step::Answer(one, how, other)),
        1 => (0..PEOPLE, any::<bool>()).prop_map(|(one, private)| Step::Private(one, private)),
    ]
}

fn history(seed: u64) -> Vec<Step> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let steps = prop::collection::vec(step(), 120);
    steps.new_tree(&mut runner).unwrap().current()
}

async fn take(people: &[Person], step: &Step) {
    let answer = match step {
        Step::Wish(one, method, what, other) => {
            let path = format!("{}/{what}", profile_of(&people[*other]));
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            people[*one].send(people[*one].request(method, &path)).await
        }
        Step::Answer(one, how, other) => super::answer(&people[*one], &people[*other], how).await,
        Step::Private(one, private) => return is_private(&people[*one], *private).await,
    };
    assert!(
        [200, 204, 404, 422].contains(&answer.status),
        "{step:?}: {}",
        answer.body
    );
}

/// Whom each person follows, as they see it themself.
async fn live(people: &[Person]) -> BTreeSet<(usize, usize)> {
    let mut live = BTreeSet::new();
    for (one, person) in people.iter().enumerate() {
        let ids = people.iter().map(|person| person.user_id.as_str());
        let batch = serde_json::json!({ "userIds": ids.collect::<Vec<_>>() });
        let found = person.post("/api/profiles/batch", batch).await.expect(200);
        for profile in found["items"].as_array().unwrap() {
            if profile["viewer"]["following"] == true {
                let other = people
                    .iter()
                    .position(|other| profile["userId"] == other.user_id.as_str());
                live.insert((one, other.unwrap()));
            }
        }
    }
    live
}

#[tokio::test]
async fn the_numbers_are_the_live_edges_after_any_history() {
    if testkit::left_out() {
        return;
    }
    let seed = testkit::seed();
    let kith = Kith::start().await;
    kith.shuffle(1, seed).await;
    let people = people(&kith, ["ann", "bob", "cid", "dan", "eve"]).await;
    let history = history(seed);
    // four at a time: what happens to the same two at once is part of it
    for steps in history.chunks(4) {
        futures::future::join_all(steps.iter().map(|step| take(&people, step))).await;
    }
    kith.settled().await;
    let live = live(&people).await;
    for (one, person) in people.iter().enumerate() {
        let own = person.get("/api/profiles/me").await.expect(200);
        let following = live.iter().filter(|(follower, _)| *follower == one).count();
        let followers = live.iter().filter(|(_, followee)| *followee == one).count();
        assert_eq!(own["counts"]["following"], following, "{one} of seed {seed}");
        assert_eq!(own["counts"]["followers"], followers, "{one} of seed {seed}");
        let listed = person.all(&format!("{}/followers", profile_of(person))).await;
        assert_eq!(listed.len(), followers, "{one} of seed {seed}");
    }
}
