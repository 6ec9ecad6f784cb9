//! A sorted table's keys between two bounds, fetched as they are asked for.

use super::failed::database;
use rusqlite::{Connection, params};
use std::collections::VecDeque;
use tonic::Status;

/// Keys of the first fetch: a page of 20 and the one that says whether there are more.
const FIRST: usize = 21;
/// Keys of the largest fetch.
const LARGEST: usize = 512;

/// Which keys, in which order.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    /// What the least key may be.
    pub(crate) from: Vec<u8>,
    /// What every key is less than.
    pub(crate) to: Vec<u8>,
    /// Whether the greatest key comes first.
    pub(crate) reverse: bool,
}

/// What reads the keys of one table: `:from`, `:to`, `:at` and `:limit` are given, `:scope` where it is a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan {
    /// The statement, in the order of the range.
    pub(crate) sql: &'static str,
    /// The collection.
    pub(crate) scope: Option<u32>,
    /// The moment.
    pub(crate) at: i64,
}

/// Keys in their order. Nothing stays open between two fetches, so a caller may do anything in between.
#[derive(Debug)]
pub(crate) struct Keys<'c> {
    connection: &'c Connection,
    scan: Scan,
    left: Range,
    fetched: VecDeque<Vec<u8>>,
    next_fetch: usize,
    done: bool,
}

impl<'c> Keys<'c> {
    /// The keys of `range`.
    pub(crate) fn new(connection: &'c Connection, scan: Scan, range: Range) -> Self {
        Self {
            connection,
            scan,
            done: range.from >= range.to,
            left: range,
            fetched: VecDeque::new(),
            next_fetch: FIRST,
        }
    }

    fn fetch(&mut self) -> rusqlite::Result<()> {
        let limit = i64::try_from(self.next_fetch).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(self.scan.sql)?;
        let (Range { from, to, .. }, at) = (&self.left, self.scan.at);
        let mut rows = match self.scan.scope {
            Some(scope) => statement.query(params![from, to, at, limit, scope])?,
            None => statement.query(params![from, to, at, limit])?,
        };
        while let Some(row) = rows.next()? {
            self.fetched.push_back(row.get(0)?);
        }
        self.done = self.fetched.len() < self.next_fetch;
        self.next_fetch = (self.next_fetch * 2).min(LARGEST);
        match self.fetched.back() {
            Some(last) if self.left.reverse => self.left.to.clone_from(last),
            Some(last) => self.left.from = [last.as_slice(), &[0]].concat(),
            None => {}
        }
        Ok(())
    }
}

impl Iterator for Keys<'_> {
    type Item = Result<Vec<u8>, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.fetched.is_empty()
            && !self.done
            && let Err(error) = self.fetch()
        {
            self.done = true;
            return Some(Err(database(&error)));
        }
        self.fetched.pop_front().map(Ok)
    }
}
