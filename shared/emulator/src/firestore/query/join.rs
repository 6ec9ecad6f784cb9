//! Keys that several indexes have in common, in their order: each is sought in one after the other, and what lies between is skipped.

use super::range::{Range, turned};
use super::source::{Keys, Source};
use crate::firestore::key::{after, complement};
use tonic::Status;

/// How many keys are read in a row before the index is sought anew.
const STEPS: usize = 4;

/// A part of an index: the keys that begin with `prefix`.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    /// The collection, the index, and the fixed values.
    pub(crate) prefix: Vec<u8>,
    /// Whether it is read from its end, and what follows the prefix complemented.
    pub(crate) reverse: bool,
}

impl Scan {
    /// What follows the prefix, in one range, in the plan's directions.
    pub(crate) fn read<'a>(&self, source: &'a dyn Source, window: Range) -> Keys<'a> {
        let (from, to) = if self.reverse { turned(window) } else { window };
        let key = |end: Vec<u8>| [self.prefix.as_slice(), &end].concat();
        let keys = source.entries(key(from), key(to), self.reverse);
        let (length, reverse) = (self.prefix.len(), self.reverse);
        Box::new(keys.map(move |key| {
            let mut rest = key?.split_off(length);
            if reverse {
                complement(&mut rest);
            }
            Ok(rest)
        }))
    }
}

/// What all scans have in one range; none of them: nothing.
pub(crate) fn join<'a>(source: &'a dyn Source, scans: &[Scan], window: Range) -> Keys<'a> {
    if let [one] = scans {
        return one.read(source, window);
    }
    let side = |scan: &Scan| Side {
        scan: scan.clone(),
        keys: None,
        head: None,
    };
    Box::new(Join {
        source,
        sides: scans.iter().map(side).collect(),
        from: window.0,
        to: window.1,
        over: scans.is_empty(),
    })
}

struct Side<'a> {
    scan: Scan,
    keys: Option<Keys<'a>>,
    head: Option<Vec<u8>>,
}

struct Join<'a> {
    source: &'a dyn Source,
    sides: Vec<Side<'a>>,
    from: Vec<u8>,
    to: Vec<u8>,
    over: bool,
}

impl Iterator for Join<'_> {
    type Item = Result<Vec<u8>, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        match self.common() {
            Ok(Some(key)) => {
                self.from = after(key.clone());
                Some(Ok(key))
            }
            Ok(None) => {
                self.over = true;
                None
            }
            Err(status) => {
                self.over = true;
                Some(Err(status))
            }
        }
    }
}

impl Join<'_> {
    /// The first key from `from` on that all sides have.
    fn common(&mut self) -> Result<Option<Vec<u8>>, Status> {
        let mut candidate = self.from.clone();
        let mut agreed = 0;
        for at in (0..self.sides.len()).cycle() {
            let Some(found) = self.sides[at].seek(self.source, &candidate, &self.to)? else {
                return Ok(None);
            };
            if found == candidate {
                agreed += 1;
            } else {
                candidate = found;
                agreed = 1;
            }
            if agreed == self.sides.len() {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }
}

impl<'a> Side<'a> {
    /// The first key not below `target`.
    fn seek(&mut self, source: &'a dyn Source, target: &[u8], to: &[u8]) -> Result<Option<Vec<u8>>, Status> {
        for _ in 0..=STEPS {
            if self.head.as_deref().is_some_and(|head| head >= target) {
                return Ok(self.head.clone());
            }
            let Some(keys) = self.keys.as_mut() else { break };
            self.head = keys.next().transpose()?;
            if self.head.is_none() {
                return Ok(None);
            }
        }
        if self.head.as_deref().is_some_and(|head| head >= target) {
            return Ok(self.head.clone());
        }
        let mut keys = self.scan.read(source, (target.to_vec(), to.to_vec()));
        self.head = keys.next().transpose()?;
        self.keys = Some(keys);
        Ok(self.head.clone())
    }
}
