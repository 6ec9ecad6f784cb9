//! Which channels are wanted, and which of them Redis knows of.

use std::collections::{HashMap, HashSet};

/// Wanted channels, each by how many want it, and what is to be told to Redis. Plain data: its owner does the telling.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    wanted: HashMap<String, usize>,
    /// What Redis has been told.
    there: HashSet<String>,
    /// What may differ between the two.
    changed: HashSet<String>,
}

/// What is to be told to Redis.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) subscribe: Vec<String>,
    pub(super) unsubscribe: Vec<String>,
}

impl Wanted {
    /// One more wants a channel.
    pub(super) fn want(&mut self, channel: String) {
        let count = self.wanted.entry(channel.clone()).or_default();
        *count += 1;
        if *count == 1 {
            self.changed.insert(channel);
        }
    }

    /// One less wants it.
    pub(super) fn unwant(&mut self, channel: String) {
        let Some(count) = self.wanted.get_mut(&channel) else {
            return;
        };
        *count -= 1;
        if *count == 0 {
            self.wanted.remove(&channel);
            self.changed.insert(channel);
        }
    }

    /// What has changed since the last time; from now on Redis counts as told.
    pub(super) fn take_changes(&mut self) -> Changes {
        let mut changes = Changes::default();
        for channel in self.changed.drain() {
            if self.wanted.contains_key(&channel) {
                if self.there.insert(channel.clone()) {
                    changes.subscribe.push(channel);
                }
            } else if self.there.remove(&channel) {
                changes.unsubscribe.push(channel);
            }
        }
        changes
    }

    /// Redis knows of nothing any more: all that is wanted is to be told again.
    pub(super) fn forget(&mut self) {
        self.there.clear();
        self.changed = self.wanted.keys().cloned().collect();
    }

    /// How many channels are wanted.
    pub(super) fn len(&self) -> usize {
        self.wanted.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_is_undone_at_once_is_not_told() {
        let mut wanted = Wanted::default();
        wanted.want("a".to_owned());
        wanted.unwant("a".to_owned());
        assert_eq!(wanted.take_changes(), Changes::default());
    }

    proptest! {
        /// Whatever happens, after the telling Redis knows exactly of what is wanted, and nothing was told twice.
        #[test]
        fn redis_knows_what_is_wanted(steps in proptest::collection::vec((0u8..8, 0u8..4), 0..200)) {
            let (mut wanted, mut redis) = (Wanted::default(), HashSet::new());
            let mut model: BTreeMap<String, usize> = BTreeMap::new();
            for (step, channel) in steps {
                let channel = channel.to_string();
                match step {
                    0..=2 => {
                        wanted.want(channel.clone());
                        *model.entry(channel).or_default() += 1;
                    }
                    3..=5 => {
                        wanted.unwant(channel.clone());
                        if let Some(count) = model.get_mut(&channel) {
                            *count -= 1;
                        }
                        model.retain(|_, count| *count > 0);
                    }
                    6 => {
                        wanted.forget();
                        redis.clear();
                    }
                    _ => {
                        let changes = wanted.take_changes();
                        for channel in changes.subscribe {
                            prop_assert!(redis.insert(channel), "subscribed twice");
                        }
                        for channel in changes.unsubscribe {
                            prop_assert!(redis.remove(&channel), "unsubscribed twice");
                        }
                        prop_assert_eq!(&redis, &model.keys().cloned().collect::<HashSet<_>>());
                        prop_assert_eq!(wanted.len(), model.len());
                    }
                }
            }
        }
    }
}
