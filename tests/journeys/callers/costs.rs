//! What every endpoint and every consumed event may cost: the tables in `docs/costs.md` are the budgets. With `SHOW_COSTS=1` what was measured is printed
//! as such a table.

use reqwest::Method;
use runtime::Environment;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use testkit::{Answer, Kith, cost_in};

/// The columns, as `kith-operations` names them.
const OPERATIONS: [&str; 5] = ["reads", "writes", "deletes", "redis", "published"];
const BUDGETS: &str = include_str!("../../../docs/costs.md");

/// A budget is an attempt's. What meets contention is tried again, and how much of a crowded test does is chance: two attempts are no failure.
const ATTEMPTS: u64 = 2;

type Cost = [u64; OPERATIONS.len()];

/// Fails when an event that was delivered so far has cost more than two attempts may, or has no budget.
pub(crate) async fn events_stay_in_budget(kith: &Kith) {
    let costs = Costs::default();
    costs.of_events(kith).await;
    costs.stay_in_budget();
}

/// The most that each endpoint and subscription has cost.
#[derive(Debug, Default)]
pub(super) struct Costs(Mutex<BTreeMap<String, Cost>>);

impl Costs {
    /// Notes what a call cost.
    pub(super) fn of_endpoint(&self, endpoint: &str, answer: &Answer) {
        if answer.headers.contains_key("kith-operations") {
            self.note(endpoint, OPERATIONS.map(|operation| answer.cost(operation)));
        }
    }

    /// Notes what the events that were pushed cost their consumers.
    pub(super) async fn of_events(&self, kith: &Kith) {
        let path = format!("/_emulator/pubsub/pushes?project={}", kith.project());
        let pushes = kith.emulator(Method::GET, &path, None).await.expect(200);
        for push in pushes["pushes"].as_array().unwrap() {
            let name = push["subscription"].as_str().unwrap().rsplit('/').next().unwrap();
            if let Some(cost) = push["headers"]["kith-operations"].as_str() {
                self.note(name, OPERATIONS.map(|operation| cost_in(cost, operation)));
            }
        }
    }

    fn note(&self, name: &str, cost: Cost) {
        let mut costs = self.0.lock().unwrap();
        let most = costs.entry(name.to_owned()).or_default();
        for (most, cost) in most.iter_mut().zip(cost) {
            *most = cost.max(*most);
        }
    }

    /// Fails when something costs more than two attempts may, or has no budget.
    pub(super) fn stay_in_budget(&self) {
        let costs = self.0.lock().unwrap();
        if Environment::from_process().reader().or("SHOW_COSTS", 0) == 1 {
            let mut table = String::new();
            for (name, cost) in costs.iter() {
                let cells = cost.map(|count| count.to_string()).join(" | ");
                writeln!(table, "| `{name}` | {cells} |").unwrap();
            }
            println!("{table}");
        }
        let budgets = budgets();
        let mut wrong = Vec::new();
        for (name, cost) in costs.iter() {
            match budgets.get(name) {
                None => wrong.push(format!("{name} has no budget; it cost {cost:?}")),
                Some(budget)
                    if cost
                        .iter()
                        .zip(budget)
                        .any(|(cost, budget)| *cost > ATTEMPTS * budget) =>
                {
                    wrong.push(format!("{name} cost {cost:?}, its budget is {budget:?}"));
                }
                Some(_) => {}
            }
        }
        assert!(wrong.is_empty(), "{OPERATIONS:?}\n{}", wrong.join("\n"));
    }
}

/// The budgets: rows of a name in backticks and five numbers.
fn budgets() -> BTreeMap<String, Cost> {
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?.to_owned();
        let numbers: Vec<u64> = cells.map(|cell| cell.parse().unwrap()).collect();
        Some((name, numbers.try_into().unwrap()))
    };
    BUDGETS.lines().filter_map(row).collect()
}

#[test]
fn every_endpoint_has_a_budget_and_every_budget_is_of_something() {
    let functions = local::functions();
    let (mut endpoints, mut events) = (BTreeSet::new(), BTreeSet::new());
    for function in &functions {
        let description = function.description();
        let routes = description.routes.iter();
        endpoints.extend(routes.map(|route| format!("{} {}", route.method, route.path)));
        events.extend(description.subscriptions.iter().map(|on| on.name.clone()));
    }
    let named: BTreeSet<String> = budgets().into_keys().collect();
    let excused = |name: &String| BUDGETS.contains(&format!("`{name}`"));
    let without: Vec<&String> = endpoints
        .difference(&named)
        .chain(events.iter().filter(|name| !excused(name)))
        .collect();
    let of_nothing: Vec<&String> = named
        .iter()
        .filter(|name| !endpoints.contains(*name) && !events.contains(*name))
        .collect();
    assert_eq!((without, of_nothing), (Vec::new(), Vec::new()));
}
