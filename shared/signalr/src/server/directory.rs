//! Who is in which topic: plain maps, no IO.

use super::topic::Topic;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Members of topics. `M` is how a member is reached, `R` tells when a topic's subscription is live.
#[derive(Debug)]
pub(super) struct Directory<M, R> {
    topics: HashMap<Topic, Members<M, R>>,
    /// Few for each member, so lists.
    joined: HashMap<u64, Vec<Joined>>,
}

/// What a member is in, and under which tag.
#[derive(Debug)]
struct Joined {
    topic: Topic,
    tag: Option<Arc<str>>,
}

#[derive(Debug)]
struct Members<M, R> {
    by_key: BTreeMap<u64, Arc<M>>,
    ready: R,
}

impl<M, R: Clone> Directory<M, R> {
    pub(super) fn new() -> Self {
        Self {
            topics: HashMap::new(),
            joined: HashMap::new(),
        }
    }

    /// Adds a member; for the first one of a topic, `begin` is called. Joining twice is joining once, under the later tag.
    pub(super) fn join(
        &mut self,
        topic: Topic,
        tag: Option<&str>,
        key: u64,
        member: &Arc<M>,
        begin: impl FnOnce() -> R,
    ) -> R {
        let joined = self.joined.entry(key).or_default();
        let tag = tag.map(Arc::from);
        match joined.iter_mut().find(|joined| joined.topic == topic) {
            Some(joined) => joined.tag = tag,
            None => joined.push(Joined {
                topic: topic.clone(),
                tag,
            }),
        }
        let members = self.topics.entry(topic).or_insert_with(|| Members {
            by_key: BTreeMap::new(),
            ready: begin(),
        });
        members.by_key.entry(key).or_insert_with(|| Arc::clone(member));
        members.ready.clone()
    }

    /// Takes a member out; true when it was the topic's last.
    pub(super) fn leave(&mut self, topic: &Topic, key: u64) -> bool {
        if let Some(joined) = self.joined.get_mut(&key) {
            joined.retain(|joined| joined.topic != *topic);
            if joined.is_empty() {
                self.joined.remove(&key);
            }
        }
        let Some(members) = self.topics.get_mut(topic) else {
            return false;
        };
        let was_last = members.by_key.remove(&key).is_some() && members.by_key.is_empty();
        if was_last {
            self.topics.remove(topic);
        }
        was_last
    }

    /// Takes a member out of everything; the topics it was the last of.
    pub(super) fn leave_all(&mut self, key: u64) -> Vec<Topic> {
        self.leave_those(key, |_| true).unwrap_or_default()
    }

    /// Takes a member out of what it joined under one of `tags`; the topics it was the last of, or nothing when there was no such.
    pub(super) fn leave_tagged(&mut self, key: u64, tags: &[String]) -> Option<Vec<Topic>> {
        self.leave_those(key, |joined| {
            let tag = joined.tag.as_deref();
            tag.is_some_and(|tag| tags.iter().any(|wanted| wanted == tag))
        })
    }

    fn leave_those(&mut self, key: u64, which: impl Fn(&Joined) -> bool) -> Option<Vec<Topic>> {
        let joined = self.joined.get(&key).into_iter().flatten();
        let topics: Vec<Topic> = joined
            .filter(|joined| which(joined))
            .map(|joined| joined.topic.clone())
            .collect();
        let last_of = |topic: &Topic| self.leave(topic, key);
        (!topics.is_empty()).then(|| topics.into_iter().filter(last_of).collect())
    }

    pub(super) fn members(&self, topic: &Topic) -> impl Iterator<Item = &Arc<M>> {
        self.topics
            .get(topic)
            .into_iter()
            .flat_map(|members| members.by_key.values())
    }

    pub(super) fn count(&self, topic: &Topic) -> usize {
        self.topics.get(topic).map_or(0, |members| members.by_key.len())
    }

    pub(super) fn is_member(&self, topic: &Topic, key: u64) -> bool {
        self.topics
            .get(topic)
            .is_some_and(|members| members.by_key.contains_key(&key))
    }

    /// How many groups a member is in.
    pub(super) fn groups_of(&self, key: u64) -> usize {
        self.joined.get(&key).map_or(0, |joined| {
            joined.iter().filter(|joined| joined.topic.is_group()).count()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn topic(number: u8) -> Topic {
        Topic::group("feed", &number.to_string())
    }

    proptest! {
        /// Against a plain set of pairs; and subscriptions begin with the first member and end with the last.
        #[test]
        fn it_is_a_set_of_pairs(steps in proptest::collection::vec((0u8..3, 0u8..4, 0u64..4), 0..100)) {
            let mut directory = Directory::new();
            let mut model: BTreeSet<(u8, u64)> = BTreeSet::new();
            let mut subscribed: BTreeSet<Topic> = BTreeSet::new();
            for (step, group, key) in steps {
                match step {
                    0 => {
                        directory.join(topic(group), None, key, &Arc::new(key), || {
                            assert!(subscribed.insert(topic(group)), "subscribed twice");
                        });
                        model.insert((group, key));
                    }
                    1 => {
                        if directory.leave(&topic(group), key) {
                            assert!(subscribed.remove(&topic(group)));
                        }
                        model.remove(&(group, key));
                    }
                    _ => {
                        for left in directory.leave_all(key) {
                            assert!(subscribed.remove(&left));
                        }
                        model.retain(|(_, member)| *member != key);
                    }
                }
                for group in 0..4 {
                    let expected: Vec<u64> =
                        model.iter().filter(|(g, _)| *g == group).map(|(_, key)| *key).collect();
                    let found: Vec<u64> = directory.members(&topic(group)).map(|key| **key).collect();
                    prop_assert_eq!(&found, &expected);
                    prop_assert_eq!(directory.count(&topic(group)), expected.len());
                    prop_assert_eq!(subscribed.contains(&topic(group)), !expected.is_empty());
                    for key in 0..4 {
                        prop_assert_eq!(directory.is_member(&topic(group), key), expected.contains(&key));
                    }
                }
                for key in 0..4 {
                    let groups = model.iter().filter(|(_, member)| *member == key).count();
                    prop_assert_eq!(directory.groups_of(key), groups);
                }
            }
            for key in 0..4 {
                directory.leave_all(key);
            }
            prop_assert!(directory.topics.is_empty() && directory.joined.is_empty());
        }
    }
}
