//! Numbers equal their definitions after any history: comments, replies, deletions, reactions; events that are not published at first, come twice, late and
//! in any order; Redis losing everything.

use super::{KINDS, counts};
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::{Kith, Person, seed};

/// How many waves of changes, and how many changes are made at once.
const WAVES: u64 = 6;
const WAVE: u64 = 10;

/// A small generator (Knuth's MMIX constants): a seed is the whole history.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// A comment as the history has it.
#[derive(Debug, Clone)]
struct Comment {
    id: String,
    author: usize,
    parent: Option<String>,
    deleted: bool,
}

/// What should be.
#[derive(Debug, Default)]
struct History {
    comments: Vec<Comment>,
    /// By the path of the thing and the person.
    reactions: BTreeMap<(String, usize), &'static str>,
}

/// A change, to be made beside others.
enum Change {
    Say(usize, Option<String>),
    Unsay(usize, String),
    React(usize, String, &'static str),
    Unreact(usize, String),
}

fn comment_path(id: &str) -> String {
    format!("/api/comments/{id}")
}

impl History {
    /// Some change that concerns nothing that another one of the same wave changes.
    fn change(
        &self,
        chance: &mut Chance,
        people: usize,
        post: &str,
        taken: &mut Vec<String>,
    ) -> Option<Change> {
        let person = chance.below(people);
        let live: Vec<&Comment> = self.comments.iter().filter(|comment| !comment.deleted).collect();
        let some = (!live.is_empty()).then(|| live[chance.below(live.len())].clone());
        match (chance.below(10), some) {
            (0..=2, some) => {
                let parent = some.filter(|_| chance.below(3) > 0).map(|comment| comment.id);
                // a reply to what is deleted in the same wave may be refused
                let free = parent.as_ref().is_none_or(|id| !taken.contains(id));
                taken.extend(parent.iter().cloned());
                free.then_some(Change::Say(person, parent))
            }
            (3, Some(comment)) if !taken.contains(&comment.id) => {
                taken.push(comment.id.clone());
                Some(Change::Unsay(comment.author, comment.id))
            }
            (4.., some) => {
                let on_comment = some.filter(|_| chance.below(2) == 0);
                if on_comment
                    .as_ref()
                    .is_some_and(|comment| taken.contains(&comment.id))
                {
                    return None;
                }
                taken.extend(on_comment.iter().map(|comment| comment.id.clone()));
                let thing = on_comment.map_or(post.to_owned(), |comment| comment_path(&comment.id));
                let own = format!("{thing} {person}");
                if taken.contains(&own) {
                    return None;
                }
                taken.push(own);
                Some(match chance.below(KINDS.len() + 2) {
                    kind if kind < KINDS.len() => Change::React(person, thing, KINDS[kind]),
                    _ => Change::Unreact(person, thing),
                })
            }
            _ => None,
        }
    }

    fn make(&mut self, change: &Change, answer: &Value) {
        match change {
            Change::Say(author, parent) => self.comments.push(Comment {
                id: answer["commentId"].as_str().unwrap().to_owned(),
                author: *author,
                parent: parent.clone(),
                deleted: false,
            }),
            Change::Unsay(_, id) => {
                let comment = self.comments.iter_mut().find(|comment| comment.id == *id);
                comment.unwrap().deleted = true;
            }
            Change::React(person, thing, kind) => {
                self.reactions.insert((thing.clone(), *person), kind);
            }
            Change::Unreact(person, thing) => {
                self.reactions.remove(&(thing.clone(), *person));
            }
        }
    }

    fn reactions(&self, thing: &str) -> Value {
        counts(|kind| {
            let these = self.reactions.iter();
            let these = these.filter(|((on, _), given)| on == thing && **given == kind);
            these.count() as u64
        })
    }

    fn replies(&self, parent: &str) -> usize {
        let replies = self.comments.iter();
        let replies = replies.filter(|comment| comment.parent.as_deref() == Some(parent));
        replies.filter(|comment| !comment.deleted).count()
    }

