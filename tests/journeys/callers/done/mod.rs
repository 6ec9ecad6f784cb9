//! Calls that change something only after something else was done: with strangers' things, as in the table of callers, they find nothing to change. What they
//! cost with something to change, and what the events that follow cost, is held against the same budgets.

mod accounts;
mod graph;
mod posts;
mod videos;

use super::costs::Costs;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

/// Calls that are noted.
struct Doing<'a> {
    kith: &'a Kith,
    costs: Costs,
}

impl Doing<'_> {
    /// Calls an endpoint with what stands for the words in braces of its path, in their order; the answer's body.
    async fn call(&self, caller: &Person, endpoint: &str, things: &[&Value], body: Value) -> Value {
        let (method, path) = endpoint.split_once(' ').unwrap();
        let mut words = path.split(['{', '}']);
        let mut path = words.next().unwrap().to_owned();
        for thing in things {
            words.next().unwrap();
            path.push_str(thing.as_str().unwrap());
            path.push_str(words.next().unwrap());
        }
        assert_eq!(words.next(), None, "{endpoint} needs more");
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = caller.request(method, &path);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = caller.send(request).await;
        self.costs.of_endpoint(endpoint, &answer);
        answer.ok()
    }

    /// [`Doing::call`] without a body.
    async fn just(&self, caller: &Person, endpoint: &str, things: &[&Value]) -> Value {
        self.call(caller, endpoint, things, Value::Null).await
    }
}

fn id(person: &Person) -> Value {
    json!(person.user_id)
}

#[tokio::test]
async fn what_changes_something_stays_in_budget() {
    let issuer = crate::account::elsewhere::Issuer::start().await;
    let kith = issuer.kith().await;
    let doing = Doing {
        kith: &kith,
        costs: Costs::default(),
    };
    tokio::join!(
        accounts::all(&doing, &issuer),
        graph::all(&doing),
        posts::all(&doing),
        videos::all(&doing)
    );
    kith.settled().await;
    doing.costs.of_events(&kith).await;
    doing.costs.stay_in_budget();
}
