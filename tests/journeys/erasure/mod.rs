//! What is left of somebody whose account was deleted: nothing, whatever was under way.

mod broken;
mod late;
mod life;
pub(crate) mod scan;
mod whole;

use serde_json::{Value, json};
use testkit::{Kith, PASSWORD, Person};

const DELETE: &str = "/api/auth/account/delete";

/// An erasure whose rounds follow each other at once, in many stints.
const QUICK: [(&str, &str); 2] = [("ERASURE_PAUSE_SECONDS", "0"), ("ERASURE_STINT_SECONDS", "0")];

/// Deletes an account that has no second factor; answers the report.
async fn delete(person: &Person) -> Value {
    let password = json!({ "password": PASSWORD });
    person.post(DELETE, password).await.expect(202)
}

/// The report as it is now.
async fn report(kith: &Kith, begun: &Value) -> Value {
    let id = begun["erasureId"].as_str().unwrap();
    let path = format!("/api/auth/account/erasures/{id}");
    kith.nobody().get(&path).await.expect(200)
}

/// Waits until the report says that all is erased, whatever else is under way; the schedule is asked for, not waited for.
pub(crate) async fn reported(kith: &Kith, begun: &Value) -> Value {
    let mut last = Value::Null;
    kith.until("it is erased", async || {
        kith.run_schedule("auth-accounts").await;
        last = report(kith, begun).await;
        last["state"] == "erased"
    })
    .await;
    last
}

/// Fails when anything is found of one of `words`.
async fn nothing_is_found(kith: &Kith, words: &[&str], report: &Value) {
    let left = scan::found(kith, words).await;
    assert!(left.is_empty(), "{report:#}\n{}", left.join("\n"));
}
