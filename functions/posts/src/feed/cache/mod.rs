//! Home timelines in Redis, and what is on its way into them.

mod scripts;

use super::pending::{self, Pending};
use super::place::pack;
use super::timeline::{LONGEST, Timeline};
use crate::model::Position;
use cloud::{Cache, Result};
use contracts::UserId;
use redis::{cmd, pipe};
use std::time::Duration;

/// How long building a timeline may take, in seconds.
const LEASED: u64 = 30;
/// How much longer what an author posted is remembered than timelines are kept: building takes time.
const MARGIN: Duration = Duration::from_mins(5);

/// Home timelines in Redis, and what is on its way into them.
///
/// An author's post is announced before it is committed, and forgotten when it has been put into every timeline there is. So a timeline and what is
/// pending of the authors whom its owner follows, looked at in this order backwards, hold every post there is; whatever messages are lost.
#[derive(Debug, Clone)]
pub(crate) struct Timelines {
    cache: Cache,
    /// How long a timeline is kept.
    kept: Duration,
    /// How long somebody counts as active after reading.
    active: Duration,
}

/// What is kept for somebody.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) timeline: Option<Timeline>,
    pub(super) pending: Vec<Pending>,
}

/// The right to keep what is built now.
#[derive(Debug)]
pub(super) struct Lease {
    token: String,
    /// When building began.
    pub(super) at: u64,
}

/// Which announcement of a post: a later one has a later stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Announced(pub(crate) String);

impl Timelines {
    pub(crate) const fn new(cache: Cache, kept: Duration, active: Duration) -> Self {
        Self { cache, kept, active }
    }

    /// Says that `author` is about to post, or to show to others, what has this place. One Redis command.
    ///
    /// # Errors
    /// Redis is away: the event of the commit announces it again.
    pub(crate) async fn announce(&self, author: UserId, place: Position) -> Result<Announced> {
        let kept = self.kept + MARGIN;
        let mut announce = cmd("EVAL");
        announce
            .arg(scripts::ANNOUNCE)
            .arg(1)
            .arg(self.pending_key(author))
            .arg(&pack(place))
            .arg(pending::MOST)
            .arg(millis(kept));
        self.cache.run(&announce).await.map(Announced)
    }

    /// Says that what was announced is in all timelines. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub(crate) async fn clear(&self, author: UserId, place: Position, announced: &Announced) -> Result<()> {
        let mut clear = cmd("EVAL");
        clear
            .arg(scripts::CLEAR)
            .arg(1)
            .arg(self.pending_key(author))
            .arg(&pack(place))
            .arg(&announced.0);
        self.cache.run(&clear).await
    }

    /// Puts a place into the timelines of `readers`; answers which of them read theirs in the last days. A Redis command each.
    ///
    /// # Errors
    /// Redis is away.
    pub(crate) async fn deliver(&self, readers: &[UserId], place: Position) -> Result<Vec<UserId>> {
        if readers.is_empty() {
            return Ok(Vec::new());
        }
        let place = pack(place);
        let mut deliver = pipe();
        for reader in readers {
            deliver
                .cmd("EVAL")
                .arg(scripts::DELIVER)
                .arg(3)
                .arg(self.key(*reader))
                .arg(self.lease_key(*reader))
                .arg(self.cache.key(&access::reader_key(*reader)))
                .arg(&place)
                .arg(LONGEST);
        }
        let active: Vec<bool> = self.cache.run_all(&deliver).await?;
        let active = readers.iter().zip(active).filter(|(_, active)| *active);
        Ok(active.map(|(reader, _)| *reader).collect())
    }

    /// What is kept for `reader`, who follows `authors` and counts as active from now on. Three Redis commands in one round trip.
    ///
    /// # Errors
    /// Redis is away.
    pub(super) async fn look(&self, reader: UserId, authors: &[UserId]) -> Result<Look> {
        let mut look = pipe();
        look.cmd("SET")
            .arg(self.cache.key(&access::reader_key(reader)))
            .arg(1)
            .arg("EX")
            .arg(self.active.as_secs().max(1))
            .ignore();
        // before the timeline: what is no longer pending then is in it
        let pending = look.cmd("MGET").arg(self.pending_key(reader));
        for author in authors {
            pending.arg(self.pending_key(*author));
        }
        look.get(self.key(reader));
        let (pending, timeline): (Vec<Option<Vec<u8>>>, Option<Vec<u8>>) = self.cache.run_all(&look).await?;
        let pending: Vec<Pending> = pending
            .iter()
            .flatten()
            .map(|bytes| Pending::decode(bytes))
            .collect();
        Ok(Look {
            timeline: timeline.as_deref().and_then(Timeline::decode),
            pending,
        })
    }

    /// Begins to build the timeline of `reader`: to be called before the lists are read. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub(super) async fn begin(&self, reader: UserId) -> Result<Lease> {
        let token = uuid::Uuid::new_v4().to_string();
        let mut begin = cmd("EVAL");
        begin
            .arg(scripts::BEGIN)
            .arg(1)
            .arg(self.lease_key(reader))
            .arg(&token)
            .arg(LEASED);
        let at: String = self.cache.run(&begin).await?;
        Ok(Lease {
            token,
            at: pending::stamp(at.as_bytes()),
        })
    }

    /// Keeps what was built under `lease`, and what came meanwhile; nothing when somebody else began since. One Redis command.
    pub(super) async fn put(&self, reader: UserId, lease: &Lease, timeline: &Timeline) {
        let mut put = cmd("EVAL");
        put.arg(scripts::PUT)
            .arg(2)
            .arg(self.key(reader))
            .arg(self.lease_key(reader))
            .arg(&lease.token)
            .arg(timeline.encode())
            .arg(millis(self.kept));
        self.unless_away(&put).await;
    }

    /// Keeps `after` in the place of `before`, if nothing came to that since. One Redis command.
    pub(super) async fn replace(&self, reader: UserId, before: &Timeline, after: &Timeline) {
        let mut replace = cmd("EVAL");
        replace
            .arg(scripts::REPLACE)
            .arg(1)
            .arg(self.key(reader))
            .arg(before.bytes)
            .arg(before.head())
            .arg(after.encode());
        self.unless_away(&replace).await;
    }

    /// Takes away what is kept of somebody: their timeline, what they posted that is on its way, that they read; answers how much that was. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub(crate) async fn erase(&self, person: UserId) -> Result<usize> {
        let mut erase = cmd("DEL");
        erase
            .arg(self.key(person))
            .arg(self.lease_key(person))
            .arg(self.pending_key(person))
            .arg(self.cache.key(&access::reader_key(person)));
        self.cache.run(&erase).await
    }

    async fn unless_away(&self, command: &redis::Cmd) {
        if let Err(error) = self.cache.run::<()>(command).await {
            tracing::debug!(%error, "a timeline is not kept");
        }
    }

    /// The braces keep what belongs to one person in one slot of a cluster.
    fn key(&self, reader: UserId) -> String {
        self.cache.key(&format!("timeline:{{{reader}}}"))
    }

    fn lease_key(&self, reader: UserId) -> String {
        self.cache.key(&format!("timeline:{{{reader}}}:lease"))
    }

    fn pending_key(&self, author: UserId) -> String {
        self.cache.key(&format!("pending:{author}"))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}