    /// Whether it is shown: it is there, or something under it is.
    fn shown(&self, comment: &Comment) -> bool {
        let below = |other: &&Comment| other.parent.as_ref() == Some(&comment.id);
        !comment.deleted || self.comments.iter().filter(below).any(|reply| self.shown(reply))
    }
}

async fn send(people: &[Person], post: &str, change: &Change) -> Value {
    match change {
        Change::Say(person, parent) => {
            let mut body = json!({ "text": "words" });
            if let Some(parent) = parent {
                body["parentCommentId"] = json!(parent);
            }
            people[*person]
                .post(&format!("{post}/comments"), body)
                .await
                .expect(201)
        }
        Change::Unsay(person, id) => people[*person].delete(&comment_path(id)).await.expect(204),
        Change::React(person, thing, kind) => {
            let path = format!("{thing}/reactions");
            people[*person]
                .post(&path, json!({ "type": kind }))
                .await
                .expect(201)
        }
        Change::Unreact(person, thing) => {
            let path = format!("{thing}/reactions");
            people[*person].delete(&path).await.expect(204)
        }
    }
}

async fn compare(kith: &Kith, post: &str, history: &History) {
    let nobody = kith.nobody();
    let shown = nobody.get(post).await.expect(200);
    let live = history.comments.iter().filter(|comment| !comment.deleted).count();
    assert_eq!(shown["counters"]["comments"], live);
    assert_eq!(shown["counters"]["reactions"], history.reactions(post));
    for comment in &history.comments {
        let path = comment_path(&comment.id);
        let seen = nobody.get(&path).await;
        if !history.shown(comment) {
            seen.problem(404, "not_found");
            continue;
        }
        let seen = seen.expect(200);
        assert_eq!(seen["deleted"], comment.deleted, "{comment:?}");
        assert_eq!(
            seen["counters"]["replies"],
            history.replies(&comment.id),
            "{comment:?}"
        );
        if !comment.deleted {
            assert_eq!(
                seen["counters"]["reactions"],
                history.reactions(&path),
                "{comment:?}"
            );
        }
    }
    // the best first, by the numbers that are shown
    let best = nobody.all(&format!("{post}/comments?sort=top&limit=3")).await;
    let score = |comment: &Value| {
        let counters = &comment["counters"];
        let reactions = KINDS
            .iter()
            .map(|kind| counters["reactions"][*kind].as_u64().unwrap());
        reactions.sum::<u64>() + counters["replies"].as_u64().unwrap()
    };
    let order = |comment: &Value| (score(comment), comment["createdAt"].as_str().unwrap().to_owned());
    assert!(best.iter().map(order).is_sorted_by(|a, b| a >= b), "{best:#?}");
    let top = history.comments.iter().filter(|comment| comment.parent.is_none());
    assert_eq!(best.len(), top.filter(|comment| history.shown(comment)).count());
}

/// A history of some waves; every third wave Redis loses everything while its events are still under way.
async fn play(kith: &Kith, chance: &mut Chance) {
    let people: Vec<Person> = (0..5).map(|_| kith.minted("person", &["user"])).collect();
    let made = people[0].posts("x").await;
    let post = format!("/api/posts/{}", made["postId"].as_str().unwrap());
    let mut history = History::default();
    for wave in 1..=WAVES {
        let mut taken = Vec::new();
        let changes: Vec<Change> = (0..WAVE)
            .filter_map(|_| history.change(chance, people.len(), &post, &mut taken))
            .collect();
        let answers = join_all(changes.iter().map(|change| send(&people, &post, change))).await;
        for (change, answer) in changes.iter().zip(&answers) {
            history.make(change, answer);
        }
        if wave % 3 == 0 {
            kith.forget_everything().await;
        }
        if wave % 2 == 0 {
            kith.settled().await;
            compare(kith, &post, &history).await;
        }
    }
}

#[tokio::test]
async fn numbers_equal_their_definitions_after_any_history() {
    let seed = seed();
    let kith = Kith::start().await;
    kith.shuffle(1, seed).await;
    let lost = json!({ "service": "pubsub", "method": "Publish", "kind": "unavailable", "probability": 0.1, "seed": seed });
    kith.fault(lost).await;
    for round in 0..u64::from(testkit::rounds()) {
        play(&kith, &mut Chance(seed.wrapping_add(round))).await;
    }
}
