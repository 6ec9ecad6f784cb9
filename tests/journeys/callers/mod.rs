//! Every endpoint, with every kind of caller. An endpoint that no table names fails it.
//!
//! A function has a file of rows: an endpoint, a body, and the status that each of [`CALLERS`] gets about something of the owner's. Words in braces
//! (`{postId}`) in path and body stand for what `things` makes for the row. Rows run side by side; a row that may change anything has new people and new
//! things for every call, so that no call changes what another one meets. What the calls cost, and the events that follow from them, is held against
//! `docs/costs.md`.

mod account;
mod auth;
pub(crate) mod costs;
mod done;
mod media;
mod moderation;
mod notifications;
mod people;
mod posts;
mod profiles;
mod row;
mod things;
mod videos;

use futures::StreamExt;
use people::Cast;
use row::{CALLERS, Row};
use std::collections::BTreeSet;
use testkit::Kith;

/// How many calls are made at once.
const AT_ONCE: usize = 8;

/// Every row of every function.
fn table() -> Vec<Row> {
    [
        account::rows(),
        auth::rows(),
        profiles::rows(),
        posts::rows(),
        moderation::rows(),
        notifications::rows(),
        videos::rows(),
        media::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[tokio::test]
async fn every_endpoint_answers_every_caller_as_it_should() {
    let kith = Kith::start_with(&[("HASHING_PARALLELISM", "8")]).await;
    let cast = Cast::new(&kith);
    let rows = table();
    let calls = rows
        .iter()
        .flat_map(|row| (0..CALLERS.len()).map(move |who| (row, who)));
    let answered = calls.map(|(row, who)| cast.answer(row, who));
    let answered: Vec<Option<String>> = futures::stream::iter(answered)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut wrong: Vec<String> = answered.into_iter().flatten().collect();
    wrong.sort_unstable();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    kith.settled().await;
    cast.costs.of_events(&kith).await;
    cast.costs.stay_in_budget();
}

#[test]
fn the_table_names_every_endpoint() {
    let named: BTreeSet<String> = table().into_iter().map(|row| row.endpoint.to_owned()).collect();
    let functions = local::functions();
    let routes = functions
        .iter()
        .flat_map(|function| &function.description().routes);
    let there: BTreeSet<String> = routes
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(
        there.difference(&named).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "endpoints that the table does not name"
    );
    assert_eq!(
        named.difference(&there).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "rows without an endpoint"
    );
}
