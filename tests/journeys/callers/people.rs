//! The people of the table, and their calls.

use super::costs::Costs;
use super::row::{CALLERS, OWNER, Row};
use super::things::{self, Things};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};
use tokio::sync::OnceCell;

/// People who are ready to call.
pub(super) struct Cast<'a> {
    kith: &'a Kith,
    /// For rows that only read: the owner with everything there is to read, and everybody who asks.
    minted: OnceCell<Shared>,
    registered: OnceCell<Shared>,
    /// What the calls cost.
    pub(super) costs: Costs,
}

struct Shared {
    callers: Vec<Person>,
    things: Things,
}

impl<'a> Cast<'a> {
    pub(super) fn new(kith: &'a Kith) -> Self {
        Self {
            kith,
            minted: OnceCell::new(),
            registered: OnceCell::new(),
            costs: Costs::default(),
        }
    }

    /// Calls, and says what is wrong with the answer.
    pub(super) async fn answer(&self, row: &Row, who: usize) -> Option<String> {
        let answer = if row.only_reads() {
            let shared = self.shared(row.registered).await;
            call(row, &shared.callers[who], &shared.things).await
        } else {
            let owner = self.owner(row.registered).await;
            let caller = self.caller(who, &owner, row.registered).await;
            let things = things::made(self.kith, &owner, &names(row)).await;
            call(row, &caller, &things).await
        };
        self.costs.of_endpoint(row.endpoint, &answer);
        let expected = row.expected[who];
        (answer.status != expected).then(|| {
            format!(
                "{} by {}: {} instead of {expected}: {}",
                row.endpoint, CALLERS[who], answer.status, answer.body
            )
        })
    }

    async fn shared(&self, registered: bool) -> &Shared {
        let cell = if registered {
            &self.registered
        } else {
            &self.minted
        };
        let make = || async {
            let owner = self.owner(registered).await;
            let mut callers = Vec::new();
            for who in 0..CALLERS.len() {
                callers.push(self.caller(who, &owner, registered).await);
            }
            let rows = super::table().into_iter();
            let mut read: Vec<String> = rows
                .filter(|row| row.only_reads() && row.registered == registered)
                .flat_map(|row| names(&row))
                .collect();
            read.sort_unstable();
            read.dedup();
            let things = things::made(self.kith, &owner, &read).await;
            Shared { callers, things }
        };
        cell.get_or_init(make).await
    }

    async fn owner(&self, registered: bool) -> Person {
        let owner = self.person("owner", registered).await;
        let private = json!({ "displayName": "owner", "isPrivate": true });
        let own = format!("/api/profiles/{}", owner.user_id);
        owner.put(&own, private).await.expect(200);
        owner
    }

    async fn person(&self, name: &str, registered: bool) -> Person {
        if registered {
            let suffix = &uuid::Uuid::new_v4().simple().to_string()[..8];
            let [person] = self.kith.people([format!("{name}_{suffix}").as_str()]).await;
            person
        } else {
            self.kith.minted(name, &[])
        }
    }

    /// A caller of kind `who`, as they stand to `owner`, whose account is private.
    async fn caller(&self, who: usize, owner: &Person, registered: bool) -> Person {
        let name = match who {
            0 => return self.kith.nobody(),
            OWNER => return owner.clone(),
            _ => "caller",
        };
        let caller = self.person(name, registered).await;
        let about = |person: &Person, what: &str| format!("/api/profiles/{}/{what}", person.user_id);
        match CALLERS[who] {
            "a follower" => follows(&caller, owner).await,
            "one who asked to follow" => caller.follows(owner).await,
            "one whom the owner blocks" => {
                caller.get("/api/profiles/me").await.expect(200);
                owner.post_nothing(&about(&caller, "block")).await.expect(200);
            }
            "one who blocks the owner" => {
                caller.post_nothing(&about(owner, "block")).await.expect(200);
            }
            "a follower who mutes the owner" => {
                follows(&caller, owner).await;
                caller.post_nothing(&about(owner, "mute")).await.expect(200);
            }
            "a moderator" => return self.kith.with_roles(&caller, &["moderator"]),
            _ => {}
        }
        caller
    }
}

/// Asks to follow, and is accepted.
pub(super) async fn follows(caller: &Person, owner: &Person) {
    caller.follows(owner).await;
    let accept = format!("/api/profiles/me/follow-requests/{}/accept", caller.user_id);
    owner.post_nothing(&accept).await.expect(200);
}

/// The words in braces of a row.
fn names(row: &Row) -> Vec<String> {
    let text = format!("{} {}", row.endpoint, row.body);
    let words = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    words
        .map(|(word, _)| word.to_owned())
        .filter(|word| word.chars().all(char::is_alphanumeric))
        .collect()
}

/// `text` with things in the place of their names.
fn told(text: &str, things: &Things) -> String {
    let put = |text: String, (name, thing): (&String, &String)| text.replace(&format!("{{{name}}}"), thing);
    things.iter().fold(text.to_owned(), put)
}

async fn call(row: &Row, caller: &Person, things: &Things) -> Answer {
    let (method, path) = row.endpoint.split_once(' ').unwrap();
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = caller.request(method, &told(path, things));
    let body = told(&row.body.to_string(), things);
    let body: Value = serde_json::from_str(&body).unwrap();
    caller
        .send(if body.is_null() {
            request
        } else {
            request.json(&body)
        })
        .await
}
